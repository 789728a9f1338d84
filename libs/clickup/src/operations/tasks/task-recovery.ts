import { type CallOperation, type Others } from '../../operation.js';
import { type Task } from '../entities/index.js';
import { LOOK_BACK_MS, ownTwin } from '../../reconcile.js';
import { type AskedTask, isTaskAsAsked } from './task-as-asked.js';
import { GetTask, GetTasks } from './task-reads.js';
import { type Change, numberOf, TASK_SHOWS, undone } from './task-shows.js';
import { GetAuthorizedUser } from '../workspace/workspace.js';

interface Creation {
  path: { list_id: string };
  body: AskedTask;
  sentAt: number;
  others: Others;
}

/** A new task is recognised by its List and its name. */
export const traceOfTask = ({ path, body }: { path: { list_id: string }; body: { name: string } }): string =>
  `task ${path.list_id} ${body.name.trim()}`;

/** A task of this name that this person made in this List since the request left, that looks as asked and belongs to no other request. */
export async function recoverCreatedTask(
  { path, body, ...sent }: Creation,
  read: CallOperation,
): Promise<Task | 'not_done' | 'unknown'> {
  const { user } = await read(GetAuthorizedUser, {});
  const { tasks, last_page } = await read(GetTasks, {
    path,
    query: {
      order_by: 'created',
      date_created_gt: sent.sentAt - LOOK_BACK_MS,
      include_closed: true,
      subtasks: true,
      archived: body.archived,
      include_markdown_description: true,
    },
  });
  if (!last_page) return 'unknown';
  const twins = tasks.filter((task) => TASK_SHOWS.name(task, body.name) && task.creator.id === user.id);
  return ownTwin(
    twins,
    {
      id: ({ id }) => id,
      madeAt: ({ date_created }) => Number(date_created),
      isAsAsked: (task) => isTaskAsAsked(task, body),
    },
    sent,
  );
}

/** People and groups are compared by their ids as text: some are numbers, some are not. */
const has = (people: readonly { id: number | string }[] = [], change: Change<number | string>): boolean => {
  const ids = new Set(people.map(({ id }) => String(id)));
  const { missing, left } = undone(change, (id) => ids.has(String(id)));
  return missing.length + left.length === 0;
};
const text = (value: string | null | undefined): string => (value ?? '').trim();

interface Wanted {
  name: string;
  description: string;
  markdown_content: string;
  status: string;
  priority: number | null;
  due_date: number | null;
  start_date: number | null;
  time_estimate: number | null;
  points: number | null;
  archived: boolean;
  parent: string;
  custom_item_id: number | null;
  assignees: Change<number>;
  group_assignees: Change<string>;
  watchers: Change<number>;
}

/**
 * Whether a task shows a wanted value to the letter: when it does not, the same update is sent again, which changes nothing that was
 * done. Fields that cannot be read back (`due_date_time`, …) have no row: they count as not done.
 */
const SHOWS: { [Field in keyof Wanted]: (task: Task, wanted: Wanted[Field]) => boolean } = {
  ...TASK_SHOWS,
  description: (task, wanted) => text(task.description) === text(wanted),
  markdown_content: (task, wanted) => text(task.markdown_description) === text(wanted),
  due_date: (task, wanted) => numberOf(task.due_date) === wanted,
  start_date: (task, wanted) => numberOf(task.start_date) === wanted,
  assignees: (task, wanted) => has(task.assignees, wanted),
  group_assignees: (task, wanted) => has(task.group_assignees, wanted),
  watchers: (task, wanted) => has(task.watchers, wanted),
};

interface Update {
  path: { task_id: string };
  query: { custom_task_ids?: boolean; team_id?: string };
  body: Partial<Wanted>;
}

/** The task as it is, when it already shows every wanted value; otherwise the same update may be sent again. */
export async function recoverUpdatedTask(
  { path, query, body }: Update,
  read: CallOperation,
): Promise<Task | 'not_done'> {
  const { custom_task_ids, team_id } = query;
  const task = await read(GetTask, { path, query: { custom_task_ids, team_id, include_markdown_description: true } });
  const wanted = Object.entries(body).filter(([, value]) => value !== undefined) as [keyof Wanted, never][];
  return wanted.every(([field, value]) => SHOWS[field]?.(task, value)) ? task : 'not_done';
}
