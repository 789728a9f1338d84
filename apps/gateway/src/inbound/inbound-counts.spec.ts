import { DataSource } from 'typeorm';
import { type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { Ring } from '../../../../libs/limits/src/inbound/ring.js';
import { ENTITIES } from '../app.module.js';
import { migrate } from '../database/migrate.js';
import { dataSourceOptions } from '../database/options.js';
import { InboundCounts } from './inbound-counts.js';

const log = { info: () => undefined, warn: () => undefined };
let database: TestDatabase;
let dataSource: DataSource;
let rows: InboundCounts;
beforeAll(async () => {
  database = await testDatabase();
  dataSource = await new DataSource(
    dataSourceOptions({ url: await migrate(database, log), entities: ENTITIES, poolSize: 4, log }),
  ).initialize();
  rows = new InboundCounts(dataSource);
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

const counts = (newest: number, hits: Record<number, number>) => {
  const told = [newest, ...Array.from({ length: 21 }, (_, age) => hits[newest - age] ?? 0)];
  return { minute: told, hour: told, day: told, month: told };
};
const add = async (subject: string, newest: number, hits: Record<number, number>) =>
  (await rows.add([{ subject: Buffer.from(subject), counts: counts(newest, hits) }])).counts[0]!;
const sum = ([, ...hits]: readonly number[]) => hits.reduce((total, hits) => total + hits, 0);

test('without hits it tells the time, and how many replicas there are', async () => {
  const { now, replicas, counts } = await rows.add([]);
  expect(counts).toEqual([]);
  expect(Math.abs(now - Date.now())).toBeLessThan(60_000);
  expect(replicas).toBeGreaterThanOrEqual(1);
});

test.each([
  ['the same part', 1_000, { 1_000: 3, 990: 2 }, { 1_000: 8, 990: 4 }],
  ['the next part', 1_001, { 1_001: 3 }, { 1_001: 3, 1_000: 5, 990: 2 }],
  ['a clock that is one part behind', 999, { 999: 1, 980: 7 }, { 1_000: 5, 999: 1, 990: 2, 980: 7 }],
  ['when all has left but the oldest', 1_020, { 1_020: 1 }, { 1_020: 1, 1_000: 5 }],
  ['when all has left', 2_000, {}, {}],
  ['a clock that went back', 500, { 500: 1 }, { 500: 6, 490: 2 }],
])('adding up: %s', async (name, newest, told, expected) => {
  await add(name, 1_000, { 1_000: 5, 990: 2 });
  const sums = await add(name, newest, told);
  expect(sums).toMatchObject(counts(sums.minute[0]!, expected));
  expect(sums.minute[0]).toBe(name.includes('behind') ? 1_000 : newest);
  // As a replica adds up for itself.
  if (!name.includes('back')) {
    const ring = Ring.of(counts(1_000, { 1_000: 5, 990: 2 }).minute);
    ring.merge(counts(newest, told).minute);
    expect(ring.toCounts()).toEqual(sums.minute);
  }
});

test('many tell of the same people at once, in different orders: nothing is lost, nothing waits for ever', async () => {
  const people = Array.from({ length: 40 }, (_, at) => Buffer.from(`crowd ${at}`));
  const tell = async (order: Buffer[]) =>
    rows.add(order.map((subject) => ({ subject, counts: counts(1_000, { 1_000: 1 }) })));
  await Promise.all(Array.from({ length: 30 }, (_, at) => tell(at % 2 ? people : [...people].reverse())));
  const { counts: sums } = await tell(people);
  expect(sums.map(({ minute }) => sum(minute))).toEqual(people.map(() => 31));
});
