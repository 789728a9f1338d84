import { GetTask, type Operation, type ArgumentsOf, type Task } from '#libs/clickup';
import { AppError } from '#libs/core';
import { oneLine } from '../answers/one-line.js';
import { isOpen } from '../answers/task.js';
import { isWhole } from '../task-changes/read-tasks.js';
import { type ToolContext } from '../tool/tool.js';
import { type UnderstoodFilters } from './filters.js';
import { longEnough } from './rows.js';
import { allOf, scanTasks } from './scan.js';
import { byList, type Where } from './where.js';

/** A page is worth its request when it saves at least so many others. */
const WORTH = 4;
/** A call looks through no more: it is to have requests left for what it is there for. */
const MOST_PAGES = 25;
/** How many Lists are named. */
const LISTS = 5;
const MINUTE = 60;

/** A task of a selection as it is when its turn comes. */
export interface Selected {
  task: Task;
  /** Whether the filters still find it. */
  matches: boolean;
}

/** The tasks of a selection as they are now; read by pages as far as the filters find them, and one by one when they are asked for. */
export class SelectedTasks {
  private readonly seen = new Map<string, Task>();

  /** @param found those that this very call has found */
  constructor(
    private readonly where: Where,
    private readonly filters: UnderstoodFilters,
    private readonly context: ToolContext,
    found: readonly Task[] = [],
  ) {
    this.keep(found);
  }

  private keep(tasks: readonly Task[]): void {
    for (const task of tasks) if (isWhole(task)) this.seen.set(task.id, task);
  }

  /** Looks for so many of them by the filters, with fewer requests than they would take one by one. */
  async look(count: number): Promise<void> {
    if (this.seen.size > 0) return;
    const pages = Math.min(MOST_PAGES, Math.ceil(count / WORTH));
    const { found } = await scanTasks(this.filters, allOf(this.where.archived ?? false, pages), this.context);
    this.keep((await longEnough(found, this.filters, this.context)).map(({ task }) => task));
  }

  /** What is known without asking ClickUp again: all of these match. */
  known(ids: readonly string[]): Task[] {
    return ids.flatMap((id) => this.seen.get(id) ?? []);
  }

  /** @returns undefined for one that is not there any more, or not to be seen @throws AppError */
  async now(id: string): Promise<Selected | undefined> {
    const seen = this.seen.get(id);
    return seen ? { task: seen, matches: true } : this.alone(id);
  }

  /** The same, read right now, with everything below it. */
  async alone(id: string, query: { include_subtasks?: true } = {}): Promise<Selected | undefined> {
    try {
      const task = await this.context.clickup.call(GetTask, { path: { task_id: id }, query });
      const inKind = Boolean(task.archived) === Boolean(this.where.archived);
      const matches =
        inKind && this.filters.holds(task) && (await longEnough([{ task }], this.filters, this.context)).length > 0;
      return { task, matches };
    } catch (thrown) {
      if (AppError.of(thrown).code === 'clickup_not_found') return undefined;
      throw thrown;
    }
  }
}

/** What is said of a task that is left as it is because it does not match any more. */
export const MOVED_ON = 'it does not match where any more';
export const GONE = 'it is not there any more';

/** `303 tasks in 4 Lists (Backend / Sprint 42: 120, …), 120 open, 183 done`. */
export function inWords(tasks: readonly Task[]): string {
  const lists = byList(tasks);
  const named = lists.slice(0, LISTS).map(({ name, tasks: { length } }) => `${oneLine(name)}: ${length}`);
  const open = tasks.filter(isOpen).length;
  const counts = [open && `${open} open`, open < tasks.length && `${tasks.length - open} done`].filter(Boolean);
  return `${counted(tasks.length, 'task')} in ${counted(lists.length, 'List')} (${named.join(', ')}${lists.length > LISTS ? ', …' : ''}), ${counts.join(', ')}`;
}

export const counted = (count: number, one: string): string =>
  `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`;

/** How long so many requests take at the pace that ClickUp allows. */
export function forecast(requests: number, { requestsPerMinute }: Pick<ToolContext, 'requestsPerMinute'>): string {
  const minutes = Math.round(requests / requestsPerMinute());
  if (minutes < 1) return 'less than a minute';
  return `about ${minutes < 2 * MINUTE ? counted(minutes, 'minute') : counted(Math.round(minutes / MINUTE), 'hour')}`;
}

/** What would be sent of one task. */
export interface Intended {
  task: Task;
  requests: readonly { operation: Operation; args: ArgumentsOf<Operation> }[];
}

/**
 * Refuses all when some may not be written. What may be done to tasks is told by where they lie, so one of each List is asked about; each
 * is judged again when it is sent.
 * @throws AppError `forbidden` that counts those that may not be written, by List
 */
export async function judgeByList(intended: readonly Intended[], { clickup }: ToolContext): Promise<void> {
  const requests = new Map(intended.map(({ task, requests }) => [task.id, requests]));
  const refused: { name: string; count: number; error: AppError }[] = [];
  for (const { name, tasks } of byList(intended.map(({ task }) => task))) {
    const samples = new Map<Operation, ArgumentsOf<Operation>>();
    for (const { id } of tasks)
      for (const { operation, args } of requests.get(id) ?? []) samples.set(operation, samples.get(operation) ?? args);
    try {
      for (const [operation, args] of samples) await clickup.judge(operation, [args]);
    } catch (thrown) {
      const error = AppError.of(thrown);
      if (error.code !== 'forbidden') throw thrown;
      refused.push({ name: oneLine(name), count: tasks.length, error });
    }
  }
  const [first] = refused;
  if (!first) return;
  const count = refused.reduce((sum, one) => sum + one.count, 0);
  const lists = refused.slice(0, LISTS).map(({ name, count }) => `${name}: ${count}`);
  throw new AppError(
    'forbidden',
    `${first.error.message} ${count} of ${counted(intended.length, 'task')} lie where this is not allowed (${lists.join(', ')}${refused.length > LISTS ? ', …' : ''}). Name the places in within that are allowed.`,
    { details: first.error.details, cause: first.error },
  );
}
