import { AdministeredConnections, AdministeredGrants } from '#libs/connections';
import { PageController, type Redirect, type View } from '#libs/web';
import { Get, Param, Post, Query, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Mandate, Mandated, realmOf } from '../access/mandate.js';
import { uuid } from '../rest/ids.js';
import { MOST_ROWS } from '../rest/page-query.dto.js';
import { Paging } from '../rest/paging.service.js';
import { ConsoleConnectionsQuery } from './console-queries.js';
import { ConsolePages } from './console-pages.service.js';

const LIST = 'connections';
const TITLE = 'console.connections';

/** The connections of a Workspace: who has connected, with which rights, and in which state. */
@PageController('console/:workspace/connections')
export class ConsoleConnectionsController {
  constructor(
    private readonly connections: AdministeredConnections,
    private readonly grants: AdministeredGrants,
    private readonly paging: Paging,
    private readonly pages: ConsolePages,
  ) {}

  @Get() async list(
    @Mandated() mandate: Mandate,
    @Req() request: FastifyRequest,
    @Query() query: ConsoleConnectionsQuery,
  ): Promise<View> {
    const after = this.paging.after<string>(LIST, mandate, query);
    const rows = await this.connections.list(realmOf(mandate), { ...query, after });
    const { data, next_cursor } = this.paging.page(
      LIST,
      mandate,
      query,
      rows,
      ({ id }) => id,
      (row) => row,
    );
    return this.pages.page('console-connections', TITLE, mandate, request, {
      connections: data,
      next: next_cursor,
      query,
    });
  }

  @Get(':id') async read(
    @Mandated() mandate: Mandate,
    @Req() request: FastifyRequest,
    @Param('id') id: string,
  ): Promise<View> {
    const realm = realmOf(mandate);
    const connection = await this.connections.read(realm, uuid(id));
    const grants = await this.grants.list(realm, { connection: connection.id, limit: MOST_ROWS });
    return this.pages.page('console-connection', TITLE, mandate, request, { connection, grants });
  }

  /** Asks before a connection is ended. */
  @Get(':id/end') async ask(
    @Mandated() mandate: Mandate,
    @Req() request: FastifyRequest,
    @Param('id') id: string,
  ): Promise<View> {
    const connection = await this.connections.read(realmOf(mandate), uuid(id));
    return this.pages.page('console-end-connection', TITLE, mandate, request, { connection });
  }

  @Post(':id/end') async end(@Mandated() mandate: Mandate, @Param('id') id: string): Promise<Redirect> {
    await this.connections.revoke(realmOf(mandate), uuid(id));
    return { redirect: `/console/${encodeURIComponent(mandate.workspaceId)}/connections?done=ended` };
  }
}
