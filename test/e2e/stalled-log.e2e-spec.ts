import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { freePort } from '../support/free-port.js';
import { createTask, programBench } from '../support/program-bench.js';

const { env } = programBench();
/** So many lines are more than a pipe and the bound of what waits can hold. */
const REQUESTS = 8000;

let child: ChildProcess | undefined;
afterEach(() => child?.kill('SIGKILL'));

/** The built gateway, which logs each request to `stdout` from first to last. */
async function start(stdout: 'pipe' | number): Promise<string> {
  const port = await freePort();
  child = spawn(process.execPath, [resolve('dist/apps/gateway/src/main.js')], {
    env: { PATH: process.env.PATH, NODE_ENV: 'test', ...env({ PORT: String(port), LOG_LEVEL: 'debug' }) },
    stdio: ['ignore', stdout, 'ignore'],
  });
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer?.status === 200) return url;
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}`);
    await sleep(50);
  }
}

/** @returns the ids of requests that were answered with 200 */
async function ask(url: string, requests: number): Promise<Set<string>> {
  const pool = new Pool(url, { connections: 32, bodyTimeout: 10_000, headersTimeout: 10_000 });
  const ids = new Set<string>();
  let left = requests;
  const one = async () => {
    while (left-- > 0) {
      const { statusCode, headers, body } = await pool.request({ method: 'GET', path: '/health/live' });
      await body.dump();
      if (statusCode === 200) ids.add(String(headers['x-request-id']));
    }
  };
  await Promise.all(Array.from({ length: 32 }, one));
  await pool.close();
  return ids;
}

test('nobody reads the log: every request is answered; later each of them has its line, or is in the number that is told', async () => {
  const url = await start('pipe');
  const answered = await ask(url, REQUESTS);
  expect(answered.size).toBe(REQUESTS);
  expect((await createTask(url, 'in silence')).status).toBe(200);

  let text = '';
  child!.stdout!.on('data', (chunk) => (text += String(chunk)));
  while (!text.includes('were dropped here')) await sleep(10);
  const last = [...(await ask(url, 1))][0]!;
  child!.kill('SIGTERM');
  await once(child!, 'close');

  expect(child!.exitCode).toBe(0);
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { reqId?: string; dropped?: number; msg: string });
  const told = lines.flatMap(({ dropped }) => dropped ?? []).reduce((sum, count) => sum + count, 0);
  const written = lines.filter(({ reqId }) => reqId !== undefined && answered.has(reqId)).length;
  expect(written).toBeLessThan(REQUESTS);
  // Lines that are no request's may have been dropped, too: of the one call, and of what runs by itself.
  expect(written + told).toBeGreaterThanOrEqual(REQUESTS);
  expect(written + told).toBeLessThan(REQUESTS + 50);
  // What is said at the end is not lost, although it waited with others.
  expect(lines.at(-1)!.msg).toBe('stopped');
  expect(lines.some(({ reqId }) => reqId === last)).toBe(true);
});

test('a reader that is stuck does not keep the process from ending', async () => {
  const url = await start('pipe');
  await ask(url, REQUESTS);
  child!.kill('SIGTERM');
  await once(child!, 'exit');
  expect(child!.exitCode).toBe(0);
});

test('a full disk takes lines away, not the service', async () => {
  const url = await start(openSync('/dev/full', 'w'));
  expect((await ask(url, 500)).size).toBe(500);
  expect((await createTask(url, 'without a log')).status).toBe(200);
  child!.kill('SIGTERM');
  await once(child!, 'exit');
  expect(child!.exitCode).toBe(0);
});
