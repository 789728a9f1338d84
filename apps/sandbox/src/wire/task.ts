import { type Access } from '../world/access.js';
import { type Space, type Tag, type Task } from '../world/types.js';
import { workspaceOf } from '../world/world.js';
import { fieldValuesWire } from './custom-field.js';
import { folderRef, statusWire } from './places.js';
import { attachmentWire, relationsWire } from './relations.js';
import { ms, PRIORITIES } from './scalars.js';
import { userWire } from './user.js';

const NOT_SHARED = {
  public: false,
  public_share_expires_on: null,
  public_fields: [
    'assignees',
    'priority',
    'due_date',
    'content',
    'comments',
    'attachments',
    'customFields',
    'subtasks',
    'tags',
    'checklists',
    'coverimage',
  ],
  token: null,
  seo_optimized: false,
};

export const tagWire = (tag: Tag) => ({ name: tag.name, tag_fg: tag.fg, tag_bg: tag.bg, creator: tag.creator });

/** The tags of a task with the colours of its Space. */
export const tagsWire = (task: Task) => task.tags.map((name) => tagOf(task.list.folder.space, name));

function tagOf(space: Space, name: string) {
  const tag = space.tags.get(name);
  return tag ? tagWire(tag) : { name, tag_fg: '#ffffff', tag_bg: '#7b68ee' };
}

/** A task in a list of tasks. Its Markdown comes only `withMarkdown`, and what the asker may not know is left out of its fields; `time_spent` only when time was tracked. */
export function taskWire(task: Task, withMarkdown: boolean, access?: Access) {
  const spent = task.entries.reduce((sum, { start, end }) => sum + (end === null ? 0 : end - start), 0);
  const folder = folderRef(task.list.folder);
  return {
    id: task.id,
    custom_id: task.customId,
    custom_item_id: task.customItemId,
    name: task.name,
    text_content: task.text,
    description: task.text,
    ...(withMarkdown ? { markdown_description: task.markdown } : {}),
    status: statusWire(task.status),
    orderindex: `${task.created % 10_000_000}.00000000000000000000000000000000`,
    date_created: String(task.created),
    date_updated: String(task.updated),
    date_closed: ms(task.closed),
    date_done: ms(task.done),
    archived: task.archived,
    creator: userWire(task.creator),
    assignees: task.assignees.map(userWire),
    group_assignees: task.groups.map(({ id, name }) => ({ id, name })),
    watchers: task.watchers.map(userWire),
    tags: tagsWire(task),
    parent: task.parent?.id ?? null,
    top_level_parent: topOf(task)?.id ?? null,
    priority: task.priority === null ? null : (PRIORITIES[task.priority] ?? null),
    due_date: ms(task.due),
    start_date: ms(task.start),
    points: task.points,
    time_estimate: ms(task.estimate),
    ...(spent > 0 ? { time_spent: spent } : {}),
    custom_fields: fieldValuesWire(task, access),
    ...relationsWire(task),
    team_id: workspaceOf(task.list).id,
    url: `https://app.clickup.com/t/${task.id}`,
    sharing: NOT_SHARED,
    permission_level: 'create',
    list: { id: task.list.id, name: task.list.name, access: true },
    project: folder,
    folder,
    space: { id: task.list.folder.space.id },
  };
}

/** A task by itself. */
export const fullTaskWire = (task: Task, withMarkdown: boolean, withSubtasks: boolean, access?: Access) => ({
  ...taskWire(task, withMarkdown, access),
  ...(withSubtasks ? { subtasks: task.children.map((child) => taskWire(child, withMarkdown, access)) } : {}),
  attachments: task.relations.attachments.map(attachmentWire),
});

function topOf(task: Task): Task | undefined {
  let top = task.parent;
  while (top?.parent) top = top.parent;
  return top;
}
