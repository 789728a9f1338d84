import { type Call, type Handler } from '../call.js';
import { flagField, numberField, textField } from '../fields.js';
import { refuse } from '../refusal.js';
import { checklistWire } from '../wire/relations.js';
import { type Checklist, type ChecklistItem, without } from '../world/relations.js';
import { type User } from '../world/types.js';
import { workspaceOf } from '../world/world.js';
import { taskOf } from './task-address.js';

export const CreateChecklist: Handler = (call) => {
  const { world, user, now } = call;
  const task = taskOf(call, call.path.task_id);
  const checklist: Checklist = {
    id: world.related.nextUuid(),
    task,
    name: nameIn(call),
    creator: user,
    created: now,
    items: [],
  };
  world.related.addChecklist(checklist);
  return answer(call, checklist);
};

/** A position beyond the end is the end. */
export const EditChecklist: Handler = (call) => {
  const checklist = checklistOf(call);
  const position = numberField(call.body, 'position');
  checklist.name = textField(call.body, 'name')?.trim() || checklist.name;
  if (typeof position === 'number') {
    const { checklists } = checklist.task.relations;
    without(checklists, (other) => other === checklist);
    checklists.splice(Math.max(0, position), 0, checklist);
  }
  touch(call, checklist);
  return {};
};

export const DeleteChecklist: Handler = (call) => {
  const checklist = checklistOf(call);
  call.world.related.removeChecklist(checklist);
  touch(call, checklist);
  return {};
};

export const CreateChecklistItem: Handler = (call) => {
  const checklist = checklistOf(call);
  const { world, body, now } = call;
  checklist.items.push({
    id: world.related.nextUuid(),
    name: nameIn(call),
    assignee: personIn(call, checklist, numberField(body, 'assignee')),
    resolved: false,
    parent: undefined,
    created: now,
  });
  return answer(call, checklist);
};

export const EditChecklistItem: Handler = (call) => {
  const { body } = call;
  const checklist = checklistOf(call);
  const item = itemOf(checklist, call.path.checklist_item_id);
  const parent = typeof body.parent === 'string' ? itemOf(checklist, body.parent) : undefined;
  if (parent && isBelow(parent, item)) throw refuse.parentBelow();
  const assignee = numberField(body, 'assignee');
  item.name = textField(body, 'name')?.trim() || item.name;
  item.resolved = flagField(body, 'resolved') ?? item.resolved;
  if (assignee !== undefined) item.assignee = personIn(call, checklist, assignee);
  if (body.parent !== undefined) item.parent = parent;
  return answer(call, checklist);
};

export const DeleteChecklistItem: Handler = (call) => {
  const checklist = checklistOf(call);
  const item = itemOf(checklist, call.path.checklist_item_id);
  without(checklist.items, (other) => isBelow(other, item));
  touch(call, checklist);
  return {};
};

function checklistOf({ world, access, path }: Call): Checklist {
  const checklist = world.related.checklists.get(path.checklist_id ?? '');
  if (!checklist) throw refuse.checklistUnknown();
  access.task(checklist.task.id);
  return checklist;
}

function itemOf(checklist: Checklist, id: string | undefined): ChecklistItem {
  const item = checklist.items.find((candidate) => candidate.id === id);
  if (!item) throw refuse.checklistItemUnknown();
  return item;
}

function nameIn({ body }: Call): string {
  const name = textField(body, 'name')?.trim();
  if (!name) throw refuse.checklistNameInvalid();
  return name;
}

/** Somebody outside of the Workspace counts as nobody. */
function personIn({ world }: Call, { task }: Checklist, id: number | null | undefined): User | undefined {
  const user = world.users.get(id ?? 0);
  return user && workspaceOf(task.list).members.has(user) ? user : undefined;
}

const isBelow = (item: ChecklistItem, above: ChecklistItem): boolean =>
  item === above || (item.parent !== undefined && isBelow(item.parent, above));

function touch({ world, now }: Call, { task }: Checklist): void {
  task.updated = now;
  world.changed(task);
}

function answer(call: Call, checklist: Checklist): object {
  touch(call, checklist);
  return { checklist: checklistWire(checklist) };
}
