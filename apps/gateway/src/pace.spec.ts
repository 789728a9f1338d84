import { Pace } from './pace.js';

let now: number;
let pace: Pace;
const begun: number[] = [];
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
/** A request whose beginning takes some milliseconds, as many as it says. */
const request = (id: number, ms: number) => () => {
  begun.push(id);
  now += ms;
};
beforeEach(() => {
  now = 0;
  begun.splice(0);
  pace = new Pace(() => now);
});

test('while there are few, each begins at once', async () => {
  for (let id = 0; id < 5; id += 1) {
    pace.begin(request(id, 3));
    expect(begun).toHaveLength(id + 1);
    await turn();
    await turn();
  }
});

test('of a thousand at once some begin in each turn, in their order, and none is left out', async () => {
  for (let id = 0; id < 1000; id += 1) pace.begin(request(id, 1));
  expect(begun).toHaveLength(10);
  let turns = 0;
  for (; begun.length < 1000; turns += 1) {
    const before = begun.length;
    await turn();
    expect(begun.length - before).toBeLessThanOrEqual(10);
  }
  expect(turns).toBeGreaterThanOrEqual(99);
  expect(begun).toEqual(Array.from({ length: 1000 }, (_, id) => id));
});

test('promises of one are served before the next begins, so that their time counts', async () => {
  for (let id = 0; id < 100; id += 1)
    pace.begin(() => {
      begun.push(id);
      void Promise.resolve().then(() => (now += 5));
    });
  await Promise.resolve();
  const before = begun.length;
  await turn();
  await turn();
  expect(begun.length - before).toBeLessThanOrEqual(4);
});

test('too many are refused, and who waits for the end of all is told', async () => {
  let refused = 0;
  for (let id = 0; id < 10_100; id += 1) if (!pace.begin(request(id, 1))) refused += 1;
  expect(refused).toBe(90);
  await pace.empty();
  expect(begun).toHaveLength(10_010);
  await pace.empty();
});
