import { type Task } from '#libs/clickup';

/** A person as rows show them. */
interface Assignee {
  id: number;
  username: string | null;
  email?: string | undefined;
}

/**
 * What the index keeps of a task: all that rows and counts show, and no text of a description. The names are those of ClickUp's own
 * answers, so that rows are made of either.
 */
export interface KeptTask {
  readonly id: string;
  readonly custom_id: string | null;
  readonly name: string;
  readonly status: { readonly status: string; readonly type: string };
  readonly priority: { readonly id: string } | null;
  readonly assignees: readonly Assignee[];
  readonly group_assignees: readonly { id: string; name?: string | undefined }[];
  readonly tags: readonly { name: string }[];
  readonly parent: string | null;
  readonly due_date: number | null;
  readonly date_created: number;
  readonly date_updated: number;
  readonly date_done: number | null;
  readonly date_closed: number | null;
  readonly time_estimate: number | null;
  readonly time_spent: number | null;
  readonly dependencies: readonly { task_id: string; depends_on: string }[];
  readonly list: { readonly id: string; readonly name: string };
  readonly folder: { readonly id: string; readonly name: string; readonly hidden: boolean };
  readonly space: { readonly id: string };
  /** When ClickUp last showed this task, in Unix milliseconds. */
  seen: number;
}

const NONE: readonly never[] = [];
const ms = (value: string | number | null | undefined): number | null =>
  value === null || value === undefined || value === '' ? null : Number(value);

/** Makes kept tasks. Ten thousand tasks name the same few Lists, statuses and people, so these are kept once. */
export class Keeper {
  private readonly shared = new Map<string, unknown>();

  /** @param seen Unix milliseconds of the request that showed the task */
  kept(task: Task, seen: number): KeptTask {
    const { status, priority, list, folder, space } = task;
    return {
      id: task.id,
      custom_id: task.custom_id ?? null,
      name: task.name,
      status: this.one({ status: status.status, type: status.type }),
      priority: priority ? this.one({ id: priority.id }) : null,
      assignees: this.all(task.assignees, ({ id, username, email }) => ({ id, username, email })),
      group_assignees: this.all(task.group_assignees ?? NONE, ({ id, name }) => ({ id, name })),
      tags: this.all(task.tags, ({ name }) => ({ name })),
      parent: task.parent,
      due_date: ms(task.due_date),
      date_created: Number(task.date_created),
      date_updated: Number(task.date_updated),
      date_done: ms(task.date_done),
      date_closed: ms(task.date_closed),
      time_estimate: ms(task.time_estimate),
      time_spent: ms(task.time_spent),
      dependencies: task.dependencies?.length
        ? task.dependencies.map(({ task_id, depends_on }) => ({ task_id, depends_on }))
        : NONE,
      list: this.one({ id: list.id, name: list.name }),
      folder: this.one({ id: folder.id, name: folder.name, hidden: folder.hidden ?? false }),
      space: this.one({ id: space.id }),
      seen,
    };
  }

  private all<T, R>(items: readonly T[], part: (item: T) => R): readonly R[] {
    return items.length === 0 ? NONE : this.one(items.map(part));
  }

  private one<T>(value: T): T {
    const key = JSON.stringify(value);
    const known = this.shared.get(key) as T | undefined;
    if (known !== undefined) return known;
    this.shared.set(key, value);
    return value;
  }
}
