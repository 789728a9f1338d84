import { type AdministeredPerson } from '#libs/connections';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { PageQuery } from '../rest/page-query.dto.js';
import { listOf, written } from '../rest/views.js';

export class PeopleQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'A part of the name.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  @Matches(/^[^\0]*$/)
  search?: string;
}

/** Somebody who has connected something. */
export class PersonView {
  @ApiProperty({ example: '183', description: 'ClickUp user id.' }) id!: string;
  @ApiProperty({ example: 'Ada Lovelace' }) name!: string;
  @ApiProperty({ type: 'integer', description: 'Connections that have not ended.' }) connections!: number;
  @ApiProperty({ type: 'integer', description: 'Of these: whose credential ClickUp refuses.' }) needs_reauth!: number;
  @ApiProperty({ type: 'integer', description: 'Live sessions, keys and server URLs.' }) grants!: number;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'To the hour.' })
  last_used_at!: string | null;
}

export const PeopleList = listOf(PersonView);

export class EndedView {
  @ApiProperty({ type: 'integer', description: 'How many connections have ended.' }) connections!: number;
}

export const personView = (person: AdministeredPerson): PersonView => ({
  id: person.id,
  name: person.name,
  connections: person.connections,
  needs_reauth: person.refused,
  grants: person.grants,
  created_at: written(person.createdAt),
  last_used_at: person.lastUsedAt && written(person.lastUsedAt),
});
