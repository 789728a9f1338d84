import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { startSandbox } from '../../apps/sandbox/src/index.js';
import { type Sandbox } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';
import { type Program, startProgram } from '../support/program.js';
import { type RawAnswer, rawRequest } from '../support/raw-http.js';

const KEY = 'last-resort-key-0123456789';
const HEADERS = { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' };
const SWITCH = `--import=${pathToFileURL('test/support/fail-on-signal.mjs').href}`;

let database: TestDatabase;
let sandbox: Sandbox;
beforeAll(async () => {
  [database, sandbox] = await Promise.all([testDatabase(), startSandbox()]);
});
afterAll(() => Promise.all([database.drop(), sandbox.close()]));
afterEach(() => sandbox.configure({ latencyMs: 0 }));

const start = (more: Record<string, string> = {}) =>
  startProgram({ NODE_OPTIONS: SWITCH, DATABASE_URL: database.url, MASTER_KEY: '5e'.repeat(32), MCP_API_KEY: KEY, MCP_API_KEY_WRITE_MODE: 'write', CLICKUP_API_URL: sandbox.url, CLICKUP_API_TOKEN: 'pk_sandbox_owner', ...more });
const createTask = (url: string, name: string): Promise<RawAnswer> =>
  rawRequest(url, 'POST', '/mcp', HEADERS, JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'create_task', arguments: { list_id: '90144360426', name } } }));

async function until(condition: () => boolean, program: Program): Promise<void> {
  while (!condition()) {
    if (program.child.exitCode !== null) throw new Error(`ended too early:\n${program.output()}`);
    await sleep(10);
  }
}

const told = (program: Program) => until(() => program.output().includes('nobody caught'), program);

/** Ten calls that have reached ClickUp and were not answered yet. */
async function inFlight(program: Program, latencyMs: number): Promise<Promise<RawAnswer>[]> {
  const url = await program.url;
  await createTask(url, 'warm up');
  sandbox.configure({ latencyMs });
  const before = sandbox.stats().writes;
  const calls = Array.from({ length: 10 }, (_, index) => createTask(url, `in flight ${index}`));
  await until(() => sandbox.stats().writes >= before + 10, program);
  return calls;
}

test.each<[string, NodeJS.Signals, string]>([
  ['an exception in a timer', 'SIGUSR2', '"type":"TypeError"'],
  ['a promise that nobody awaits', 'SIGWINCH', '"type":"RangeError"'],
  ['a timer that throws again and again', 'SIGURG', 'nobody caught'],
])('%s: what runs is answered, then the process ends with an error, and its words are not logged', async (_, signal, logged) => {
  const program = start();
  const calls = await inFlight(program, 700);
  program.child.kill(signal);
  for (const answer of await Promise.all(calls)) expect(answer).toMatchObject({ status: 200, json: { result: { isError: false } } });
  expect(await program.exit).toBe(1);
  expect(program.output()).toContain(logged);
  expect(program.output()).toContain('"stopped"');
  expect(program.output()).not.toContain('words-of-a-customer');
  expect(program.output().match(/nobody caught/g)!.length).toBeLessThan(20);
});

test('meanwhile it is not ready and takes nothing new', async () => {
  const program = start();
  const calls = await inFlight(program, 1500);
  program.child.kill('SIGUSR2');
  await told(program);
  await sleep(50);
  await expect(fetch(`${await program.url}/health/ready`)).rejects.toThrow();
  expect(program.child.exitCode).toBeNull();
  await Promise.all(calls);
  expect(await program.exit).toBe(1);
});

test('calls that do not end are not waited for beyond the time to drain', async () => {
  const program = start({ SHUTDOWN_DRAIN_SECONDS: '1' });
  const calls = await inFlight(program, 20_000);
  program.child.kill('SIGUSR2');
  expect(await program.exit).toBe(1);
  await Promise.allSettled(calls);
});

test('a signal to stop that comes while it fails does not make a success of it', async () => {
  const program = start();
  const calls = await inFlight(program, 700);
  program.child.kill('SIGUSR2');
  await told(program);
  program.child.kill('SIGTERM');
  for (const answer of await Promise.all(calls)) expect(answer.status).toBe(200);
  expect(await program.exit).toBe(1);
});
