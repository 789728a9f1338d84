import { setTimeout as sleep } from 'node:timers/promises';
import { connect as openSocket, type Socket } from 'node:net';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { CLIENTS, type CallOptions, type TestClient } from '../support/clients.js';

const LIST = '90144360426';
const META = 'io.modelcontextprotocol/';
/** As many requests as one ClickUp token may have under way: the next one queues. */
const IN_FLIGHT = 10;

let app: TestApp;
beforeEach(async () => {
  over = false;
  app = await startTestApp({ env: { CONFIRM_DESTRUCTIVE: 'never' } });
});
afterEach(() => {
  over = true;
  return app.close();
});

let over = false;
/** Ends with its test at the latest. */
const until = async (holds: () => boolean) => {
  while (!over && !holds()) await sleep(5);
};
const asked = (path: string) => app.sandbox.requests().filter((request) => request.path.includes(path)).length;
/** What the log says of the calls of a tool, in order. */
const outcomes = (tool: string) =>
  app
    .log()
    .split('\n')
    .filter((line) => line.includes('"msg":"tool call"') || line.includes('tool call'))
    .map((line) => JSON.parse(line) as { tool: string; outcome: string; requests: number })
    .filter((line) => line.tool === tool)
    .map(({ outcome }) => outcome);

/** A call that can be given up, in one of the ways that there are. */
interface Call {
  giveUp(): void;
}
type Begin = (name: string, args: object) => Promise<Call>;

const bySocket =
  (era: '2025' | '2026', more: { accept?: string; progress?: true } = {}): Begin =>
  async (name, args) => {
    const modern = era === '2026';
    const envelope = modern && { [`${META}protocolVersion`]: '2026-07-28', [`${META}clientCapabilities`]: {} };
    const _meta = { ...envelope, ...(more.progress && { progressToken: 'p' }) };
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name, arguments: args, _meta },
    });
    const headers = [
      'POST /mcp HTTP/1.1',
      `Host: ${new URL(app.url).host}`,
      `Authorization: Bearer ${WRITE_KEY}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      ...(more.accept ? [`Accept: ${more.accept}`] : []),
      ...(modern ? ['MCP-Protocol-Version: 2026-07-28', 'Mcp-Method: tools/call', `Mcp-Name: ${name}`] : []),
    ];
    const socket = await new Promise<Socket>((resolve) => {
      const opened = openSocket(Number(new URL(app.url).port), '127.0.0.1', () => resolve(opened));
    });
    socket.on('error', () => undefined).resume();
    socket.write(`${headers.join('\r\n')}\r\n\r\n${body}`);
    return { giveUp: () => socket.destroy() };
  };

/** By the signal of the call where the client then closes its stream, else by closing the client. */
const byClient =
  (connect: (url: string, key: string) => Promise<TestClient>, way: 'signal' | 'close'): Begin =>
  async (name, args) => {
    const client = await connect(app.url, WRITE_KEY);
    const leaving = new AbortController();
    const options: CallOptions = { signal: leaving.signal };
    client.call(name, args as Record<string, unknown>, options).catch(() => undefined);
    return { giveUp: () => (way === 'signal' ? leaving.abort() : void client.close()) };
  };

const STREAM = 'application/json, text/event-stream';
const WAYS: [string, Begin][] = [
  ['a socket, our path, 2025', bySocket('2025')],
  ['a socket, our path, 2026', bySocket('2026')],
  ['a socket, a stream of 2025', bySocket('2025', { accept: STREAM, progress: true })],
  ['a socket, a stream of 2025 gathered', bySocket('2025', { progress: true })],
  ['a socket, a stream of 2026', bySocket('2026', { accept: STREAM, progress: true })],
  ...CLIENTS.map(([name, connect]): [string, Begin] => [`${name}, closed`, byClient(connect, 'close')]),
  ...CLIENTS.filter(([name]) => name !== 'SDK v1').map(([name, connect]): [string, Begin] => [
    `${name}, by the signal of the call`,
    byClient(connect, 'signal'),
  ]),
];

describe.each(WAYS)('given up by %s', (_, begin) => {
  test('a read that was sent is ended (MCP-T7)', async () => {
    app.sandbox.configure({ faults: [{ operation: 'GetTask', times: 1, kind: 'hang' }] });
    const call = await begin('get_task', { task_id: 'ENG-123' });
    await until(() => asked('/task/') === 1);
    call.giveUp();
    // Otherwise it would wait for as long as ClickUp may take.
    await until(() => outcomes('get_task').includes('cancelled'));
  });

  test('a write that was sent is not ended: its answer is awaited, and nothing is sent again', async () => {
    app.sandbox.configure({ faults: [{ operation: 'CreateTask', times: 1, kind: 'slow', ms: 400, done: false }] });
    const call = await begin('create_task', { list_id: LIST, name: 'Left alone #m:left' });
    await until(() => app.sandbox.stats().operations.CreateTask === 1);
    call.giveUp();
    await until(() => app.sandbox.effectsOf('left').some(({ answered }) => answered));
    await until(() => outcomes('create_task').length === 1);
    expect(app.sandbox.writes().markers).toEqual({ left: { times: 1, objects: 1, answered: 1 } });
  });

  test('a call that queues never leaves', async () => {
    app.sandbox.configure({ faults: [{ operation: 'GetTask', times: IN_FLIGHT, kind: 'hang' }] });
    const others = await Promise.all(
      Array.from({ length: IN_FLIGHT }, (__, index) => bySocket('2025')('get_task', { task_id: `86abc${index}` })),
    );
    await until(() => asked('/task/86abc') === IN_FLIGHT);
    const call = await begin('create_task', { list_id: LIST, name: 'Never #m:never' });
    // It queues until the others make room; a moment, so that it has arrived.
    await sleep(300);
    call.giveUp();
    await sleep(300);
    others.forEach((other) => other.giveUp());
    await until(() => outcomes('get_task').length === IN_FLIGHT);
    await bySocket('2025')('create_task', { list_id: LIST, name: 'Later #m:later' });
    await until(() => outcomes('create_task').includes('ok'));
    expect(outcomes('create_task').filter((outcome) => outcome !== 'ok' && outcome !== 'cancelled')).toEqual([]);
    expect(app.sandbox.writes().markers).toEqual({ later: { times: 1, objects: 1, answered: 1 } });
  });
});

test('of a bulk call that is given up only what has left is done, and all of that is answered', async () => {
  app.sandbox.configure({ faults: [{ operation: 'CreateTask', kind: 'slow', ms: 300, done: true }] });
  const tasks = Array.from({ length: 40 }, (_, index) => ({ name: `Bulk ${index} #m:bulk${index}` }));
  const call = await bySocket('2026')('bulk_create_tasks', { list_id: LIST, tasks });
  await until(() => (app.sandbox.stats().operations.CreateTask ?? 0) > 0);
  call.giveUp();
  await until(() => outcomes('bulk_create_tasks').length === 1);
  const markers = Object.values(app.sandbox.writes().markers);
  expect(markers.length).toBeLessThan(40);
  expect(markers.every(({ times, answered }) => times === 1 && answered === 1)).toBe(true);
  const sent = app.sandbox.stats().operations.CreateTask;
  await sleep(700);
  expect(app.sandbox.stats().operations.CreateTask).toBe(sent);
});

// Ids are counted from zero by every client, and several may use one key: without sessions nobody knows whose call is meant (fault 36).
test('notifications/cancelled ends nobody’s call, neither of another client with the same key nor a finished one', async () => {
  app.sandbox.configure({ latencyMs: 300 });
  const post = (message: object) =>
    fetch(`${app.url}/mcp`, {
      method: 'POST',
      headers: { authorization: `Bearer ${WRITE_KEY}`, 'content-type': 'application/json', accept: STREAM },
      body: JSON.stringify({ jsonrpc: '2.0', ...message }),
    });
  const answer = post({ id: 1, method: 'tools/call', params: { name: 'get_task', arguments: { task_id: 'ENG-123' } } });
  await until(() => asked('/task/') === 1);
  const told = await post({ method: 'notifications/cancelled', params: { requestId: 1 } });
  expect([told.status, await told.text()]).toEqual([202, '']);
  expect(await (await answer).json()).toMatchObject({ id: 1, result: { isError: false } });
  expect((await post({ method: 'notifications/cancelled', params: { requestId: 1 } })).status).toBe(202);
});

test('SDK v1 gives a call up by a notification alone: it goes on until the client is closed', async () => {
  app.sandbox.configure({ faults: [{ operation: 'GetTask', times: 1, kind: 'hang' }] });
  const [, connect] = CLIENTS.find(([name]) => name === 'SDK v1')!;
  const client = await connect(app.url, WRITE_KEY);
  const leaving = new AbortController();
  const answer = client.call('get_task', { task_id: 'ENG-123' }, { signal: leaving.signal });
  await until(() => asked('/task/') === 1);
  leaving.abort('enough');
  await expect(answer).rejects.toThrow('enough');
  expect(outcomes('get_task')).toEqual([]);
  await client.close();
  await until(() => outcomes('get_task').includes('cancelled'));
});
