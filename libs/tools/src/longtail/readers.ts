import {
  GetAuthorizedTeams,
  getChatChannel,
  getDocPublic,
  GetFolder,
  GetFolderlessLists,
  GetFolders,
  GetGoal,
  GetGoals,
  GetGuest,
  GetList,
  Getrunningtimeentry,
  Getsingulartimeentry,
  GetSpace,
  GetSpaceTags,
  GetTask,
  GetTeams1,
  Gettrackedtime,
  GetView,
  GetWebhooks,
  type TargetKind,
} from '#libs/clickup';
import { concurrently } from '../tool/concurrently.js';
import { readComment, readMessage } from './comment-readers.js';
import { type Around, notThere, type Reader } from './reader.js';

const AT_A_TIME = 5;
const ALL = { query: {} };
const RUNNING = 'current';

const minutesOf = (ms: number | string): number => Math.round(Number(ms) / 60_000);

/** Asks one Workspace after another, until one has the object. */
async function among<T>(
  { workspaces }: Around,
  find: (workspace: string) => Promise<T | undefined>,
): Promise<T | undefined> {
  for (const id of await workspaces()) {
    const found = await find(id);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** ClickUp looks no checklist up by its id: it is found on the task that the call names as parent. */
async function checklistOn(id: string, { call, parent: { task } }: Around) {
  if (task === undefined) return undefined;
  const found = (await call(GetTask, { path: { task_id: task } })).checklists?.find((each) => each.id === id);
  if (!found) throw notThere('it is not on the task that was named');
  return found;
}

/** How the objects that writes touch are read. */
export const READERS: Partial<Record<TargetKind | 'checklist_item', Reader>> = {
  async workspace(id, { call }) {
    const team = (await call(GetAuthorizedTeams, {})).teams.find((each) => each.id === id);
    return team && { facts: { name: team.name }, state: team.name };
  },
  async task(id, { call }) {
    const task = await call(GetTask, { path: { task_id: id }, query: { include_subtasks: true } });
    const { name, status, list, date_updated, subtasks = [] } = task;
    return {
      facts: {
        name,
        status: status.status,
        list: list.name,
        subtasks: subtasks.length,
        updated: date_updated,
      },
      state: task,
    };
  },
  async list(id, { call }) {
    const list = await call(GetList, { path: { list_id: id } });
    return { facts: { name: list.name, space: list.space?.name, tasks: list.task_count ?? undefined }, state: list };
  },
  async folder(id, { call }) {
    const folder = await call(GetFolder, { path: { folder_id: id } });
    return {
      facts: { name: folder.name, lists: (folder.lists ?? []).length, tasks: folder.task_count },
      state: folder,
    };
  },
  async space(space_id, { call }) {
    const path = { space_id };
    const [space, { folders }, { lists }] = await Promise.all([
      call(GetSpace, { path }),
      call(GetFolders, { path, ...ALL }),
      call(GetFolderlessLists, { path, ...ALL }),
    ]);
    return {
      facts: {
        name: space.name,
        folders: folders.length,
        lists: folders.reduce((sum, folder) => sum + (folder.lists?.length ?? 0), lists.length),
      },
      state: [space, folders, lists],
      itself: space,
    };
  },
  async tag(name, { call, path: { space_id } }) {
    const tag =
      space_id === undefined
        ? undefined
        : (await call(GetSpaceTags, { path: { space_id } })).tags.find((each) => each.name === name.toLowerCase());
    return tag && { facts: {}, state: tag };
  },
  async goal(id, { call }) {
    const { goal } = await call(GetGoal, { path: { goal_id: id } });
    return { facts: { name: goal.name, key_results: goal.key_results.length }, state: goal };
  },
  key_result: (id, around) =>
    among(around, async (team_id) => {
      const { goals, folders } = await around.call(GetGoals, { path: { team_id }, query: { include_completed: true } });
      const counted = [...goals, ...folders.flatMap((folder) => folder.goals)].filter(
        ({ key_result_count }) => key_result_count > 0,
      );
      const whole = await concurrently(
        counted,
        AT_A_TIME,
        async (each) => (await around.call(GetGoal, { path: { goal_id: each.id } })).goal,
      );
      const found = whole
        .flatMap(({ name, key_results }) => key_results.map((result) => ({ goal: name, result })))
        .find(({ result }) => result.id === id);
      return found && { facts: { name: found.result.name, goal: found.goal }, state: found.result };
    }),
  async view(id, { call }) {
    const { view } = await call(GetView, { path: { view_id: id } });
    return { facts: { name: view.name }, state: view };
  },
  async doc(doc_id, { call, path: { workspace_id } }) {
    const doc = workspace_id === undefined ? undefined : await call(getDocPublic, { path: { workspace_id, doc_id } });
    return doc && { facts: { name: doc.name }, state: doc };
  },
  comment: readComment,
  message: readMessage,
  async checklist(id, around) {
    const found = await checklistOn(id, around);
    return found
      ? { facts: { name: found.name, items: found.items.length }, state: found }
      : { facts: { 'not shown': 'name its task as parent to see it' }, state: 'not shown' };
  },
  async checklist_item(id, around) {
    const item = (await checklistOn(around.path.checklist_id ?? '', around))?.items.find((each) => each.id === id);
    return item && { facts: { name: item.name }, state: item };
  },
  async time_entry(id, { call, path: { team_id, task_id } }) {
    if (team_id === undefined) {
      const people = task_id === undefined ? [] : (await call(Gettrackedtime, { path: { task_id } })).data;
      const [found] = people.flatMap(({ user, intervals }) =>
        intervals.filter((each) => each.id === id).map((each) => ({ by: user.username ?? undefined, each })),
      );
      return found && { facts: { by: found.by, minutes: minutesOf(found.each.time) }, state: found.each };
    }
    const { data } =
      id === RUNNING
        ? await call(Getrunningtimeentry, { path: { team_id } })
        : await call(Getsingulartimeentry, { path: { team_id, timer_id: id } });
    if (!data) return undefined;
    // The length of a running entry grows by itself, which is no change.
    const { duration, ...rest } = data;
    const minutes = minutesOf(duration);
    return {
      facts: { by: data.user.username ?? undefined, task: data.task?.name, minutes: minutes > 0 ? minutes : undefined },
      state: minutes > 0 ? data : rest,
    };
  },
  webhook: (id, around) =>
    among(around, async (team_id) => {
      const found = (await around.call(GetWebhooks, { path: { team_id } })).webhooks.find((each) => each.id === id);
      if (!found) return undefined;
      // Its health changes with every delivery, and its secret must not be shown.
      const { health: _health, secret: _secret, ...state } = found;
      return { facts: { endpoint: found.endpoint, events: found.events.length }, state };
    }),
  async user(id, { call, path: { team_id } }) {
    const { teams } = await call(GetAuthorizedTeams, {});
    const user = teams
      .filter((team) => team_id === undefined || team.id === team_id)
      .flatMap(({ members }) => members)
      .find((member) => String(member.user.id) === id)?.user;
    return (
      user && {
        facts: { name: user.username ?? user.email, role: user.role },
        state: [user.id, user.username, user.email, user.role, user.custom_role],
      }
    );
  },
  guest: (id, around) =>
    among(around, async (team_id) => {
      const { guest } = await around.call(GetGuest, { path: { team_id, guest_id: id } });
      const { user, invited_by: _by, ...rights } = guest;
      return {
        facts: { name: user.username ?? user.email },
        state: [user.id, user.username, user.email, user.role, rights],
      };
    }),
  group: (id, around) =>
    among(around, async (team_id) => {
      const group = (await around.call(GetTeams1, { query: { team_id, group_ids: [id] } })).groups.find(
        (each) => each.id === id,
      );
      return (
        group && {
          facts: { name: group.name, members: group.members.length },
          state: [group.name, group.handle, group.members.map((member) => member.id)],
        }
      );
    }),
  async channel(channel_id, { call, path: { workspace_id } }) {
    const channel =
      workspace_id === undefined
        ? undefined
        : (await call(getChatChannel, { path: { workspace_id, channel_id } })).data;
    return channel && { facts: { name: channel.name, visibility: channel.visibility }, state: channel };
  },
};
