import { DataSource } from 'typeorm';
import { testDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { Invalidations } from './invalidations.service.js';

/** Which processes have ended, told by the connection on which each listens. */
let bench: TestDatabase;
let database: DataSource;
let open: Invalidations[] = [];
beforeEach(async () => {
  bench = await testDatabase();
  database = await new DataSource({ type: 'postgres', url: bench.url }).initialize();
});
afterEach(async () => {
  await Promise.all(open.map((one) => one.onApplicationShutdown()));
  open = [];
  await database.destroy();
  await bench.drop();
});
const quiet = { info: () => undefined, warn: () => undefined, debug: () => undefined, error: () => undefined };
const make = () => new Invalidations(database, {}, quiet as never);
async function process(): Promise<Invalidations> {
  const one = make();
  open.push(one);
  await one.onModuleInit();
  return one;
}
async function until(done: () => Promise<boolean>) {
  while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 20));
}

test('a process is gone when its connection is, and only then', async () => {
  const [one, other] = [await process(), await process()];
  const NEVER = '00000000-0000-7000-8000-000000000000';
  // Until its own messages arrive, it cannot tell.
  await until(async () => (await one.gone([NEVER])).has(NEVER));
  expect(await one.gone([one.process, other.process])).toEqual(new Set());
  expect(await one.living([one.process, other.process, NEVER])).toEqual(new Set([one.process, other.process]));
  await other.onApplicationShutdown();
  await until(async () => (await one.gone([other.process])).size > 0);
  expect(await one.gone([one.process, other.process])).toEqual(new Set([other.process]));
});

test('a process that does not listen itself says it of nobody', async () => {
  const other = await process();
  const deaf = make();
  expect(await deaf.gone([other.process, 'no such process'])).toEqual(new Set());
  await other.onApplicationShutdown();
  expect(await other.gone(['no such process'])).toEqual(new Set());
});
