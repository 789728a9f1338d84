import { setTimeout as sleep } from 'node:timers/promises';
import { rowsOf } from '../test/support/requests.js';
import { Fleet, type ToolAnswer } from './fleet.js';

/** 10 for the full run. */
const MINUTES = Number(process.env.BENCH_MINUTES ?? 2);
const [PROCESSES, LIMIT, LATENCY_MS, DEMAND] = [4, 100, 400, 3];
const LIST = '90144360426';
const TARGET = { used: 0.95, manySeconds: 65, fewSeconds: 1.5 };

/** Whether ClickUp's limit is used fully and never passed: by several processes at once, and by one that creates many tasks. */
export async function budget(): Promise<boolean> {
  const shared = await byAll();
  const many = await creations(3, { SANDBOX_RATE_LIMIT: String(LIMIT), SANDBOX_LATENCY_MS: '200' });
  const few = await creations(1, { SANDBOX_RATE_LIMIT: '1000', SANDBOX_LATENCY_MS: '200' });
  // Ten at a time cannot be quicker.
  const floor = (50 / 10) * 0.2;
  const none = ({ failed, unknown, refused }: Creations) => failed + unknown + refused === 0;
  const rows = {
    [`${PROCESSES} processes, ${DEMAND * 100} % demand, ${MINUTES} min: 429`]: {
      measured: shared.refused,
      target: 0,
      held: shared.refused === 0,
    },
    [`${PROCESSES} processes: part of the limit used`]: {
      measured: round(shared.used),
      target: `≥ ${TARGET.used}`,
      held: shared.used >= TARGET.used,
    },
    '150 creations at 100/min: seconds': {
      measured: round(many.seconds),
      target: `≤ ${TARGET.manySeconds}`,
      held: many.seconds <= TARGET.manySeconds,
    },
    '150 creations: failed, unknown, 429': {
      measured: `${many.failed}, ${many.unknown}, ${many.refused}`,
      target: '0, 0, 0',
      held: none(many),
    },
    '50 creations at 200 ms: seconds': {
      measured: round(few.seconds),
      target: `≤ ${TARGET.fewSeconds}`,
      held: few.seconds <= TARGET.fewSeconds,
    },
    '50 creations: × the floor of ten at a time': { measured: round(few.seconds / floor), held: true },
    '50 creations: failed, unknown, 429': {
      measured: `${few.failed}, ${few.unknown}, ${few.refused}`,
      target: '0, 0, 0',
      held: none(few),
    },
  };
  console.table(rows);
  return Object.values(rows).every(({ held }) => held);
}

async function byAll(): Promise<{ refused: number; used: number }> {
  const fleet = await Fleet.start(PROCESSES, {
    SANDBOX_RATE_LIMIT: String(LIMIT),
    SANDBOX_LATENCY_MS: String(LATENCY_MS),
  });
  try {
    const found = await fleet.call(fleet.gateways[0]!, 'find_tasks', {});
    const tasks = rowsOf(found).map(({ ref }) => String(ref));
    const end = performance.now() + MINUTES * 60_000;
    const begun = await fleet.budget();
    const everyMs = 60_000 / ((LIMIT * DEMAND) / PROCESSES);
    const open = new Set<Promise<unknown>>();
    await Promise.all(
      fleet.gateways.map(async (gateway, index) => {
        for (let n = index; performance.now() < end; n += PROCESSES) {
          const call = fleet.call(gateway, 'get_task', { task_id: tasks[n % tasks.length] });
          open.add(call);
          void call.catch(() => undefined).then(() => open.delete(call));
          await sleep(everyMs);
        }
      }),
    );
    const { windows, refused } = await fleet.budget();
    // A minute begins with its first request, and the last one is not over.
    const whole = windows.slice(0, -1).slice(0, MINUTES);
    const counted = whole.length > 0 ? whole : windows;
    await Promise.all(open);
    return { refused: refused - begun.refused, used: sum(counted.map(({ used }) => used)) / (LIMIT * counted.length) };
  } finally {
    await fleet.stop();
  }
}

interface Creations {
  seconds: number;
  failed: number;
  unknown: number;
  refused: number;
}

/** So many calls at once, each with 50 tasks to create; a call that cannot finish in its time is followed until its job has. */
async function creations(calls: number, sandbox: Record<string, string>): Promise<Creations> {
  const fleet = await Fleet.start(1, sandbox, { SANDBOX_TASKS: '10' });
  try {
    const gateway = fleet.gateways[0]!;
    // What every call needs to know once.
    await fleet.call(gateway, 'bulk_create_tasks', { list_id: LIST, tasks: [{ name: 'warm' }] });
    // Where the limit matters, a whole minute of it is to be there.
    if (calls > 1) await sleep(60_500);
    const begun = performance.now();
    const answers = await Promise.all(
      Array.from({ length: calls }, async (_, call) => {
        const tasks = Array.from({ length: 50 }, (_none, n) => ({ name: `bench ${call}.${n}` }));
        return followed(fleet, await fleet.call(gateway, 'bulk_create_tasks', { list_id: LIST, tasks }));
      }),
    );
    const seconds = (performance.now() - begun) / 1000;
    const count = (name: string) => sum(answers.map(({ structuredContent }) => Number(structuredContent?.[name] ?? 0)));
    const { refused } = await fleet.budget();
    return {
      seconds,
      failed: 50 * calls - count('created') - count('created_before') - count('unknown'),
      unknown: count('unknown'),
      refused,
    };
  } finally {
    await fleet.stop();
  }
}

async function followed(fleet: Fleet, answer: ToolAnswer): Promise<ToolAnswer> {
  const job = answer.structuredContent?.job;
  if (job === undefined) return answer;
  for (;;) {
    const seen = await fleet.call(fleet.gateways[0]!, 'call_read_operation', {
      operation: 'get_job',
      args: { job_id: job },
    });
    const { state, answer: done } = seen.structuredContent as {
      state?: string;
      answer?: ToolAnswer['structuredContent'];
    };
    if (state !== 'working') return { ...seen, structuredContent: done ?? seen.structuredContent };
    await sleep(100);
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
const round = (value: number) => Number(value.toFixed(3));
