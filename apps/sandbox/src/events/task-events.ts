import { type Call } from '../call.js';
import { statusWire } from '../wire/places.js';
import { userWire } from '../wire/user.js';
import { type Comment, type Task } from '../world/types.js';
import { atTask, type Event } from './event.js';

type Name = (before: unknown, after: unknown) => string | undefined;
const always =
  (name?: string): Name =>
  () =>
    name;
const threads = (comments: readonly Comment[]): Comment[] =>
  comments.flatMap((comment) => [comment, ...threads(comment.replies)]);
const count = (value: unknown) => (value as unknown[]).length;

/** The watched fields of a task: how each is written in `history_items`, and which event it causes beside `taskUpdated`. */
const FIELDS: Readonly<Record<string, { read: (task: Task) => unknown; event: Name }>> = {
  name: { read: ({ name }) => name, event: always() },
  content: { read: ({ text }) => text, event: always() },
  status: { read: ({ status }) => statusWire(status), event: always('taskStatusUpdated') },
  priority: { read: ({ priority }) => priority, event: always('taskPriorityUpdated') },
  assignee: { read: ({ assignees }) => assignees.map(userWire), event: always('taskAssigneeUpdated') },
  due_date: { read: ({ due }) => due, event: always('taskDueDateUpdated') },
  start_date: { read: ({ start }) => start, event: always() },
  tag: { read: ({ tags }) => [...tags], event: always('taskTagUpdated') },
  section_moved: { read: ({ list }) => ({ id: list.id, name: list.name }), event: always('taskMoved') },
  parent: { read: ({ parent }) => parent?.id ?? null, event: always() },
  points: { read: ({ points }) => points, event: always() },
  archived: { read: ({ archived }) => archived, event: always() },
  time_estimate: { read: ({ estimate }) => estimate, event: always('taskTimeEstimateUpdated') },
  time_spent: {
    read: ({ entries }) =>
      entries.map(({ id, start, end, user }) => ({
        id,
        start: String(start),
        end: end === null ? null : String(end),
        userid: user.id,
      })),
    event: always('taskTimeTrackedUpdated'),
  },
  comment: {
    read: ({ comments }) =>
      threads(comments).map(({ id, text, resolved, assignee }) => ({
        id,
        comment_text: text,
        resolved,
        assignee: assignee?.id ?? null,
      })),
    // ClickUp has no event for a deleted comment.
    event: (before, after) =>
      count(after) > count(before)
        ? 'taskCommentPosted'
        : count(after) === count(before)
          ? 'taskCommentUpdated'
          : undefined,
  },
};

/** Fields whose change is no `taskUpdated`: they do not count as a change of the task itself. */
const BESIDE = new Set(['comment', 'time_spent']);

export type Look = Readonly<Record<string, unknown>>;
export const look = (task: Task): Look =>
  Object.fromEntries(Object.entries(FIELDS).map(([field, { read }]) => [field, read(task)]));

export const deleted = (task: Task): Event => ({ name: 'taskDeleted', at: atTask(task), ids: { task_id: task.id } });

/** A new task is announced twice: as created, and as having its first status. */
export function created(task: Task, call: Call): Event[] {
  const status = item(call, task, 'status', null, statusWire(task.status));
  const base = { at: atTask(task), ids: { task_id: task.id } };
  return [
    { ...base, name: 'taskCreated', history: [status, item(call, task, 'task_creation', null, null)] },
    { ...base, name: 'taskStatusUpdated', history: [status] },
  ];
}

/** One event for each field that looks different, and `taskUpdated` for all of them. */
export function changed(task: Task, before: Look, call: Call): Event[] {
  const after = look(task);
  const fields = Object.keys(FIELDS).filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
  const base = { at: atTask(task), ids: { task_id: task.id } };
  const items = new Map(fields.map((field) => [field, item(call, task, field, before[field], after[field])]));
  const own = [...items].flatMap(([field, history]): Event[] => {
    const name = FIELDS[field]?.event(before[field], after[field]);
    return name ? [{ ...base, name, history: [history] }] : [];
  });
  const all = [...items].filter(([field]) => !BESIDE.has(field)).map(([, history]) => history);
  return all.length > 0 ? [{ ...base, name: 'taskUpdated', history: all }, ...own] : own;
}

const item = ({ world, user, now }: Call, { list }: Task, field: string, before: unknown, after: unknown) => ({
  id: world.ids.next('history'),
  type: 1,
  date: String(now),
  field,
  parent_id: list.id,
  data: {},
  source: null,
  user: userWire(user),
  before,
  after,
});
