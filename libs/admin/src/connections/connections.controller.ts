import { AdministeredConnections } from '#libs/connections';
import { Body, Controller, Delete, Get, Header, HttpCode, Param, Patch, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Mandate, Mandated, realmOf } from '../access/mandate.js';
import { Changes, IfMatch, type Match, WithEtag } from '../rest/etag.js';
import { uuid } from '../rest/ids.js';
import { Paging } from '../rest/paging.service.js';
import { storedPolicy } from '../rest/policy.dto.js';
import {
  ChangedConnection,
  ConnectionList,
  ConnectionsQuery,
  connectionView,
  ConnectionView,
} from './connections.dto.js';

const LIST = 'connections';

@ApiTags('Connections')
@Controller('api/v1/workspaces/:workspace/connections')
export class ConnectionsController {
  constructor(
    private readonly connections: AdministeredConnections,
    private readonly paging: Paging,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Connections, newest first' })
  @ApiOkResponse({ type: ConnectionList })
  async list(@Mandated() mandate: Mandate, @Query() query: ConnectionsQuery) {
    const after = this.paging.after<string>(LIST, mandate, query);
    const rows = await this.connections.list(realmOf(mandate), { ...query, after });
    return this.paging.page(LIST, mandate, query, rows, ({ id }) => id, connectionView);
  }

  @Get(':id')
  @Header('cache-control', 'no-store')
  @WithEtag()
  @ApiOperation({ summary: 'One connection' })
  @ApiOkResponse({ type: ConnectionView })
  async read(@Mandated() mandate: Mandate, @Param('id') id: string): Promise<ConnectionView> {
    return connectionView(await this.connections.read(realmOf(mandate), uuid(id)));
  }

  @Patch(':id')
  @Changes()
  @ApiOperation({ summary: 'Narrow what a connection may do; only its person can widen it, at /sessions' })
  @ApiOkResponse({ type: ConnectionView })
  async change(
    @Mandated() mandate: Mandate,
    @Param('id') id: string,
    @IfMatch() match: Match,
    @Body() { policy }: ChangedConnection,
  ): Promise<ConnectionView> {
    const changed = await this.connections.narrow(realmOf(mandate), uuid(id), storedPolicy(policy), (now) =>
      match.check(connectionView(now)),
    );
    return connectionView(changed);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'End a connection, and every session, key and server URL that leads to it' })
  @ApiNoContentResponse({ description: 'It has ended, on every replica.' })
  async revoke(@Mandated() mandate: Mandate, @Param('id') id: string): Promise<void> {
    await this.connections.revoke(realmOf(mandate), uuid(id));
  }
}
