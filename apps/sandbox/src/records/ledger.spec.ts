import { OPERATIONS } from '#libs/clickup';
import { type Arguments, prepare, SAMPLES } from '../../../../test/support/samples/index.js';
import { type Fault, type RunningSandbox, startSandbox } from '../index.js';
import { type Effect, Ledger } from './ledger.js';

const LIST = '90144360426';
let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ tasks: 30 });
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const ask = async (method: string, path: string, body?: object): Promise<any> => {
  const response = await fetch(`${sandbox.url}/api/v2${path}`, {
    method,
    headers: { authorization: 'pk_sandbox_owner', ...(body && { 'content-type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  return text ? JSON.parse(text) : undefined;
};
const create = (name: string) => ask('POST', `/list/${LIST}/task`, { name });
const writes = async (marker = '') => (await fetch(`${sandbox.url}/__sandbox/writes${marker}`)).json();

test('a write that is repeated: two objects are a double, the same one twice is the same state', async () => {
  const { id } = await create('one #m:double');
  await create('one #m:double');
  await ask('PUT', `/task/${id}`, { name: 'other #m:same' });
  await ask('PUT', `/task/${id}`, { name: 'other #m:same' });
  await ask('POST', `/task/${id}/tag/${encodeURIComponent('#m:tag')}`, {});
  await ask('POST', `/task/${id}/tag/${encodeURIComponent('#m:tag')}`, {});
  await create('nothing to see');
  expect(await writes()).toEqual({
    effects: 7,
    unmarked: 1,
    markers: {
      double: { times: 2, objects: 2, answered: 2 },
      same: { times: 2, objects: 1, answered: 2 },
      tag: { times: 2, objects: 1, answered: 2 },
    },
  });
  expect(await writes('?marker=same')).toEqual([
    { operation: 'UpdateTask', object: id, answered: true },
    { operation: 'UpdateTask', object: id, answered: true },
  ]);
  expect(await writes('?marker=none')).toEqual([]);
  sandbox.reset();
  expect(await writes()).toEqual({ effects: 0, unmarked: 0, markers: {} });
});

test('several markers in one write, and deep in it', async () => {
  await ask('POST', '/team/12345/time_entries', {
    start: 1_780_000_000_000,
    duration: 60_000,
    description: '#m:a and #m:b-2_c, #m:a again',
    tags: [{ name: 'x #m:deep' }],
  });
  expect(await writes()).toMatchObject({
    effects: 1,
    markers: Object.fromEntries(['a', 'b-2_c', 'deep'].map((name) => [name, { times: 1, objects: 1, answered: 1 }])),
  });
});

const made = jest.spyOn(Ledger.prototype, 'record');
afterAll(() => made.mockRestore());
const objects = () => made.mock.results.map(({ value }) => (value as Effect).object);
const send = async (
  { method, path }: { method: string; path: string },
  { path: names = {}, query = {}, body }: Arguments,
) => {
  const url = path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(names[name] ?? ''));
  const response = await fetch(`${sandbox.url}${url}?${String(new URLSearchParams(query as Record<string, string>))}`, {
    method,
    headers: { authorization: 'pk_sandbox_owner', ...(body ? { 'content-type': 'application/json' } : {}) },
    body: body ? JSON.stringify(body) : undefined,
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : {} };
};
/** A second one with the name of the first is refused, or is the first. */
const ONE_OF_A_NAME = ['createChatChannel', 'createLocationChatChannel', 'createDirectMessageChatChannel'];
const CREATIONS = OPERATIONS.filter(({ verb, multipart }) => verb === 'create' && !multipart);
test.each(CREATIONS.map((row) => [row.id, row] as const))('%s, done twice, is two objects', async (id, row) => {
  const ids = await prepare(async (other, args) => (await send(other, args)).body);
  made.mockClear();
  const statuses = [await send(row, SAMPLES[id]!(ids)), await send(row, SAMPLES[id]!(ids))].map(({ status }) => status);
  const done = statuses.filter((status) => status < 300).length;
  expect([done > 0, objects().length]).toEqual([true, done]);
  if (!ONE_OF_A_NAME.includes(id)) expect(new Set(objects()).size).toBe(done);
});

test('what was refused has no effect, and what is read neither', async () => {
  await ask('POST', `/list/${LIST}/task`, { name: 'x #m:refused', priority: 99 });
  await ask('POST', '/list/1/task', { name: 'x #m:refused' });
  await ask('GET', `/list/${LIST}/task?statuses[]=%23m:read`);
  expect(await writes()).toEqual({ effects: 0, unmarked: 0, markers: {} });
});

test.each<[Fault, { times: number; answered: number } | undefined]>([
  [{ kind: 'reset_before' }, undefined],
  [{ kind: 'status', status: 503 }, undefined],
  [{ kind: 'reset_after' }, { times: 1, answered: 0 }],
  [
    { kind: 'status', status: 503, done: true },
    { times: 1, answered: 0 },
  ],
  [
    { kind: 'shape', shape: 'empty' },
    { times: 1, answered: 0 },
  ],
  [{ kind: 'compressed' }, { times: 1, answered: 1 }],
  [
    { kind: 'huge', bytes: 100_000 },
    { times: 1, answered: 1 },
  ],
])('under %j a test can say what is lost: %j', async (fault, expected) => {
  sandbox.configure({ faults: [{ ...fault, operation: 'CreateTask' }] });
  await create('x #m:1').catch(() => undefined);
  expect(sandbox.writes().markers['1']).toEqual(expected && { ...expected, objects: 1 });
});

test('an answer to somebody who has left is not delivered', async () => {
  sandbox.configure({ latencyMs: 100 });
  const stop = new AbortController();
  const left = fetch(`${sandbox.url}/api/v2/list/${LIST}/task`, {
    method: 'POST',
    headers: { authorization: 'pk_sandbox_owner', 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'x #m:left' }),
    signal: stop.signal,
  }).catch(() => 'left');
  while (sandbox.stats().writes === 0) await new Promise((resolve) => setImmediate(resolve));
  stop.abort();
  expect(await left).toBe('left');
  // Asked later, answered later: by then the other answer has been tried.
  await ask('GET', '/user');
  expect(sandbox.writes().markers).toEqual({ left: { times: 1, objects: 1, answered: 0 } });
});

test('100,000 writes take no more than memory of their own', () => {
  const ledger = new Ledger();
  for (let index = 0; index < 100_000; index++)
    ledger.record({
      operation: 'CreateTask',
      creates: true,
      method: 'POST',
      path: `/api/v2/list/${LIST}/task`,
      body: { name: `task #m:${index}`, description: 'text '.repeat(20) },
      result: { id: String(index) },
    });
  const { effects, unmarked, markers } = ledger.writes();
  expect([effects, unmarked, Object.keys(markers).length, markers['99999']]).toEqual([
    100_000,
    0,
    100_000,
    { times: 1, objects: 1, answered: 0 },
  ]);
});
