import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { DataSource } from 'typeorm';
import { type Mandate, Mandated } from '../access/mandate.js';
import { peopleBehind } from '../audit/search.js';
import { PageQuery } from '../rest/page-query.dto.js';
import { Paging } from '../rest/paging.service.js';
import { listOf } from '../rest/views.js';
import {
  positionOf,
  standsBefore,
  USAGE_GROUPS,
  type UsageGroup,
  usageOf,
  type UsagePosition,
} from './usage-report.js';

const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const DAY_MS = 86_400_000;
const dayBefore = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);

export class UsageQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'date', description: 'First day (UTC); 30 days ago when left out.' })
  @IsOptional()
  @Matches(DAY)
  from?: string;

  @ApiPropertyOptional({ format: 'date', description: 'Last day; today when left out.' })
  @IsOptional()
  @Matches(DAY)
  to?: string;

  @ApiPropertyOptional({
    enum: USAGE_GROUPS,
    isArray: true,
    description: 'Groups: one or several, also separated by commas.',
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value))
  @IsIn(USAGE_GROUPS, { each: true })
  by: UsageGroup[] = ['day'];

  @ApiPropertyOptional({ description: 'ClickUp user id, or pseudonym.' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  person?: string;

  @ApiPropertyOptional({ description: 'What the client calls itself, without its version.' })
  @IsOptional()
  @IsString()
  @MaxLength(120)
  client?: string;

  @ApiPropertyOptional({ example: 'get_task' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  tool?: string;
}

const COUNTS = { type: 'object', additionalProperties: { type: 'integer' } } as const;

class UsageView {
  @ApiPropertyOptional({ format: 'date' }) day?: string;
  @ApiPropertyOptional({ description: 'Pseudonym; empty for callers who are nobody.' }) person?: string;
  @ApiPropertyOptional({ type: 'string', nullable: true, description: 'ClickUp user id, unless it was erased.' })
  person_id?: string | null;
  @ApiPropertyOptional() client?: string;
  @ApiPropertyOptional() tool?: string;
  @ApiProperty({ type: 'integer' }) calls!: number;
  @ApiProperty({ ...COUNTS, description: 'Calls that were refused, by the layer that refused them.' })
  refused!: Record<string, number>;
  @ApiProperty({ ...COUNTS, description: 'Calls that were allowed and failed, by the kind of error.' })
  failed!: Record<string, number>;
  @ApiProperty({ type: 'integer', description: 'Requests that ClickUp was sent.' }) upstream_requests!: number;
}

const UsageList = listOf(UsageView);

@ApiTags('Usage')
@Controller('api/v1/usage')
export class UsageController {
  constructor(
    private readonly database: DataSource,
    private readonly paging: Paging,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'How often tools were called, the groups with the most calls first',
    description:
      'Calls go on between two pages: a group whose calls pass those of others meanwhile may be left out. Of days that are over none is.',
  })
  @ApiOkResponse({ type: UsageList })
  async usage(@Mandated() mandate: Mandate, @Query() query: UsageQuery) {
    const by = groupsOf(query);
    // A cursor is good for these groups.
    const list = `usage by ${by.join(',')}`;
    const after = this.paging.after<UsagePosition>(list, mandate, query);
    const rows = await usageFor(this.database, mandate, query);
    return this.paging.page(
      list,
      mandate,
      query,
      after ? rows.filter((row) => standsBefore(after, positionOf(row, by))) : rows,
      (row) => positionOf(row, by),
      (row) => row,
    );
  }
}

const groupsOf = ({ by }: UsageQuery): UsageGroup[] => [...new Set(by)];

/** The usage that a mandate lets see. @throws AppError `unavailable` */
export async function usageFor(
  database: DataSource,
  { workspaceId, ownOnly }: Mandate,
  query: UsageQuery,
): Promise<UsageView[]> {
  const { from = dayBefore(30), to = dayBefore(0), client, tool } = query;
  const person = ownOnly ?? query.person;
  const groups = groupsOf(query);
  const rows = await usageOf(database, workspaceId, { from, to, by: groups, person, client, tool });
  if (!groups.includes('person')) return rows;
  const people = await peopleBehind(
    database,
    workspaceId,
    rows.map((row) => row.person!),
  );
  return rows.map((row) => ({ ...row, person_id: people.get(row.person!) ?? null }));
}
