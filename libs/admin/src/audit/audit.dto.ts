import { AUDIT_EVENTS } from '#libs/audit';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsISO8601, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { PageQuery, WorkspaceQuery } from '../rest/page-query.dto.js';
import { listOf } from '../rest/views.js';
import { EXPORT_FORMATS, type ExportFormat, shownOf } from './export.js';
import { type StoredEvent } from './stored-events.js';

const DECISIONS = ['allowed', 'refused'] as const;
const SORTS = ['-at', 'at'] as const;
/** So many lines are exported at a time. */
const MOST_LINES = 50_000;

export class AuditQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'date-time' })
  @IsOptional()
  @IsISO8601({ strict: true })
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Excluded.' })
  @IsOptional()
  @IsISO8601({ strict: true })
  to?: string;

  @ApiPropertyOptional({ enum: Object.keys(AUDIT_EVENTS) })
  @IsOptional()
  @IsIn(Object.keys(AUDIT_EVENTS))
  event?: string;

  @ApiPropertyOptional({ example: 'delete_task' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  tool?: string;

  @ApiPropertyOptional({ description: 'ClickUp user id, or pseudonym (`actor`).' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  person?: string;

  @ApiPropertyOptional({ description: 'The beginning of what the client calls itself.' })
  @IsOptional()
  @IsString()
  @MaxLength(120)
  client?: string;

  @ApiPropertyOptional({ description: '`ok`, `preview`, or a kind of error.' })
  @IsOptional()
  @IsString()
  @MaxLength(60)
  outcome?: string;

  @ApiPropertyOptional({ enum: DECISIONS })
  @IsOptional()
  @IsIn(DECISIONS)
  decision?: (typeof DECISIONS)[number];

  @ApiPropertyOptional({ enum: SORTS, default: '-at' })
  @IsOptional()
  @IsIn(SORTS)
  sort: (typeof SORTS)[number] = '-at';
}

export class AuditExportQuery extends WorkspaceQuery {
  @ApiPropertyOptional({ enum: EXPORT_FORMATS, default: 'ndjson' })
  @IsOptional()
  @IsIn(EXPORT_FORMATS)
  format: ExportFormat = 'ndjson';

  @ApiPropertyOptional({ format: 'date', description: 'First day (UTC).' })
  @IsOptional()
  @Matches(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)
  from?: string;

  @ApiPropertyOptional({ format: 'date', description: 'Last day.' })
  @IsOptional()
  @Matches(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)
  to?: string;

  @ApiPropertyOptional({ description: 'The `cursor` of a line: goes on after it.' })
  @IsOptional()
  @Matches(/^[\w-]{1,64}\/\d{4}-\d\d-\d\d\/\d{1,9}$/)
  cursor?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: MOST_LINES, default: MOST_LINES, type: 'integer' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MOST_LINES)
  limit: number = MOST_LINES;
}

/** What happened; docs/audit.md says what each field means. */
export class AuditEventView {
  @ApiProperty() cursor!: string;
  @ApiProperty({ format: 'date' }) day!: string;
  @ApiProperty({ type: 'integer' }) seq!: number;
  @ApiProperty({ format: 'date-time' }) at!: string;
  @ApiProperty() event!: string;
  @ApiProperty({ type: 'string', nullable: true }) call!: string | null;
  @ApiProperty({ type: 'string', nullable: true }) session!: string | null;
  @ApiProperty({ type: 'string', nullable: true, description: 'Pseudonym of the person.' }) actor!: string | null;
  @ApiProperty({ type: 'string', nullable: true, description: 'ClickUp user id; null once it was erased.' })
  person_id!: string | null;
  @ApiProperty({ type: 'string', nullable: true }) kind!: string | null;
  @ApiProperty({ type: 'string', nullable: true }) client!: string | null;
  @ApiProperty({ type: 'string', nullable: true }) tool!: string | null;
  @ApiProperty({ type: 'string', nullable: true }) operation!: string | null;
  @ApiProperty({ type: 'string', nullable: true }) effect!: string | null;
  @ApiProperty({ type: [String] }) targets!: readonly string[];
  @ApiProperty({ enum: DECISIONS }) decision!: string;
  @ApiProperty({ type: 'string', nullable: true }) layer!: string | null;
  @ApiProperty({ type: 'string', nullable: true }) reason!: string | null;
  @ApiProperty({ type: 'string', nullable: true }) approval!: string | null;
  @ApiProperty({ type: 'string', nullable: true }) outcome!: string | null;
  @ApiProperty({ type: 'integer', nullable: true }) requests!: number | null;
  @ApiProperty({ type: 'integer', nullable: true }) ms!: number | null;
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true }) detail!: unknown;
}
export const AuditEventList = listOf(AuditEventView);

/** An event as a search shows it: without what proves it, which the export has. */
export function eventView(workspace: string, event: StoredEvent, people: ReadonlyMap<string, string>): AuditEventView {
  const { mac: _, version: __, workspace: ___, ...shown } = shownOf(workspace, event);
  return { ...shown, person_id: (event.actor && people.get(event.actor)) ?? null } as unknown as AuditEventView;
}

/** Where the chain of a day ends, as `clickup-mcp audit verify --heads` takes it. */
export class AuditHeadView {
  @ApiProperty() workspace!: string;
  @ApiProperty({ format: 'date' }) day!: string;
  @ApiProperty({ type: 'integer' }) rows!: number;
  @ApiProperty({ description: 'Hexadecimal.' }) mac!: string;
}
export const AuditHeadList = listOf(AuditHeadView);
