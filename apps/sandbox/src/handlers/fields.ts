import { type Call, type Handler } from '../call.js';
import { fieldFor, setField } from '../field-values.js';
import { fieldWire, taskTypeWire, visibleFields } from '../wire/custom-field.js';
import { type Field } from '../world/custom-fields.js';
import { type Workspace } from '../world/types.js';
import { workspaceOf } from '../world/world.js';
import { taskOf } from './task-address.js';

const answer = (fields: readonly Field[], workspace: Workspace, { access, query }: Call) => ({
  fields: visibleFields(fields, workspace, access).map((field) =>
    fieldWire(field, query.flag('include_applied_objects')),
  ),
});

/** With the fields of everything that the List lies in; the other three levels give only what is defined exactly there. */
export const GetAccessibleCustomFields: Handler = (call) => {
  const list = call.access.list(call.path.list_id);
  const workspace = workspaceOf(list);
  return answer(workspace.fields.of(list), workspace, call);
};

export const getFolderAvailableFields: Handler = (call) => {
  const folder = call.access.folder(call.path.folder_id);
  return answer(folder.space.workspace.fields.at(folder), folder.space.workspace, call);
};

export const getSpaceAvailableFields: Handler = (call) => {
  const space = call.access.space(call.path.space_id);
  return answer(space.workspace.fields.at(space), space.workspace, call);
};

export const getTeamAvailableFields: Handler = (call) => {
  const workspace = call.access.workspace(call.path.team_id);
  return answer(workspace.fields.at(workspace), workspace, call);
};

export const SetCustomFieldValue: Handler = (call) => {
  const task = taskOf(call, call.path.task_id);
  setField(task, fieldFor(task, call.path.field_id, call), call.body.value, call);
  task.updated = call.now;
  call.world.changed(task);
  return {};
};

/** Emptying a field that is empty answers 200 and does nothing. */
export const RemoveCustomFieldValue: Handler = (call) => {
  const task = taskOf(call, call.path.task_id);
  setField(task, fieldFor(task, call.path.field_id, call), null, call);
  task.updated = call.now;
  call.world.changed(task);
  return {};
};

export const GetCustomItems: Handler = ({ access, path }) => ({
  custom_items: access.workspace(path.team_id).fields.taskTypes.map(taskTypeWire),
});
