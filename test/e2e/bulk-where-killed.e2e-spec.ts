import { asking } from '../support/ask.js';
import { callTool } from '../support/call-tool.js';
import { killedPrograms, until } from '../support/killed-programs.js';
import { KEY, programBench } from '../support/program-bench.js';
import { ACME, L1 } from '../support/scoped.js';

/** Calls by filter whose process is killed in the middle. Each test starts the program twice. */
jest.setTimeout(150_000);
const bench = programBench();
const WORDS = ['changed', 'deleted', 'taken', 'emptied'];
const COUNT = 50;
const env = (more: Record<string, string> = {}) =>
  bench.env({ TEAM_ID: ACME, LOG_LEVEL: 'info', CLICKUP_RATE_LIMIT: '100000', JOB_PAUSE_SECONDS: '1', ...more });
const direct = asking(() => bench.sandbox().url, '/api/v2');
beforeAll(async () => {
  // The tags that a Space has are kept for a while, so they are all there from the beginning.
  const { body } = await direct(`POST /list/${L1}/task`, { name: 'tags', tags: WORDS });
  await direct(`DELETE /task/${body.id}`);
});

const { start, later } = killedPrograms(env);
const call = async (url: string, name: string, args: object): Promise<any> => {
  const result = await callTool(url, KEY, name, args);
  return result.structuredContent ?? result;
};
async function tagged(word: string, count = COUNT): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++)
    ids.push((await direct(`POST /list/${L1}/task`, { name: `${word} ${n}`, tags: [word] })).body.id);
  return ids;
}

/** How each of the two tools is called, and how often it has written to each of these tasks. */
const KINDS = {
  bulk_update_tasks: {
    args: (word: string) => ({ groups: [{ where: { tags: [word] }, add_tags: [`#m:${word}`] }] }),
    counted: 'changed',
    writes: (word: string, ids: readonly string[]) => writesTo(ids, 'POST', `/tag/${encodeURIComponent(`#m:${word}`)}`),
    isDone: (id: string, word: string) => bench.sandbox().world.tasks.get(id)!.tags.includes(`#m:${word}`),
  },
  delete_task: {
    args: (word: string) => ({ where: { tags: [word] } }),
    counted: 'deleted',
    writes: (_: string, ids: readonly string[]) => writesTo(ids, 'DELETE', ''),
    isDone: (id: string) => !bench.sandbox().world.tasks.has(id),
  },
} as const;
function writesTo(ids: readonly string[], wanted: string, after: string): number[] {
  const paths = bench
    .sandbox()
    .requests()
    .flatMap(({ method, path }) => (method === wanted ? [path.split('?')[0]] : []));
  return ids.map((id) => paths.filter((path) => path === `/api/v2/task/${id}${after}`).length);
}
const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);

test.each([
  ['bulk_update_tasks', 'changed'],
  ['delete_task', 'deleted'],
] as const)('%s, killed in the middle: the same confirmation does the rest, and nothing twice', async (tool, word) => {
  const { args, counted, writes, isDone } = KINDS[tool];
  const ids = await tagged(word);
  const first = start();
  const url = await first.url;
  const { confirm_token } = await call(url, tool, args(word));
  const [late] = await tagged(word, 1);
  bench.sandbox().configure({ latencyMs: 200 });
  const broken = call(url, 'confirm_change', { confirm_token }).catch(() => undefined);
  await until(() => sum(writes(word, ids)) >= 15);
  first.child.kill('SIGKILL');
  await Promise.all([broken, first.exit]);
  expect(ids.every((id) => isDone(id, word))).toBe(false);
  await later();
  bench.sandbox().configure({ latencyMs: 0 });
  const done = await call(await start().url, 'confirm_change', { confirm_token });
  expect(done).toMatchObject({ [counted]: COUNT, rows: [] });
  expect(ids.every((id) => isDone(id, word))).toBe(true);
  expect(writes(word, ids)).toEqual(ids.map(() => 1));
  expect(isDone(late!, word)).toBe(false);
});

test.each([
  ['bulk_update_tasks', 'taken'],
  ['delete_task', 'emptied'],
] as const)(
  '%s as a job whose process is killed: another replica does the rest, and nothing twice',
  async (tool, word) => {
    const { args, counted, writes, isDone } = KINDS[tool];
    const ids = await tagged(word);
    const first = start({ CALL_TIMEOUT_MS: '13000' });
    const url = await first.url;
    const { confirm_token } = await call(url, tool, args(word));
    const second = await start().url;
    bench.sandbox().configure({ latencyMs: 400 });
    const begun = await call(url, 'confirm_change', { confirm_token });
    expect(begun.job).toBeDefined();
    const [late] = await tagged(word, 1);
    await until(() => sum(writes(word, ids)) > begun[counted] + 5);
    first.child.kill('SIGKILL');
    await first.exit;
    expect(ids.every((id) => isDone(id, word))).toBe(false);
    await later();
    bench.sandbox().configure({ latencyMs: 0 });
    let job: any;
    await until(async () => {
      job = await call(second, 'call_read_operation', { operation: 'get_job', args: { job_id: begun.job } });
      return job.state !== 'working';
    });
    expect(job).toMatchObject({ state: 'completed', done: COUNT, total: COUNT, answer: { [counted]: COUNT } });
    expect(writes(word, ids)).toEqual(ids.map(() => 1));
    expect(isDone(late!, word)).toBe(false);
  },
);
