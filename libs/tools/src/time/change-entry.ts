import { type ArgumentsOf, type TimeEntry, UpdateatimeEntry } from '#libs/clickup';
import { AppError, formatDuration } from '#libs/core';
import { timeText } from '../arguments/moments.js';
import { type NotApplied, wasIs } from '../answers/changes.js';
import { isRunning, taskText } from '../answers/entry.js';
import { type ToolContext } from '../tool/tool.js';
import { entryById } from './entry-by-id.js';
import { coloured, type EntryTag } from './entry-tags.js';

type Body = NonNullable<ArgumentsOf<typeof UpdateatimeEntry>['body']>;
type Asking = Pick<ToolContext, 'clickup' | 'directory' | 'zone'>;

/** What an entry should be; what is not there stays. */
export interface EntryChange {
  /** Unix milliseconds and milliseconds: always together, because ClickUp changes start and end together only (ClickUp fact 41). */
  span?: { start: number; length: number } | undefined;
  task?: { path: { task_id: string }; query: { custom_task_ids?: true; team_id?: string } } | undefined;
  /** Empty for none. */
  description?: string | undefined;
  billable?: boolean | undefined;
  /** All tags that it should have afterwards. */
  tags?: EntryTag[] | undefined;
}

const named = (tags: readonly { name: string }[] = []): string =>
  tags
    .map(({ name }) => name.toLowerCase())
    .sort()
    .join(', ');

const isOn = ({ task }: TimeEntry, { path, query }: NonNullable<EntryChange['task']>): boolean =>
  query.custom_task_ids ? task?.custom_id?.toLowerCase() === path.task_id.toLowerCase() : task?.id === path.task_id;

/** Each field as a reader sees it, and whether an entry has what was asked for. */
const FIELDS: readonly {
  field: string;
  text: (entry: TimeEntry, zone: string) => string | undefined;
  wanted: (change: EntryChange, zone: string) => string | undefined;
  holds: (change: EntryChange, entry: TimeEntry) => boolean;
}[] = [
  {
    field: 'start',
    text: ({ start }, zone) => timeText(start, zone),
    wanted: ({ span }, zone) => span && timeText(span.start, zone),
    holds: ({ span }, { start }) => !span || Number(start) === span.start,
  },
  {
    field: 'duration',
    text: (entry) => (isRunning(entry) ? 'running' : formatDuration(Number(entry.duration))),
    wanted: ({ span }) => span && formatDuration(span.length),
    holds: ({ span }, { duration }) => !span || Number(duration) === span.length,
  },
  {
    field: 'task',
    text: ({ task }) => (task ? taskText({ task }) : undefined),
    wanted: ({ task }) => task?.path.task_id,
    holds: ({ task }, entry) => !task || isOn(entry, task),
  },
  {
    field: 'description',
    text: ({ description }) => description,
    wanted: ({ description }) => description,
    holds: ({ description }, entry) => description === undefined || description.trim() === entry.description.trim(),
  },
  {
    field: 'billable',
    text: ({ billable }) => String(billable),
    wanted: ({ billable }) => billable?.toString(),
    holds: ({ billable }, entry) => billable === undefined || billable === entry.billable,
  },
  {
    field: 'tags',
    text: ({ tags }) => named(tags),
    wanted: ({ tags }) => named(tags),
    holds: ({ tags }, entry) => !tags || named(tags) === named(entry.tags),
  },
];

/** Whether there is anything to send: an entry that has it all already is left alone. */
export const isDone = (change: EntryChange, entry: TimeEntry): boolean =>
  FIELDS.every(({ holds }) => holds(change, entry));

/** The request for a change. Tags go along even if they stay, because ClickUp demands them. */
function requestOf({ span, task, description, billable, tags }: EntryChange, entry: TimeEntry, team_id: string) {
  const body: Body = {
    tags: tags ?? (entry.tags ?? []).map(coloured),
    tag_action: 'replace',
    ...(span && { start: span.start, end: span.start + span.length, duration: span.length }),
    ...(task && { tid: task.path.task_id }),
    description,
    billable,
  };
  return { path: { team_id, timer_id: entry.id }, query: task?.query ?? {}, body };
}

export interface Changed {
  entry: TimeEntry;
  /** `duration: 2h → 1h`. */
  applied: string[];
  not_applied: NotApplied;
  /** Why it is not certain. */
  unverified?: string;
}

const SHOWN = 200;
const short = (text: string | undefined): string | undefined =>
  text && text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;

/** What became of each field, from the entry before and after. */
function outcome(change: EntryChange, before: TimeEntry, after: TimeEntry, zone: string): Omit<Changed, 'entry'> {
  const applied = FIELDS.map(({ field, text }) => wasIs(field, short(text(before, zone)), short(text(after, zone))));
  const not_applied = FIELDS.filter(({ holds }) => !holds(change, after)).map(({ field, text, wanted }) => ({
    field,
    wanted: short(wanted(change, zone)) || 'none',
    is: short(text(after, zone)) || 'none',
  }));
  return { applied: applied.filter((line) => line !== undefined), not_applied };
}

/**
 * Sends a change of an entry. ClickUp answers nothing to it, so the entry is read afterwards. That decides, too, where the answer was lost.
 * @throws AppError what ClickUp refuses; `unknown_outcome` where the answer was lost and the entry does not show the change
 */
export async function changeEntry(change: EntryChange, before: TimeEntry, context: Asking): Promise<Changed> {
  const { id: team_id } = await context.directory.workspace();
  let lost: AppError | undefined;
  try {
    await context.clickup.call(UpdateatimeEntry, requestOf(change, before, team_id));
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'unknown_outcome') throw thrown;
    lost = thrown;
  }
  let after: TimeEntry;
  try {
    after = await entryById(before.id, context);
  } catch {
    if (lost) throw lost;
    return {
      entry: before,
      applied: [],
      not_applied: [],
      unverified:
        'ClickUp accepted the change, and the entry could not be read afterwards: what is shown is from before.',
    };
  }
  // It may still arrive.
  if (lost && !isDone(change, after)) throw lost;
  return { entry: after, ...outcome(change, before, after, context.zone) };
}
