import { setTimeout as sleep } from 'node:timers/promises';
import { type Socket } from 'node:net';
import { z } from 'zod';
import { MemoryBudget } from '#libs/limits';
import { bench, closeBenches } from '../../../../test/support/clickup-transport.js';
import { type Behaviour, json } from '../../../../test/support/misbehaving-server.js';
import { operation } from '../operation.js';

afterEach(closeBenches);

const common = { path: '/api/v2/task/{task_id}', toolset: 'test', summary: 'Test.', response: z.unknown() } as const;
const READ = operation({ ...common, id: 'Read', method: 'GET', verb: 'get' });
const CREATE = operation({ ...common, id: 'Create', method: 'POST', verb: 'create' });
const DELETE = operation({ ...common, id: 'Delete', method: 'DELETE', verb: 'delete' });
const call = { path: { task_id: 'abc' } };
const PARALLEL = 20;

/** A server that closes each kept connection at the moment of its next request, once it is told to. */
function closing() {
  const used = new WeakSet<Socket>();
  let closes = false;
  let reused = 0;
  const behaviour: Behaviour = (request, response) => {
    const { socket } = request;
    if (used.has(socket)) reused += 1;
    if (used.has(socket) && closes) return void socket.destroy();
    used.add(socket);
    return json({ id: 'abc' })(request, response);
  };
  return { behaviour, reused: () => reused, begin: () => void (closes = true) };
}
const setup = async () => {
  const server = closing();
  const { client } = await bench([server.behaviour], {
    budget: new MemoryBudget({ limit: 100_000, maxInFlight: PARALLEL }),
  });
  const many = (row: typeof READ) =>
    Promise.all(
      Array.from({ length: PARALLEL }, () =>
        client()
          .call(row, call)
          .then(
            () => 'done',
            ({ code }: { code: string }) => code,
          ),
      ),
    );
  return { ...server, client, many };
};
const ALL_DONE = Array.from({ length: PARALLEL }, () => 'done');

test('no write goes over a connection that had nothing to do for four seconds, as its server may be closing it', async () => {
  const { client, many, begin, reused } = await setup();
  for (const row of [READ, CREATE]) expect(await many(row)).toEqual(ALL_DONE);
  await sleep(4_100);
  begin();
  expect(await many(CREATE)).toEqual(ALL_DONE);
  expect(reused()).toBe(0);
  // The server does close: a read finds it out, and is repeated.
  await client().call(READ, call);
  expect(reused()).toBe(1);
});

test('writes that follow each other share their connections', async () => {
  const { client, reused } = await setup();
  await client().call(CREATE, call);
  // undici takes a connection back in the turn after the answer.
  await sleep(50);
  await client().call(CREATE, call);
  expect(reused()).toBe(1);
});

test('a repetition goes over a new connection, although kept ones are there', async () => {
  const { client, many, begin, reused } = await setup();
  await many(CREATE);
  begin();
  const before = reused();
  const one = client();
  await one.call(DELETE, call);
  expect([one.stats.retries, reused() - before]).toEqual([1, 1]);
});
