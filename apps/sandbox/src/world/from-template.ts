import { makeList, makeTask } from './make.js';
import { flatten } from './markdown.js';
import { putTag } from './tagging.js';
import { type FolderTemplate, type ListTemplate, type TaskTemplate } from './templates.js';
import { type Folder, type List, type Task, type User } from './types.js';
import { statusesOf, type World } from './world.js';

const DAY = 86_400_000;

/** Who uses a template, when, and whether a part of it (by the name of the option) comes along. */
export interface Use {
  world: World;
  user: User;
  /** Unix milliseconds. */
  now: number;
  takes: (part: string) => boolean;
}

export function addTask(list: List, template: TaskTemplate, name: string, use: Use): Task {
  const { world, user, now, takes } = use;
  const task = newTask(list, name, undefined, takes('old_status') ? template.status : 0, use);
  Object.assign(task, {
    markdown: template.markdown,
    text: flatten(template.markdown),
    customItemId: takes('custom_type') ? template.taskType : 0,
    priority: takes('priority') ? template.priority : null,
    due: takes('old_due_date') && template.due !== null ? now + template.due * DAY : null,
    estimate: takes('time_estimate') ? template.estimate : null,
  });
  if (takes('old_tags')) for (const tag of template.tags) putTag(task, tag, user);
  world.addTask(task);
  if (takes('subtasks')) for (const subtask of template.subtasks) world.addTask(newTask(list, subtask, task, 0, use));
  return task;
}

function newTask(list: List, name: string, parent: Task | undefined, status: number, { world, user, now }: Use): Task {
  const statuses = statusesOf(list);
  const chosen = statuses[status] ?? statuses[0];
  if (!chosen) throw new Error(`${list.name} has no statuses.`);
  return makeTask(list, world.ids.next('task'), user, chosen, now, {
    name,
    parent,
    customId: world.nextCustomId(list.folder.space),
  });
}

/** @param id handed out before, because ClickUp names the List before it exists */
export function addList(
  folder: Folder,
  id: string,
  template: ListTemplate,
  name: string,
  content: string | undefined,
  use: Use,
): List {
  const list = makeList(folder, id, { name, content: content ?? template.content });
  use.world.addList(list);
  for (const task of template.tasks) addTask(list, task, task.name, use);
  return list;
}

/** Registers the Folder and fills it. */
export function addFolder(folder: Folder, template: FolderTemplate, use: Use): void {
  use.world.addFolder(folder);
  for (const list of template.lists) addList(folder, use.world.ids.next('list'), list, list.name, undefined, use);
}
