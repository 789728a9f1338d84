import { isObject } from '#libs/core';
import { type Operation } from '../../operation.js';
import { canonicalTaskId, isCustomTaskId } from '../../task-ids.js';

type Json = Readonly<Record<string, unknown>>;
/** The parts of a request that say which objects it is about. */
interface Asked {
  path: Readonly<Record<string, string>>;
  query: Json;
  body: unknown;
}

/** What an answer says under these names lies where, or belongs to what, the path has named. */
const PARENTS = ['task_id', 'checklist_id', 'goal_id', 'doc_id', 'workspace_id'];
/** Objects that a path names, and where an answer shows them: in an envelope of this name, or as the place of what it is about. */
const ENVELOPES: Readonly<Record<string, string>> = {
  checklist_id: 'checklist',
  goal_id: 'goal',
  key_result_id: 'key_result',
  view_id: 'view',
  task_id: 'task',
  team_id: 'team',
  folder_id: 'folder',
  space_id: 'space',
};

/**
 * Whether the answer to a write names the object that was asked for, as far as it names any: an answer about another one says nothing of
 * this write. What an answer leaves out passes.
 */
export function isAbout({ path: template, verb }: Operation, { path, query, body }: Asked, answer: unknown): boolean {
  if (!isObject(answer)) return true;
  const custom = query.custom_task_ids === true;
  const same = (name: string, id: unknown): boolean => {
    const asked = path[name];
    if (asked === undefined || !isId(id)) return true;
    if (name === 'task_id' && (custom || isCustomTaskId(asked))) return true;
    return canonicalTaskId(String(id)) === canonicalTaskId(asked);
  };
  const inner = Object.values(ENVELOPES).map((name) => answer[name]);
  const objects = [answer, answer.data, ...inner].filter(isObject);
  if (!objects.every((object) => PARENTS.every((name) => same(name, object[name])))) return false;
  if (!Object.entries(ENVELOPES).every(([name, envelope]) => same(name, idOf(answer[envelope])))) return false;
  if (verb === 'create') return isSubtask(body) || same('list_id', idOf(answer.list));
  // Of an object that the path names last, the answer shows that object itself.
  const last = /\{(\w+)\}$/.exec(String(template))?.[1];
  return (verb !== 'update' && verb !== 'delete') || last === undefined || same(last, answer.id ?? idOf(answer.data));
}

/** A subtask lies in the List of its parent (ClickUp fact 25), whatever the path says. */
const isSubtask = (body: unknown): boolean => isObject(body) && typeof body.parent === 'string';
const idOf = (value: unknown): unknown => (isObject(value) ? value.id : undefined);
const isId = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';
