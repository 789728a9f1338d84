import { setTimeout as sleep } from 'node:timers/promises';
import { startProgram } from '../support/program.js';
import { createTask, HEADERS, programBench } from '../support/program-bench.js';
import { rawRequest } from '../support/raw-http.js';

const { sandbox, env } = programBench();
const until = async (condition: () => boolean | Promise<boolean>) => {
  while (!(await condition())) await sleep(20);
};

test('SIGTERM: ready says no, running calls finish, subscriptions end with a result, nothing new is taken, exit 0', async () => {
  const program = startProgram(env());
  const url = await program.url;
  expect((await rawRequest(url, 'GET', '/health/ready', {})).status).toBe(200);
  await createTask(url, 'warm up');

  const envelope = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const stream = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: {
      ...HEADERS,
      Accept: 'application/json, text/event-stream',
      'MCP-Protocol-Version': '2026-07-28',
      'Mcp-Method': 'subscriptions/listen',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 'sub',
      method: 'subscriptions/listen',
      params: { _meta: envelope, notifications: { toolsListChanged: true } },
    }),
  });
  expect(stream.headers.get('content-type')).toBe('text/event-stream');
  const streamed = stream.text();

  sandbox().configure({ latencyMs: 700 });
  const before = sandbox().stats().writes;
  const calls = Array.from({ length: 10 }, (_, index) => createTask(url, `in flight ${index}`));
  await until(() => sandbox().stats().writes === before + 10);
  program.child.kill('SIGTERM');

  for (const answer of await Promise.all(calls)) expect(answer.json.result.isError).toBe(false);
  expect(await streamed).toContain('"id":"sub"');
  expect(await program.exit).toBe(0);
  expect(program.output()).toContain('"stopped"');
  await expect(fetch(`${url}/health`)).rejects.toThrow();
});

test('while it drains, a keep-alive connection gets 503 and is closed, and ready says no', async () => {
  const program = startProgram(env());
  const url = await program.url;
  sandbox().configure({ latencyMs: 1500 });
  const before = sandbox().stats().requests;
  const slow = createTask(url, 'slow');
  await until(() => sandbox().stats().requests > before);
  const kept = await fetch(`${url}/health/live`, { keepalive: true });
  expect(kept.status).toBe(200);
  await kept.text();
  program.child.kill('SIGTERM');
  await sleep(150);
  // The listening socket is closed: whoever has no connection is refused, which is what a load balancer wants.
  await expect(fetch(`${url}/health/ready`, { headers: { connection: 'close' } })).rejects.toThrow();
  expect((await slow).json.result.isError).toBe(false);
  expect(await program.exit).toBe(0);
});

test('production without MASTER_KEY: UNCONFIGURED, alive, not ready, and it says what to do', async () => {
  const program = startProgram(env({ NODE_ENV: 'production', MASTER_KEY: '' }));
  const url = await program.url;
  expect(program.output()).toContain('"Server starting in UNCONFIGURED mode"');
  expect((await rawRequest(url, 'GET', '/health/live', {})).status).toBe(200);
  expect((await rawRequest(url, 'GET', '/health', {})).status).toBe(200);
  expect((await rawRequest(url, 'GET', '/', {})).json.status).toBe('not configured');
  expect(await rawRequest(url, 'GET', '/health/ready', {})).toMatchObject({
    status: 503,
    json: { error: { code: 'not_configured' } },
  });
  expect(await createTask(url, 'x')).toMatchObject({
    status: 503,
    json: { error: { code: 'not_configured', details: { fix: expect.stringContaining('MASTER_KEY') } } },
  });
  program.child.kill('SIGTERM');
  expect(await program.exit).toBe(0);
});

test('every bad key is named at once, then exit 78', async () => {
  const program = startProgram(env({ PORT: 'abc', LOG_LEVEL: 'loud', CLICKUP_API_KEY: 'pk_other' }));
  expect(await program.exit).toBe(78);
  for (const key of ['PORT', 'LOG_LEVEL', 'CLICKUP_API_TOKEN and CLICKUP_API_KEY'])
    expect(program.output()).toContain(key);
  expect(program.output()).not.toMatch(/pk_other|pk_sandbox/);
});

test('production refuses the embedded database, and the published key is refused everywhere', async () => {
  expect(await startProgram({ ...env(), NODE_ENV: 'production', DATABASE_URL: '' }).exit).toBe(78);
  const published = startProgram(
    env({ NODE_ENV: 'development', MASTER_KEY: '8ddec8ff377e8ea6f88d223594bca495f4e6629ec23719f96b343389475c755f' }),
  );
  expect(await published.exit).toBe(78);
  expect(published.output()).toContain('MASTER_KEY');
});

test('SIGTERM while it waits for its database ends it: process 1 of a container has no handler but ours', async () => {
  const program = startProgram(env({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' }));
  await until(() => program.output().includes('waiting for it'));
  program.child.kill('SIGTERM');
  expect(await program.exit).toBe(143);
});

test('SIGTERM in the very moment in which it begins to listen ends it in order: no signal is lost, and none ends it at once', async () => {
  // Several at once, so that the processor is busy: that is when a signal used to fall into the gap between two handlers.
  for (let round = 0; round < 2; round += 1) {
    const programs = Array.from({ length: 4 }, () => startProgram(env()));
    const ended = programs.map(async (program) => {
      await program.url;
      program.child.kill('SIGTERM');
      return program.exit;
    });
    expect(await Promise.all(ended)).toEqual([0, 0, 0, 0]);
  }
});

test('at the end of draining, changes that ClickUp has not answered are told as of unknown outcome; none is cut off without a word', async () => {
  const program = startProgram(env({ SHUTDOWN_DRAIN_SECONDS: '1' }));
  const url = await program.url;
  await createTask(url, 'warm up');
  sandbox().configure({ faults: [{ operation: 'CreateTask', kind: 'hang', done: true }] });
  const before = sandbox().stats().writes;
  const calls = Array.from({ length: 10 }, (_, index) => createTask(url, `hanging ${index}`));
  await until(() => sandbox().stats().writes === before + 10);
  program.child.kill('SIGTERM');
  const codes = (await Promise.all(calls)).map(({ json }) => json.result._meta.error.code as string);
  expect(codes).toEqual(Array.from({ length: 10 }, () => 'unknown_outcome'));
  expect(await program.exit).toBe(0);
});
