import { setTimeout as sleep } from 'node:timers/promises';
import { Connections } from '#libs/connections';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { callTool } from '../support/call-tool.js';
import { asking } from '../support/ask.js';
import { apiKey, OWNER } from '../support/connect.js';
import { query } from '../support/postgres.js';
import { ACME, L1 } from '../support/scoped.js';

/** Calls on all tasks that filters find: shown, confirmed, gone on with as a job. */
let app: TestApp;
let replica: TestApp;
// So little is left after what a call needs at its end, that it begins few objects only.
const env = { CALL_TIMEOUT_MS: '13000', JOB_PAUSE_SECONDS: '1', TEAM_ID: ACME, LOG_LEVEL: 'info' };
beforeAll(async () => {
  app = await startTestApp({ env });
  replica = await startTestApp({ beside: app, env });
  // The tags that a Space has are kept for a while, so they are all there from the beginning.
  const { body } = await direct(`POST /list/${L1}/task`, { name: 'tags', tags: WORDS });
  await direct(`DELETE /task/${body.id}`);
});
afterAll(async () => {
  await replica?.close();
  await app?.close();
});
beforeEach(() => app.sandbox.configure({ latencyMs: 0, rateLimit: 0 }));
afterEach(() => app.sandbox.configure({ latencyMs: 0, faults: [], rateLimit: 0 }));

const WORDS = ['alpha', 'beta', 'gamma', 'mixed', 'stopped', 'revoked', 'narrowed', 'doomed', 'herd'];
const direct = asking(() => app.sandbox.url, '/api/v2');
const BUGS = '90144360427';

async function call(name: string, args: object, key = WRITE_KEY, at = app) {
  const result = await callTool(at.url, key, name, args);
  return { text: result.content[0].text as string, value: result.structuredContent, failed: result.isError as boolean };
}
const ask = (name: string, args: object, key?: string, at?: TestApp) =>
  call(name === 'get_job' ? 'call_read_operation' : 'call_write_operation', { operation: name, args }, key, at);
const confirm = (shown: { value: any }, key?: string, at?: TestApp) =>
  call('confirm_change', { confirm_token: shown.value.confirm_token }, key, at);
async function ended(job_id: string, key?: string, at?: TestApp) {
  for (;;) {
    const seen = await ask('get_job', { job_id }, key, at);
    if (seen.failed) throw new Error(seen.text);
    if (seen.value.state !== 'working') return seen;
    await sleep(200);
  }
}

/** Tasks with a tag of their own, by which they are found. */
async function tagged(word: string, count: number, list = L1, more: object = {}): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const { body } = await direct(`POST /list/${list}/task`, { name: `${word} ${n}`, tags: [word], ...more });
    ids.push(body.id);
  }
  return ids;
}
const task = (id: string) => app.sandbox.world.tasks.get(id)!;
const marked = (id: string, tag: string) => task(id).tags.includes(tag);
const change = (word: string, mark: string, more: object = {}) => ({
  groups: [{ where: { tags: [word], ...more }, add_tags: [mark] }],
});
/** Each of these objects was written once under this marker, and no other. */
const onceEach = (marker: string, count: number) => {
  const { times = 0, objects = 0 } = app.sandbox.writes().markers[marker] ?? {};
  expect([times, objects]).toEqual([count, count]);
};

test('the preview counts and forecasts; confirmed, it goes on as a job, and each task is changed once', async () => {
  const ids = [...(await tagged('alpha', 40)), ...(await tagged('alpha', 20, BUGS))];
  const so = ids.slice(0, 3);
  for (const id of so) await direct(`POST /task/${id}/tag/${encodeURIComponent('#m:alpha')}`);
  app.sandbox.configure({ rateLimit: 100_000 });
  const shown = await call('bulk_update_tasks', change('alpha', '#m:alpha'));
  expect(shown.value.preview.summary).toMatch(
    /^Change 60 tasks in 2 Lists \(.*: 40, .*: 20\), 60 open: adding the tag "#m:alpha"\. 3 of them are so already\. 57 changes, less than a minute\./,
  );
  expect(shown.value.preview.current.first).toHaveLength(5);
  app.sandbox.configure({ latencyMs: 400 });
  const begun = await confirm(shown);
  expect(begun.failed).toBe(false);
  const { changed, unchanged, waiting, job } = begun.value;
  expect(changed + (unchanged ?? 0) + waiting).toBe(60);
  expect(waiting).toBeGreaterThan(0);
  expect(begun.text).toContain(`${waiting} go on as job ${job}: get_job tells`);
  const { value, text } = await ended(job, WRITE_KEY, replica);
  expect(text).toContain('60 of 60 done: completed');
  expect(value.answer.changed + value.answer.unchanged).toBe(60);
  expect(ids.every((id) => marked(id, '#m:alpha'))).toBe(true);
  onceEach('alpha', 60);
});

test('a plan of 100 requests a minute makes the forecast longer', async () => {
  const small = await startTestApp({ env: { TEAM_ID: ACME }, sandbox: { tasks: 400, rateLimit: 100 } });
  try {
    const where = { created: '2000-01-01..2100-01-01', include_closed: true };
    const shown = async (tool: string, args: object) => {
      const { value } = await call(tool, args, WRITE_KEY, small);
      const [, requests, minutes] = / ([\d,]+) (?:changes|deletions), about (\d+) minutes?\./.exec(
        value.preview.summary,
      )!;
      return { requests: Number(requests), minutes: Number(minutes) };
    };
    const changes = await shown('bulk_update_tasks', { groups: [{ where, add_tags: ['x'] }] });
    expect(changes.minutes).toBe(Math.round(changes.requests / 100));
    // Each is read right before it is deleted.
    const deletions = await shown('delete_task', { where });
    expect(deletions.minutes).toBe(Math.round((2 * deletions.requests) / 100));
  } finally {
    await small.close();
  }
});

test('what comes to match after the preview is untouched; what does not match any more, or is gone, is told', async () => {
  const [left, gone, other, ...rest] = await tagged('beta', 15);
  const shown = await call('bulk_update_tasks', change('beta', '#m:beta'));
  const [late] = await tagged('beta', 1);
  await direct(`DELETE /task/${left}/tag/beta`);
  await direct(`DELETE /task/${gone}`);
  // It is changed as well, but not so that it would matter.
  await direct(`PUT /task/${other}`, { name: 'changed meanwhile' });
  const { value, text } = await confirm(shown);
  expect(value).toMatchObject({ changed: 13, skipped: 2 });
  expect(text).toContain('13 tasks changed, 2 skipped');
  expect(value.rows.map(([, outcome]: string[]) => outcome).sort()).toEqual([
    'skipped: it does not match where any more',
    'skipped: it is not there any more',
  ]);
  expect([other!, ...rest].every((id) => marked(id, '#m:beta'))).toBe(true);
  expect([marked(late!, '#m:beta'), marked(left!, '#m:beta')]).toEqual([false, false]);
  onceEach('beta', 13);
});

test('the same arguments with the token confirm what was shown, too; other ones do not', async () => {
  const ids = await tagged('gamma', 12);
  const args = change('gamma', '#m:gamma');
  const { confirm_token } = (await call('bulk_update_tasks', args)).value;
  const [late] = await tagged('gamma', 1);
  const other = await call('bulk_update_tasks', { ...change('gamma', 'y'), confirm_token });
  expect(other.text).toContain('was given for other arguments: groups differs');
  expect((await call('bulk_update_tasks', { ...args, confirm_token })).value).toMatchObject({ changed: 12 });
  expect([ids.every((id) => marked(id, '#m:gamma')), marked(late!, '#m:gamma')]).toEqual([true, false]);
  const again = await call('confirm_change', { confirm_token });
  expect([again.failed, again.text]).toEqual([true, expect.stringContaining('already used')]);
  onceEach('gamma', 12);
});

test.each([
  ['bulk_update_tasks', { groups: [{ where: {}, priority: 'high' }] }, /where: it would mean every task: .*within/],
  [
    'bulk_update_tasks',
    { groups: [{ where: { include_closed: true }, priority: 'high' }] },
    /it would mean every task/,
  ],
  ['bulk_update_tasks', { groups: [{ priority: 'high' }] }, /groups\[0\]\.task_ids, or groups\[0\]\.where/],
  [
    'bulk_update_tasks',
    { groups: [{ task_ids: ['ENG-101'], where: { within: [L1] }, priority: 'high' }] },
    /task_ids or where, not both/,
  ],
  [
    'bulk_update_tasks',
    {
      groups: [
        { where: { within: [L1] }, priority: 'high' },
        { task_ids: ['ENG-101'], priority: 'low' },
      ],
    },
    /groups\[0\]\.where: a group with where stands alone/,
  ],
  [
    'bulk_update_tasks',
    { groups: [{ where: { colour: 'y' }, priority: 'high' }] },
    /colour.*groups\[0\]\.where takes within, assignees, statuses/,
  ],
  ['bulk_update_tasks', { groups: [{ where: { within: [L1] } }] }, /Nothing to change/],
  ['delete_task', { where: {} }, /where: it would mean every task/],
  ['delete_task', { where: { statuses: ['nope'] } }, /where: statuses: there is no status "nope"/],
  ['delete_task', { where: { due: 'someday maybe' } }, /where: due: /],
  ['delete_task', { where: { within: [L1] }, task_ids: ['ENG-101'] }, /not both/],
  ['delete_task', {}, /task_ids, or where/],
  [
    'delete_task',
    { where: { within: [L1], tags: ['frontend'], created: 'before 2001-01-01' } },
    /where: no task matches \(open tasks; in /,
  ],
])('%s refuses %j, and says what to give', async (tool, args, message) => {
  const before = app.sandbox.stats().writes;
  const { failed, text } = await call(tool, args);
  expect([failed, text]).toEqual([true, expect.stringMatching(message)]);
  expect(app.sandbox.stats().writes).toBe(before);
});

test('more than 1,000 are refused with their number', async () => {
  const big = await startTestApp({ env: { TEAM_ID: ACME }, sandbox: { tasks: 1_500 } });
  try {
    for (const [tool, args] of [
      [
        'bulk_update_tasks',
        { groups: [{ where: { created: '2000-01-01..2100-01-01', include_closed: true }, priority: 'high' }] },
      ],
      ['delete_task', { where: { created: '2000-01-01..2100-01-01', include_closed: true } }],
    ] as const) {
      const { failed, text } = await call(tool, args, WRITE_KEY, big);
      expect([failed, text]).toEqual([
        true,
        expect.stringMatching(/where: 1,\d\d\d tasks match \(.*\); at most 1,000 .*within/),
      ]);
    }
    expect(big.sandbox.stats().writes).toBe(0);
  } finally {
    await big.close();
  }
});

test('what one may not write is counted, and nothing is', async () => {
  const { token } = await apiKey(app.gateway, {
    ...OWNER,
    policy: { mode: 'selective', write: { spaces: [], folders: [], lists: [L1] } },
  });
  await tagged('mixed', 12);
  await tagged('mixed', 7, BUGS);
  for (const [tool, args] of [
    ['bulk_update_tasks', change('mixed', '#m:mixed')],
    ['delete_task', { where: { tags: ['mixed'] } }],
  ] as const) {
    const { failed, text } = await call(tool, args, token);
    expect([failed, text]).toEqual([true, expect.stringMatching(/Not allowed.* 7 of 19 tasks lie where .*: 7\)/)]);
  }
  const allowed = await call('bulk_update_tasks', change('mixed', '#m:mixed', { within: [L1] }), token);
  expect((await confirm(allowed, token)).value).toMatchObject({ changed: 12 });
  onceEach('mixed', 12);
});

/** Begins a job on 50 tasks with a key of a person's own. */
async function begun(word: string, latencyMs = 900) {
  const ids = await tagged(word, 50);
  const connected = await apiKey(app.gateway, OWNER);
  const shown = await call('bulk_update_tasks', change(word, `#m:${word}`), connected.token);
  app.sandbox.configure({ latencyMs });
  const { value } = await confirm(shown, connected.token);
  expect(value.job).toMatch(/^[\w-]{22}$/);
  return { ...connected, ids, job: value.job as string };
}
const written = (word: string): number => app.sandbox.writes().markers[word]?.times ?? 0;

test('stopped, it begins nothing more, and tells what is done and what not', async () => {
  const { job, token, ids } = await begun('stopped');
  const before = written('stopped');
  while (written('stopped') < before + 5) await sleep(50);
  expect((await ask('stop_job', { job_id: job }, token)).value.state).toBe('cancelled');
  // What was under way is finished, and only then told.
  const answer = async () => (await ask('get_job', { job_id: job }, token)).value.answer;
  while (!(await answer())) await sleep(200);
  const { value } = await ask('get_job', { job_id: job }, token);
  const done = ids.filter((id) => marked(id, '#m:stopped')).length;
  expect(value).toMatchObject({ state: 'cancelled', done, total: 50, answer: { changed: done, waiting: 50 - done } });
  expect(done).toBeLessThan(50);
  onceEach('stopped', done);
});

test('a key that is revoked meanwhile ends it', async () => {
  const { job, connectionId } = await begun('revoked');
  await app.gateway.app.get(Connections).revokeConnection(OWNER.workspaceId, connectionId);
  const state = async () =>
    (await query<{ state: string }>(app.databaseUrl, 'SELECT state FROM jobs WHERE id = $1', [job]))[0]!.state;
  while ((await state()) === 'working') await sleep(200);
  expect(await state()).toBe('failed');
  expect(written('revoked')).toBeLessThan(50);
});

test('a policy that is narrowed meanwhile ends it, and says how many were not allowed any more', async () => {
  const { job, token, connectionId } = await begun('narrowed');
  await app.gateway.app.get(Connections).setPolicy(OWNER.workspaceId, connectionId, {
    mode: 'selective',
    write: { spaces: [], folders: [], lists: [BUGS] },
  });
  const { value } = await ended(job, token);
  expect(value.state).toBe('failed');
  expect(value.answer.error).toMatchObject({
    code: 'forbidden',
    message: expect.stringMatching(/\d+ of \d+ tasks lie where this is not allowed/),
  });
  expect(written('narrowed')).toBeLessThan(50);
  onceEach('narrowed', written('narrowed'));
});

describe('deletions', () => {
  test('show what goes along, and delete each once with exactly that', async () => {
    const ids = await tagged('doomed', 30);
    const [parent, moved, gone, grown] = ids;
    // One that is found by itself, too, and one that is not.
    const [child] = await tagged('doomed', 1, L1, { parent });
    const { body: along } = await direct(`POST /list/${L1}/task`, { name: 'along', parent });
    const shown = await call('delete_task', { where: { tags: ['doomed'] } });
    expect(shown.value.preview.summary).toMatch(
      /^Delete 31 tasks in 1 List \(.*: 31\), 31 open \(1 of them with their parents\), and 1 subtask of theirs that where does not find\. 30 deletions, less than a minute\./,
    );
    expect(shown.value.preview.current.subtasks).toEqual([expect.stringContaining('"along"')]);
    const [late] = await tagged('doomed', 1);
    await direct(`DELETE /task/${moved}/tag/doomed`);
    await direct(`DELETE /task/${gone}`);
    await direct(`POST /list/${L1}/task`, { name: 'new below', parent: grown });
    app.sandbox.configure({ latencyMs: 300 });
    const { value: first } = await confirm(shown);
    const { value } = first.job ? await ended(first.job) : { value: { answer: first } };
    expect(value.answer).toMatchObject({ deleted: 27, skipped: 3 });
    expect(value.answer.rows.map((row: string[]) => row.at(-1)).sort()).toEqual([
      'skipped: "new below" lies below it, which was not shown before',
      'skipped: it does not match where any more',
      'skipped: it is not there any more',
    ]);
    const there = (id: string) => app.sandbox.world.tasks.has(id);
    expect([late!, moved!, grown!].every(there)).toBe(true);
    expect([parent!, child!, along.id, ...ids.slice(4)].some(there)).toBe(false);
    const sent = app.sandbox
      .requests()
      .filter(({ method, path }) => method === 'DELETE' && ids.some((id) => path === `/api/v2/task/${id}`));
    const times = new Map<string, number>();
    for (const { path } of sent) times.set(path, (times.get(path) ?? 0) + 1);
    expect([...times.values()].every((count) => count === 1)).toBe(true);
  });

  test('of many tasks, what goes along is seen by their Lists', async () => {
    const ids = await tagged('herd', 60);
    const { body: along } = await direct(`POST /list/${L1}/task`, { name: 'along', parent: ids[7] });
    const shown = await call('delete_task', { where: { tags: ['herd'] } });
    expect(shown.value.preview.summary).toMatch(/^Delete 60 tasks .* and 1 subtask of theirs .* 60 deletions/);
    const { value: first } = await confirm(shown);
    const { value } = first.job ? await ended(first.job) : { value: { answer: first } };
    expect(value.answer).toMatchObject({ deleted: 60 });
    expect([along.id, ...ids].some((id) => app.sandbox.world.tasks.has(id))).toBe(false);
  });
});
