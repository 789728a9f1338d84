import { type Call, type Handler } from '../call.js';
import { textField } from '../fields.js';
import { refuse } from '../refusal.js';
import { entityAttachmentWire, uploadedWire } from '../wire/relations.js';
import { type Attachment } from '../world/relations.js';
import { workspaceOf } from '../world/world.js';
import { taskOf } from './task-address.js';

const PAGE = 50;
const LARGEST_PAGE = 100;

export const CreateTaskAttachment: Handler = (call) => {
  const task = taskOf(call, call.path.task_id);
  const attachment = fileIn(call, task.id);
  task.relations.attachments.push(attachment);
  return uploadedWire(attachment);
};

export const postEntityAttachment: Handler = (call) => {
  const { files, parent, id } = entityOf(call);
  const attachment = fileIn(call, id);
  files.push(attachment);
  return entityAttachmentWire(attachment, parent);
};

/** The cursor says how many came before; an empty one is the end. */
export const getParentEntityAttachments: Handler = (call) => {
  const { files, parent } = entityOf(call);
  const limit = Math.trunc(call.query.number('limit') ?? PAGE);
  if (limit < 1 || limit > LARGEST_PAGE) throw refuse.numberInvalid();
  const cursor = call.query.text('cursor');
  const before = cursor ? Buffer.from(cursor, 'base64url').toString() : '0';
  if (!/^\d{1,9}$/.test(before)) throw refuse.cursorInvalid();
  const start = Number(before);
  const end = start + limit;
  return {
    data: files.slice(start, end).map((file) => entityAttachmentWire(file, parent)),
    next_cursor: end < files.length ? Buffer.from(String(end)).toString('base64url') : '',
  };
};

/** What the path names: `attachments` is a task, `custom_fields` a File field of the Workspace. */
function entityOf({ world, access, path }: Call): {
  files: Attachment[];
  parent: 'tasks' | 'custom_fields';
  id: string;
} {
  const workspace = access.workspace(path.workspace_id);
  const id = path.entity_id ?? '';
  if (path.entity_type === 'attachments') {
    const task = access.task(id);
    if (workspaceOf(task.list) !== workspace) throw refuse.notAuthorized();
    return { files: task.relations.attachments, parent: 'tasks', id };
  }
  if (path.entity_type !== 'custom_fields') throw refuse.entityUnknown();
  const key = `${workspace.id}/${id}`;
  const files = world.related.fieldFiles.get(key) ?? [];
  world.related.fieldFiles.set(key, files);
  return { files, parent: 'custom_fields', id };
}

/** The first file in the form field `attachment`; others are dropped without a word. */
function fileIn({ world, user, body, now }: Call, parentId: string): Attachment {
  const file: unknown = Array.isArray(body.attachment) ? body.attachment[0] : undefined;
  if (!(file instanceof File)) throw refuse.noFile();
  return {
    id: world.related.nextUuid(),
    title: textField(body, 'filename') || file.name,
    mime: file.type || 'application/octet-stream',
    size: file.size,
    content: file,
    user,
    created: now,
    parentId,
  };
}
