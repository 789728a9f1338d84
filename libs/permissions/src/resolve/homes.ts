import {
  getChatChannel,
  getChatMessageReplies,
  GetFolderTemplates,
  GetGoal,
  GetGoals,
  GetListTemplates,
  GetTaskTemplates,
  GetTeams1,
  GetWebhooks,
} from '#libs/clickup';
import { type Where } from '../located.js';
import { type Lookup } from './lookup.js';
import { NOT_SHOWN, same, Unresolved } from './where.js';

/** How many Goals are read at most to find a key result, and how many pages to find a template. */
const MAX_GOALS = 50;
const MAX_PAGES = 10;

/**
 * Finds the Workspace of something that lies in no Space. Without a Workspace that the caller is bound to (`home`) it need not be known,
 * and nothing is asked.
 */
type Home = (id: string, lookup: Lookup) => Promise<Where> | Where;

/**
 * For kinds that ClickUp does not look up by id: the object must be in a list of the caller's Workspace. The ids of that list are cached
 * as long as places are.
 */
const listed =
  (name: string, list: (home: string, lookup: Lookup) => Promise<readonly (string | number)[]>): Home =>
  async (id, lookup) => {
    const { home, cache } = lookup;
    if (home === undefined) return {};
    // An array, because the cache cannot estimate the size of a Set.
    const ids = await cache.read(`${name}/${home}`, async () => (await list(home, lookup)).map(String));
    if (!ids.includes(id)) throw new Unresolved(NOT_SHOWN);
    return { workspace: home };
  };

export const webhookHome = listed('webhooks', async (team_id, { call }) =>
  (await call(GetWebhooks, { path: { team_id } })).webhooks.map(({ id }) => id),
);

export const groupHome = listed('groups', async (team_id, { call }) =>
  (await call(GetTeams1, { query: { team_id } })).groups.map(({ id }) => id),
);

export const goalHome: Home = async (id, { home, cache, call }) => {
  if (home === undefined) return {};
  return cache.read(`goal/${id}`, async () => {
    const { goal } = await call(GetGoal, { path: { goal_id: id } });
    same(id, goal.id);
    return { workspace: goal.team_id };
  });
};

/** ClickUp does not answer a key result by itself, so the Goals that have any are read. After its Goal was read, it is known without this. */
export const keyResultHome = listed('key_results', async (team_id, { call }) => {
  const { goals, folders } = await call(GetGoals, { path: { team_id }, query: { include_completed: true } });
  const counted = [...goals, ...folders.flatMap((folder) => folder.goals)].filter(
    ({ key_result_count }) => key_result_count > 0,
  );
  const whole = await Promise.all(
    counted.slice(0, MAX_GOALS).map(({ id }) => call(GetGoal, { path: { goal_id: id } })),
  );
  return whole.flatMap(({ goal }) => goal.key_results.map(({ id }) => id));
});

/** A template can bring along tasks and texts, so it must be one of the Workspace that it is used in. */
export const templateHome = listed('templates', async (team_id, { call }) => {
  const tasks = async () => {
    const found: string[] = [];
    for (let page = 0; page < MAX_PAGES; page++) {
      const { templates } = await call(GetTaskTemplates, { path: { team_id }, query: { page } });
      found.push(...templates.map(({ id }) => id));
      if (templates.length < GetTaskTemplates.pageSize) break;
    }
    return found;
  };
  const others = [GetListTemplates, GetFolderTemplates].map(async (row) =>
    (await call(row, { path: { team_id } })).templates.map(({ id }) => id),
  );
  return (await Promise.all([tasks(), ...others])).flat();
});

export const channelHome: Home = async (id, { home, workspace: workspace_id, cache, call }) => {
  if (home === undefined || workspace_id === undefined) return {};
  return cache.read(`channel/${id}`, async () => {
    const { data } = await call(getChatChannel, { path: { workspace_id, channel_id: id } });
    same(id, data.id);
    return { workspace: data.workspace_id };
  });
};

/** ClickUp finds a message only under its own Workspace, and does not answer one by itself. */
export const messageHome: Home = async (id, { home, workspace: workspace_id, cache, call }) => {
  if (home === undefined || workspace_id === undefined) return {};
  return cache.read(`message/${workspace_id}/${id}`, async () => {
    await call(getChatMessageReplies, { path: { workspace_id, message_id: id }, query: { limit: 1 } });
    return { workspace: workspace_id };
  });
};
