import { type AuditEvent, type AuditRows, AuditTrail, type Batch } from '../index.js';

/** Stores in memory, and fails as often as it is told to. */
class Rows implements AuditRows<never> {
  readonly stored: (string | undefined)[][] = [];
  failures = 0;

  append({ events }: Batch): Promise<void> {
    if (this.failures > 0) {
      this.failures -= 1;
      return Promise.reject(new Error('the database is away'));
    }
    this.stored.push(events.map(({ tool, event }) => tool ?? event));
    return Promise.resolve();
  }

  within(): Promise<void> {
    return Promise.resolve();
  }

  naming(): Promise<(object: string) => string> {
    return Promise.reject(new Error('the database is away'));
  }
}
const event = (tool: string, tenant = '1'): AuditEvent => ({ event: 'call', tenant, at: 0, tool, decision: 'allowed' });
const quiet = { warn: () => undefined } as never;
let rows: Rows;
let trail: AuditTrail<never>;
beforeEach(() => {
  jest.useFakeTimers();
  rows = new Rows();
  trail = new AuditTrail(rows, quiet);
});
afterEach(() => jest.useRealTimers());

test('events of half a second are stored together, those of each Workspace by themselves', async () => {
  trail.note(event('a'));
  trail.note(event('b'));
  trail.note(event('c', '2'));
  await jest.advanceTimersByTimeAsync(499);
  expect(rows.stored).toEqual([]);
  await jest.advanceTimersByTimeAsync(2);
  expect(rows.stored).toEqual([['a', 'b'], ['c']]);
});

test('calls that begin in the same moment wait for one transaction, and bring along what has waited', async () => {
  trail.note(event('a'));
  const begun = Promise.all([trail.durable(event('b')), trail.durable(event('c'))]);
  await jest.advanceTimersByTimeAsync(1);
  await begun;
  expect(rows.stored).toEqual([['a', 'b', 'c']]);
});

test('what could not be stored is refused to who waits, and tried again in its order', async () => {
  rows.failures = 1;
  const refused = expect(trail.durable(event('a'))).rejects.toMatchObject({ code: 'unavailable' });
  await jest.advanceTimersByTimeAsync(1);
  await refused;
  trail.note(event('b'));
  await jest.advanceTimersByTimeAsync(5_000);
  expect(rows.stored.flat()).toEqual(['a', 'b']);
});

test('what waits is bounded, and what was dropped is told when the database is back', async () => {
  rows.failures = Infinity;
  for (let n = 0; n < 20_003; n += 1) trail.note(event('x'));
  await jest.advanceTimersByTimeAsync(1_000);
  await expect(trail.durable(event('y'))).rejects.toMatchObject({ code: 'unavailable' });
  rows.failures = 0;
  await jest.advanceTimersByTimeAsync(5_000);
  expect(rows.stored.map(({ length }) => length)).toEqual([20_000, 1]);
  expect(rows.stored.at(-1)).toEqual(['events_dropped']);
});

test('closing stores what waits', async () => {
  trail.note(event('a'));
  await trail.close();
  expect(rows.stored).toEqual([['a']]);
});
