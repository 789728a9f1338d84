import { FIELD_TYPES } from '../field-types.js';
import { type Access } from '../world/access.js';
import { appliesTo, type Field, type TaskType } from '../world/custom-fields.js';
import { type Task, type Workspace } from '../world/types.js';
import { workspaceOf } from '../world/world.js';

/** The number by which ClickUp says that an applied object is a task type. */
const TASK_TYPE = 19;

const hides = ({ hiddenFromGuests }: Field, workspace: Workspace, access: Access | undefined) =>
  hiddenFromGuests && access?.role(workspace) === 4;

/** A field as it is defined. Which task types it is limited to is said only when asked for. */
export const fieldWire = (field: Field, withTypes = false) => ({
  id: field.id,
  name: field.name,
  type: field.type,
  type_config: field.config,
  date_created: String(field.created),
  hide_from_guests: field.hiddenFromGuests,
  required: field.required,
  ...(withTypes && field.taskTypes.length > 0
    ? { applied_objects: field.taskTypes.map((id) => ({ object_type: TASK_TYPE, object_id: id })) }
    : {}),
});

/** Definitions without those that a guest may not know. */
export const visibleFields = (fields: readonly Field[], workspace: Workspace, access: Access): Field[] =>
  fields.filter((field) => !hides(field, workspace, access));

/** Every field that the task can have; `value` is left out of those that are empty. */
export function fieldValuesWire(task: Task, access: Access | undefined) {
  const workspace = workspaceOf(task.list);
  return workspace.fields
    .of(task.list)
    .filter((field) => appliesTo(field, task) && !hides(field, workspace, access))
    .map((field) => {
      const value = FIELD_TYPES[field.type].show(field.values.get(task), { field, task, access });
      return value === undefined ? fieldWire(field) : { ...fieldWire(field), value };
    });
}

export const taskTypeWire = ({ id, name, name_plural, description }: TaskType) => ({
  id,
  name,
  name_plural,
  description,
});
