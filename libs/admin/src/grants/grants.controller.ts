import { AdministeredGrants } from '#libs/connections';
import { Controller, Delete, Get, Header, HttpCode, Param, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Mandate, Mandated, realmOf } from '../access/mandate.js';
import { WithEtag } from '../rest/etag.js';
import { grantIdOf } from '../rest/ids.js';
import { Paging } from '../rest/paging.service.js';
import { GrantList, GrantsQuery, grantView, GrantView } from './grants.dto.js';

const LIST = 'grants';

@ApiTags('Sessions, keys and server URLs')
@Controller('api/v1/workspaces/:workspace/grants')
export class GrantsController {
  constructor(
    private readonly grants: AdministeredGrants,
    private readonly paging: Paging,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Sessions, API keys, JWT sessions and server URLs, newest first; ended ones for a day' })
  @ApiOkResponse({ type: GrantList })
  async list(@Mandated() mandate: Mandate, @Query() query: GrantsQuery) {
    const after = this.paging.after<[string, string]>(LIST, mandate, query);
    const rows = await this.grants.list(realmOf(mandate), { ...query, after });
    return this.paging.page(LIST, mandate, query, rows, ({ moment, id }) => [moment, id], grantView);
  }

  @Get(':id')
  @Header('cache-control', 'no-store')
  @WithEtag()
  @ApiOperation({ summary: 'One of them' })
  @ApiOkResponse({ type: GrantView })
  async read(@Mandated() mandate: Mandate, @Param('id') id: string): Promise<GrantView> {
    return grantView(await this.grants.read(realmOf(mandate), grantIdOf(id)));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'End it, and what it has made' })
  @ApiNoContentResponse({ description: 'It has ended, on every replica.' })
  async revoke(@Mandated() mandate: Mandate, @Param('id') id: string): Promise<void> {
    await this.grants.revoke(realmOf(mandate), grantIdOf(id));
  }
}
