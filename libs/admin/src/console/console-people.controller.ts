import { AdministeredConnections, AdministeredGrants, AdministeredPeople } from '#libs/connections';
import { PageController, type Redirect, type View } from '#libs/web';
import { Get, Param, Post, Query, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Mandate, Mandated, realmOf } from '../access/mandate.js';
import { personIdOf } from '../rest/ids.js';
import { MOST_ROWS } from '../rest/page-query.dto.js';
import { Paging } from '../rest/paging.service.js';
import { ConsolePeopleQuery } from './console-queries.js';
import { ConsolePages } from './console-pages.service.js';

const LIST = 'people';
const TITLE = 'console.people';

/** Who has connected something, and all that is theirs. */
@PageController('console/:workspace/people')
export class ConsolePeopleController {
  constructor(
    private readonly people: AdministeredPeople,
    private readonly connections: AdministeredConnections,
    private readonly grants: AdministeredGrants,
    private readonly paging: Paging,
    private readonly pages: ConsolePages,
  ) {}

  @Get() async list(
    @Mandated() mandate: Mandate,
    @Req() request: FastifyRequest,
    @Query() query: ConsolePeopleQuery,
  ): Promise<View> {
    const after = this.paging.after<string>(LIST, mandate, query);
    const rows = await this.people.list(realmOf(mandate), { ...query, after });
    const { data, next_cursor } = this.paging.page(
      LIST,
      mandate,
      query,
      rows,
      ({ id }) => id,
      (row) => row,
    );
    return this.pages.page('console-people', TITLE, mandate, request, { people: data, next: next_cursor, query });
  }

  @Get(':id') async read(
    @Mandated() mandate: Mandate,
    @Req() request: FastifyRequest,
    @Param('id') id: string,
  ): Promise<View> {
    const [realm, person] = [realmOf(mandate), personIdOf(id)];
    const [found, connections, grants] = await Promise.all([
      this.people.read(realm, person),
      this.connections.list(realm, { person, limit: MOST_ROWS }),
      this.grants.list(realm, { person, limit: MOST_ROWS }),
    ]);
    return this.pages.page('console-person', TITLE, mandate, request, { person: found, connections, grants });
  }

  /** Asks before everything of a person is ended. */
  @Get(':id/end') async ask(
    @Mandated() mandate: Mandate,
    @Req() request: FastifyRequest,
    @Param('id') id: string,
  ): Promise<View> {
    const person = await this.people.read(realmOf(mandate), personIdOf(id));
    return this.pages.page('console-end-person', TITLE, mandate, request, { person });
  }

  @Post(':id/end') async end(@Mandated() mandate: Mandate, @Param('id') id: string): Promise<Redirect> {
    await this.connections.revokePerson(realmOf(mandate), personIdOf(id));
    return { redirect: `/console/${encodeURIComponent(mandate.workspaceId)}/people?done=ended` };
  }
}
