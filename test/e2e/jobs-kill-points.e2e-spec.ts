import { setTimeout as sleep } from 'node:timers/promises';
import { callTool } from '../support/call-tool.js';
import { killedPrograms, until } from '../support/killed-programs.js';
import { execute, query } from '../support/postgres.js';
import { KEY, programBench } from '../support/program-bench.js';
import { ACME, L1 } from '../support/scoped.js';

/**
 * kill -9 of the worker at a write of a job: each object exactly once, whichever write it is and whatever has become of it. Every point of
 * every tool takes a quarter of an hour, so `npm test` tries some; all of them: `KILL_POINTS=all`.
 */
const bench = programBench();
/** So little time that the call itself begins nothing: all of it is the job's. */
const env = () =>
  bench.env({
    CONFIRM_DESTRUCTIVE: 'never',
    TEAM_ID: ACME,
    LOG_LEVEL: 'info',
    CLICKUP_RATE_LIMIT: '100000',
    CALL_TIMEOUT_MS: '12000',
    JOB_PAUSE_SECONDS: '1',
  });
const OBJECTS = 12;

/** What has become of the write at which the process is killed. */
const MOMENTS = {
  'that never arrived': { kind: 'hang', done: false },
  'that was done and not answered': { kind: 'hang', done: true },
  'that is done when the process is dead already': { kind: 'slow', done: false, ms: 700 },
} as const;
type Moment = keyof typeof MOMENTS;

const { start, later } = killedPrograms(env);
const call = (url: string, name: string, args: object): Promise<any> => callTool(url, KEY, name, args);
afterEach(() => bench.sandbox().configure({ faults: [] }));

const owner = { authorization: 'pk_sandbox_owner', 'content-type': 'application/json' };
/** Tasks that are there before the job. */
async function there(word: string): Promise<string[]> {
  const make = async (n: number) => {
    const body = JSON.stringify({ name: `${word} ${n}` });
    const url = `${bench.sandbox().url}/api/v2/list/${L1}/task`;
    return ((await (await fetch(url, { method: 'POST', headers: owner, body })).json()) as { id: string }).id;
  };
  return Promise.all(Array.from({ length: OBJECTS }, (_, n) => make(n)));
}
const tasks = (word: string) =>
  [...bench.sandbox().world.tasks.values()].filter(({ name }) => name.startsWith(`${word} `));
const times = (word: string) =>
  Array.from({ length: OBJECTS }, (_, n) => bench.sandbox().effectsOf(`${word}-${n}`).length);

interface Kind {
  operation: string;
  args: (word: string) => Promise<object>;
  /** That each object was done exactly once, in the world and in the answer. */
  check: (word: string, answer: any) => void;
}
const KINDS: Record<string, Kind> = {
  bulk_create_tasks: {
    operation: 'CreateTask',
    args: (word) =>
      Promise.resolve({
        list_id: L1,
        tasks: Array.from({ length: OBJECTS }, (_, n) => ({ name: `${word} #m:${word}-${n}` })),
      }),
    check(word, answer) {
      expect(times(word)).toEqual(Array(OBJECTS).fill(1));
      expect(answer).toMatchObject({ created: OBJECTS });
    },
  },
  bulk_update_tasks: {
    operation: 'UpdateTask',
    args: async (word) => ({ groups: [{ task_ids: await there(word), priority: 'urgent' }] }),
    // A change that is sent twice is the same change; none is missing, and none is said to be.
    check(word, answer) {
      expect(tasks(word).map(({ priority }) => priority)).toEqual(Array(OBJECTS).fill(1));
      expect(JSON.stringify(answer)).not.toMatch(/waiting|failed|unknown/);
    },
  },
  delete_task: {
    operation: 'DeleteTask',
    args: async (word) => ({ task_ids: await there(word) }),
    check(word, answer) {
      expect(tasks(word)).toEqual([]);
      expect(answer).toMatchObject({ deleted: OBJECTS });
      expect(answer.failed).toBeUndefined();
    },
  },
};

async function killedAt(tool: string, write: number, moment: Moment, word: string) {
  const { operation, args, check } = KINDS[tool]!;
  const first = start();
  const url = await first.url;
  const given = await args(word);
  bench.sandbox().configure({ faults: [{ operation, after: write, times: 1, ...MOMENTS[moment] }] });
  const { structuredContent: begun } = await call(url, tool, given);
  expect(begun.job).toBeDefined();
  await until(() => bench.sandbox().faults()[0]!.struck === 1);
  first.child.kill('SIGKILL');
  await first.exit;
  // What was on its way arrives.
  if (MOMENTS[moment].kind === 'slow') await sleep(MOMENTS[moment].ms + 100);
  bench.sandbox().configure({ faults: [] });
  await later();
  const second = await start().url;
  let job: any;
  await until(async () => {
    const seen = await call(second, 'call_read_operation', { operation: 'get_job', args: { job_id: begun.job } });
    job = seen.structuredContent;
    return job.state !== 'working';
  });
  expect(job).toMatchObject({ state: 'completed', done: OBJECTS, total: OBJECTS });
  check(word, job.answer);
}

const moments = Object.keys(MOMENTS) as Moment[];
const [NEVER, UNANSWERED, LATE] = moments as [Moment, Moment, Moment];
const POINTS: [string, number, Moment][] =
  process.env.KILL_POINTS === 'all'
    ? Object.keys(KINDS).flatMap((tool) =>
        Array.from({ length: OBJECTS }, (_, write) => write).flatMap((write) =>
          moments.map((moment): [string, number, Moment] => [tool, write, moment]),
        ),
      )
    : [
        ['bulk_create_tasks', 0, NEVER],
        ['bulk_create_tasks', 6, UNANSWERED],
        ['bulk_create_tasks', OBJECTS - 1, LATE],
        ['bulk_update_tasks', 5, UNANSWERED],
        ['delete_task', 0, NEVER],
        ['delete_task', 7, LATE],
      ];

test.each(POINTS)('%s, killed at write %d, %s: each object once', (tool, write, moment) =>
  killedAt(tool, write, moment, `K${tool.replaceAll('_', '')}${write}${moments.indexOf(moment)}`),
);

test('what a killed process was at work on is taken up long before it is overdue, and by a process that lives beside it', async () => {
  const first = start();
  bench.sandbox().configure({ faults: [{ operation: 'CreateTask', after: 4, times: 1, ...MOMENTS[UNANSWERED] }] });
  const args = await KINDS.bulk_create_tasks!.args('Beside');
  const { structuredContent: begun } = await call(await first.url, 'bulk_create_tasks', args);
  await until(() => bench.sandbox().faults()[0]!.struck === 1);
  const second = await start().url;
  // Overdue it never is: what follows is for the dead process alone.
  await execute(env().DATABASE_URL, `UPDATE pgboss.job SET expire_in = interval '1 day' WHERE state = 'active'`);
  first.child.kill('SIGKILL');
  await first.exit;
  bench.sandbox().configure({ faults: [] });
  let job: any;
  await until(async () => {
    job = (await call(second, 'call_read_operation', { operation: 'get_job', args: { job_id: begun.job } }))
      .structuredContent;
    return job.state !== 'working';
  });
  KINDS.bulk_create_tasks!.check('Beside', job.answer);
  const [row] = await query<{ deaths: number }>(
    env().DATABASE_URL,
    `SELECT max(retry_count)::int AS deaths FROM pgboss.job WHERE data->>'jobId' = $1`,
    [begun.job],
  );
  expect(row!.deaths).toBe(1);
});
