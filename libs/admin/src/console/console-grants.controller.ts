import { AdministeredGrants } from '#libs/connections';
import { PageController, type Redirect, type View } from '#libs/web';
import { Get, Param, Post, Query, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Mandate, Mandated, realmOf } from '../access/mandate.js';
import { grantIdOf } from '../rest/ids.js';
import { Paging } from '../rest/paging.service.js';
import { ConsoleGrantsQuery } from './console-queries.js';
import { ConsolePages } from './console-pages.service.js';

const LIST = 'grants';
const TITLE = 'console.grants';

/** The sessions, keys and server URLs of a Workspace. */
@PageController('console/:workspace/grants')
export class ConsoleGrantsController {
  constructor(
    private readonly grants: AdministeredGrants,
    private readonly paging: Paging,
    private readonly pages: ConsolePages,
  ) {}

  @Get() async list(
    @Mandated() mandate: Mandate,
    @Req() request: FastifyRequest,
    @Query() query: ConsoleGrantsQuery,
  ): Promise<View> {
    const after = this.paging.after<[string, string]>(LIST, mandate, query);
    const rows = await this.grants.list(realmOf(mandate), { ...query, after });
    const { data, next_cursor } = this.paging.page(
      LIST,
      mandate,
      query,
      rows,
      ({ moment, id }) => [moment, id],
      (row) => row,
    );
    return this.pages.page('console-grants', TITLE, mandate, request, { grants: data, next: next_cursor, query });
  }

  /** Asks before one is ended. */
  @Get(':id/end') async ask(
    @Mandated() mandate: Mandate,
    @Req() request: FastifyRequest,
    @Param('id') id: string,
  ): Promise<View> {
    const grant = await this.grants.read(realmOf(mandate), grantIdOf(id));
    return this.pages.page('console-end-grant', TITLE, mandate, request, { grant });
  }

  @Post(':id/end') async end(@Mandated() mandate: Mandate, @Param('id') id: string): Promise<Redirect> {
    await this.grants.revoke(realmOf(mandate), grantIdOf(id));
    return { redirect: `/console/${encodeURIComponent(mandate.workspaceId)}/grants?done=ended` };
  }
}
