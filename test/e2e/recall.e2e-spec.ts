import { type Task } from '#libs/clickup';
import { seed } from '../../apps/sandbox/src/seed/seed.js';
import { taskWire } from '../../apps/sandbox/src/wire/task.js';
import { TaskIndex } from '../../libs/tools/src/find/task-index.js';

const NOW = Date.parse('2026-11-21T12:00:00Z');

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

  test('no search among them holds up others for long', () => {
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
