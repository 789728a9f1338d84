import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { type Task } from '../world/types.js';
import { isOpen, type World } from '../world/world.js';
import { seed } from './seed.js';

const NOW = 1_780_000_000_000;
const DAY = 86_400_000;
const acmeOf = (world: World) => world.workspace('12345');
/** Everything about a task but the objects it points to. */
const summary = (task: Task) => [
  task.id,
  task.customId,
  task.name,
  task.list.id,
  task.status.id,
  task.created,
  task.updated,
  task.due,
  task.assignees.map(({ id }) => id),
  task.parent?.id,
  task.tags,
  task.text,
];

describe('seeded data', () => {
  const world = seed(400, () => NOW);
  const acme = acmeOf(world);
  const byName = (name: string) => acme.tasks.find((task) => task.name === name);

  it('is the same for the same options', () => {
    const again = seed(400, () => NOW);
    expect(acmeOf(again).tasks.map(summary)).toEqual(acme.tasks.map(summary));
    expect([...again.comments.keys()]).toEqual([...world.comments.keys()]);
    expect([...again.entries.values()].map(({ id, start, end, task }) => [id, start, end, task?.id])).toEqual(
      [...world.entries.values()].map(({ id, start, end, task }) => [id, start, end, task?.id]),
    );
  });

  it('only grows with the number of tasks', () => {
    const more = seed(3000, () => NOW);
    expect(acmeOf(more).tasks).toHaveLength(3000);
    expect(acme.tasks.map((task) => summary(more.tasks.get(task.id) as Task))).toEqual(acme.tasks.map(summary));
    expect([...more.lists.keys()]).toEqual([...world.lists.keys()]);
  });

  it('moves with the clock', () => {
    const later = seed(400, () => NOW + DAY);
    expect(acmeOf(later).tasks.map(({ created }) => created - DAY)).toEqual(acme.tasks.map(({ created }) => created));
    expect(acmeOf(later).tasks.map(({ due }) => due && due - DAY)).toEqual(acme.tasks.map(({ due }) => due));
  });

  it('has 6 Spaces, 18 Folders, 60 Lists, 40 people and the tasks that were asked for', () => {
    const folders = acme.spaces.flatMap((space) => space.folders);
    const lists = acme.spaces.flatMap((space) => [...space.folders, space.hidden].flatMap((folder) => folder.lists));
    expect([acme.spaces.length, folders.length, lists.length, acme.members.size, acme.tasks.length]).toEqual([
      6, 18, 60, 40, 400,
    ]);
    expect(lists.every(({ id }) => /^\d{11}$/.test(id))).toBe(true);
    expect([0, 1, 30].map((count) => acmeOf(seed(count, () => NOW)).tasks.length)).toEqual([0, 1, 30]);
  });

  it('has a tree of names and ids that fits into 700 tokens', () => {
    const lines = acme.spaces.flatMap((space) => [
      `${space.name} ${space.id}`,
      ...[...space.folders, space.hidden].flatMap((folder) => [
        ...(folder.hidden ? [] : [` ${folder.name} ${folder.id}`]),
        ...folder.lists.map((list) => `  ${list.name} ${list.id}`),
      ]),
    ]);
    expect(lines).toHaveLength(84);
    expect(encode(lines.join('\n')).length).toBeLessThan(680);
  });

  it('has what people look for', () => {
    const list = world.lists.get('90144360426');
    expect([list?.name, list?.folder.name, list?.folder.space.name]).toEqual(['Sprint 42', 'Backend', 'Engineering']);
    expect(world.taskByCustomId(acme, 'ENG-123')?.name).toBe('Refactor Login Component');
    expect(byName('Fix memory leak in export worker')?.comments).toHaveLength(30);
    expect(
      [...acme.members.keys()]
        .filter(({ username }) => /^(Sarah|David) /.test(username))
        .map(({ username }) => username),
    ).toEqual(['David Miller', 'Sarah Chen']);
    expect(
      acme.tasks.filter(
        (task) => task.list.name === 'Incoming Bugs' && task.assignees.length === 0 && task.tags.includes('bug'),
      ).length,
    ).toBeGreaterThanOrEqual(6);
    expect(
      acme.tasks.filter(
        (task) => task.list.name === 'Current Sprint' && task.status.type === 'custom' && task.updated < NOW - 10 * DAY,
      ).length,
    ).toBeGreaterThanOrEqual(3);
    expect(acme.tasks.filter(({ list: { name } }) => name === 'Database Migrations').length).toBeGreaterThanOrEqual(3);
  });

  it('gives the owner about 25 open tasks', () => {
    const mine = acme.tasks.filter(
      (task) =>
        task.assignees.some(({ username }) => username === 'Anna Fischer') &&
        isOpen(task) &&
        !task.archived &&
        !task.parent,
    );
    expect(mine.length).toBeGreaterThanOrEqual(22);
    expect(mine.length).toBeLessThanOrEqual(28);
  });

  it('has no two tasks with one id or custom id, and parents in the same List', () => {
    const many = acmeOf(seed(10_000, () => NOW)).tasks;
    expect(new Set(many.map(({ id }) => id)).size).toBe(10_000);
    const custom = many.flatMap(({ customId }) => customId ?? []);
    expect(new Set(custom).size).toBe(custom.length);
    expect(many.filter((task) => task.parent && task.parent.list !== task.list)).toEqual([]);
    expect(many.every((task, index) => index === 0 || (many[index - 1]?.created ?? 0) <= task.created)).toBe(true);
    expect(many.every(({ created, updated }) => created <= updated && updated <= NOW)).toBe(true);
  });
});
