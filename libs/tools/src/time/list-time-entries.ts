import { type ArgumentsOf, Gettimeentrieswithinadaterange, type TimeEntry } from '#libs/clickup';
import { dayRange, formatDuration } from '#libs/core';
import { z } from 'zod';
import { concurrently } from '../tool/concurrently.js';
import { MAX_IDS, Ref, Refs, When } from '../arguments/inputs.js';
import { weekStart } from '../arguments/moments.js';
import { naming } from '../arguments/naming.js';
import { cursorAt, PAGED_INPUT, PAGED_OUTPUT, positionOf } from '../arguments/paging.js';
import { TABLE, table } from '../answers/table.js';
import { addressOf, personIds } from '../arguments/address.js';
import { defineTool, type ToolContext } from '../tool/tool.js';
import { entryColumns, lengthOf } from '../answers/entry.js';

const PAGE_SIZE = 100;
/** A long month: ClickUp's own default is 30 days, which a change of DST makes an hour longer. Longer spans are asked for in pieces. */
const WINDOW_MS = 31 * 86_400_000;
/** A year and a bit. A call sends no more requests than this, except that it always asks for one whole window. */
const MAX_REQUESTS = 13;
const CONCURRENCY = 4;
const EVERYONE = 'everyone';
const PLACE_KEYS = { list: 'list_id', folder: 'folder_id', space: 'space_id' } as const;

const input = z.strictObject({
  range: When.optional(),
  assignees: Refs.optional(),
  task_id: Ref.optional(),
  place: Ref.optional(),
  billable: z.boolean().optional(),
  ...PAGED_INPUT,
});
type Args = z.output<typeof input>;
type Query = NonNullable<ArgumentsOf<typeof Gettimeentrieswithinadaterange>['query']>;
/**
 * Where the next page starts: with entries that start before `to` (Unix ms, excluded), except those in `shown`, which were shown already
 * and start in the last millisecond before `to`.
 */
const Position = z.strictObject({ from: z.number(), to: z.number(), shown: z.array(z.string()) });
type Position = z.output<typeof Position>;

async function filters({ assignees, task_id, place, billable }: Args, context: ToolContext): Promise<Query> {
  const everyone = assignees?.includes(EVERYONE) ? (await context.directory.people()).map(({ id }) => id) : undefined;
  const address = task_id === undefined ? undefined : await addressOf('task_id', task_id, context);
  const found = place === undefined ? undefined : await naming('place', () => context.directory.place(place));
  return {
    assignee: everyone ?? (assignees && (await personIds('assignees', assignees, context))),
    is_billable: billable,
    ...(address && { task_id: address.path.task_id, ...address.query }),
    ...(found && { [PLACE_KEYS[found.kind]]: found.id }),
  };
}

/** The query, split into several where it names more people than ClickUp takes at a time. */
function perPeople({ assignee, ...query }: Query): Query[] {
  if (!assignee || assignee.length <= MAX_IDS) return [{ assignee, ...query }];
  return Array.from({ length: Math.ceil(assignee.length / MAX_IDS) }, (_, part) => ({
    assignee: assignee.slice(part * MAX_IDS, (part + 1) * MAX_IDS),
    ...query,
  }));
}

/** Entries newest first, window by window, until a page is full or a call has asked enough. */
async function read(
  query: Query,
  { from, to, shown }: Position,
  { clickup, directory }: ToolContext,
): Promise<{ entries: TimeEntry[]; reached: number }> {
  const { id: team_Id } = await directory.workspace();
  const questions = perPeople(query);
  const windows = Math.max(1, Math.floor(MAX_REQUESTS / questions.length));
  const seen = new Set(shown);
  const entries = new Map<string, TimeEntry>();
  let end = to;
  for (let window = 0; end > from && entries.size < PAGE_SIZE && window < windows; window++) {
    const start = Math.max(from, end - WINDOW_MS);
    const dates = { start_date: start, end_date: end };
    const answers = await concurrently(questions, CONCURRENCY, (question) =>
      clickup.call(Gettimeentrieswithinadaterange, { path: { team_Id }, query: { ...question, ...dates } }),
    );
    const data = answers.flatMap((answer) => answer.data);
    // An entry that began before this window is answered again in the window in which it began.
    const own = data.filter(
      (entry) => Number(entry.start) < end && (Number(entry.start) >= start || start === from) && !seen.has(entry.id),
    );
    for (const entry of own) entries.set(entry.id, entry);
    end = start;
  }
  return {
    entries: [...entries.values()].sort((a, b) => Number(b.start) - Number(a.start) || (a.id < b.id ? 1 : -1)),
    reached: end,
  };
}

/** Where the next page starts; undefined when this one ends the range. */
function nextOf(entries: readonly TimeEntry[], reached: number, { from, to, shown }: Position): Position | undefined {
  const last = entries[PAGE_SIZE - 1];
  if (entries.length <= PAGE_SIZE || !last) return reached > from ? { from, to: reached, shown: [] } : undefined;
  const until = Number(last.start) + 1;
  const same = entries
    .slice(0, PAGE_SIZE)
    .filter(({ start }) => start === last.start)
    .map(({ id }) => id);
  return { from, to: until, shown: until === to ? [...shown, ...same] : same };
}

export const listTimeEntries = defineTool({
  name: 'list_time_entries',
  title: 'List time entries',
  description:
    'Time entries, newest first; yours in the last 30 days unless range ("last week", "2026-10-01..2026-10-31") or assignees (names, "everyone") say otherwise. place: Space, Folder or List.',
  toolset: 'time',
  verb: 'list',
  covers: [Gettimeentrieswithinadaterange],
  input,
  output: z.strictObject({ ...TABLE, duration_total: z.string().optional(), ...PAGED_OUTPUT }),
  async handler(args, context) {
    const { zone, now } = context;
    const position = positionOf(args, Position, context);
    const range = await naming('range', () =>
      dayRange(args.range ?? 'last 30 days', zone, now, { weekStart: weekStart(context) }),
    );
    const start = position ?? { ...range, shown: [] };
    const { entries, reached } = await read(await filters(args, context), start, context);
    const next = nextOf(entries, reached, start);
    const page = entries.slice(0, PAGE_SIZE);
    return {
      ...table(page, entryColumns(context)),
      duration_total:
        position || next ? undefined : formatDuration(page.reduce((sum, entry) => sum + lengthOf(entry, now), 0)),
      next_cursor: next && cursorAt(args, next, context),
    };
  },
});
