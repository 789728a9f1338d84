import { type CallOperation } from '../operation.js';
import {
  type Channel,
  type Doc,
  getChatChannel,
  getChatChannels,
  GetCustomItems,
  getDocPageListingPublic,
  getDocPublic,
  GetFolderTemplates,
  GetGoal,
  GetGoals,
  type Goal,
  GetListTemplates,
  GetTaskTemplates,
  GetTeams1,
  GetWebhooks,
  type KeyResult,
  type PageRef,
  parentPlaceKind,
  searchDocsPublic,
  type Webhook,
} from '../operations/index.js';
import { rows } from './branches.js';
import { type NamedObject, type Place } from './directory.js';
import { type ObjectKind } from '../object-kind.js';

/** An object as it is kept: what it hangs on by id, because the name of that may change while the object is kept. */
export interface KeptObject {
  id: string;
  name: string;
  about?: string | undefined;
  /** What it hangs on, where that is no place. */
  where?: string | undefined;
  parent?: { kind: Place['kind']; id: string } | undefined;
  /** What else names it: the number in its URL, a handle. */
  also?: string[] | undefined;
}

export interface Listing {
  objects: KeptObject[];
  /** Why there may be more than these; undefined when these are all. */
  incomplete?: string | undefined;
}

interface Reads {
  call: CallOperation;
  /** The id of the Workspace. */
  team: string;
}

interface KindOf {
  /** What error messages call one, and many. */
  words: readonly [one: string, many: string];
  /** How the URL of one ends; the group is what names it. */
  url?: RegExp;
  /** Of a kind that ClickUp lists only within one other object: the kind of that. */
  within?: ObjectKind;
  list(reads: Reads, within: NamedObject | undefined): Promise<Listing>;
  /** Reads one by its id. Where it is missing, what the list does not name is not there. */
  get?(reads: Reads, id: string): Promise<KeptObject>;
}

/** So many pages are read of what ClickUp lists by pages; a Workspace rarely has more than a few. */
const MAX_PAGES = 20;
const MAX_NAMES = 8;

/** Every kind that one list (or a few) of ClickUp's names whole. Views, tags and fields hang on places, people come with the Workspace. */
export const KINDS = {
  group: {
    words: ['group', 'groups'],
    list: async ({ call, team }) =>
      whole(rows((await call(GetTeams1, { query: { team_id: team } })).groups), ({ id, name, handle, members }) => ({
        id,
        name,
        about: [`@${handle}`, several(members.map(({ username, email }) => username ?? email))]
          .filter(Boolean)
          .join(': '),
        also: [handle, `@${handle}`],
      })),
  },
  doc: {
    words: ['Doc', 'Docs'],
    url: /\/(?:v\/dc|docs)\/([\w-]+)/,
    list: ({ call, team: workspace_id }) =>
      paged('Docs', keptDoc, async (cursor) => {
        const { docs, next_cursor } = await call(searchDocsPublic, {
          path: { workspace_id },
          query: { limit: searchDocsPublic.pageSize, cursor },
        });
        return { items: rows(docs).filter(({ deleted }) => !deleted), next: next_cursor };
      }),
    get: async ({ call, team: workspace_id }, doc_id) =>
      keptDoc(await call(getDocPublic, { path: { workspace_id, doc_id } })),
  },
  page: {
    words: ['page', 'pages'],
    url: /\/(?:v\/dc|docs)\/[\w-]+\/([\w-]+)/,
    within: 'doc',
    list: async ({ call, team: workspace_id }, doc) => ({
      objects: keptPages(
        await call(getDocPageListingPublic, {
          path: { workspace_id, doc_id: doc!.id },
          query: { max_page_depth: -1 },
        }),
        [doc!.name],
      ),
    }),
  },
  channel: {
    words: ['chat channel', 'chat channels'],
    url: /\/(?:chat\/r|v\/cn)\/([\w-]+)/,
    list: ({ call, team: workspace_id }) =>
      paged('chat channels', keptChannel, async (cursor) => {
        const { data, next_cursor } = await call(getChatChannels, {
          path: { workspace_id },
          query: { limit: getChatChannels.pageSize, cursor },
        });
        return { items: rows(data), next: next_cursor };
      }),
    get: async ({ call, team: workspace_id }, channel_id) =>
      keptChannel((await call(getChatChannel, { path: { workspace_id, channel_id } })).data),
  },
  goal: {
    words: ['goal', 'goals'],
    url: /\/goals\/([\w-]+)/,
    list: async ({ call, team: team_id }) => {
      const { goals, folders } = await call(GetGoals, { path: { team_id }, query: { include_completed: true } });
      return {
        objects: [
          ...rows(goals).map((goal) => keptGoal(goal)),
          ...rows(folders).flatMap((folder) => rows(folder.goals).map((goal) => keptGoal(goal, folder.name))),
        ],
      };
    },
    get: async ({ call }, goal_id) => keptGoal((await call(GetGoal, { path: { goal_id } })).goal),
  },
  key_result: {
    words: ['key result', 'key results'],
    within: 'goal',
    list: async ({ call }, goal) =>
      whole(rows((await call(GetGoal, { path: { goal_id: goal!.id } })).goal.key_results), (result) => ({
        id: result.id,
        name: result.name,
        where: goal!.name,
        about: progress(result),
      })),
  },
  template: {
    words: ['template', 'templates'],
    list: async ({ call, team: team_id }) => {
      const [tasks, { templates: lists }, { templates: folders }] = await Promise.all([
        paged<{ id: string; name: string }>('task templates', kept('task'), async (cursor) => {
          const page = Number(cursor ?? 0);
          const { templates } = await call(GetTaskTemplates, { path: { team_id }, query: { page } });
          const full = rows(templates).length >= GetTaskTemplates.pageSize;
          return { items: templates, next: full ? String(page + 1) : undefined };
        }),
        call(GetListTemplates, { path: { team_id } }),
        call(GetFolderTemplates, { path: { team_id } }),
      ]);
      return {
        ...tasks,
        objects: [...tasks.objects, ...rows(lists).map(kept('list')), ...rows(folders).map(kept('folder'))],
      };
    },
  },
  task_type: {
    words: ['task type', 'task types'],
    list: async ({ call, team: team_id }) =>
      whole(
        rows((await call(GetCustomItems, { path: { team_id } })).custom_items),
        ({ id, name, name_plural, description }) => ({
          id: String(id),
          name,
          about: description ?? undefined,
          also: name_plural ? [name_plural] : undefined,
        }),
      ),
  },
  webhook: {
    words: ['webhook', 'webhooks'],
    list: async ({ call, team: team_id }) =>
      whole(rows((await call(GetWebhooks, { path: { team_id } })).webhooks), (webhook) => ({
        id: webhook.id,
        name: webhook.endpoint,
        about: `${webhook.health.status}; ${several(webhook.events)}`,
        parent: placeOfWebhook(webhook),
        where: webhook.task_id ? `task ${webhook.task_id}` : undefined,
      })),
  },
} as const satisfies Partial<Record<ObjectKind, KindOf>>;
export type ListedKind = keyof typeof KINDS;

/** The row of a kind, with its optional columns. */
export const kindOf = (kind: ListedKind): KindOf => KINDS[kind];

const whole = <T>(items: readonly T[], keep: (item: T) => KeptObject): Listing => ({ objects: items.map(keep) });

const kept =
  (about: string) =>
  ({ id, name }: { id: string; name: string }): KeptObject => ({ id, name, about });

/** What ClickUp lists by pages, from the first to the last, or to the last that is read. */
async function paged<T>(
  many: string,
  keep: (item: T) => KeptObject,
  page: (cursor: string | undefined) => Promise<{ items: readonly T[]; next: string | undefined }>,
): Promise<Listing> {
  const objects: KeptObject[] = [];
  let cursor: string | undefined;
  for (let read = 0; read < MAX_PAGES; read += 1) {
    const { items, next } = await page(cursor);
    objects.push(...items.map(keep));
    // A cursor that does not move would be read again and again.
    if (!next || next === cursor) return { objects };
    cursor = next;
  }
  return { objects, incomplete: `only the first ${objects.length} ${many} were read` };
}

/** The place that something hangs on, by ClickUp's number of its kind. */
export function placeOf({ id, type }: { id: string; type: number }): KeptObject['parent'] {
  const kind = parentPlaceKind(type);
  return kind && { kind, id };
}

const keptDoc = ({ id, name, type, archived, parent }: Doc): KeptObject => ({
  id,
  name,
  about: [type === 2 && 'wiki', archived && 'archived'].filter(Boolean).join(', ') || undefined,
  parent: placeOf(parent),
});

const keptPages = (pages: readonly PageRef[], path: readonly string[]): KeptObject[] =>
  pages.flatMap(({ id, name, pages: below = [] }) => [
    { id, name, where: path.join(' / ') },
    ...keptPages(below, [...path, name]),
  ]);

const CHANNEL_WORDS = { CHANNEL: undefined, DM: 'direct message', GROUP_DM: 'group message' } as const;
const keptChannel = ({ id, name, type, visibility, archived, topic, parent }: Channel): KeptObject => ({
  id,
  name: name ?? CHANNEL_WORDS[type] ?? id,
  about:
    [CHANNEL_WORDS[type] ?? visibility.toLowerCase(), archived && 'archived', topic].filter(Boolean).join(', ') ||
    undefined,
  parent: parent && placeOf(parent),
  also: name ? [`#${name}`] : undefined,
});

const keptGoal = (
  {
    id,
    pretty_id,
    name,
    percent_completed,
    owners,
    archived,
  }: Pick<Goal, 'id' | 'pretty_id' | 'name' | 'percent_completed' | 'owners' | 'archived'>,
  folder?: string,
): KeptObject => ({
  id,
  name,
  about: [
    `${percent_completed} %`,
    archived && 'archived',
    several(owners.map(({ username, email }) => username ?? email)),
  ]
    .filter(Boolean)
    .join(', '),
  where: folder,
  also: [pretty_id],
});

const progress = ({ steps_current, steps_end, unit, percent_completed }: KeyResult): string =>
  [
    steps_current !== null &&
      steps_current !== undefined &&
      `${steps_current} of ${steps_end ?? '?'} ${unit ?? ''}`.trim(),
    percent_completed !== null && `${Number(percent_completed)} %`,
  ]
    .filter(Boolean)
    .join(', ');

function placeOfWebhook({ list_id, folder_id, space_id }: Webhook): KeptObject['parent'] {
  if (list_id) return { kind: 'list', id: String(list_id) };
  if (folder_id) return { kind: 'folder', id: String(folder_id) };
  return space_id ? { kind: 'space', id: String(space_id) } : undefined;
}

/** Some names and how many more there are: a group may have a thousand members. */
export const several = (names: readonly (string | null | undefined)[]): string =>
  [...names.slice(0, MAX_NAMES), names.length > MAX_NAMES ? `${names.length - MAX_NAMES} more` : undefined]
    .filter(Boolean)
    .join(', ');
