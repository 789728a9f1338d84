import { taskId } from '../world/ids.js';
import { type Checklist, depend, link } from '../world/relations.js';
import { SHOWCASE } from './showcase.js';
import { type Task } from '../world/types.js';
import { type World } from '../world/world.js';

const DAY = 86_400_000;

/** Checklists by task name; a `+` marks what is done. */
const CHECKLISTS: readonly (readonly [task: string, name: string, items: readonly string[]])[] = [
  ['Refactor Login Component', 'Definition of done', ['+Old tests pass', 'No `any` left', 'Reviewed by two']],
  [
    'Fix memory leak in export worker',
    'Steps',
    ['+Take a heap dump', '+Find the growing objects', 'Write a failing test', 'Fix it', 'Watch it for a day'],
  ],
  ['Q4 launch announcement', 'Before it goes out', ['Legal has read it', 'Pictures', 'Translation']],
];
/** The first waits on the second. */
const WAITS: readonly (readonly [task: string, on: string])[] = [
  ['Checkout page loads twice', 'Refactor Login Component'],
  ['Remove legacy modal', 'New colour tokens'],
  ['Drop legacy_sessions', 'Split users table'],
];
const LINKS: readonly (readonly [from: string, to: string])[] = [
  ['Fix memory leak in export worker', 'Backend: login slow after deploy'],
  ['Backend: 500 when the tag is empty', 'Frontend: crash on an empty board'],
];
const FILES: readonly (readonly [task: string, title: string, mime: string, size: number])[] = [
  ['Fix memory leak in export worker', 'heap-after-6h.png', 'image/png', 184_320],
  ['Fix memory leak in export worker', 'gc.log', 'text/plain', 52_114],
  ['Invoice shows wrong VAT', 'invoice-2041.pdf', 'application/pdf', 88_001],
];
const IN_SPRINT_42 = ['Backend: duplicate webhook deliveries', 'Backend: login slow after deploy'];

/** What connects the tasks that people look for. Those that a small number of tasks leaves out are skipped. */
export function seedRelations(world: World): void {
  const byName = new Map(
    SHOWCASE.flatMap((_, index) => world.tasks.get(taskId('86c', index)) ?? []).map((task) => [task.name, task]),
  );
  const both = (one: string, other: string, join: (a: Task, b: Task) => void) => {
    const [a, b] = [byName.get(one), byName.get(other)];
    if (a && b) join(a, b);
  };
  for (const [name, title, items] of CHECKLISTS) addChecklist(world, byName.get(name), title, items);
  for (const [waiting, first] of WAITS)
    both(waiting, first, (task, on) => depend(task, on, task.creator, task.updated));
  for (const [one, other] of LINKS) both(one, other, (from, to) => link(from, to, from.creator, from.updated));
  for (const [name, title, mime, size] of FILES) {
    const task = byName.get(name);
    task?.relations.attachments.push({
      id: world.related.nextUuid(),
      title,
      mime,
      size,
      user: task.creator,
      created: task.updated,
      parentId: task.id,
    });
  }
  const sprint = byName.get('Fix memory leak in export worker')?.list;
  for (const name of IN_SPRINT_42) {
    const task = byName.get(name);
    if (task && sprint) world.related.addToList(task, sprint);
  }
  switchOff(world);
}

function addChecklist(world: World, task: Task | undefined, name: string, items: readonly string[]): void {
  if (!task) return;
  const created = task.updated - DAY;
  const checklist: Checklist = { id: world.related.nextUuid(), task, name, creator: task.creator, created, items: [] };
  world.related.addChecklist(checklist);
  for (const item of items) {
    checklist.items.push({
      id: world.related.nextUuid(),
      name: item.replace(/^\+/, ''),
      assignee: undefined,
      resolved: item.startsWith('+'),
      parent: undefined,
      created,
    });
  }
}

/** Not everybody has every ClickApp: Support works without multiple Lists, Globex also without time in status. */
function switchOff(world: World): void {
  const globex = world.workspace('67890');
  globex.timeInStatus = false;
  for (const space of world.spaces.values())
    space.multipleLists = space.workspace !== globex && space.name !== 'Support';
}
