import { type Call } from './call.js';
import { FIELD_TYPES } from './field-types.js';
import { objectIn, textField } from './fields.js';
import { refuse } from './refusal.js';
import { visibleFields } from './wire/custom-field.js';
import { appliesTo, type Field } from './world/custom-fields.js';
import { type Task } from './world/types.js';
import { workspaceOf } from './world/world.js';

/** The field, if the asker may use it on this task. @throws Refusal 404 for one that its List does not have, 400 for one that its type does not have */
export function fieldFor(task: Task, id: string | undefined, { access }: Call): Field {
  const workspace = workspaceOf(task.list);
  const field = visibleFields(workspace.fields.of(task.list), workspace, access).find(
    (candidate) => candidate.id === id,
  );
  if (!field) throw refuse.fieldUnknown();
  if (!appliesTo(field, task)) throw refuse.fieldNotForType();
  return field;
}

/** Sets the field of a task; null empties it. @throws Refusal 400 for a value that the type of the field does not take */
export function setField(task: Task, field: Field, value: unknown, call: Call): void {
  const { accept } = FIELD_TYPES[field.type];
  if (!accept) throw refuse.fieldReadOnly();
  const kept = value === null ? undefined : accept(value, { field, task, call }, field.values.get(task));
  if (kept === undefined) field.values.delete(task);
  else field.values.set(task, kept);
}

/** `custom_fields` of a creation. Required fields are asked for only with `check_required_custom_fields`. @throws Refusal 400, 404 */
export function fillNewTask(task: Task, call: Call): void {
  const { custom_fields: given, check_required_custom_fields: check } = call.body;
  for (const item of Array.isArray(given) ? (given as unknown[]) : []) {
    const entry = objectIn(item) ?? {};
    setField(task, fieldFor(task, textField(entry, 'id'), call), entry.value, call);
  }
  const fields = workspaceOf(task.list).fields.of(task.list);
  if (check === true && fields.some((field) => field.required && appliesTo(field, task) && !field.values.has(task)))
    throw refuse.fieldRequired();
}
