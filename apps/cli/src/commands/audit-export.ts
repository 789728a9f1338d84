import { EXPORT_FORMATS, exportedLines, type ExportFormat, headerOf } from '#libs/admin';
import { ConfigError } from '#libs/core';
import { once } from 'node:events';
import { type Flags, type Options } from '../commands.js';
import { chosenTenants, dayOption } from '../with-audit.js';
import { withDatabase } from '../with-database.js';

/** Prints the events, Workspace by Workspace; no more than fits is read ahead of who takes the lines. */
export async function run(_flags: Flags, _operands: readonly string[], options: Options): Promise<number> {
  const format = formatIn(options.format);
  const cursor = cursorIn(options.cursor);
  const from = dayOption('from', options.from);
  const to = dayOption('to', options.to);
  await withDatabase(async (pool) => {
    // A cursor is of one Workspace: others have their own, or what was added to them meanwhile would be left out.
    const tenants = await chosenTenants(pool, cursor?.workspace ?? options.workspace);
    const header = headerOf(format);
    if (header !== undefined && !cursor) await print(header);
    const after = cursor ?? (from === undefined ? undefined : { day: from, seq: 0 });
    for (const tenant of tenants)
      for await (const line of exportedLines(pool, tenant, format, after, to)) await print(line);
  });
  return 0;
}

async function print(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
}

function formatIn(value = 'ndjson'): ExportFormat {
  const format = EXPORT_FORMATS.find((each) => each === value);
  if (!format) throw new ConfigError([`--format: must be one of ${EXPORT_FORMATS.join(', ')}`]);
  return format;
}

function cursorIn(value: string | undefined): { workspace: string; day: string; seq: number } | undefined {
  if (value === undefined) return undefined;
  const [, workspace, day, seq] = /^([\w-]+)\/(\d{4}-\d\d-\d\d)\/(\d{1,9})$/.exec(value) ?? [];
  if (workspace === undefined || day === undefined)
    throw new ConfigError(['--cursor: must be the `cursor` of a line that was exported']);
  return { workspace, day, seq: Number(seq) };
}
