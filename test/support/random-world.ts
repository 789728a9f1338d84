import { type CallOperation, type Operation } from '#libs/clickup';
import { AppError } from '#libs/core';

/** Small numbers from a seed, the same ones for the same seed (mulberry32). */
export function dice(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    chance: (of: number) => next() < of,
    pick: <T>(items: readonly T[]): T => items[below(items.length)]!,
  };
}
export type Dice = ReturnType<typeof dice>;

export interface Spot {
  space: string;
  folder?: string;
  /** The Folder that the Folder lies in. */
  parent?: string;
  list?: string;
}
export interface RandomTask {
  id: string;
  custom: string;
  home: string;
  others: string[];
  /** The task it is a subtask of; its home may be elsewhere. */
  parent?: string;
  checklist: string;
  comments: { id: string; replies: string[] }[];
}

/** A Workspace as plain records: what really lies where. */
export interface RandomWorld {
  spaces: string[];
  folders: Map<string, Spot>;
  lists: Map<string, Spot>;
  tasks: Map<string, RandomTask>;
  entries: Map<string, string | undefined>;
  views: Map<string, { id: string; type: number }>;
  docs: Map<string, { parent: { id: string; type: number }; page: string }>;
}

export const TEAM = '77';

export function randomWorld(die: Dice): RandomWorld {
  const world: RandomWorld = {
    spaces: [],
    folders: new Map(),
    lists: new Map(),
    tasks: new Map(),
    entries: new Map(),
    views: new Map(),
    docs: new Map(),
  };
  let count = 10;
  const id = () => String(++count);
  for (let spaces = 1 + die.below(3); spaces > 0; spaces--) {
    const space = id();
    world.spaces.push(space);
    for (let lists = die.below(2); lists > 0; lists--) world.lists.set(id(), { space });
    for (let folders = die.below(4); folders > 0; folders--) {
      const folder = id();
      const around = [...world.folders].filter(([, spot]) => spot.space === space).map(([each]) => each);
      const spot: Spot = around.length > 0 && die.chance(0.6) ? { space, parent: die.pick(around) } : { space };
      world.folders.set(folder, spot);
      for (let lists = 1 + die.below(2); lists > 0; lists--) world.lists.set(id(), { ...spot, folder });
    }
  }
  if (world.lists.size === 0) world.lists.set(id(), { space: world.spaces[0]! });
  const lists = [...world.lists.keys()];
  for (let tasks = 2 + die.below(8); tasks > 0; tasks--) {
    const task = `86t${id()}x`;
    const around = [...world.tasks.keys()];
    world.tasks.set(task, {
      id: task,
      custom: `ENG-${count}`,
      home: die.pick(lists),
      ...(around.length > 0 && die.chance(0.3) && { parent: die.pick(around) }),
      others: die.chance(0.3) ? [die.pick(lists)] : [],
      checklist: `cl${id()}`,
      comments: die.chance(0.5) ? [{ id: id(), replies: die.chance(0.5) ? [id()] : [] }] : [],
    });
    world.entries.set(id(), die.chance(0.8) ? task : undefined);
  }
  const parent = () =>
    die.pick([
      { id: die.pick(world.spaces), type: 4 },
      { id: die.pick(lists), type: 6 },
      { id: TEAM, type: 7 },
      ...[...world.folders.keys()].map((each) => ({ id: each, type: 5 })),
    ]);
  for (let index = 0; index < 2; index++) {
    world.views.set(`v${id()}`, parent());
    world.docs.set(`d${id()}`, { parent: parent(), page: `p${id()}` });
  }
  return world;
}

export const childrenOf = (world: RandomWorld, id: string): RandomTask[] =>
  [...world.tasks.values()].filter(({ parent }) => parent === id);

/** ClickUp's reads over such a world: a plain function, no network. */
export function reads(world: RandomWorld): CallOperation {
  const gone = (): never => {
    throw new AppError('clickup_not_found');
  };
  const listWire = (id: string) => {
    const { space, folder } = world.lists.get(id) ?? gone();
    return { id, folder: { id: folder ?? 'h1', hidden: folder === undefined }, space: { id: space } };
  };
  const taskWire = (task: RandomTask) => ({
    ...listWire(task.home),
    id: task.id,
    list: { id: task.home },
    locations: task.others.map((id) => ({ id })),
    checklists: [{ id: task.checklist }],
  });
  const taskOf = (id: string | undefined) => world.tasks.get(id ?? '') ?? gone();
  const comment = (id: string) => ({ id, date: '1' });
  const answers: Record<string, (path: Record<string, string>, query: Record<string, unknown>) => unknown> = {
    GetList: ({ list_id = '' }) => listWire(list_id),
    GetFolder: ({ folder_id = '' }) => ({
      id: folder_id,
      space: { id: (world.folders.get(folder_id) ?? gone()).space },
    }),
    GetFolders: ({ space_id }) => ({
      folders: [...world.folders]
        .filter(([, { space }]) => space === space_id)
        .map(([id, { parent }]) => ({ id, ...(parent && { parent_folder: parent }) })),
    }),
    GetTask: ({ task_id = '' }, { custom_task_ids, team_id, include_subtasks }) => {
      const subtasks = () =>
        childrenOf(world, task_id).map((child) => ({
          ...(child.others.length > 0 ? { id: child.id } : taskWire(child)),
          parent: task_id,
        }));
      if (!custom_task_ids)
        return { ...taskWire(taskOf(task_id)), ...(include_subtasks === true && { subtasks: subtasks() }) };
      return taskWire(
        (team_id === TEAM
          ? [...world.tasks.values()].find(({ custom }) => custom === task_id.toUpperCase())
          : undefined) ?? gone(),
      );
    },
    GetTasks: ({ list_id }, { page }) => ({
      tasks:
        page === 0
          ? [...world.tasks.values()]
              .filter(({ home, others }) => home === list_id || others.includes(list_id ?? ''))
              .map(taskWire)
          : [],
    }),
    GetTaskComments: ({ task_id }) => ({ comments: taskOf(task_id).comments.map(({ id }) => comment(id)) }),
    GetListComments: () => ({ comments: [] }),
    GetThreadedComments: ({ comment_id }) => ({
      comments:
        [...world.tasks.values()]
          .flatMap(({ comments }) => comments)
          .find(({ id }) => id === comment_id)
          ?.replies.map(comment) ?? gone(),
    }),
    Getsingulartimeentry: ({ timer_id = '' }) => {
      if (!world.entries.has(timer_id)) gone();
      const task = world.entries.get(timer_id);
      if (task === undefined) return { data: { id: timer_id, task: null } };
      const { home } = taskOf(task);
      const { space, folder } = world.lists.get(home)!;
      return {
        data: {
          id: timer_id,
          task: { id: task },
          task_location: {
            list_id: Number(home),
            folder_id: folder === undefined ? null : Number(folder),
            space_id: Number(space),
          },
        },
      };
    },
    GetView: ({ view_id = '' }) => ({
      view: { id: view_id, type: 'list', parent: world.views.get(view_id) ?? gone() },
    }),
    getDocPublic: ({ doc_id = '' }) => ({ id: doc_id, parent: (world.docs.get(doc_id) ?? gone()).parent }),
    getPagePublic: ({ doc_id = '', page_id = '' }) =>
      (world.docs.get(doc_id) ?? gone()).page === page_id ? { id: page_id, doc_id } : gone(),
  };
  return ((
    operation: Operation,
    { path = {}, query = {} }: { path?: Record<string, string>; query?: Record<string, unknown> },
  ) => Promise.resolve().then(() => (answers[operation.id] ?? gone)(path, query))) as CallOperation;
}
