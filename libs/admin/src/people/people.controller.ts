import { AdministeredConnections, AdministeredPeople } from '#libs/connections';
import { Controller, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Mandate, Mandated, realmOf } from '../access/mandate.js';
import { personIdOf } from '../rest/ids.js';
import { Paging } from '../rest/paging.service.js';
import { EndedView, PeopleList, PeopleQuery, personView, PersonView } from './people.dto.js';

const LIST = 'people';

@ApiTags('People')
@Controller('api/v1/workspaces/:workspace/people')
export class PeopleController {
  constructor(
    private readonly people: AdministeredPeople,
    private readonly connections: AdministeredConnections,
    private readonly paging: Paging,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Who has connected something, by id' })
  @ApiOkResponse({ type: PeopleList })
  async list(@Mandated() mandate: Mandate, @Query() query: PeopleQuery) {
    const after = this.paging.after<string>(LIST, mandate, query);
    const rows = await this.people.list(realmOf(mandate), { ...query, after });
    return this.paging.page(LIST, mandate, query, rows, ({ id }) => id, personView);
  }

  @Get(':id')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'One person' })
  @ApiOkResponse({ type: PersonView })
  async read(@Mandated() mandate: Mandate, @Param('id') id: string): Promise<PersonView> {
    return personView(await this.people.read(realmOf(mandate), personIdOf(id)));
  }

  @Post(':id/revoke')
  @HttpCode(200)
  @ApiOperation({ summary: 'End everything that a person has connected in the Workspace' })
  @ApiOkResponse({ type: EndedView })
  async revoke(@Mandated() mandate: Mandate, @Param('id') id: string): Promise<EndedView> {
    return { connections: await this.connections.revokePerson(realmOf(mandate), personIdOf(id)) };
  }
}
