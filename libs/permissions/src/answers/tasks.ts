import { type Subtask, type Target, type Task } from '#libs/clickup';
import { type Where } from '../located.js';
import { type Rule, type View } from './rule.js';

type Any = Task | Subtask;

const target = (id: string): Target => ({ kind: 'task', id });

/** Where the task lies, as far as the answer says so. Subtasks often come without it, and need not lie where their parent does. */
function placeOf({ space, folder, list }: Any): Where | undefined {
  return list?.id
    ? { space: space?.id, folder: folder && !folder.hidden ? folder.id : undefined, list: list.id }
    : undefined;
}

/** The id of another task, or null where that task may not be seen. */
const other = (id: string | null | undefined, { shows, at }: View) =>
  id !== null && id !== undefined && shows(at(target(id))) ? id : null;

/** Shows a task without the ids of other tasks and Lists, except of those that may be seen as well. */
export const taskRule: Rule<Any> = {
  ask(task, _, questions) {
    const where = placeOf(task);
    if (where) questions.told(target(task.id), where);
    else questions.ask(target(task.id));
    for (const above of [task.parent, task.top_level_parent]) if (above) questions.ask(target(above));
  },
  show(task, view) {
    if (!view.shows(placeOf(task) ?? view.at(target(task.id)))) return undefined;
    const { linked_tasks: _, dependencies: __, parent, top_level_parent: top, project, locations, ...own } = task;
    return {
      ...own,
      parent: other(parent, view),
      ...(top !== undefined && { top_level_parent: other(top, view) }),
      ...(project && own.folder && { project: own.folder }),
      ...(locations && { locations: locations.filter(({ id }) => view.shows({ list: id })) }),
    };
  },
};
