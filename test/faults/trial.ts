import { setTimeout as sleep } from 'node:timers/promises';
import { type Sandbox } from '../support/app.js';
import { asking } from '../support/ask.js';
import { HEADERS } from '../support/program-bench.js';
import { dice, type Dice } from '../support/random-world.js';
import { L1 } from '../support/scoped.js';
import { type Replicas } from './replicas.js';
import { weather } from './weather.js';
import { lie, MOST_TASKS, type Result, type Stage, type Told, type Wish, type Write, WRITES } from './writes.js';

/** A call that has not ended by then hangs (ms). */
const PATIENCE_MS = 90_000;
/** Writes at once; as many as agents of a team send. */
const AT_ONCE = 12;

export interface Trial {
  seed: number;
  writes: number;
  kills: number;
  /** How far ClickUp's clock is ahead of ours, at most, both ways (ms). */
  clockOffMs: number;
}
export interface Report {
  told: Record<Told, number>;
  /** Answers that are not true, and answers that no caller should get. */
  wrong: string[];
}

/**
 * Random writes in random weather while processes are killed, and in the end what every caller was told is compared with what is there.
 * @param interrupted called before interrupted calls are sent again: makes what a killed process had begun look old
 */
export async function trial(
  { seed, writes, kills, clockOffMs }: Trial,
  sandbox: Sandbox,
  replicas: Replicas,
  interrupted: () => Promise<void>,
): Promise<Report> {
  const draw = dice(seed);
  const next = await stage(seed, draw, sandbox, writes * MOST_TASKS);
  const planned = Array.from({ length: writes }, () => draw.pick(Object.values(WRITES))(next));
  const offsetMs = draw.below(2 * clockOffMs + 1) - clockOffMs;
  sandbox.configure({
    seed,
    latencyMs: draw.pick([0, 20, 100]),
    clock: { offsetMs },
    keepAlive: { idleMs: draw.pick([50, 500, 5_000]) },
    faults: weather(draw),
  });
  const killedAt = new Set(Array.from({ length: kills }, () => draw.below(writes)));
  const awayAt = draw.below(2 * writes);
  const mending: Promise<void>[] = [];
  const asked = await inParallel(planned, async (write, at) => {
    if (at === awayAt) mending.push(outage(sandbox, draw));
    if (killedAt.has(at)) mending.push(replicas.kill(at % replicas.count));
    return { write, result: await call(replicas, at, write) };
  });
  await Promise.all(mending);
  sandbox.configure({ faults: [], latencyMs: 0, keepAlive: null });
  await interrupted();
  const wrong: string[] = [];
  const heard: { wish: Wish; told: Told; ref?: string | undefined }[] = [];
  for (const [at, { write, result }] of asked.entries()) {
    const again = !result && write.resumes ? await call(replicas, at, write) : undefined;
    if (!result && write.resumes && !again) wrong.push(`${write.tool}, sent again in good weather: no answer`);
    const answer = result ?? again;
    if (answer?._meta?.error?.code === 'internal_error') wrong.push(`internal_error: ${answer.content[0]!.text}`);
    for (const wish of write.wishes)
      heard.push({ wish, told: answer ? wish.told(answer) : 'nothing', ref: answer && wish.ref?.(answer) });
  }
  sandbox.configure({ clock: null });
  return { told: countOf(heard.map(({ told }) => told)), wrong: [...wrong, ...lies(heard, sandbox)] };
}

/** Everything that is not true of what callers were told, in words. */
export function lies(
  heard: readonly { wish: Wish; told: Told; ref?: string | undefined }[],
  sandbox: Sandbox,
): string[] {
  const same = new Map<string, { wish: Wish; told: Told[] }>();
  for (const { wish, told } of heard) {
    const group = same.get(wish.what);
    if (group) group.told.push(told);
    else same.set(wish.what, { wish, told: [told] });
  }
  const refs = heard.flatMap(({ ref }) => ref ?? []);
  return [
    ...[...same.values()].flatMap(({ wish, told }) => lie(wish, told, sandbox) ?? []),
    ...refs.filter((ref, at) => refs.indexOf(ref) < at).map((ref) => `given to two callers: ${ref}`),
  ];
}

function countOf(told: readonly Told[]): Report['told'] {
  const count: Report['told'] = { done: 0, 'not done': 0, unknown: 0, nothing: 0 };
  for (const one of told) count[one] += 1;
  return count;
}

/** ClickUp is away for a moment. */
async function outage(sandbox: Sandbox, draw: Dice): Promise<void> {
  await sandbox.down(draw.pick(['refuse', 'reset']));
  await sleep(draw.below(500));
  await sandbox.up();
}

/** @returns undefined when the process ended before it answered */
async function call(replicas: Replicas, at: number, { tool, args }: Write): Promise<Result | undefined> {
  const result = await send(replicas, at, tool, args);
  const job: string | undefined = result?.structuredContent?.job;
  return job === undefined ? result : answerOf(job, replicas, at);
}

/** Of a call that goes on as a job. */
async function answerOf(job_id: string, replicas: Replicas, at: number): Promise<Result | undefined> {
  const until = performance.now() + PATIENCE_MS * 2;
  while (performance.now() < until) {
    await sleep(250);
    const seen = await send(replicas, at, 'call_read_operation', { operation: 'get_job', args: { job_id } });
    const { state, answer } = seen?.structuredContent ?? {};
    if (state === 'completed') return { content: [], structuredContent: answer };
    if (state === 'failed' || state === 'cancelled') throw new Error(`a job is ${state}: ${JSON.stringify(answer)}`);
  }
  throw new Error(`a job did not end: ${job_id}`);
}

async function send(replicas: Replicas, at: number, name: string, args: object): Promise<Result | undefined> {
  const url = await replicas.url(at % replicas.count);
  try {
    const response = await fetch(`${url}/mcp`, {
      method: 'POST',
      headers: HEADERS,
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const { result, error } = (await response.json()) as { result?: Result; error?: { code: string; message: string } };
    // Refused before a tool ran: the REST form of an error.
    return (
      result ?? {
        isError: true,
        content: [{ text: error?.message ?? '' }],
        structuredContent: undefined,
        _meta: { error: { code: String(error?.code) } },
      }
    );
  } catch (error) {
    if ((error as Error).name === 'TimeoutError') throw new Error(`${name} did not answer in ${PATIENCE_MS} ms`);
    return undefined;
  }
}

/** Tasks of its own for every write that changes one. */
async function stage(seed: number, draw: Dice, { url }: Sandbox, count: number): Promise<Stage> {
  const made = asking(() => url, '/api/v2');
  const tasks = await inParallel(Array.from({ length: count }), async () => {
    const { body } = await made(`POST /list/${L1}/task`, { name: 'Stock' });
    return body.id as string;
  });
  let marks = 0;
  return { dice: draw, mark: () => `s${seed}-${(marks += 1)}`, twin: `s${seed}-twin`, task: () => tasks.pop()! };
}

async function inParallel<T, R>(items: readonly T[], work: (item: T, at: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const [at, item] of queue) results[at] = await work(item, at);
    }),
  );
  return results;
}
