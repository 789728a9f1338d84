import { createHash } from 'node:crypto';
import { type List, type Status, type Task, type User } from './types.js';

export interface ChecklistItem {
  id: string;
  name: string;
  assignee: User | undefined;
  resolved: boolean;
  parent: ChecklistItem | undefined;
  created: number;
}

export interface Checklist {
  id: string;
  task: Task;
  name: string;
  creator: User;
  created: number;
  items: ChecklistItem[];
}

/** `task` waits on `on`. Both tasks hold the same object. */
export interface Dependency {
  task: Task;
  on: Task;
  by: User;
  created: number;
}

/** Both tasks hold the same object. */
export interface Link {
  from: Task;
  to: Task;
  by: User;
  created: number;
}

export interface Attachment {
  id: string;
  title: string;
  mime: string;
  /** Bytes. */
  size: number;
  /** What was uploaded; made up for a picture that was there from the start. */
  content?: Blob;
  user: User;
  created: number;
  /** A task or a File field. */
  parentId: string;
}

/** What a task has beside its fields. */
export interface Relations {
  checklists: Checklist[];
  dependencies: Dependency[];
  links: Link[];
  /** Additional Lists. */
  lists: Set<List>;
  attachments: Attachment[];
  /** Milliseconds by person id or `unassigned`; empty while there is only the estimate of the whole task. */
  estimates: Map<string, number>;
  /** Statuses since the first recorded change, oldest first; before that the times are made up from the task's own dates. */
  statuses: { status: Status; since: number }[];
}

export const makeRelations = (): Relations => ({
  checklists: [],
  dependencies: [],
  links: [],
  lists: new Set(),
  attachments: [],
  estimates: new Map(),
  statuses: [],
});

/** The indexes over the relations of all tasks. Hangs on the World. */
export class Related {
  readonly checklists = new Map<string, Checklist>();
  /** Files uploaded for File fields, by Workspace and field. */
  readonly fieldFiles = new Map<string, Attachment[]>();
  private readonly guests = new Map<List, Set<Task>>();
  private count = 0;

  /** The next id of the form that checklists, their items and attachments have; the same after each reset. */
  nextUuid(): string {
    const hex = createHash('sha256').update(`related ${this.count++}`).digest('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }

  /** Tasks that a List shows beside its own. */
  guestsOf(list: List): Iterable<Task> {
    return this.guests.get(list) ?? [];
  }

  addToList(task: Task, list: List): void {
    const guests = this.guests.get(list) ?? new Set();
    this.guests.set(list, guests.add(task));
    task.relations.lists.add(list);
  }

  removeFromList(task: Task, list: List): void {
    this.guests.get(list)?.delete(task);
    task.relations.lists.delete(list);
  }

  addChecklist(checklist: Checklist): void {
    this.checklists.set(checklist.id, checklist);
    checklist.task.relations.checklists.push(checklist);
  }

  removeChecklist(checklist: Checklist): void {
    this.checklists.delete(checklist.id);
    without(checklist.task.relations.checklists, (other) => other === checklist);
  }

  /** Takes a task that is deleted out of everything. */
  forget(task: Task): void {
    const { checklists, dependencies, links, lists } = task.relations;
    for (const { id } of checklists) this.checklists.delete(id);
    for (const dependency of dependencies)
      for (const end of [dependency.task, dependency.on])
        if (end !== task) without(end.relations.dependencies, (other) => other === dependency);
    for (const link of links)
      for (const end of [link.from, link.to]) if (end !== task) without(end.relations.links, (other) => other === link);
    for (const list of lists) this.guests.get(list)?.delete(task);
  }

  /** The same for a List. */
  forgetList(list: List): void {
    for (const task of this.guestsOf(list)) task.relations.lists.delete(list);
    this.guests.delete(list);
  }
}

/** Removes what matches from an array that others hold. */
export function without<T>(items: T[], gone: (item: T) => boolean): void {
  for (let at = items.length - 1; at >= 0; at--) if (gone(items[at] as T)) items.splice(at, 1);
}

/** Makes a task wait on another; a second time nothing happens. */
export function depend(task: Task, on: Task, by: User, created: number): void {
  if (task.relations.dependencies.some((known) => known.task === task && known.on === on)) return;
  const dependency = { task, on, by, created };
  for (const end of [task, on]) end.relations.dependencies.push(dependency);
}

/** Links two tasks; a second time, in either direction, nothing happens. */
export function link(from: Task, to: Task, by: User, created: number): void {
  if (linked(from, to)) return;
  const made = { from, to, by, created };
  for (const end of [from, to]) end.relations.links.push(made);
}

/** The link between two tasks, whoever made it from which side. */
export const linked = (a: Task, b: Task): Link | undefined =>
  a.relations.links.find(({ from, to }) => (from === a && to === b) || (from === b && to === a));
