import { type TimeEntry } from '#libs/clickup';
import { formatDuration } from '#libs/core';
import { timeText } from '../arguments/moments.js';
import { type Cell } from './table.js';
import { personName } from './task.js';
import { type ToolContext } from '../tool/tool.js';

/** ClickUp marks a running timer by a negative duration, whose size depends on the endpoint; the start tells the truth. */
export const isRunning = ({ duration }: Pick<TimeEntry, 'duration'>): boolean => Number(duration) < 0;

/** Milliseconds; of a running timer, until now. */
export const lengthOf = (entry: Pick<TimeEntry, 'duration' | 'start'>, now: number): number =>
  isRunning(entry) ? Math.max(0, now - Number(entry.start)) : Number(entry.duration);

const lengthText = (entry: TimeEntry, now: number): string =>
  formatDuration(lengthOf(entry, now)) + (isRunning(entry) ? ' (running)' : '');

/** What a list of time entries shows of each. */
export function entryColumns({
  zone,
  now,
}: Pick<ToolContext, 'zone' | 'now'>): Record<string, (entry: TimeEntry) => Cell | undefined> {
  return {
    id: ({ id }) => id,
    start: ({ start }) => timeText(start, zone),
    duration: (entry) => lengthText(entry, now),
    person: ({ user }) => personName(user),
    task_id: ({ task }) => task?.id,
    task: ({ task }) => task?.name,
    billable: ({ billable }) => billable || undefined,
    description: ({ description }) => description,
  };
}
