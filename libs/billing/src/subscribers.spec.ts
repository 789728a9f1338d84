import { type DataSource } from 'typeorm';
import { openPool } from '../../../test/support/pool.js';
import { execute, type TestDatabase, testDatabase } from '../../../test/support/postgres.js';
import { SubscribedTiers } from './subscribed-tiers.js';
import { Subscribers } from './subscribers.service.js';

let bench: TestDatabase;
let database: DataSource;
let subscribers: Subscribers;
const dropped: string[] = [];
beforeAll(async () => {
  bench = await testDatabase();
  database = await openPool(bench.url);
  const invalidations = { drop: (_: string, id: string) => void dropped.push(id) };
  subscribers = new Subscribers(database, invalidations as never, { info: () => undefined } as never, undefined);
});
afterAll(async () => {
  await database.destroy();
  await bench.drop();
});

let people = 0;
const customer = async () => {
  const personId = `person ${(people += 1)}`;
  const { id } = await subscribers.of(personId);
  return { id, personId, customerId: await subscribers.becomes(id, `cus_${people}`) };
};
const tierOf = (personId: string) => new SubscribedTiers(database, { subscribe: () => undefined }).of(personId);

test('a person has one row, and the customer that was noted first', async () => {
  const rows = await Promise.all(Array.from({ length: 5 }, () => subscribers.of('the same')));
  expect(new Set(rows.map(({ id }) => id)).size).toBe(1);
  const noted = await Promise.all(['cus_a', 'cus_b'].map((each) => subscribers.becomes(rows[0]!.id, each)));
  expect(new Set(noted).size).toBe(1);
});

test('SEC-265: an answer to an earlier question does not replace that to a later one', async () => {
  const { id, personId } = await customer();
  const [earlier, later] = [await subscribers.ask(id), await subscribers.ask(id)];
  await subscribers.answer(later, 'active');
  await subscribers.answer(earlier, 'canceled');
  expect(await tierOf(personId)).toBe('premium');
  expect(dropped.filter((each) => each === personId)).toHaveLength(1);
  await subscribers.answer(await subscribers.ask(id), 'past_due');
  expect(await tierOf(personId)).toBe('free');
});

test('somebody is given to one at a time, until the lease is over', async () => {
  const { id, customerId } = await customer();
  expect(await subscribers.note('evt_1', customerId)).toBe('taken');
  const taken = await Promise.all([subscribers.take(10), subscribers.take(10)]);
  expect(taken.flat().filter((due) => due.id === id)).toHaveLength(1);
  expect(await subscribers.take(10)).toEqual([]);
  await execute(bench.url, `UPDATE subscribers SET taken_until = now() - interval '1 second' WHERE id = $1`, [id]);
  const [due] = await subscribers.take(10);
  // A message that comes meanwhile is a reason to ask again.
  expect(await subscribers.note('evt_2', customerId)).toBe('taken');
  await subscribers.answer(due!, 'active');
  const [again] = await subscribers.take(10);
  expect(again).toMatchObject({ id, wanted: 2 });
  await subscribers.answer(again!, 'active');
  expect(await subscribers.take(10)).toEqual([]);
});

test('whoever may have changed is asked for once a day, whoever has ended is not', async () => {
  const [paying, ended] = [await customer(), await customer()];
  await subscribers.answer(await subscribers.ask(paying.id), 'active');
  await subscribers.answer(await subscribers.ask(ended.id), 'canceled');
  await subscribers.lookAgain();
  expect(await subscribers.take(10)).toEqual([]);
  await execute(bench.url, `UPDATE subscribers SET checked_at = now() - interval '25 hours'`);
  await Promise.all([subscribers.lookAgain(), subscribers.lookAgain()]);
  const due = await subscribers.take(10);
  expect(due.map(({ id }) => id)).toContain(paying.id);
  expect(due.map(({ id }) => id)).not.toContain(ended.id);
  for (const each of due) await subscribers.answer(each, 'active');
});

test('the database away: what was last known of a tier holds, and of others nothing is said', async () => {
  let now = 0;
  let away = false;
  const rows = { query: () => (away ? Promise.reject(reset) : Promise.resolve([{ status: 'active' }])) };
  const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
  const tiers = new SubscribedTiers(rows as never, { subscribe: () => undefined }, () => now);
  expect(await tiers.of('known')).toBe('premium');
  expect(tiers.of('known')).toBe('premium');
  away = true;
  now = 31_000;
  expect(await tiers.of('known')).toBe('premium');
  await expect(tiers.of('unknown')).rejects.toMatchObject({ code: 'unavailable' });
  tiers.drop('tier', 'known');
  await expect(tiers.of('known')).rejects.toMatchObject({ code: 'unavailable' });
});

test('what was asked before a change is used, and not kept', async () => {
  const answers: ((rows: { status: string }[]) => void)[] = [];
  const rows = { query: () => new Promise((resolve) => answers.push(resolve)) };
  const tiers = new SubscribedTiers(rows as never, { subscribe: () => undefined });
  const [one, other] = [tiers.of('x'), tiers.of('x')];
  expect(answers).toHaveLength(1);
  tiers.drop('tier', 'x');
  const after = tiers.of('x');
  answers[0]!([]);
  expect([await one, await other]).toEqual(['free', 'free']);
  answers[1]!([{ status: 'active' }]);
  expect(await after).toBe('premium');
  expect(tiers.of('x')).toBe('premium');
});
