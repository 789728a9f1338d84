import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type Program, startProgram } from '../support/program.js';
import { createTask, programBench } from '../support/program-bench.js';
import { type RawAnswer } from '../support/raw-http.js';

const SWITCH = `--import=${pathToFileURL('test/support/fail-on-signal.mjs').href}`;

const { sandbox, env } = programBench();
const start = (more: Record<string, string> = {}) => startProgram(env({ NODE_OPTIONS: SWITCH, ...more }));

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
  sandbox().configure({ latencyMs });
  const before = sandbox().stats().writes;
  const calls = Array.from({ length: 10 }, (_, index) => createTask(url, `in flight ${index}`));
  await until(() => sandbox().stats().writes >= before + 10, program);
  return calls;
}

test.each<[string, NodeJS.Signals, string]>([
  ['an exception in a timer', 'SIGUSR2', '"type":"TypeError"'],
  ['a promise that nobody awaits', 'SIGWINCH', '"type":"RangeError"'],
  ['a timer that throws again and again', 'SIGURG', 'nobody caught'],
])(
  '%s: what runs is answered, then the process ends with an error, and its words are not logged',
  async (_, signal, logged) => {
    const program = start();
    const calls = await inFlight(program, 700);
    program.child.kill(signal);
    for (const answer of await Promise.all(calls))
      expect(answer).toMatchObject({ status: 200, json: { result: { isError: false } } });
    expect(await program.exit).toBe(1);
    expect(program.output()).toContain(logged);
    expect(program.output()).toContain('"stopped"');
    expect(program.output()).not.toContain('words-of-a-customer');
    expect(program.output().match(/nobody caught/g)!.length).toBeLessThan(20);
  },
);

test('while it ends it is not ready and takes no new requests', async () => {
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

test('calls that do not end are waited for until the time to drain is over, and no longer', async () => {
  const program = start({ SHUTDOWN_DRAIN_SECONDS: '1' });
  const calls = await inFlight(program, 20_000);
  program.child.kill('SIGUSR2');
  expect(await program.exit).toBe(1);
  await Promise.allSettled(calls);
});

test('a signal to stop that comes while it ends after a failure does not change the exit status to success', async () => {
  const program = start();
  const calls = await inFlight(program, 700);
  program.child.kill('SIGUSR2');
  await told(program);
  program.child.kill('SIGTERM');
  for (const answer of await Promise.all(calls)) expect(answer.status).toBe(200);
  expect(await program.exit).toBe(1);
});
