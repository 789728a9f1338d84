import { AppError } from '#libs/core';
import { Controller, Get, Header, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import { DataSource } from 'typeorm';
import { type Mandate, Mandated } from '../access/mandate.js';
import { PageQuery } from '../rest/page-query.dto.js';
import { Paging } from '../rest/paging.service.js';
import {
  AuditEventList,
  AuditExportQuery,
  AuditHeadList,
  type AuditHeadView,
  AuditQuery,
  eventView,
} from './audit.dto.js';
import { exportedLines, headerOf } from './export.js';
import { peopleBehind, searchEvents } from './search.js';
import { type EventPosition, headsOf } from './stored-events.js';

const [EVENTS, HEADS] = ['audit', 'audit heads'];
const TYPES = { ndjson: 'application/x-ndjson', csv: 'text/csv' } as const;

@ApiTags('Audit')
@Controller('api/v1/audit')
export class AuditController {
  constructor(
    private readonly database: DataSource,
    private readonly paging: Paging,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'What was done in a Workspace, newest first' })
  @ApiOkResponse({ type: AuditEventList })
  search(@Mandated() mandate: Mandate, @Query() query: AuditQuery) {
    return eventsFor(this.database, this.paging, mandate, query);
  }

  @Get('export')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'The audit of a Workspace as a file, oldest first',
    description: 'Each line has its `cursor`: where as many lines came as `limit` says, go on with that of the last.',
  })
  @ApiProduces(...Object.values(TYPES))
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  export(@Mandated() { workspaceId }: Mandate, @Query() query: AuditExportQuery): StreamableFile {
    const { format, limit, from, to, cursor } = query;
    const after = cursor === undefined ? from && { day: from, seq: 0 } : positionIn(cursor, workspaceId);
    const lines = exportedLines(this.database, workspaceId, format, after || undefined, to);
    return new StreamableFile(Readable.from(some(lines, limit, headerOf(format))), {
      type: TYPES[format],
      disposition: `attachment; filename="audit-${workspaceId}.${format}"`,
    });
  }

  @Get('heads')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Where the chains of the days end, newest first',
    description: 'Kept elsewhere, they prove later that nothing was cut off (`clickup-mcp audit verify --heads`).',
  })
  @ApiOkResponse({ type: AuditHeadList })
  async heads(@Mandated() mandate: Mandate, @Query() query: PageQuery) {
    const before = this.paging.after<string>(HEADS, mandate, query);
    const all = (await headsOf(this.database, mandate.workspaceId)).reverse();
    const rows = all.filter(({ day }) => before === undefined || day < before);
    return this.paging.page(
      HEADS,
      mandate,
      query,
      rows,
      ({ day }) => day,
      ({ day, rows: count, mac }): AuditHeadView => ({
        workspace: mandate.workspaceId,
        day,
        rows: count,
        mac: mac.toString('hex'),
      }),
    );
  }
}

/** A page of the events that a mandate lets see. @throws AppError `unavailable`, `invalid_parameters` for a cursor of something else */
export async function eventsFor(database: DataSource, paging: Paging, mandate: Mandate, query: AuditQuery) {
  const { workspaceId } = mandate;
  const { from, to, event, tool, person, client, outcome, decision, sort, limit } = query;
  const times = { from: from === undefined ? from : new Date(from), to: to === undefined ? to : new Date(to) };
  const rows = await searchEvents(
    database,
    workspaceId,
    { ...times, event, tool, person, client, outcome, decision },
    {
      order: sort === 'at' ? 'oldest' : 'newest',
      limit: limit + 1,
      after: paging.after<EventPosition>(EVENTS, mandate, query),
    },
  );
  const actors = rows.flatMap(({ actor }) => actor ?? []);
  const people = await peopleBehind(database, workspaceId, actors);
  return paging.page(
    EVENTS,
    mandate,
    query,
    rows,
    ({ day, seq }): EventPosition => ({ day, seq }),
    (row) => eventView(workspaceId, row, people),
  );
}

/** @throws AppError `invalid_parameters` for the cursor of another Workspace */
function positionIn(cursor: string, workspaceId: string): EventPosition {
  const [workspace, day = '', seq] = cursor.split('/');
  if (workspace === workspaceId && !Number.isNaN(Date.parse(day))) return { day, seq: Number(seq) };
  throw new AppError('invalid_parameters', '`cursor` is none of a line of this Workspace.', {
    details: { parameter: 'cursor' },
  });
}

async function* some(lines: AsyncIterable<string>, limit: number, header?: string): AsyncGenerator<string> {
  if (header !== undefined) yield `${header}\n`;
  let count = 0;
  for await (const line of lines) {
    yield `${line}\n`;
    if ((count += 1) >= limit) return;
  }
}
