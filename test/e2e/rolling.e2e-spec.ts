import { setTimeout as sleep } from 'node:timers/promises';
import { type Balancer, startBalancer } from '../support/balancer.js';
import { killedPrograms, until } from '../support/killed-programs.js';
import { type Program } from '../support/program.js';
import { createTask, HEADERS, programBench } from '../support/program-bench.js';
import { rawRequest } from '../support/raw-http.js';

/** `npm run faults` makes 10,000. */
const CALLS = Number(process.env.ROLLING_CALLS ?? 400);
/** Replaced at least, each replica once. */
const ROUNDS = 2;
const CALLERS = 8;
/** Each so many calls one creates a task, which takes its time. */
const WRITE_EACH = 10;

const { sandbox, env } = programBench();
const { start } = killedPrograms(env);
const production = (more: Record<string, string> = {}) =>
  start({ NODE_ENV: 'production', CLICKUP_RATE_LIMIT: '10000', ...more });
let balancer: Balancer;
beforeEach(async () => (balancer = await startBalancer()));
afterEach(() => balancer.close());

test(
  'replicas behind a balancer are replaced in turn while calls come in: none is refused, lost or doubled',
  async () => {
    const replica = async () => {
      const program = production({ SHUTDOWN_DELAY_SECONDS: '1' });
      await balancer.add(await program.url);
      return program;
    };
    const replicas: Program[] = [];
    for (let at = 0; at < 2; at += 1) replicas.push(await replica());
    sandbox().configure({ latencyMs: 50 });
    const before = sandbox().stats().writes;
    let [calls, created, replaced] = [0, 0, 0];
    const refused: string[] = [];
    const enough = () => calls >= CALLS && replaced >= ROUNDS;
    const caller = async () => {
      while (!enough()) {
        calls += 1;
        if (calls % WRITE_EACH === 0) {
          const { status, json } = await createTask(balancer.url, `rolling ${calls}`);
          if (status === 200 && json.result.isError === false) created += 1;
          else refused.push(`create_task: ${status} ${JSON.stringify(json)}`);
        } else {
          const body = JSON.stringify({ jsonrpc: '2.0', id: calls, method: 'tools/list' });
          const answer = await fetch(`${balancer.url}/mcp`, { method: 'POST', headers: HEADERS, body });
          if ((await answer.text(), answer.status) !== 200) refused.push(`tools/list: ${answer.status}`);
        }
        // Not as fast as can be: what is tried is the change of replicas, not their speed.
        await sleep(5);
      }
    };
    const replace = async () => {
      for (; !enough(); replaced += 1) {
        const next = await replica();
        const old = replicas.shift()!;
        replicas.push(next);
        old.child.kill('SIGTERM');
        expect([await old.exit, old.output()]).toEqual([0, expect.stringContaining('"stopped"')]);
        balancer.remove(await old.url);
      }
    };
    await Promise.all([replace(), ...Array.from({ length: CALLERS }, caller)]);
    expect(refused).toEqual([]);
    expect(balancer.failures).toEqual([]);
    expect(sandbox().stats().writes - before).toBe(created);
    expect(created).toBeGreaterThan(CALLS / WRITE_EACH / 2);
    // Each that was started has had its part; the last may have come when it was over.
    expect(balancer.sent.size).toBeGreaterThan(replaced);
    expect(replaced).toBeGreaterThanOrEqual(ROUNDS);
    if (process.env.ROLLING_CALLS) console.log(`${calls} calls, ${replaced} replicas replaced, 0 refused`);
  },
  CALLS * 60 + 60_000,
);

test('after SIGTERM, in production, it is not ready and serves all the same, new connections too, each of which it closes; a second one ends that', async () => {
  // Longer than a test may take: only the second signal ends it.
  const program = production({ SHUTDOWN_DELAY_SECONDS: '300' });
  const url = await program.url;
  const before = await fetch(`${url}/health/ready`);
  expect([before.status, before.headers.get('connection')]).toEqual([200, 'keep-alive']);
  sandbox().configure({ latencyMs: 1_000 });
  const writes = sandbox().stats().writes;
  const running = fetch(`${url}/mcp`, {
    method: 'POST',
    headers: HEADERS,
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'create_task', arguments: { list_id: '90144360426', name: 'under way' } },
    }),
  });
  await until(() => sandbox().stats().writes > writes);
  program.child.kill('SIGTERM');
  await until(async () => (await rawRequest(url, 'GET', '/health/ready', {})).status === 503);
  // What was under way when the signal came says so too.
  const answer = await running;
  expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close']);
  sandbox().configure({ latencyMs: 0 });
  const ready = await fetch(`${url}/health/ready`);
  expect(await ready.json()).toMatchObject({ error: { code: 'unavailable', details: { reason: 'shutting_down' } } });
  expect(ready.headers.get('connection')).toBe('close');
  expect((await fetch(`${url}/health/live`)).status).toBe(200);
  for (let times = 0; times < 3; times += 1)
    expect((await createTask(url, `new ${times}`)).json.result.isError).toBe(false);
  expect(program.child.exitCode).toBeNull();
  program.child.kill('SIGTERM');
  expect(await program.exit).toBe(0);
});

test.each<[string, NodeJS.Signals, string]>([
  ['SIGINT, which a person sends', 'SIGINT', 'production'],
  ['SIGTERM outside production', 'SIGTERM', 'development'],
])('%s: nobody waits for a balancer', async (_, signal, NODE_ENV) => {
  const program = start({ NODE_ENV, SHUTDOWN_DELAY_SECONDS: '300' });
  await program.url;
  program.child.kill(signal);
  expect(await program.exit).toBe(0);
});

test('a second SIGINT ends a process at once that waits for its calls', async () => {
  const program = production();
  const url = await program.url;
  await createTask(url, 'warm up');
  sandbox().configure({ latencyMs: 20_000 });
  const writes = sandbox().stats().writes;
  const call = createTask(url, 'slow').catch(() => undefined);
  await until(() => sandbox().stats().writes > writes);
  program.child.kill('SIGINT');
  await until(() =>
    fetch(`${url}/health/live`).then(
      () => false,
      () => true,
    ),
  );
  program.child.kill('SIGINT');
  expect(await program.exit).toBe(130);
  await call;
});
