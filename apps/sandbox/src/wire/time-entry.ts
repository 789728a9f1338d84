import { type TimeEntry } from '../world/types.js';
import { statusWire } from './places.js';
import { tagsWire } from './task.js';
import { userWire } from './user.js';

/** Minus the milliseconds so far while it runs. */
export const durationOf = ({ start, end }: TimeEntry, now: number): number =>
  end === null ? -Math.max(1, now - start) : end - start;

const taskOf = ({ task }: TimeEntry) =>
  task
    ? { id: task.id, custom_id: task.customId, name: task.name, status: statusWire(task.status), custom_type: null }
    : undefined;

const core = (entry: TimeEntry) => ({
  id: entry.id,
  ...(entry.task ? { task: taskOf(entry) } : {}),
  wid: entry.workspace.id,
  user: userWire(entry.user),
  billable: entry.billable,
  description: entry.description,
  tags: entry.tags.map(({ name, fg, bg, creator }) => ({ name, tag_fg: fg, tag_bg: bg, creator })),
});

/** An entry as GET gives it: `start` and `end` numbers, `duration` and `at` strings. Names and tags of the task come only when asked for. */
export const entryWire = (entry: TimeEntry, now: number, withNames: boolean, withTags: boolean) => ({
  ...core(entry),
  start: entry.start,
  ...(entry.end === null ? {} : { end: entry.end }),
  duration: String(durationOf(entry, now)),
  source: entry.source,
  at: String(entry.at),
  ...(entry.task
    ? { task_location: locationOf(entry.task, withNames), task_url: `https://app.clickup.com/t/${entry.task.id}` }
    : {}),
  ...(withTags && entry.task ? { task_tags: tagsWire(entry.task) } : {}),
});

function locationOf({ list }: NonNullable<TimeEntry['task']>, withNames: boolean) {
  const { folder } = list;
  const ids = { list_id: Number(list.id), folder_id: Number(folder.id), space_id: Number(folder.space.id) };
  return withNames ? { ...ids, list_name: list.name, folder_name: folder.name, space_name: folder.space.name } : ids;
}

/** The running timer: `start` and `at` strings, `duration` a number. */
export const runningWire = (entry: TimeEntry, now: number) => ({
  ...core(entry),
  start: String(entry.start),
  duration: durationOf(entry, now),
  at: String(entry.at),
});

/** What starting, stopping and deleting answer: `start` a string, everything else numbers. */
export const timerWire = (entry: TimeEntry, now: number) => ({
  ...core(entry),
  start: String(entry.start),
  ...(entry.end === null ? {} : { end: entry.end }),
  duration: durationOf(entry, now),
  source: entry.source,
  at: entry.at,
});
