import { AdministeredGrants, Bounds } from '#libs/connections';
import { AppError } from '#libs/core';
import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DateTime } from 'luxon';
import { type Mandate, Mandated, realmOf } from '../access/mandate.js';
import { Creates } from '../rest/creates.js';
import { ShownOnce } from '../rest/shown-once.js';
import { grantView, MadeApiKey, NewApiKey } from './grants.dto.js';

/** Keys that people make for themselves. */
@ApiTags('Sessions, keys and server URLs')
@Controller('api/v1/workspaces/:workspace/api-keys')
export class ApiKeysController {
  constructor(
    private readonly grants: AdministeredGrants,
    private readonly bounds: Bounds,
  ) {}

  @Post()
  @Creates()
  @ApiOperation({
    summary: 'Make an API key for yourself, within the rights of the credential that asks, which it ends with',
  })
  @ApiCreatedResponse({ type: MadeApiKey })
  async make(@Mandated() mandate: Mandate, @Body() { name, mode, expires_at }: NewApiKey): Promise<ShownOnce> {
    const { grantId } = mandate.administrator;
    const { ownOnly: personId } = mandate;
    if (grantId === undefined || personId === undefined)
      throw new AppError('forbidden', 'In a browser, keys are made at the start page of this server.', {
        details: { reason: 'kind of credential' },
      });
    const keptOut = await this.bounds.against(mandate.workspaceId, { kind: 'api_key' });
    if (keptOut) throw keptOut;
    const { secret, ...made } = await this.grants.makeKey(
      { ...realmOf(mandate), personId },
      { maker: grantId, label: name, mode, expiresAt: momentOf(expires_at) },
    );
    return new ShownOnce(grantView(made), { key: `cuk_${made.id}:${secret}` });
  }
}

/** @throws AppError `invalid_parameters` for a day that no calendar has */
function momentOf(text: string | null | undefined): Date | undefined {
  if (text === undefined || text === null) return undefined;
  const moment = DateTime.fromISO(text.toUpperCase(), { setZone: true });
  if (moment.isValid) return moment.toJSDate();
  throw new AppError('invalid_parameters', '`expires_at` names a moment that does not exist.', {
    details: { parameter: 'expires_at' },
  });
}
