import { Getalltagsfromtimeentries, Gettimeentrieswithinadaterange, type TimeEntry } from '#libs/clickup';
import { AppError, formatDuration, formatInstant, parsePeriod } from '#libs/core';
import { z } from 'zod';
import { addressOf, personIds } from '../arguments/address.js';
import { Ref, Refs, UNLISTED, When } from '../arguments/inputs.js';
import { weekStart } from '../arguments/moments.js';
import { naming } from '../arguments/naming.js';
import { cursorAt, PAGED_INPUT, PAGED_OUTPUT, positionOf } from '../arguments/paging.js';
import { ANSWER_TOKENS, cutTable } from '../answers/budget.js';
import { entryColumns, isRunning, lengthOf, taskText, weekdayText } from '../answers/entry.js';
import { Scope, scope } from '../answers/scope.js';
import { TABLE, table } from '../answers/table.js';
import { personName } from '../answers/task.js';
import { defineTool, type ToolContext } from '../tool/tool.js';
import { type EntryFilter, type EntryQuery, type FoundEntries, readEntries } from './read-entries.js';
import { SUM_BY, sumUp } from './sums.js';

const PAGE_SIZE = 100;
const EVERYONE = 'everyone';
const PLACE_KEYS = { list: 'list_id', folder: 'folder_id', space: 'space_id' } as const;
/** `ENG-123` and the web address of a task, which are asked for as tasks first; other words may be a place or a task. */
const TASK_LIKE = /^(?:[a-z][a-z0-9]*-\d+|https?:\/\/\S*\/t\/\S+)$/i;
const NAMES_SHOWN = 30;

const input = z.strictObject({
  range: When.optional(),
  assignees: Refs.optional(),
  within: Ref.optional().describe('Space, Folder, List or task'),
  tags: Refs.optional(),
  billable: z.boolean().optional(),
  sum_by: z.array(z.enum(SUM_BY)).min(1).max(3).optional(),
  task_id: Ref.optional().meta(UNLISTED),
  place: Ref.optional().meta(UNLISTED),
  ...PAGED_INPUT,
});
type Args = z.output<typeof input>;
/**
 * Where the next page starts. Of entries: with those that start before `to` (Unix ms, excluded), except those in `shown`, which were shown
 * already and start in the last millisecond before `to`. Of sums: at a row of the table over the whole range.
 */
const Position = z.strictObject({
  from: z.number(),
  to: z.number(),
  shown: z.array(z.string()),
  row: z.int().min(0),
  /** Of the range, whose words may mean other days by now. */
  label: z.string(),
});
type Position = z.output<typeof Position>;

/** A filter, and how it was understood. */
interface Understood extends EntryFilter {
  said: { whose: string; ownName: string; place?: string; tags?: string; billable?: string };
}

/** A place or a task by one argument. */
async function placeOrTask(
  argument: string,
  ref: string,
  context: ToolContext,
): Promise<{ query: EntryQuery; said: string }> {
  const task = async () => {
    const { path, query } = await addressOf(argument, ref, context);
    return { query: { task_id: path.task_id, ...query }, said: `task ${path.task_id} without its subtasks` };
  };
  if (argument === 'task_id' || TASK_LIKE.test(ref)) return task();
  const place = await naming(argument, () => context.directory.place(ref)).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'clickup_not_found' && argument !== 'place') return undefined;
    throw error;
  });
  return place ? { query: { [PLACE_KEYS[place.kind]]: place.id }, said: `${place.kind} ${place.path}` } : task();
}

async function understand(args: Args, context: ToolContext): Promise<Understood> {
  const { assignees, billable, tags, sum_by = [] } = args;
  const { me } = context;
  const everyone = assignees?.some((each) => each.toLowerCase() === EVERYONE) ?? false;
  const people = assignees && (await context.directory.people());
  const ids = everyone ? people?.map(({ id }) => id) : assignees && (await personIds('assignees', assignees, context));
  const argument = (['within', 'task_id', 'place'] as const).find((name) => args[name] !== undefined);
  const found = argument && (await placeOrTask(argument, args[argument] ?? '', context));
  const names = ids?.map((id) => people?.find((person) => person.id === id)?.username ?? String(id)) ?? [];
  return {
    query: {
      assignee: ids,
      is_billable: billable,
      ...found?.query,
      ...(tags && { include_task_tags: true }),
      ...(sum_by.some((by) => by in PLACE_KEYS) && { include_location_names: true }),
    },
    tags: tags && new Set(tags.map((tag) => tag.toLowerCase())),
    mine: everyone || !ids || ids.includes(me.id),
    said: {
      ownName: `your own time (${me.username})`,
      whose: everyone
        ? `everyone (${names.length} people)`
        : !ids || (ids.length === 1 && ids[0] === me.id)
          ? `your own time (${me.username})`
          : `time of ${names.slice(0, NAMES_SHOWN).join(', ')}`,
      ...(found && { place: `in ${found.said}` }),
      ...(tags && { tags: `tagged ${tags.join(' or ')} (on the entry or its task)` }),
      ...(billable !== undefined && { billable: billable ? 'billable only' : 'not billable only' }),
    },
  };
}

/** The range in the person's zone; tracked time has no date that could be missing or overdue. */
async function rangeOf(text: string, context: ToolContext): Promise<Position> {
  const { zone, now } = context;
  const refuse = (message: string) => new AppError('invalid_parameters', message, { details: { parameter: 'range' } });
  return naming('range', () => {
    const { from, to, label } = parsePeriod(text, zone, now, { weekStart: weekStart(context) });
    if (from === undefined)
      throw refuse(
        `"${text}" has no start, and ClickUp needs one: write it like "last month" or "2026-11-01..2026-11-30".`,
      );
    if (to !== undefined) return { from, to, shown: [], row: 0, label };
    const tomorrow = parsePeriod('today', zone, now).to ?? now;
    if (from >= tomorrow) throw refuse(`"${text}" begins in the future.`);
    return { from, to: tomorrow, shown: [], row: 0, label: `${label}, until today` };
  });
}

/**
 * A tag that nothing in the range carries may be a typing mistake.
 * @throws AppError `invalid_parameters` with the tags that there are, when it is known neither as a label of tracked time nor as a tag
 */
async function checkTags(tags: ReadonlySet<string>, { tagsSeen }: FoundEntries, context: ToolContext): Promise<void> {
  if ([...tags].every((tag) => tagsSeen.has(tag))) return;
  const { id: team_id } = await context.directory.workspace();
  const labels = (await context.clickup.call(Getalltagsfromtimeentries, { path: { team_id } })).data;
  const ofTasks = await context.directory.objects('tag');
  const known = new Set([...labels, ...ofTasks].map(({ name }) => name.toLowerCase()));
  const unknown = [...tags].filter((tag) => !tagsSeen.has(tag) && !known.has(tag));
  if (unknown.length === 0) return;
  const names = labels.map(({ name }) => name);
  throw new AppError(
    'invalid_parameters',
    `tags: there is no tag ${unknown.map((tag) => `"${tag}"`).join(', ')}. Tracked time is labelled ${names.slice(0, NAMES_SHOWN).join(', ') || 'nowhere'}; tags of tasks in this range: ${[...tagsSeen].slice(0, NAMES_SHOWN).join(', ') || 'none'}.`,
    { details: { parameter: 'tags', candidates: [...new Set([...names, ...tagsSeen])].slice(0, NAMES_SHOWN) } },
  );
}

/** Where the page after these entries starts; undefined when they end the range. */
function nextOf(
  entries: readonly TimeEntry[],
  count: number,
  reached: number,
  { from, to, shown, label }: Position,
): Position | undefined {
  const last = entries[count - 1];
  if (entries.length <= count || !last)
    return reached > from ? { from, to: reached, shown: [], row: 0, label } : undefined;
  const until = Number(last.start) + 1;
  const same = entries
    .slice(0, count)
    .filter(({ start }) => Number(start) === Number(last.start))
    .map(({ id }) => id);
  return { from, to: until, shown: until === to ? [...shown, ...same] : same, row: 0, label };
}

/** The last entries of a range may be older than what was read. */
const missingText = (reached: number, from: number, zone: string): string | undefined =>
  reached > from
    ? `read back to ${weekdayText(reached, zone)} only, so these are no totals of the whole range: ask for ${formatInstant(from, zone, false)}..${formatInstant(reached - 1, zone, false)} as well`
    : undefined;

const runningText = (entries: readonly TimeEntry[], { zone, now }: ToolContext): string[] | undefined => {
  const lines = entries
    .filter(isRunning)
    .map(
      (entry) =>
        `${personName(entry.user)}: ${formatDuration(lengthOf(entry, now))} since ${formatInstant(Number(entry.start), zone, true)} on ${taskText(entry)}, not counted`,
    );
  return lines.length ? lines.slice(0, NAMES_SHOWN) : undefined;
};

export const listTimeEntries = defineTool({
  name: 'list_time_entries',
  title: 'List time entries',
  description:
    'Tracked time, newest first; sum_by answers totals. Yours of the last 30 days unless told otherwise; assignees: names or "everyone".',
  toolset: 'time',
  verb: 'list',
  covers: [Gettimeentrieswithinadaterange],
  needs: { tags: [Getalltagsfromtimeentries] },
  input,
  output: z.strictObject({
    scope: Scope,
    ...TABLE,
    total: z.string().optional(),
    running: z.array(z.string()).optional(),
    missing: z.string().optional(),
    ...PAGED_OUTPUT,
  }),
  async handler(args, context) {
    const { zone } = context;
    const position = positionOf(args, Position, context);
    const span = position ?? (await rangeOf(args.range ?? 'last 30 days', context));
    const filter = await understand(args, context);
    const found = await readEntries(filter, span, args.sum_by ? Infinity : PAGE_SIZE, context);
    if (filter.tags && !position) await checkTags(filter.tags, found, context);
    const { said } = filter;
    const missing = [
      found.ownOnly &&
        'the time of other people, which ClickUp shows to owners and admins of the Workspace only: this is yours alone',
      args.sum_by && missingText(found.reached, span.from, zone),
    ].filter((each) => typeof each === 'string');
    const understood = (...more: (string | false)[]) =>
      scope(found.ownOnly ? said.ownName : said.whose, span.label, said.place, said.tags, said.billable, ...more);
    if (args.sum_by) {
      const { table: sums, total } = sumUp(found.entries, [...new Set(args.sum_by)], context);
      const { table: page, next } = cutTable(sums, { row: span.row }, ANSWER_TOKENS);
      return {
        scope: understood(
          'an entry counts on the day it began',
          args.sum_by.includes('tag') && 'tags of entries, not of their tasks',
          missing.length ? 'incomplete' : 'complete',
        ),
        ...page,
        total,
        running: runningText(found.entries, context),
        missing: missing.join('; ') || undefined,
        next_cursor: next && cursorAt(args, { ...span, shown: [], row: next.row }, context),
      };
    }
    const { person, ...others } = entryColumns(context);
    const onePerson = found.ownOnly || !filter.query.assignee || filter.query.assignee.length === 1;
    const rows = table(found.entries.slice(0, PAGE_SIZE), onePerson ? others : { ...others, person: person! });
    const { table: page } = cutTable(rows, { row: 0 }, ANSWER_TOKENS);
    const next = nextOf(found.entries, page.rows.length, found.reached, span);
    const whole = !position && !next;
    const recorded = found.entries.filter((entry) => !isRunning(entry));
    return {
      scope: understood(
        missing.length ? 'incomplete' : whole ? 'complete' : next ? 'more with next_cursor' : 'the last page',
      ),
      ...page,
      total: whole
        ? `${formatDuration(recorded.reduce((sum, entry) => sum + lengthOf(entry, context.now), 0))}, ${recorded.length} entries`
        : undefined,
      running: runningText(found.entries.slice(0, page.rows.length), context),
      missing: missing.join('; ') || undefined,
      next_cursor: next && cursorAt(args, next, context),
    };
  },
});
