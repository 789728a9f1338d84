import { type Task } from '#libs/clickup';
import { formatInstant } from '#libs/core';
import { priorityWord } from '../arguments/inputs.js';
import { dateText } from '../arguments/moments.js';
import { type Cell } from './table.js';
import { type ToolContext } from '../tool/tool.js';

type Named = { username: string | null; email?: string | undefined; id: number };
type Ms = string | number | null | undefined;

/** A task as far as lists show it: one of ClickUp's answers, or one that was kept of them. */
export interface ListedTask {
  id: string;
  custom_id?: string | null | undefined;
  name: string;
  status: { status: string; type: string };
  priority?: { id: string } | null | undefined;
  assignees: readonly Named[];
  group_assignees?: readonly { id: string; name?: string | undefined }[] | undefined;
  due_date: Ms;
  list?: { id: string; name: string } | undefined;
}

export const personName = ({ username, email, id }: Named): string => username ?? email ?? String(id);
export const people = (users: readonly Named[]): string => users.map(personName).join(', ');

/** People, and groups that a task is assigned to as such. */
export const assigneeNames = ({ assignees, group_assignees = [] }: ListedTask): string[] => [
  ...assignees.map(personName),
  ...group_assignees.map(({ id, name }) => name ?? id),
];

/** `Folder / List`. Lists without a Folder lie in a hidden one, which people never see, so it is left out. */
export const placeName = ({ folder, list }: Pick<Task, 'folder' | 'list'>): string =>
  folder.hidden ? list.name : `${folder.name} / ${list.name}`;

/** The one reference of a task: its custom id where it has one. */
export const taskRefOf = ({ id, custom_id }: Pick<ListedTask, 'id' | 'custom_id'>): string => custom_id || id;

/** Whether there is still something to do: neither done nor closed. */
export const isOpen = ({ status: { type } }: Pick<ListedTask, 'status'>): boolean =>
  type !== 'done' && type !== 'closed';

/** Whether an open task should be finished by now. A due date without a time of day is over when its day is (ClickUp fact 13). */
export function isOverdue(task: Pick<ListedTask, 'status' | 'due_date'>, { zone, now }: Clock): boolean {
  const due = Number(task.due_date ?? 0);
  if (!due || due >= now || !isOpen(task)) return false;
  const exact = formatInstant(due, zone, true);
  return !exact.includes('T04:00') || exact.slice(0, 10) < formatInstant(now, zone, false);
}
type Clock = Pick<ToolContext, 'zone' | 'now'>;

/** What a list of tasks shows of each. */
export function taskColumns({ zone }: Pick<ToolContext, 'zone'>): Record<string, (task: ListedTask) => Cell> {
  return {
    ref: taskRefOf,
    name: ({ name }) => name,
    status: ({ status }) => status.status,
    priority: ({ priority }) => priorityWord(priority?.id),
    assignees: (task) => assigneeNames(task).join(', '),
    due: ({ due_date }) => dateText(due_date, zone),
    list: ({ list }) => list?.name,
  };
}
