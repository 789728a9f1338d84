import {
  Createatimeentry,
  Getalltagsfromtimeentries,
  Gettimeentrieswithinadaterange,
  type TimeEntry,
} from '#libs/clickup';
import { AppError, formatDuration, parseDuration } from '#libs/core';
import { z } from 'zod';
import { DurationText, Note, Ref, Refs, When } from '../arguments/inputs.js';
import { timeText } from '../arguments/moments.js';
import { naming } from '../arguments/naming.js';
import { addressOf } from '../arguments/address.js';
import { NotApplied } from '../answers/changes.js';
import { endOf, ENTRY, entryFacts, entryLine, weekdayText } from '../answers/entry.js';
import { defineTool, type ToolContext } from '../tool/tool.js';
import { type EntryTag, labelsFor } from './entry-tags.js';
import { startOf } from './working-day.js';

/** An entry that began longer ago than this before another one hardly overlaps it; ClickUp finds entries by their start alone. */
const LOOK_BACK_MS = 86_400_000;

interface Recorded {
  task: { task_id: string; custom: boolean };
  start: number;
  length: number;
  description: string | undefined;
  billable: boolean | undefined;
  tags: EntryTag[];
}

/**
 * The entry as it is kept, and those of the same person that lie in the same time. ClickUp's answer to a creation names neither the
 * entry nor the task, so it is read; undefined where that fails, because the time is recorded all the same.
 */
async function readBack(
  id: string | undefined,
  wanted: Recorded,
  { clickup, directory, now }: ToolContext,
): Promise<{ entry: TimeEntry | undefined; overlaps: TimeEntry[] } | undefined> {
  const end = wanted.start + wanted.length;
  const { id: team_Id } = await directory.workspace();
  try {
    const { data } = await clickup.call(Gettimeentrieswithinadaterange, {
      path: { team_Id },
      query: { start_date: wanted.start - LOOK_BACK_MS, end_date: end },
    });
    const entry = data.find((each) => each.id === id) ?? newest(data.filter((each) => isTwin(each, wanted)));
    const overlaps = data.filter(
      (each) => each.id !== entry?.id && Number(each.start) < end && endOf(each, now) > wanted.start,
    );
    return { entry, overlaps };
  } catch {
    return undefined;
  }
}

function isTwin({ start, duration, task, description }: TimeEntry, wanted: Recorded): boolean {
  const { task_id, custom } = wanted.task;
  return (
    Number(start) === wanted.start &&
    Number(duration) === wanted.length &&
    description === (wanted.description ?? '') &&
    (custom ? task?.custom_id?.toLowerCase() === task_id.toLowerCase() : task?.id === task_id)
  );
}

/** Of several that look the same, the one that was written last. */
const newest = (entries: readonly TimeEntry[]): TimeEntry | undefined =>
  [...entries].sort((a, b) => Number(b.at) - Number(a.at))[0];

type Kept = Pick<TimeEntry, 'start' | 'duration'> & {
  billable?: boolean | undefined;
  tags?: readonly { name: string }[] | undefined;
};

function ignored({ start, length, billable, tags }: Recorded, kept: Kept, zone: string): NotApplied | undefined {
  const has = new Set(kept.tags?.map(({ name }) => name.toLowerCase()));
  const missing = tags.filter(({ name }) => !has.has(name.toLowerCase()));
  const fields: NotApplied = [
    ...(Number(kept.start) === start
      ? []
      : [{ field: 'start', wanted: timeText(start, zone) ?? '', is: timeText(kept.start, zone) ?? 'none' }]),
    ...(Number(kept.duration) === length
      ? []
      : [{ field: 'duration', wanted: formatDuration(length), is: formatDuration(Number(kept.duration)) }]),
    ...(billable === undefined || billable === (kept.billable ?? false)
      ? []
      : [{ field: 'billable', wanted: String(billable), is: String(kept.billable ?? false) }]),
    ...(missing.length
      ? [{ field: 'tags', wanted: missing.map(({ name }) => name).join(', '), is: [...has].join(', ') || 'none' }]
      : []),
  ];
  return fields.length ? fields : undefined;
}

export const createTimeEntry = defineTool({
  name: 'create_time_entry',
  title: 'Log time',
  description:
    'Record worked time on a task, as "2h 30m". start: ISO or words ("yesterday 2pm"); without it the work ends now.',
  toolset: 'time',
  verb: 'create',
  covers: [Createatimeentry],
  needs: { tags: [Getalltagsfromtimeentries] },
  input: z.strictObject({
    task_id: Ref,
    duration: DurationText,
    start: When.optional(),
    description: Note.optional(),
    billable: z.boolean().optional(),
    tags: Refs.optional(),
  }),
  output: z.strictObject({
    ...ENTRY,
    new_tags: z.array(z.string()).optional(),
    overlaps: z.array(z.string()).optional(),
    not_applied: NotApplied,
    unverified: z.string().optional(),
  }),
  headline: ({ duration = '', start, task, task_id = '' }) => {
    const day = start ? `, ${weekdayText(Date.parse(`${start.slice(0, 10)}T12:00Z`), 'UTC')}` : '';
    return `Time recorded: ${duration} on ${task ? `"${task.replace(/\s+/g, ' ')}"` : task_id}${day}`;
  },
  async handler({ task_id, start, duration, description, billable, tags }, context) {
    const { zone } = context;
    const length = await naming('duration', () => parseDuration(duration));
    if (length === 0)
      throw new AppError('invalid_parameters', 'duration: must be more than nothing.', {
        details: { parameter: 'duration' },
      });
    const from = await startOf(start, length, context);
    const { path, query } = await addressOf('task_id', task_id, context);
    const { id: team_Id } = await context.directory.workspace();
    const labels = await labelsFor(tags, context);
    const body = {
      tid: path.task_id,
      start: from,
      duration: length,
      description,
      billable,
      ...(labels.tags.length && { tags: labels.tags }),
    };
    const answer = await context.clickup.call(Createatimeentry, { path: { team_Id }, query, body });
    const made = 'data' in answer ? answer.data : { ...answer, id: undefined };
    const wanted: Recorded = {
      task: { task_id: path.task_id, custom: query.custom_task_ids === true },
      start: Number(made.start),
      length: Number(made.duration),
      description: made.description ?? description,
      billable,
      tags: labels.tags,
    };
    const read = await readBack(made.id, wanted, context);
    const entry = read?.entry;
    return {
      ...(entry
        ? entryFacts(entry, context)
        : {
            entry_id: made.id,
            task_id: path.task_id,
            start: timeText(made.start, zone),
            end: timeText(Number(made.start) + Number(made.duration), zone),
            duration: formatDuration(Number(made.duration)),
            billable: made.billable,
            description: made.description || undefined,
          }),
      new_tags: labels.created.length ? labels.created : undefined,
      overlaps: read?.overlaps.length ? read.overlaps.map((each) => entryLine(each, context)) : undefined,
      not_applied: ignored({ ...wanted, start: from, length }, entry ?? made, zone),
      unverified: entry
        ? undefined
        : 'The entry was recorded and could not be read back: its id, the name of its task and overlaps are not known. Do not record it again.',
    };
  },
});
