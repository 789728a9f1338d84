import { AdministeredClients, CredentialChecks } from '#libs/connections';
import { Controller, Get, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { type Mandate, Mandated, realmOf } from '../access/mandate.js';
import { uuid } from '../rest/ids.js';

class ConnectionCounts {
  @ApiProperty({ type: 'integer' }) active!: number;
  @ApiProperty({ type: 'integer', description: 'ClickUp refuses their credential.' }) needs_reauth!: number;
}

class GrantCounts {
  @ApiProperty({ type: 'integer' }) session!: number;
  @ApiProperty({ type: 'integer' }) api_key!: number;
  @ApiProperty({ type: 'integer' }) server_url!: number;
  @ApiProperty({ type: 'integer' }) jwt!: number;
}

class HealthView {
  @ApiProperty({ type: ConnectionCounts }) connections!: ConnectionCounts;
  @ApiProperty({ type: GrantCounts, description: 'Live ones, by kind.' }) grants!: GrantCounts;
}

class CheckView {
  @ApiProperty({ enum: ['accepted', 'refused', 'unknown'], description: '`unknown`: ClickUp did not say.' })
  answer!: string;
  @ApiProperty({ type: 'string', nullable: true, description: 'Of `unknown`: a row of docs/errors.md.' })
  reason!: string | null;
  @ApiProperty({ enum: ['active', 'needs_reauth'], description: 'Of the connection, afterwards.' }) state!: string;
}

@ApiTags('Health')
@Controller('api/v1/workspaces/:workspace')
export class HealthController {
  constructor(
    private readonly workspace: AdministeredClients,
    private readonly checks: CredentialChecks,
  ) {}

  @Get('health')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'How many connections work, and what leads to them' })
  @ApiOkResponse({ type: HealthView })
  health(@Mandated() { workspaceId }: Mandate): Promise<HealthView> {
    return this.workspace.health(workspaceId);
  }

  @Post('connections/:id/check')
  @HttpCode(200)
  @ApiOperation({ summary: 'Ask ClickUp now whether it accepts the credential of a connection' })
  @ApiOkResponse({ type: CheckView })
  check(@Mandated() mandate: Mandate, @Param('id') id: string): Promise<CheckView> {
    return this.checks.check(realmOf(mandate), uuid(id));
  }
}
