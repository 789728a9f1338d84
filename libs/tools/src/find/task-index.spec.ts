import { type Task } from '#libs/clickup';
import { seed } from '../../../../apps/sandbox/src/seed/seed.js';
import { taskWire } from '../../../../apps/sandbox/src/wire/task.js';
import { NOW, task } from '../../../../test/support/tool-context.js';
import { TaskIndex } from './task-index.js';

const indexOf = (...tasks: Partial<Task>[]): TaskIndex => {
  const index = new TaskIndex();
  index.put(tasks.map(task), NOW);
  return index;
};
const found = (index: TaskIndex, text: string) => index.search(text).map(({ task: { id }, fits }) => `${id} ${fits}`);

test('all words come before what resembles, the very name first', () => {
  const index = indexOf(
    { id: 'a', name: 'Refactor the login component of the shop' },
    { id: 'b', name: 'Refactor Login Component' },
    { id: 'c', name: 'Refactor logout component' },
    { id: 'd', name: 'Buy cake' },
  );
  expect(found(index, 'Refactor Login Component')).toEqual(['b all', 'a all']);
  expect(found(index, 'Refactor Login Componnt')).toEqual(['b some', 'a some']);
  expect(found(index, 'Refactor Login Copies')).toEqual(['b some', 'a some']);
  expect(found(index, 'login')).toEqual(['b all', 'a all']);
  expect(found(index, 'refactr login')).toEqual(['b some', 'a some']);
  expect(found(index, 'zebra')).toEqual([]);
});

test('custom ids, tags and people are words, too', () => {
  const index = indexOf(
    { id: 'a', custom_id: 'ENG-7', name: 'One', tags: [{ name: 'q1-review' }] as Task['tags'] },
    { id: 'b', custom_id: 'ENG-77', name: 'Two' },
  );
  expect(found(index, 'eng-7')[0]).toBe('a all');
  expect(found(index, 'q1 review')).toEqual(['a all']);
  expect(index.get('eng-77')?.id).toBe('b');
});

test('a changed task is found by its new name alone, a dropped one and its subtasks not at all', () => {
  const index = indexOf({ id: 'a', name: 'Old name' }, { id: 'b', name: 'Child', parent: 'a' });
  index.put([task({ id: 'a', name: 'New name', custom_id: 'ENG-1' })], NOW + 1);
  expect(found(index, 'old')).toEqual([]);
  expect(found(index, 'new')).toEqual(['a all']);
  // An answer that was asked for earlier and came later.
  index.put([task({ id: 'a', name: 'Old name' })], NOW);
  expect(found(index, 'new')).toEqual(['a all']);
  index.drop('ENG-1');
  expect(index.size).toBe(0);
  expect(found(index, 'child')).toEqual([]);
});

describe('10,000 tasks', () => {
  const world = seed(10_000, () => NOW);
  const tasks = world.workspace('12345').tasks.map((each) => taskWire(each, false) as unknown as Task);
  const index = new TaskIndex();
  for (let at = 0; at < tasks.length; at += 100) index.put(tasks.slice(at, at + 100), NOW);
  const names = [...index.all()].map(({ name }) => name);
  const asked = names.filter((_, at) => at % 17 === 0);

  /** Swaps, drops, doubles or replaces one letter of one word. */
  const mistyped = (name: string, at: number): string => {
    const words = name.split(' ');
    const longest = words.reduce((best, word, index) => (word.length > words[best]!.length ? index : best), 0);
    const word = words[longest]!;
    const cut = 1 + (at % (word.length - 2));
    words[longest] = [
      word.slice(0, cut) + word[cut + 1]! + word[cut]! + word.slice(cut + 2),
      word.slice(0, cut) + word.slice(cut + 1),
      word.slice(0, cut) + word[cut]! + word.slice(cut),
      `${word.slice(0, cut)}x${word.slice(cut + 1)}`,
    ][at % 4]!;
    return words.join(' ');
  };
  const recall = (textOf: (name: string, at: number) => string) =>
    asked.filter((name, at) =>
      index
        .search(textOf(name, at))
        .slice(0, 5)
        .some(({ task }) => task.name === name),
    ).length / asked.length;

  test('are found by their name in 95 of 100 cases, with one mistyped letter in 90', () => {
    expect(asked.length).toBeGreaterThan(500);
    expect(recall((name) => name)).toBeGreaterThanOrEqual(0.95);
    expect(recall(mistyped)).toBeGreaterThanOrEqual(0.9);
  });

  test('take no more memory than is said, and no search holds up others for long', () => {
    const times = [...asked.slice(0, 100), 'fix', 'e', 'update the', 'fix memory leak in export worker']
      .map((text) => {
        const before = performance.now();
        index.search(text);
        return performance.now() - before;
      })
      .sort((a, b) => a - b);
    expect(times[Math.floor(times.length / 2)]).toBeLessThan(50);
  });
});
