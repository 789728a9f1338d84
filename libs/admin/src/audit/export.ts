import { type DataSource } from 'typeorm';
import { type EventPosition, eventsOf, type StoredEvent } from './stored-events.js';

/** How events are written out. */
export const EXPORT_FORMATS = ['ndjson', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const COLUMNS = [
  'cursor',
  'workspace',
  'day',
  'seq',
  'at',
  'event',
  'call',
  'session',
  'actor',
  'kind',
  'client',
  'tool',
  'operation',
  'effect',
  'targets',
  'decision',
  'layer',
  'reason',
  'approval',
  'outcome',
  'requests',
  'ms',
  'detail',
  'version',
  'mac',
] as const;

/** The line above those of a format; undefined without. */
export const headerOf = (format: ExportFormat): string | undefined =>
  format === 'csv' ? COLUMNS.join(',') : undefined;

/** The events of a Workspace as lines, in order. Each carries the cursor with which an export goes on after it. */
export async function* exportedLines(
  database: DataSource,
  workspace: string,
  format: ExportFormat,
  after: EventPosition | undefined,
  to: string | undefined,
): AsyncGenerator<string> {
  for await (const page of eventsOf(database, workspace, after, to))
    for (const event of page) yield exportedLine(workspace, event, format);
}

/** One event as a line. */
export function exportedLine(workspace: string, event: StoredEvent, format: ExportFormat = 'ndjson'): string {
  const shown = shownOf(workspace, event);
  return format === 'csv' ? COLUMNS.map((column) => cell(shown[column])).join(',') : JSON.stringify(shown);
}

/** An event as it is shown. */
export function shownOf(workspace: string, event: StoredEvent): Record<(typeof COLUMNS)[number], unknown> {
  const { day, seq, at, detail, mac, ...rest } = event;
  return {
    cursor: `${workspace}/${day}/${seq}`,
    workspace,
    day,
    seq,
    ...rest,
    at: new Date(at).toISOString(),
    detail: detail === null ? null : (JSON.parse(detail) as unknown),
    mac: mac.toString('hex'),
  };
}

/** A cell of a spreadsheet that begins like a formula would be carried out as one. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const said = Array.isArray(value) ? value.join(' ') : typeof value === 'string' ? value : JSON.stringify(value);
  const safe = /^[=+\-@\t\r]/.test(said) && value !== '-' ? `'${said}` : said;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
