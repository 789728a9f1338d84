import { type Change, plainTextOf, type Task, TASK_SHOWS, undone } from '#libs/clickup';
import { type When } from '#libs/core';
import { z } from 'zod';
import { priorityWord } from '../arguments/inputs.js';
import { dateText, dayText } from '../arguments/moments.js';
import { people } from './task.js';

/**
 * ClickUp answers 200 even if it ignored a part of the write, so everything that was asked for and that the task does not show is listed
 * here.
 */
export const NotApplied = z
  .array(z.strictObject({ field: z.string(), wanted: z.string(), got: z.string() }))
  .optional();
export type NotApplied = NonNullable<z.infer<typeof NotApplied>>;

/** What a write asked for, in ClickUp's values. */
export interface Wanted {
  name?: string | undefined;
  description?: string | undefined;
  status?: string | undefined;
  priority?: number | null | undefined;
  due_date?: When | null | undefined;
  start_date?: When | undefined;
  parent?: string | undefined;
  assignees?: Change<number> | undefined;
  tags?: Change<string> | undefined;
}

interface Difference {
  wanted: string;
  got: string;
}
type Check<V> = (wanted: V, task: Task, zone: string) => Difference | undefined;

const differs = (same: boolean, wanted: string | undefined, got: string | undefined): Difference | undefined =>
  same ? undefined : { wanted: wanted || 'none', got: got || 'none' };

/** Without a time of day only the day counts: ClickUp moves the hour itself. */
function date(field: 'due_date' | 'start_date'): Check<When | null> {
  return (wanted, task, zone) => {
    const got = task[field];
    if (wanted === null) return differs(!got, undefined, dateText(got, zone));
    const { ms, hasTime } = wanted;
    const same = hasTime ? Number(got) === ms : dayText(got, zone) === dayText(ms, zone);
    return differs(same, dateText(ms, zone), dateText(got, zone));
  };
}

/** Who or what should be there and is not, or should be gone and is still there. */
function change<T>(wanted: Change<T>, has: (item: T) => boolean, got: string): Difference | undefined {
  const { missing, left } = undone(wanted, has);
  return differs(
    missing.length + left.length === 0,
    [...missing.map(String), ...left.map((item) => `not ${String(item)}`)].join(', '),
    got,
  );
}

const CHECKS: { [Field in keyof Wanted]-?: Check<Exclude<Wanted[Field], undefined>> } = {
  name: (wanted, task) => differs(TASK_SHOWS.name(task, wanted), wanted, task.name),
  // The answer holds flattened text only, so what can be told is whether text arrived at all.
  description: (wanted, task) => {
    const got = plainTextOf(task).trim();
    return differs((wanted.trim() === '') === (got === ''), wanted.slice(0, 40), got.slice(0, 40));
  },
  status: (wanted, task) => differs(TASK_SHOWS.status(task, wanted), wanted, task.status.status),
  priority: (wanted, task) =>
    differs(TASK_SHOWS.priority(task, wanted), priorityWord(wanted), priorityWord(task.priority?.id)),
  due_date: date('due_date'),
  start_date: date('start_date'),
  parent: (wanted, task) => differs(TASK_SHOWS.parent(task, wanted), wanted, task.parent ?? undefined),
  assignees: (wanted, { assignees }) => {
    const ids = new Set(assignees.map(({ id }) => id));
    return change(wanted, (id) => ids.has(id), people(assignees));
  },
  tags: (wanted, { tags }) => {
    const names = new Set(tags.map(({ name }) => name.toLowerCase()));
    return change(wanted, (name) => names.has(name.toLowerCase()), tags.map(({ name }) => name).join(', '));
  },
};

/** Every wanted value that the task does not show, in the order of the table; undefined when it shows them all. */
export function notApplied(wanted: Wanted, task: Task, zone: string): NotApplied | undefined {
  const differences = Object.entries(CHECKS).flatMap(([field, check]) => {
    const value = wanted[field as keyof Wanted];
    if (value === undefined) return [];
    // null is a value too: none is wanted.
    const difference = (check as Check<unknown>)(value, task, zone);
    return difference ? [{ field, ...difference }] : [];
  });
  return differences.length ? differences : undefined;
}
