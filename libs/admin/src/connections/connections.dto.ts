import { type AdministeredConnection } from '#libs/connections';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsDefined, IsIn, IsObject, IsOptional, Matches, ValidateNested } from 'class-validator';
import { PERSON } from '../rest/ids.js';
import { PageQuery } from '../rest/page-query.dto.js';
import { PolicyDto } from '../rest/policy.dto.js';
import { policyView, PolicyView } from '../rest/policy.view.js';
import { listOf, written } from '../rest/views.js';

const STATES = ['active', 'needs_reauth', 'revoked'] as const;

export class ConnectionsQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'ClickUp user id.' })
  @IsOptional()
  @Matches(PERSON)
  person?: string;

  @ApiPropertyOptional({ enum: STATES })
  @IsOptional()
  @IsIn(STATES)
  state?: (typeof STATES)[number];
}

/** The body that changes a connection. */
export class ChangedConnection {
  @ApiProperty({ type: PolicyDto, description: 'The whole policy: a field that is left out limits nothing.' })
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => PolicyDto)
  policy!: PolicyDto;
}

export class PersonRef {
  @ApiProperty({ example: '183', description: 'ClickUp user id.' }) id!: string;
  @ApiProperty({ example: 'Ada Lovelace' }) name!: string;
}

/** One person in one Workspace, with the ClickUp credential that they gave, which is never shown. */
export class ConnectionView {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ type: PersonRef }) person!: PersonRef;
  @ApiProperty({
    enum: STATES,
    description: '`needs_reauth`: ClickUp refuses the credential, and its person has to connect again.',
  })
  state!: (typeof STATES)[number];
  @ApiProperty({ type: PolicyView }) policy!: PolicyView;
  @ApiProperty({ type: 'integer', description: 'How many sessions, keys and server URLs lead to it.' }) grants!: number;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ format: 'date-time' }) updated_at!: string;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'To the hour.' })
  last_used_at!: string | null;
}

export const ConnectionList = listOf(ConnectionView);

export const connectionView = ({
  id,
  person,
  personId,
  state,
  policy,
  grants,
  createdAt,
  updatedAt,
  lastUsedAt,
}: AdministeredConnection): ConnectionView => ({
  id,
  person: { id: personId, name: person },
  state,
  policy: policyView(policy),
  grants,
  created_at: written(createdAt),
  updated_at: written(updatedAt),
  last_used_at: lastUsedAt && written(lastUsedAt),
});
