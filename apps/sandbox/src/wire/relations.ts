import { type Attachment, type Checklist, type Dependency, type Link } from '../world/relations.js';
import { historyOf } from '../world/status-history.js';
import { type Status, type Task } from '../world/types.js';
import { workspaceOf } from '../world/world.js';
import { userWire } from './user.js';

/** Items are flat: those below another one name it, and it lists their ids. */
export const checklistWire = ({ id, task, name, creator, created, items }: Checklist) => {
  const resolved = items.filter((item) => item.resolved).length;
  return {
    id,
    task_id: task.id,
    name,
    date_created: String(created),
    orderindex: task.relations.checklists.findIndex((checklist) => checklist.id === id),
    creator: creator.id,
    resolved,
    unresolved: items.length - resolved,
    items: items.map((item, orderindex) => ({
      id: item.id,
      name: item.name,
      orderindex,
      assignee: item.assignee ? userWire(item.assignee) : null,
      group_assignee: null,
      resolved: item.resolved,
      parent: item.parent?.id ?? null,
      date_created: String(item.created),
      children: items.filter(({ parent }) => parent === item).map((child) => child.id),
    })),
  };
};

/** `type` is 1 on both sides. */
const dependencyWire = ({ task, on, by, created }: Dependency) => ({
  task_id: task.id,
  depends_on: on.id,
  type: 1,
  date_created: String(created),
  userid: String(by.id),
  workspace_id: workspaceOf(task.list).id,
  chain_id: null,
});

/** The same record on both sides: `task_id` is where it was made. */
const linkWire = ({ from, to, by, created }: Link) => ({
  task_id: from.id,
  link_id: to.id,
  date_created: String(created),
  userid: String(by.id),
  workspace_id: workspaceOf(from.list).id,
});

/** What every answer with a task says about its relations. */
export const relationsWire = ({ relations: { checklists, dependencies, links, lists } }: Task) => ({
  checklists: checklists.map(checklistWire),
  dependencies: dependencies.map(dependencyWire),
  linked_tasks: links.map(linkWire),
  locations: [...lists].map(({ id, name }) => ({ id, name })),
});

const extensionOf = (title: string): string =>
  title.includes('.') ? title.slice(title.lastIndexOf('.') + 1).toLowerCase() : '';
const urlOf = ({ id, title }: Attachment) =>
  `https://t12345.p.clickup-attachments.com/t12345/${id}/${encodeURIComponent(title)}`;
const thumbnail = (attachment: Attachment, size: string) =>
  attachment.mime.startsWith('image/') ? `${urlOf(attachment)}_${size}.png` : null;

/** The id of an attachment in API v2 ends like the file. */
const v2Id = ({ id, title }: Attachment): string => (extensionOf(title) ? `${id}.${extensionOf(title)}` : id);

/** The answer to an upload by API v2. */
export const uploadedWire = (attachment: Attachment) => ({
  id: v2Id(attachment),
  version: '0',
  date: attachment.created,
  title: attachment.title,
  extension: extensionOf(attachment.title),
  thumbnail_small: thumbnail(attachment, 'small'),
  thumbnail_large: thumbnail(attachment, 'large'),
  url: urlOf(attachment),
});

/** An attachment inside a task: numbers where the upload answered text. */
export const attachmentWire = (attachment: Attachment) => ({
  ...uploadedWire(attachment),
  version: 0,
  type: 1,
  source: 1,
  thumbnail_medium: thumbnail(attachment, 'medium'),
  is_folder: null,
  mimetype: attachment.mime,
  hidden: false,
  parent_id: attachment.parentId,
  size: attachment.size,
  total_comments: 0,
  resolved_comments: 0,
  user: userWire(attachment.user),
  deleted: false,
  orientation: null,
  url_w_query: `${urlOf(attachment)}?view=open`,
  url_w_host: urlOf(attachment),
});

/** An attachment as API v3 gives it. */
export const entityAttachmentWire = (attachment: Attachment, parent_entity_type: 'tasks' | 'custom_fields') => ({
  id: attachment.id,
  title: attachment.title,
  extension: extensionOf(attachment.title),
  mime_type: attachment.mime,
  size: attachment.size,
  url: urlOf(attachment),
  signed: false,
  parent_entity_type,
  parent_id: attachment.parentId,
  user_id: attachment.user.id,
  date_created: attachment.created,
  date_updated: attachment.created,
  thumbnail_small: thumbnail(attachment, 'small'),
  thumbnail_medium: thumbnail(attachment, 'medium'),
  thumbnail_large: thumbnail(attachment, 'large'),
});

/** Whole minutes per status, all stays together; `since` is the newest entry. */
export function timeInStatusWire(task: Task, now: number) {
  const stays = historyOf(task).map((stay, at, all) => ({ ...stay, spent: (all[at + 1]?.since ?? now) - stay.since }));
  const total = new Map<string, { status: Status; since: number; spent: number }>();
  for (const { status, since, spent } of stays)
    total.set(status.status, { status, since, spent: spent + (total.get(status.status)?.spent ?? 0) });
  const time = ({ since, spent }: { since: number; spent: number }) => ({
    by_minute: Math.floor(spent / 60_000),
    since: String(since),
  });
  const last = stays.at(-1) ?? { since: task.created, spent: now - task.created };
  return {
    current_status: { status: task.status.status, color: task.status.color, total_time: time(last) },
    status_history: [...total.values()]
      .sort((a, b) => a.status.orderindex - b.status.orderindex)
      .map((stay) => ({
        status: stay.status.status,
        color: stay.status.color,
        type: stay.status.type,
        total_time: time(stay),
        orderindex: stay.status.orderindex,
      })),
  };
}
