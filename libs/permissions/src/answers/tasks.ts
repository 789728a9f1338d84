import { type Subtask, type Target, type Task } from '#libs/clickup';
import { type Where } from '../located.js';
import { type Rule, type View } from './rule.js';

type Any = Task | Subtask;

const target = (id: string): Target => ({ kind: 'task', id });

/** Where it says that it lies; a subtask need not say it, and need not lie where its parent does. */
function placeOf({ space, folder, list }: Any): Where | undefined {
  return list?.id
    ? { space: space?.id, folder: folder && !folder.hidden ? folder.id : undefined, list: list.id }
    : undefined;
}

/** Another task, by its id, if it may be seen. */
const other = (id: string | null | undefined, { shows, at }: View) =>
  id !== null && id !== undefined && shows(at(target(id))) ? id : null;

/** A task without what it names of others, which may lie anywhere. */
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
