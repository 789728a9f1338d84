import { taskId } from '../world/ids.js';
import { makeTask } from '../world/make.js';
import { flatten } from '../world/markdown.js';
import { pick, random } from '../world/random.js';
import { type Places } from './places.js';
import { SENTENCES, SPACES } from './data.js';
import { SHOWCASE, type Showcase } from './showcase.js';
import { type List, type Status, type Task } from '../world/types.js';
import { statusesOf, type World } from '../world/world.js';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const SPACES_BY_WEIGHT = SPACES.flatMap((space) => Array<(typeof SPACES)[number]>(space.weight).fill(space));
const PATHS = new Map(
  SPACES.map((space) => [
    space,
    [
      ...Object.entries(space.folders).flatMap(([folder, lists]) =>
        lists.map((list) => `${space.name}/${folder}/${list}`),
      ),
      ...space.lists.map((list) => `${space.name}/${list}`),
    ],
  ]),
);

/** Adds the first `count` tasks, oldest first, and a handful to the second Workspace. */
export function seedTasks(world: World, places: Places, count: number): void {
  const made: Task[] = [];
  const byList = new Map<List, Task[]>();
  for (let index = 0; index < count; index++) {
    const shown = SHOWCASE[index];
    const task = shown ? showcase(world, places, index, shown, made) : generated(world, places, index, byList);
    made.push(task);
    const siblings = byList.get(task.list);
    if (siblings) siblings.push(task);
    else byList.set(task.list, [task]);
  }
  for (const task of [...made].sort((a, b) => a.created - b.created)) world.addTask(task);
  const globex = world.workspace('67890');
  const [hank] = globex.members.keys();
  for (const [index, list] of [
    ...globex.spaces.flatMap(({ folders, hidden }) => [...folders, hidden].flatMap(({ lists }) => lists)),
  ].entries()) {
    const status = statusesOf(list)[0];
    if (hank && status)
      world.addTask(
        makeTask(list, taskId('86c', 90_000_000 + index), hank, status, world.now() - (9 - index) * DAY, {
          name: `Secret of the reactor ${index + 1}`,
          customId: `GLX-${index + 1}`,
          assignees: [hank],
        }),
      );
  }
}

function showcase(
  world: World,
  { lists, people }: Places,
  index: number,
  shown: Showcase,
  made: readonly Task[],
): Task {
  const list = find(lists, shown.list);
  const now = world.now();
  const idle = (shown.idle ?? 2) * DAY + index * HOUR;
  const status = statusNamed(list, shown.status);
  const task = makeTask(list, taskId('86c', index), pickOwner(people, index), status, now - idle - (20 + index) * DAY, {
    name: shown.name,
    customId: customId(world, list, shown.customId),
    markdown: shown.markdown ?? '',
    text: flatten(shown.markdown ?? ''),
    updated: now - idle,
    priority: shown.priority ?? null,
    assignees: (shown.assignees ?? []).flatMap((at) => people[at] ?? []),
    tags: [...(shown.tags ?? [])],
    due: shown.due === undefined ? null : morning(now) + shown.due * DAY,
    parent: shown.parent === undefined ? undefined : made[shown.parent],
    estimate: index % 3 === 0 ? 4 * HOUR : null,
    points: index % 4 === 0 ? 3 : null,
  });
  return finished(task);
}

function generated(
  world: World,
  { lists, people }: Places,
  index: number,
  byList: ReadonlyMap<List, readonly Task[]>,
): Task {
  const draw = random(7_001 + index);
  const space = pick(SPACES_BY_WEIGHT, draw);
  const list = find(lists, pick(PATHS.get(space) ?? [], draw));
  const now = world.now();
  const age = Math.floor((1 + draw() * 180) * DAY);
  const idle = Math.floor(draw() * age * 0.7);
  const [verbs, things] = space.words;
  const staff = people.slice(0, 39);
  const assignees = [
    ...new Set(draw() < 0.2 ? [] : draw() < 0.75 ? [pick(staff, draw)] : [pick(staff, draw), pick(staff, draw)]),
  ];
  const owner = staff[0];
  // Somebody who looks at "my tasks" should find a screenful.
  if (owner && index % 40 === 5 && !assignees.includes(owner)) assignees.push(owner);
  const statuses = statusesOf(list);
  const status = draw() < 0.45 ? statuses[0] : pick(statuses, draw);
  const siblings =
    draw() < 0.15
      ? (byList.get(list) ?? [])
          .slice(-60)
          .filter((task) => !task.parent && task.created < now - age)
          .slice(-5)
      : [];
  const markdown =
    draw() < 0.6 ? `${pick(SENTENCES, draw)}\n\n- ${pick(SENTENCES, draw)}\n- **${pick(things, draw)}** first` : '';
  const task = makeTask(
    list,
    taskId('86c', index),
    pick(staff, draw),
    status ?? statusNamed(list, undefined),
    now - age,
    {
      name: `${pick(verbs, draw)} ${pick(things, draw)}`,
      customId: customId(world, list, undefined),
      markdown,
      text: flatten(markdown),
      updated: now - idle,
      assignees,
      priority: draw() < 0.5 ? null : 1 + Math.floor(draw() * 4),
      tags: draw() < 0.5 ? [] : [...new Set([pick(space.tags, draw), pick(space.tags, draw)])],
      due: draw() < 0.6 ? morning(now) + Math.floor(draw() * 60 - 20) * DAY : null,
      start: draw() < 0.2 ? morning(now - idle) : null,
      estimate: draw() < 0.4 ? Math.ceil(draw() * 16) * HOUR : null,
      points: draw() < 0.3 ? 1 + Math.floor(draw() * 8) : null,
      parent: siblings.length ? pick(siblings, draw) : undefined,
      archived: draw() < 0.02,
    },
  );
  return finished(task);
}

/** Dates that follow from a finished status. */
function finished(task: Task): Task {
  const over = task.status.type === 'done' || task.status.type === 'closed';
  return Object.assign(task, {
    done: over ? task.updated : null,
    closed: task.status.type === 'closed' ? task.updated : null,
  });
}

const TAKEN = new Set(SHOWCASE.map((shown) => shown.customId));

/** Custom ids in the order of making. Tasks are registered later, sorted by age, so the ids that are given away by hand are skipped here. */
function customId(world: World, list: List, wanted: string | undefined): string | null {
  if (wanted) return wanted;
  const next = world.nextCustomId(list.folder.space);
  return next !== null && TAKEN.has(next) ? world.nextCustomId(list.folder.space) : next;
}

const morning = (now: number): number => Math.floor(now / DAY) * DAY + 9 * HOUR;
const pickOwner = (people: Places['people'], index: number) => people[index % 7] as Places['people'][number];

function find(lists: Places['lists'], path: string): List {
  const list = lists.get(path);
  if (!list) throw new Error(`The seed names a List that is not there: ${path}`);
  return list;
}

function statusNamed(list: List, name: string | undefined): Status {
  const statuses = statusesOf(list);
  const status = name === undefined ? statuses[0] : statuses.find((candidate) => candidate.status === name);
  if (!status) throw new Error(`The seed names a status that ${list.name} does not have: ${name}`);
  return status;
}
