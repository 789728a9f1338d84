import { type AdministeredGrant, SERVER_URL_NAME } from '#libs/connections';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, IsUUID, Length, Matches, MaxLength } from 'class-validator';
import { PersonRef } from '../connections/connections.dto.js';
import { PERSON } from '../rest/ids.js';
import { PageQuery } from '../rest/page-query.dto.js';
import { listOf, written } from '../rest/views.js';

const KINDS = ['session', 'api_key', 'server_url', 'jwt'] as const;
const STATES = ['active', 'needs_reauth', 'expired', 'revoked'] as const;
const MODES = ['read', 'selective', 'write'] as const;
/** RFC 3339: with seconds, and with a zone. */
const MOMENT = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

export class GrantsQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'ClickUp user id.' })
  @IsOptional()
  @Matches(PERSON)
  person?: string;

  @ApiPropertyOptional({ description: 'client_id of an OAuth client.' })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  @Matches(/^[^\0]*$/)
  client?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  connection?: string;

  @ApiPropertyOptional({ enum: KINDS })
  @IsOptional()
  @IsIn(KINDS)
  kind?: (typeof KINDS)[number];

  @ApiPropertyOptional({ enum: STATES })
  @IsOptional()
  @IsIn(STATES)
  state?: (typeof STATES)[number];
}

/** A session, API key, JWT session or server URL. Its secret is nowhere but with whoever was shown it. */
export class GrantView {
  @ApiProperty({ description: 'The part of the credential before the colon, which is no secret.' }) id!: string;
  @ApiProperty({ enum: KINDS }) kind!: (typeof KINDS)[number];
  @ApiProperty({ description: 'The client’s name, or the one that its person gave it.' }) name!: string;
  @ApiProperty({ type: PersonRef }) person!: PersonRef;
  @ApiProperty({ format: 'uuid' }) connection_id!: string;
  @ApiProperty({ type: 'string', nullable: true, description: 'OAuth client of a session.' }) client_id!: string | null;
  @ApiProperty({ type: 'string', nullable: true, description: 'Of a session: where its person was sent.' })
  address!: string | null;
  @ApiProperty({ type: 'string', nullable: true, description: 'Id of the credential that made it; both end together.' })
  made_by!: string | null;
  @ApiProperty({ enum: STATES }) state!: (typeof STATES)[number];
  @ApiProperty({ enum: MODES, description: 'What remains after all its layers.' }) mode!: (typeof MODES)[number];
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'To the hour.' })
  last_used_at!: string | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'Null = until it is ended.' })
  expires_at!: string | null;
}

export const GrantList = listOf(GrantView);

/** The body that makes an API key. */
export class NewApiKey {
  @ApiProperty({ minLength: 1, maxLength: 80, example: 'Nightly report' })
  @IsString()
  @Length(1, 80)
  @Matches(SERVER_URL_NAME, { message: 'name must hold something visible, and no control characters' })
  name!: string;

  @ApiPropertyOptional({ enum: MODES, description: 'Narrows it further than the credential that asks.' })
  @IsOptional()
  @IsIn(MODES)
  mode?: (typeof MODES)[number];

  @ApiPropertyOptional({ type: 'string', format: 'date-time', nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  @Matches(MOMENT, { message: 'expires_at must be a moment with its zone, such as 2026-12-31T23:59:59Z (RFC 3339)' })
  expires_at?: string | null;
}

export class MadeApiKey extends GrantView {
  @ApiProperty({ description: 'The whole key. Shown this once: who repeats the request is answered without it.' })
  key!: string;
}

export const grantView = (grant: AdministeredGrant): GrantView => ({
  id: grant.id,
  kind: grant.kind,
  name: grant.label,
  person: { id: grant.personId, name: grant.person },
  connection_id: grant.connectionId,
  client_id: grant.clientId,
  address: grant.address,
  made_by: grant.madeBy,
  state: grant.state,
  mode: grant.mode,
  created_at: written(grant.createdAt),
  last_used_at: grant.lastUsedAt && written(grant.lastUsedAt),
  expires_at: grant.expiresAt && written(grant.expiresAt),
});
