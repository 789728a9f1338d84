import { type AppError } from '#libs/core';
import { MemoryBudget } from '#libs/limits';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { bench, closeBenches } from '../../../../test/support/clickup-transport.js';
import { type Behaviour, hang, huge, json, text } from '../../../../test/support/misbehaving-server.js';
import { operation } from '../operation.js';
import { Secret } from '../secrets.js';
import { type CallContext, type ReadLimits } from './client.js';
import { credential } from './credential.js';

afterEach(closeBenches);

const common = { path: '/api/v2/task/{task_id}', toolset: 'test', summary: 'Test.' } as const;
const READ = operation({
  ...common,
  id: 'Read',
  method: 'GET',
  verb: 'get',
  query: z.object({ page: z.int().optional() }),
  response: z.looseObject({ key: Secret.optional() }),
});
const WRITE = operation({
  ...common,
  id: 'Write',
  method: 'PUT',
  verb: 'update',
  body: z.object({ name: z.string() }),
  response: z.looseObject({}),
});
const call = { path: { task_id: 'abc' } };
const change = { ...call, body: { name: 'x' } };

/** Answers when told, with what it finds then. */
function held(body: () => object): { behaviour: Behaviour; release: () => void } {
  let release = () => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  return { behaviour: async (...sides) => (await gate, json(body())(...sides)), release };
}
const reading = (more: Partial<CallContext> = {}) => ({ coalesced: true, ...more });
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'answered',
    (error: AppError) => error.code,
  );

test('20 callers at once are one request and one permit', async () => {
  const { behaviour, release } = held(() => ({ id: 'abc' }));
  const { server, client } = await bench([behaviour], { budget: new MemoryBudget({ limit: 3 }) });
  const clients = Array.from({ length: 20 }, () => client(reading()));
  const asked = clients.map((each) => each.call(READ, call));
  await server.until(({ count }) => count === 1);
  await sleep(60);
  release();
  const answers = await Promise.all(asked);
  expect(new Set(answers).size).toBe(20);
  expect(answers.every((answer) => answer.id === 'abc')).toBe(true);
  expect(server.count).toBe(1);
  // Only the one that sent it has it on its account.
  expect(clients.map(({ stats }) => stats.requests).sort()).toEqual([...Array<number>(19).fill(0), 1]);
  // All of them have waited for ClickUp, and not for the gateway.
  expect(clients.map(({ stats }) => stats.upstreamMs).filter((ms) => ms < 50)).toEqual([]);
});

test('calls that write read for themselves, and are not read from', async () => {
  const { server, client } = await bench([json()]);
  await Promise.all([client().call(READ, call), client().call(READ, call), client(reading()).call(READ, call)]);
  expect(server.count).toBe(3);
});

test('another query, another operation and another credential are other requests', async () => {
  const { server, client } = await bench([json()]);
  const other = { ...READ, id: 'Other' };
  await Promise.all([
    client(reading()).call(READ, call),
    client(reading()).call(READ, { ...call, query: { page: 1 } }),
    client(reading()).call(other, call),
    client(reading({ credential: credential('pk_other') })).call(READ, call),
  ]);
  expect(server.count).toBe(4);
});

test('a write between two reads: the second asks again', async () => {
  const { server, client } = await bench([json({ name: 'before' })]);
  let people = 0;
  const read = async () => (await client(reading({ person: `person ${(people += 1)}` })).call(READ, call)).name;
  expect([await read(), await read(), server.count]).toEqual(['before', 'before', 1]);
  server.play(json({}), json({ name: 'after' }));
  await client().call(WRITE, change);
  expect(await read()).toBe('after');
});

test('a read that was under way when a write ended is not what a later one is given', async () => {
  const slow = held(() => ({ name: 'old' }));
  const { server, client } = await bench([slow.behaviour, json({}), json({ name: 'new' })]);
  const before = client(reading()).call(READ, call);
  await server.until(({ count }) => count === 1);
  await client().call(WRITE, change);
  const after = await client(reading({ person: 'two' })).call(READ, call);
  slow.release();
  expect([(await before).name, after.name]).toEqual(['old', 'new']);
});

test('what was read while a write was under way is not what anybody is given after it', async () => {
  const slow = held(() => ({}));
  const { server, client } = await bench([slow.behaviour, json({ name: 'meanwhile' }), json({ name: 'after' })]);
  const write = client().call(WRITE, change);
  await server.until(({ count }) => count === 1);
  expect(await client(reading()).call(READ, call)).toEqual({ name: 'meanwhile' });
  slow.release();
  await write;
  expect(await client(reading({ person: 'two' })).call(READ, call)).toEqual({ name: 'after' });
});

test.each<[string, Behaviour]>([
  ['ClickUp refused', json({ err: 'no' }, 400)],
  ['of which nobody knows what became', text('no', 500)],
])('a write that %s ends the sharing, too', async (_, behaviour) => {
  const { server, client } = await bench([json({ name: 'old' }), behaviour, json({ name: 'new' })]);
  await client(reading()).call(READ, call);
  server.play(behaviour);
  expect(await codeOf(client().call(WRITE, change))).not.toBe('answered');
  server.play(json({ name: 'new' }));
  expect(await client(reading({ person: 'two' })).call(READ, call)).toEqual({ name: 'new' });
});

test('one that leaves does not take the others along; when all have left, the request is ended', async () => {
  const one = held(() => ({ id: 'abc' }));
  const { server, client } = await bench([one.behaviour]);
  const leaving = [new AbortController(), new AbortController()];
  const asked = leaving.map(({ signal }) => codeOf(client(reading({ signal })).call(READ, call)));
  const staying = client(reading()).call(READ, call);
  await server.until(({ count }) => count === 1);
  leaving.forEach((each) => each.abort());
  expect(await Promise.all(asked)).toEqual(['cancelled', 'cancelled']);
  one.release();
  expect(await staying).toEqual({ id: 'abc' });

  server.play(hang);
  const last = new AbortController();
  const gone = codeOf(client(reading({ signal: last.signal })).call(READ, { ...call, query: { page: 2 } }));
  await server.until(({ count }) => count === 2);
  last.abort();
  expect(await gone).toBe('cancelled');
  await server.until(({ received }) => received[1]!.closed);
});

test('each caller filters a copy of its own: what one may not see or changes, another sees as it was', async () => {
  const { behaviour, release } = held(() => ({ tasks: [{ id: 'mine' }, { id: 'secret' }], key: 'k'.repeat(40) }));
  const { server, client } = await bench([behaviour]);
  const limits = (key: string, visible: string): ReadLimits => ({
    key,
    narrow: (_, query) => Promise.resolve(query),
    checkTargets: () => Promise.resolve(),
    filterAnswer: (_, answer) => {
      const shown = answer as { tasks: { id: string }[] };
      // In place, as no filter of ours does it.
      shown.tasks.splice(0, shown.tasks.length, ...shown.tasks.filter(({ id }) => id === visible));
      return Promise.resolve(shown);
    },
  });
  const asked = [
    client(reading({ readLimits: limits('one', 'mine') })).call(READ, call),
    client(reading({ readLimits: limits('two', 'secret') })).call(READ, call),
    client(reading()).call(READ, call),
    client(reading({ secrets: true })).call(READ, call),
  ];
  await server.until(({ count }) => count === 1);
  release();
  expect(await Promise.all(asked)).toEqual([
    { tasks: [{ id: 'mine' }], key: expect.stringContaining('withheld') },
    { tasks: [{ id: 'secret' }], key: expect.stringContaining('withheld') },
    { tasks: [{ id: 'mine' }, { id: 'secret' }], key: expect.stringContaining('withheld') },
    { tasks: [{ id: 'mine' }, { id: 'secret' }], key: 'k'.repeat(40) },
  ]);
  expect(server.count).toBe(1);
});

test('answers without a body and with a byte order mark are copied like any other', async () => {
  const { server, client } = await bench([text('\ufeff{"id":"abc"}', 200, { 'content-type': 'application/json' })]);
  const twice = () => Promise.all([1, 2].map(() => client(reading()).call(READ, call)));
  expect(await twice()).toEqual([{ id: 'abc' }, { id: 'abc' }]);
  expect(server.count).toBe(1);
});

test('what the judge of a read looks up is shared, what the judge of a write looks up is not', async () => {
  const { server, client } = await bench([json()]);
  const judged = (coalesced: boolean) =>
    client({
      coalesced,
      authorize: async (_operation, _targets, { read }) =>
        void (await read.call(READ, { ...call, query: { page: 7 } })),
    });
  const looks = () => server.received.filter(({ url }) => url.endsWith('page=7')).length;
  await Promise.all([1, 2, 3].map((page) => judged(true).call(READ, { ...call, query: { page } })));
  expect(looks()).toBe(1);
  await Promise.all([1, 2, 3].map(() => judged(false).call(WRITE, change)));
  expect(looks()).toBe(4);
  // Even where the client would share its reads.
  await Promise.all([1, 2, 3].map(() => judged(true).call(WRITE, change)));
  expect(looks()).toBe(7);
});

test('a failure is not kept', async () => {
  const { server, client } = await bench([huge(200_000, true)]);
  expect(await codeOf(client(reading()).call(READ, call))).toBe('clickup_api_error');
  server.play(json({ id: 'abc' }));
  expect(await client(reading()).call(READ, call)).toEqual({ id: 'abc' });
});
