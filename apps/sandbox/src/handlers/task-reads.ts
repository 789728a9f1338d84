import { type Handler } from '../call.js';
import { fullTaskWire, taskWire } from '../wire/task.js';
import { memberWire } from '../wire/user.js';
import { type List, type Task } from '../world/types.js';
import { workspaceOf } from '../world/world.js';
import { filterOf, page } from './task-filter.js';
import { taskOf } from './task-address.js';

export const GetTask: Handler = (call) =>
  fullTaskWire(
    taskOf(call, call.path.task_id),
    call.query.flag('include_markdown_description'),
    call.query.flag('include_subtasks'),
    call.access,
  );

export const GetTasks: Handler = ({ world, access, path, query }) => {
  const list = access.list(path.list_id);
  const shown = query.flag('include_timl')
    ? [...list.tasks, ...world.related.guestsOf(list)].sort((a, b) => a.created - b.created)
    : list.tasks;
  const { tasks, last } = page(shown, workspaceOf(list), query, filterOf(query));
  const withMarkdown = query.flag('include_markdown_description');
  return { tasks: tasks.map((task) => taskWire(task, withMarkdown, access)), last_page: last };
};

/** Places named in one request add up. Says nothing about further pages: fewer than 100 is the end. */
export const GetFilteredTeamTasks: Handler = ({ access, path, query }) => {
  const workspace = access.workspace(path.team_Id);
  const spaces = query.list('space_ids');
  const folders = query.list('project_ids');
  const lists = query.list('list_ids');
  const anywhere = !spaces && !folders && !lists;
  const asked = ({ id, folder }: List) =>
    anywhere || lists?.includes(id) || folders?.includes(folder.id) || spaces?.includes(folder.space.id);
  const parent = query.text('parent');
  const inPlace = new Map<List, boolean>();
  const matches = filterOf(query);
  const visible = (task: Task) => {
    let inside = inPlace.get(task.list);
    if (inside === undefined)
      inPlace.set(task.list, (inside = Boolean(asked(task.list)) && access.seesList(task.list)));
    return inside || (Boolean(asked(task.list)) && access.seesTask(task));
  };
  const { tasks } = page(
    workspace.tasks,
    workspace,
    query,
    (task) => visible(task) && (parent === undefined || task.parent?.id === parent) && matches(task),
  );
  const withMarkdown = query.flag('include_markdown_description');
  return { tasks: tasks.map((task) => taskWire(task, withMarkdown, access)) };
};

/** Only those it was shared with by hand. Takes no custom id. */
export const GetTaskMembers: Handler = ({ access, path }) => ({
  members: [...access.task(path.task_id).guests].map(memberWire),
});
