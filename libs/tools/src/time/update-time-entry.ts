import { Getalltagsfromtimeentries, type TimeEntry, UpdateatimeEntry } from '#libs/clickup';
import { AppError, formatInstant, parseDuration, parseWhen } from '#libs/core';
import { z } from 'zod';
import { addressOf } from '../arguments/address.js';
import { DurationText, Note, Ref, Refs, When } from '../arguments/inputs.js';
import { moment } from '../arguments/moments.js';
import { naming } from '../arguments/naming.js';
import { Applied, NotApplied } from '../answers/changes.js';
import { ENTRY, entryFacts, isRunning } from '../answers/entry.js';
import { defineTool, type ToolContext } from '../tool/tool.js';
import { changeEntry, type EntryChange, isDone } from './change-entry.js';
import { entryById } from './entry-by-id.js';
import { coloured, labelsFor } from './entry-tags.js';

const NONE = 'none';

const input = z.strictObject({
  entry_id: Ref,
  duration: DurationText.optional(),
  start: When.optional(),
  task_id: Ref.optional(),
  description: Note.optional(),
  billable: z.boolean().optional(),
  add_tags: Refs.optional(),
  remove_tags: Refs.optional(),
});
type Args = z.output<typeof input>;

const refusal = (parameter: string, message: string) =>
  new AppError('invalid_parameters', `${parameter}: ${message}`, { details: { parameter } });

/** The start that was named; of a day alone, the time of day stays. */
async function startFrom(text: string, entry: TimeEntry, context: ToolContext): Promise<number> {
  const { zone, now } = context;
  const { ms, hasTime } = await moment('start', text, context, 'past');
  const time = formatInstant(Number(entry.start), zone, true).slice(11, 16);
  const start = hasTime ? ms : parseWhen(`${formatInstant(ms, zone, false)}T${time}`, zone, now).ms;
  if (start > now)
    throw refusal(
      'start',
      `${formatInstant(start, zone, true)} is in the future; a time entry records work that was done.`,
    );
  return start;
}

async function spanOf({ start, duration }: Args, entry: TimeEntry, context: ToolContext): Promise<EntryChange['span']> {
  if (start === undefined && duration === undefined) return undefined;
  if (isRunning(entry))
    throw refusal(
      start === undefined ? 'duration' : 'start',
      'this timer is running, and ClickUp changes start and end together only: stop_timer first.',
    );
  const length =
    duration === undefined ? Number(entry.duration) : await naming('duration', () => parseDuration(duration));
  if (length === 0) throw refusal('duration', 'must be more than nothing.');
  return { start: start === undefined ? Number(entry.start) : await startFrom(start, entry, context), length };
}

/** The tags that the entry should have, those of them that are new in the Workspace, and what cannot be taken off because it is not there. */
async function tagsOf({ add_tags, remove_tags }: Args, { tags = [] }: TimeEntry, context: ToolContext) {
  const absent: NotApplied = [];
  if (!add_tags && !remove_tags) return { tags: undefined, created: [], absent };
  const gone = new Set(remove_tags?.map((name) => name.toLowerCase()));
  const names = tags.map(({ name }) => name);
  for (const name of remove_tags ?? [])
    if (!names.some((each) => each.toLowerCase() === name.toLowerCase()))
      absent.push({ field: 'remove_tags', wanted: name, is: names.join(', ') || 'none', why: 'it has no such tag' });
  const added = await labelsFor(add_tags, context);
  const coming = new Set(added.tags.map(({ name }) => name.toLowerCase()));
  const kept = tags.filter(({ name }) => !gone.has(name.toLowerCase()) && !coming.has(name.toLowerCase()));
  return { tags: [...kept.map(coloured), ...added.tags], created: added.created, absent };
}

export const updateTimeEntry = defineTool({
  name: 'update_time_entry',
  title: 'Update time entry',
  description: 'Change a time entry; what is not given stays, "none" clears. entry_id from list_time_entries.',
  toolset: 'time',
  verb: 'update',
  covers: [UpdateatimeEntry],
  needs: { add_tags: [Getalltagsfromtimeentries] },
  input,
  output: z.strictObject({
    ...ENTRY,
    applied: Applied,
    not_applied: NotApplied,
    new_tags: z.array(z.string()).optional(),
    unverified: z.string().optional(),
  }),
  headline: ({ applied, not_applied, unverified }) =>
    unverified
      ? 'Time entry changed, but not seen afterwards'
      : applied?.length
        ? `Time entry changed${not_applied?.length ? ', but not in everything' : ''}`
        : 'Unchanged',
  async handler(args, context) {
    const { entry_id, task_id, description, billable } = args;
    if (Object.values(args).filter((value) => value !== undefined).length === 1)
      throw new AppError('invalid_parameters', 'Nothing to change: give at least one field besides entry_id.');
    const task = task_id === undefined ? undefined : await addressOf('task_id', task_id, context);
    const before = await entryById(entry_id, context);
    const { tags, created, absent } = await tagsOf(args, before, context);
    const change: EntryChange = {
      span: await spanOf(args, before, context),
      task,
      description: description?.toLowerCase() === NONE ? '' : description,
      billable,
      tags,
    };
    if (isDone(change, before))
      return { ...entryFacts(before, context), not_applied: absent.length ? absent : undefined };
    const { entry, applied, not_applied, unverified } = await changeEntry(change, before, context);
    return {
      ...entryFacts(entry, context),
      applied,
      not_applied: absent.length + not_applied.length ? [...absent, ...not_applied] : undefined,
      new_tags: created.length ? created : undefined,
      unverified,
    };
  },
});
