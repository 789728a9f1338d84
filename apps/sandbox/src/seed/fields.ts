import { appliesTo, type Field, type FieldOption, type FieldType, type Holder } from '../world/custom-fields.js';
import { pick, random } from '../world/random.js';
import { COLORS } from './data.js';
import { CLIENTS, FIELDS, type FieldSeed, TASK_TYPES } from './field-data.js';
import { type Places } from './places.js';
import { type Task, type User } from '../world/types.js';
import { type World } from '../world/world.js';

const DAY = 86_400_000;
/** Share of the tasks whose field has a value. */
const FILLED = 0.45;

/** Values as they are kept. Types that are missing here start empty. */
const VALUES: Partial<
  Record<FieldType, (field: Field, draw: () => number, world: World, staff: readonly User[]) => unknown>
> = {
  short_text: (_, draw) => pick(CLIENTS, draw),
  drop_down: ({ config }, draw) => pick(config.options ?? [], draw).id,
  labels: ({ config }, draw) => [
    ...new Set([pick(config.options ?? [], draw).id, pick(config.options ?? [], draw).id]),
  ],
  users: (_, draw, __, staff) => [pick(staff, draw)],
  date: (_, draw, world) => Math.floor(world.now() / DAY + draw() * 40 - 10) * DAY,
  text: () => '1. Open the page\n2. Reload it twice',
  url: (_, draw) => `https://logs.example.com/${Math.floor(draw() * 9000) + 1000}`,
  checkbox: (_, draw) => draw() < 0.5,
  number: (_, draw) => Math.floor(draw() * 120),
  currency: (_, draw) => Math.floor(draw() * 90_000) + 1_000,
  emoji: (_, draw) => 1 + Math.floor(draw() * 5),
  manual_progress: (_, draw) => 10 + Math.floor(draw() * 20),
  formula: (_, draw) => Math.floor(draw() * 40) * 80,
  rollup: (_, draw) => Math.floor(draw() * 500),
};

/** Task types, Custom Fields of every type, and values in some of the tasks. */
export function seedFields(world: World, { acme, lists, people }: Places): void {
  acme.fields.taskTypes.push(...TASK_TYPES);
  const holders = new Map<string, Holder>([
    ['', acme],
    ...acme.spaces.map((space): [string, Holder] => [space.name, space]),
  ]);
  for (const [path, list] of lists) {
    holders.set(path, list);
    if (!list.folder.hidden) holders.set(path.slice(0, path.lastIndexOf('/')), list.folder);
  }
  for (const [index, seed] of FIELDS.entries()) {
    const holder = holders.get(seed.place);
    if (!holder) throw new Error(`The seed names a place that is not there: ${seed.place}`);
    acme.fields.add(holder, makeField(world, seed, index));
  }
  const staff = people.slice(0, 12);
  for (const task of acme.tasks) {
    if (task.list.name === 'Incoming Bugs') task.customItemId = 1002;
    fill(world, task, staff);
  }
}

function fill(world: World, task: Task, staff: readonly User[]): void {
  const draw = random(Number.parseInt(task.id.slice(3), 36) + 17);
  for (const field of task.list.folder.space.workspace.fields.of(task.list)) {
    const value = VALUES[field.type];
    if (appliesTo(field, task) && value && draw() < FILLED) field.values.set(task, value(field, draw, world, staff));
  }
}

const makeField = (
  world: World,
  { name, type, options, config, hidden, required, taskTypes }: FieldSeed,
  index: number,
): Field => ({
  id: uuid(index),
  name,
  type,
  config: { ...config, ...(options && { options: options.map((option, at) => makeOption(type, option, index, at)) }) },
  created: world.now() - (400 - index) * DAY,
  hiddenFromGuests: hidden ?? false,
  required: required ?? false,
  taskTypes: taskTypes ?? [],
  values: new WeakMap(),
});

const makeOption = (type: FieldType, name: string, index: number, orderindex: number): FieldOption => ({
  id: uuid(1_000 + index * 50 + orderindex),
  ...(type === 'labels' ? { label: name } : { name }),
  color: COLORS[orderindex % COLORS.length] ?? '#7b68ee',
  orderindex,
});

/** Looks random, and is the same for every start. */
function uuid(seed: number): string {
  const draw = random(90_001 + seed);
  const hex = Array.from({ length: 32 }, () => Math.floor(draw() * 16).toString(16)).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
