import { type TimeEntry } from '#libs/clickup';
import { formatDuration, formatInstant } from '#libs/core';
import { z } from 'zod';
import { timeText } from '../arguments/moments.js';
import { oneLine } from './one-line.js';
import { type Cell } from './table.js';
import { personName } from './task.js';
import { type ToolContext } from '../tool/tool.js';

type Clock = Pick<ToolContext, 'zone' | 'now'>;

/** ClickUp marks a running timer by a negative duration, whose size depends on the endpoint; the start tells the truth. */
export const isRunning = ({ duration }: Pick<TimeEntry, 'duration'>): boolean => Number(duration) < 0;

/** Milliseconds; of a running timer, until now. */
export const lengthOf = (entry: Pick<TimeEntry, 'duration' | 'start'>, now: number): number =>
  isRunning(entry) ? Math.max(0, now - Number(entry.start)) : Number(entry.duration);

/** Unix milliseconds; of a running timer, now. */
export const endOf = (entry: Pick<TimeEntry, 'duration' | 'start'>, now: number): number =>
  Number(entry.start) + lengthOf(entry, now);

const lengthText = (entry: TimeEntry, now: number): string =>
  formatDuration(lengthOf(entry, now)) + (isRunning(entry) ? ' (running)' : '');

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** `Fri 2026-11-20`. */
export function weekdayText(ms: number, zone: string): string {
  const day = formatInstant(ms, zone, false);
  return `${WEEKDAYS[new Date(`${day}T12:00:00Z`).getUTCDay()] ?? ''} ${day}`.trim();
}

/** `ENG-123 Fix the login`: what time was tracked on, by the reference that people use and its name. */
export const taskText = ({ task }: Pick<TimeEntry, 'task'>): string =>
  task ? `${task.custom_id ?? task.id} ${oneLine(task.name)}` : 'no task';

/** `14:00–16:00 ENG-123 Fix the login (entry 4518)`: an entry in one line, for a reader who knows the day. */
export function entryLine(entry: TimeEntry, { zone, now }: Clock): string {
  const clock = (ms: number) => formatInstant(ms, zone, true).slice(11, 16);
  const end = isRunning(entry) ? 'now (running)' : clock(endOf(entry, now));
  return `${weekdayText(Number(entry.start), zone)} ${clock(Number(entry.start))}–${end} ${taskText(entry)} (entry ${entry.id})`;
}

const SHOWN_DESCRIPTION = 300;
const short = (text: string): string =>
  text.length > SHOWN_DESCRIPTION ? `${text.slice(0, SHOWN_DESCRIPTION).trimEnd()}…` : text;

const tagsOf = ({ tags = [] }: Pick<TimeEntry, 'tags'>): string => tags.map(({ name }) => name).join(', ');

/** What a list of time entries shows of each. Descriptions are cut: one alone may be longer than an answer. */
export function entryColumns({ zone, now }: Clock): Record<string, (entry: TimeEntry) => Cell> {
  return {
    id: ({ id }) => id,
    start: ({ start }) => timeText(start, zone),
    duration: (entry) => lengthText(entry, now),
    person: ({ user }) => personName(user),
    task_id: ({ task }) => task?.custom_id ?? task?.id,
    task: ({ task }) => task?.name,
    billable: ({ billable }) => (billable ? 'yes' : undefined),
    tags: tagsOf,
    description: ({ description }) => short(description),
  };
}

/** What a write shows of the entry that it made or changed. */
export const ENTRY = {
  entry_id: z.string().optional(),
  task_id: z.string().optional(),
  task: z.string().optional(),
  start: z.string().optional(),
  end: z.string().optional(),
  duration: z.string().optional(),
  billable: z.boolean().optional(),
  description: z.string().optional(),
  tags: z.string().optional(),
};

/** See {@link ENTRY}. */
export function entryFacts(entry: TimeEntry, { zone, now }: Clock): z.output<z.ZodObject<typeof ENTRY>> {
  return {
    entry_id: entry.id,
    task_id: entry.task?.custom_id ?? entry.task?.id,
    task: entry.task?.name,
    start: timeText(entry.start, zone),
    end: isRunning(entry) ? undefined : timeText(endOf(entry, now), zone),
    duration: isRunning(entry) ? undefined : formatDuration(lengthOf(entry, now)),
    billable: entry.billable,
    description: entry.description || undefined,
    tags: tagsOf(entry) || undefined,
  };
}
