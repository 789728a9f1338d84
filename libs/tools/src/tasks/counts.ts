import { formatInstant } from '#libs/core';
import { z } from 'zod';
import { type Table } from '../answers/table.js';
import { assigneeNames, isOpen, isOverdue, placeName } from '../answers/task.js';
import { priorityWord } from '../arguments/inputs.js';
import { type ToolContext } from '../tool/tool.js';
import { type AnyTask } from './task-filter.js';

const COUNTED = ['status', 'assignee', 'list', 'priority', 'tag', 'due'] as const;
export type Counted = (typeof COUNTED)[number];
export const CountBy = z.array(z.enum(COUNTED)).min(1).max(COUNTED.length);

type Clock = Pick<ToolContext, 'zone' | 'now'>;
const orNone = (names: readonly string[], none: string): readonly string[] => (names.length ? names : [none]);

/** The groups that a task belongs to: one, but for people and tags. */
const GROUPS: Readonly<Record<Counted, (task: AnyTask, clock: Clock) => readonly string[]>> = {
  status: ({ status }) => [status.status],
  assignee: (task) => orNone(assigneeNames(task), '(nobody)'),
  list: (task) => [placeName(task)],
  priority: ({ priority }) => [priorityWord(priority?.id) ?? 'none'],
  tag: ({ tags }) =>
    orNone(
      tags.map(({ name }) => name),
      '(no tag)',
    ),
  due: (task, clock) => [dueGroup(task, clock)],
};
const SEVERAL: ReadonlySet<Counted> = new Set<Counted>(['assignee', 'tag']);

const WEEK_MS = 7 * 86_400_000;

function dueGroup(task: AnyTask, { zone, now }: Clock): string {
  const due = Number(task.due_date ?? 0);
  if (!due) return '(no due date)';
  if (isOverdue(task, { zone, now })) return 'overdue';
  const [day, today] = [formatInstant(due, zone, false), formatInstant(now, zone, false)];
  if (day === today) return 'today';
  if (day < today) return 'past, finished';
  return due - now < WEEK_MS ? 'next 7 days' : 'later';
}

interface Count {
  open: number;
  overdue: number;
  total: number;
}
const add = (count: Count, task: AnyTask, clock: Clock): void => {
  count.total++;
  if (isOpen(task)) count.open++;
  if (isOverdue(task, clock)) count.overdue++;
};
const nothing = (): Count => ({ open: 0, overdue: 0, total: 0 });
const cells = ({ open, overdue, total }: Count): string[] => [open, overdue, total].map(String);

/** Counts per group, the largest first, and a last row in which each task counts once. */
export function counted(
  tasks: readonly AnyTask[],
  by: readonly Counted[],
  clock: Clock,
): { table: Table; several: string[] } {
  const groups = new Map<string, { names: string[]; count: Count }>();
  const all = nothing();
  const several = new Set<Counted>();
  for (const task of tasks) {
    add(all, task, clock);
    let keys: string[][] = [[]];
    for (const dimension of by) {
      const names = GROUPS[dimension](task, clock);
      if (names.length > 1) several.add(dimension);
      keys = keys.flatMap((key) => names.map((name) => [...key, name]));
    }
    for (const names of keys) {
      const key = JSON.stringify(names);
      const group = groups.get(key) ?? { names, count: nothing() };
      groups.set(key, group);
      add(group.count, task, clock);
    }
  }
  const sorted = [...groups.values()].sort(
    (a, b) =>
      b.count.open - a.count.open || b.count.total - a.count.total || (a.names.join() < b.names.join() ? -1 : 1),
  );
  const total = ['(all tasks)', ...by.slice(1).map(() => ''), ...cells(all)];
  return {
    table: {
      columns: [...by, 'open', 'overdue', 'total'],
      rows: [...sorted.map(({ names, count }) => [...names, ...cells(count)]), total],
    },
    several: [...several].filter((dimension) => SEVERAL.has(dimension)),
  };
}
