import { DataSource } from 'typeorm';
import { query, testDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { Jobs } from './jobs.service.js';
import { Queue, QUEUE } from './queue.js';

/** Runs whose process has ended, and runs that were taken for such. */
let bench: TestDatabase;
let database: DataSource;
beforeEach(async () => {
  bench = await testDatabase();
  database = await new DataSource({ type: 'postgres', url: bench.url }).initialize();
});
afterEach(async () => {
  await Promise.all(queues.map((queue) => queue.stop()));
  queues = [];
  await database.destroy();
  await bench.drop();
});

let queues: Queue[] = [];
const ended = new Set<string>();
function replica(process: string): Queue {
  ended.delete(process);
  const gone = (names: readonly string[]) => Promise.resolve(new Set(names.filter((name) => ended.has(name))));
  const queue = new Queue(database, { process, gone }, () => undefined);
  queues.push(queue);
  return queue;
}
const TICKET = { tenantId: '12345', jobId: 'a-job' };
const put = (queue: Queue) => database.transaction((manager) => queue.put(manager, TICKET));
const holds = (queue: Queue, run: string) => database.transaction((manager) => queue.holds(manager, run));

test('what a process holds that has ended is given back once it was missed twice, some seconds apart', async () => {
  const [first, second] = [replica('first'), replica('second')];
  await put(first);
  const taken = await first.take();
  expect(taken?.ticket).toEqual(TICKET);
  await second.giveBack(0);
  await second.giveBack(60_000);
  expect(await second.take()).toBeUndefined();
  ended.add('first');
  await second.giveBack(100_000);
  await second.giveBack(107_000);
  expect(await second.take()).toBeUndefined();
  await second.giveBack(108_000);
  expect((await second.take())?.ticket).toEqual(TICKET);
});

test('a process that was missed for a moment only keeps what it holds', async () => {
  const [first, second] = [replica('first'), replica('second')];
  await put(first);
  await first.take();
  ended.add('first');
  await second.giveBack(0);
  ended.delete('first');
  await second.giveBack(5_000);
  ended.add('first');
  await second.giveBack(10_000);
  expect(await second.take()).toBeUndefined();
});

test('a run that was taken for dead holds nothing any more, not even where the same process has taken it again', async () => {
  const [first, second] = [replica('first'), replica('second')];
  await put(first);
  const lost = (await first.take())!;
  expect(await holds(first, lost.id)).toBe(true);
  ended.add('first');
  await second.giveBack(0);
  await second.giveBack(10_000);
  expect(await holds(first, lost.id)).toBe(false);
  const again = (await first.take())!;
  expect([await holds(first, lost.id), await holds(first, again.id)]).toEqual([false, true]);
  await database.transaction((manager) => first.over(manager, again.id));
  expect(await holds(first, again.id)).toBe(false);
});

test('a job over which twenty runs have died gets a last one, which is told so', async () => {
  const [first, second] = [replica('first'), replica('second')];
  await put(first);
  const lasts: boolean[] = [];
  for (let look = 0; look <= 20; look += 1) {
    lasts.push((await first.take())!.isLast);
    ended.add('first');
    await second.giveBack(look * 100_000);
    await second.giveBack(look * 100_000 + 10_000);
    ended.delete('first');
  }
  expect(lasts).toEqual([...Array.from({ length: 20 }, () => false), true]);
  expect(await first.take()).toBeUndefined();
});

test('two replicas that miss a third give its run back once, and one of them has it', async () => {
  const [first, second, third] = [replica('first'), replica('second'), replica('third')];
  await put(first);
  await first.take();
  ended.add('first');
  for (const now of [0, 10_000]) await Promise.all([second.giveBack(now), third.giveBack(now)]);
  const taken = await Promise.all([second.take(), third.take()]);
  expect(taken.filter(Boolean)).toHaveLength(1);
  for (const now of [20_000, 40_000]) await Promise.all([second.giveBack(now), third.giveBack(now)]);
  expect([await second.take(), await third.take()]).toEqual([undefined, undefined]);
  const rows = await query<{ deaths: number }>(
    bench.url,
    'SELECT retry_count AS deaths FROM pgboss.job WHERE name = $1',
    [QUEUE],
  );
  expect(rows).toEqual([{ deaths: 1 }]);
});

test('it lets no other run begin beside the one that has taken it over', async () => {
  const [first, second] = [replica('first'), replica('second')];
  await put(first);
  const lost = (await first.take())!;
  ended.add('first');
  await second.giveBack(0);
  await second.giveBack(10_000);
  const again = (await second.take())!;
  const jobs = (queue: Queue) => new Jobs(database, queue, undefined as never, undefined);
  const rows = () => query(bench.url, `SELECT state FROM pgboss.job WHERE name = $1 ORDER BY created_on`, [QUEUE]);
  await jobs(first).goOn(lost.id, lost.ticket, 0);
  expect(await rows()).toEqual([{ state: 'active' }]);
  await jobs(second).goOn(again.id, again.ticket, 0);
  expect(await rows()).toEqual([{ state: 'completed' }, { state: 'created' }]);
});
