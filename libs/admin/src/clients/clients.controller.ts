import { AdministeredClients, letsIn } from '#libs/connections';
import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { type Mandate, Mandated } from '../access/mandate.js';
import { ClientLists } from './client-lists.service.js';
import { PageQuery } from '../rest/page-query.dto.js';
import { Paging } from '../rest/paging.service.js';
import { listOf, written } from '../rest/views.js';

const LIST = 'clients';

class ClientView {
  @ApiProperty() id!: string;
  @ApiProperty({ description: 'What it calls itself: nobody has checked that.' }) name!: string;
  @ApiProperty({ description: 'Whether it has registered itself here.' }) registered!: boolean;
  @ApiProperty({ type: 'integer', description: 'Live sessions.' }) sessions!: number;
  @ApiProperty({ type: 'integer', description: 'Whose these are.' }) people!: number;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'To the hour.' })
  last_used_at!: string | null;
  @ApiProperty({ description: 'Whether the policy of the Workspace lets it in.' }) let_in!: boolean;
}

const ClientList = listOf(ClientView);

@ApiTags('OAuth clients')
@Controller('api/v1/workspaces/:workspace/clients')
export class ClientsController {
  constructor(
    private readonly clients: AdministeredClients,
    private readonly lists: ClientLists,
    private readonly paging: Paging,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'OAuth clients that people of the Workspace have let in, by id' })
  @ApiOkResponse({ type: ClientList })
  async list(@Mandated() mandate: Mandate, @Query() query: PageQuery) {
    const after = this.paging.after<string>(LIST, mandate, query);
    const [rows, { clients }] = await Promise.all([
      this.clients.list(mandate.workspaceId, { ...query, after }),
      this.lists.read(mandate.workspaceId),
    ]);
    return this.paging.page(
      LIST,
      mandate,
      query,
      rows,
      ({ id }) => id,
      ({ lastUsedAt, ...client }): ClientView => ({
        ...client,
        last_used_at: lastUsedAt && written(lastUsedAt),
        let_in: letsIn(clients, { kind: 'session', clientId: client.id }),
      }),
    );
  }
}
