import { refuse } from '../refusal.js';
import { Goals } from './goals.js';
import { Chat } from './chat.js';
import { Ids } from './ids.js';
import { Related } from './relations.js';
import { Later } from './later.js';
import { Templates } from './templates.js';
import { Docs } from './docs.js';
import { OAuth } from './oauth.js';
import { TimeHistory } from './time-history.js';
import { Webhooks } from './webhooks.js';
import { People } from './people.js';
import {
  type Comment,
  type Folder,
  type List,
  type Space,
  type Task,
  type TimeEntry,
  type User,
  type Workspace,
} from './types.js';
import { Views } from './views.js';

/** What exists, by id. Everything that adds or removes an object does it here, so that no index is forgotten. */
export class World {
  readonly ids = new Ids();
  readonly users = new Map<number, User>();
  readonly workspaces = new Map<string, Workspace>();
  readonly spaces = new Map<string, Space>();
  readonly folders = new Map<string, Folder>();
  readonly lists = new Map<string, List>();
  readonly tasks = new Map<string, Task>();
  readonly comments = new Map<string, Comment>();
  readonly entries = new Map<string, TimeEntry>();
  readonly docs = new Docs();
  readonly oauth = new OAuth();
  readonly webhooks = new Webhooks();
  readonly timeHistory = new TimeHistory();
  readonly people = new People();
  readonly chat = new Chat();
  /** Ids of deleted tasks: they answer 404, while ids that never existed answer 401. */
  readonly trash = new Set<string>();
  readonly goals = new Goals();
  readonly views = new Views();
  readonly related = new Related();
  readonly templates = new Templates();
  readonly later = new Later();
  private readonly customIds = new Map<string, Task>();
  private readonly customCounts = new Map<Space, number>();

  constructor(readonly now: () => number) {}

  addSpace(space: Space): void {
    space.workspace.spaces.push(space);
    this.spaces.set(space.id, space);
    this.folders.set(space.hidden.id, space.hidden);
  }

  addFolder(folder: Folder): void {
    folder.space.folders.push(folder);
    this.folders.set(folder.id, folder);
  }

  addList(list: List): void {
    list.folder.lists.push(list);
    this.lists.set(list.id, list);
  }

  addTask(task: Task): void {
    task.list.tasks.push(task);
    workspaceOf(task.list).tasks.push(task);
    this.tasks.set(task.id, task);
    task.parent?.children.push(task);
    if (task.customId) this.customIds.set(customKey(workspaceOf(task.list), task.customId), task);
    this.changed(task);
  }

  addComment(comment: Comment): void {
    this.comments.set(comment.id, comment);
    if ('replies' in comment.on) comment.on.replies.push(comment);
    else if ('comments' in comment.on) comment.on.comments.push(comment);
    else this.listComments(comment.on).push(comment);
  }

  addEntry(entry: TimeEntry): void {
    this.entries.set(entry.id, entry);
    entry.workspace.entries.push(entry);
    entry.task?.entries.push(entry);
  }

  removeSpace(space: Space): void {
    for (const folder of [...space.folders, space.hidden]) this.removeFolder(folder);
    remove(space.workspace.spaces, space);
    this.spaces.delete(space.id);
  }

  removeFolder(folder: Folder): void {
    for (const child of folder.space.folders.filter(({ parent }) => parent === folder)) this.removeFolder(child);
    for (const list of [...folder.lists]) this.removeList(list);
    remove(folder.space.folders, folder);
    this.folders.delete(folder.id);
  }

  /** Moves the Folder with everything in it, subfolders too. @param position among those that then lie beside it */
  moveFolder(folder: Folder, space: Space, parent: Folder | undefined, position: number): void {
    folder.parent = parent;
    const below = (each: Folder): Folder[] => [
      each,
      ...each.space.folders.filter((other) => other.parent === each).flatMap(below),
    ];
    const moved = below(folder);
    for (const each of moved) remove(each.space.folders, each);
    for (const each of moved) each.space = space;
    const beside = space.folders.filter((each) => each.parent === parent);
    const next = beside[Math.max(0, position)];
    space.folders.splice(next ? space.folders.indexOf(next) : space.folders.length, 0, ...moved);
    for (const task of moved.flatMap(({ lists }) => lists).flatMap(({ tasks }) => tasks)) this.changed(task);
  }

  removeList(list: List): void {
    for (const task of [...list.tasks]) this.removeTask(task);
    this.related.forgetList(list);
    remove(list.folder.lists, list);
    this.lists.delete(list.id);
  }

  /** Deletes the task with its subtasks. */
  removeTask(task: Task): void {
    for (const child of [...task.children]) this.removeTask(child);
    if (!this.tasks.delete(task.id)) return;
    this.trash.add(task.id);
    this.related.forget(task);
    remove(task.list.tasks, task);
    remove(workspaceOf(task.list).tasks, task);
    if (task.parent) remove(task.parent.children, task);
    if (task.customId) this.customIds.delete(customKey(workspaceOf(task.list), task.customId));
    this.changed(task);
  }

  /** Moves the task with its subtasks to another List. A subtask that leaves the List of its parent becomes a task of its own. */
  moveTask(task: Task, list: List): void {
    if (task.parent && task.parent.list !== list) {
      remove(task.parent.children, task);
      task.parent = undefined;
    }
    remove(task.list.tasks, task);
    task.list = list;
    list.tasks.splice(list.tasks.findLastIndex(({ created }) => created <= task.created) + 1, 0, task);
    this.related.removeFromList(task, list);
    for (const child of task.children) this.moveTask(child, list);
    this.changed(task);
  }

  moveBelow(task: Task, parent: Task): void {
    if (task.parent) remove(task.parent.children, task);
    task.parent = parent;
    parent.children.push(task);
  }

  removeComment(comment: Comment): void {
    this.comments.delete(comment.id);
    if ('replies' in comment.on) remove(comment.on.replies, comment);
    else if ('comments' in comment.on) remove(comment.on.comments, comment);
    else remove(this.listComments(comment.on), comment);
  }

  removeEntry(entry: TimeEntry): void {
    this.entries.delete(entry.id);
    remove(entry.workspace.entries, entry);
    if (entry.task) remove(entry.task.entries, entry);
  }

  /** Tells the sorted copies that a task looks different now. */
  changed(task: Task): void {
    workspaceOf(task.list).version++;
  }

  taskByCustomId(workspace: Workspace, customId: string): Task | undefined {
    return this.customIds.get(customKey(workspace, customId));
  }

  /** The next free custom id of the Space, or null where the Space has none. */
  nextCustomId(space: Space): string | null {
    if (!space.prefix) return null;
    let count = this.customCounts.get(space) ?? 100;
    do count++;
    while (this.taskByCustomId(space.workspace, `${space.prefix}-${count}`));
    this.customCounts.set(space, count);
    return `${space.prefix}-${count}`;
  }

  /** Newest last. */
  listComments(list: List): Comment[] {
    let found = this.commentsOfLists.get(list);
    if (!found) this.commentsOfLists.set(list, (found = []));
    return found;
  }
  private readonly commentsOfLists = new WeakMap<List, Comment[]>();

  workspace(id: string): Workspace {
    const workspace = this.workspaces.get(id);
    if (!workspace) throw refuse.notAuthorized();
    return workspace;
  }
}

const customKey = (workspace: Workspace, customId: string) => `${workspace.id}:${customId}`;

function remove<T>(items: T[], item: T): void {
  const at = items.indexOf(item);
  if (at >= 0) items.splice(at, 1);
}

export const workspaceOf = (list: List): Workspace => list.folder.space.workspace;
export const statusesOf = (list: List) => list.statuses ?? list.folder.space.statuses;
export const isOpen = (task: Task): boolean => task.status.type !== 'closed';
