import { setTimeout as sleep } from 'node:timers/promises';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { callTool } from '../support/call-tool.js';
import { apiKey, OWNER } from '../support/connect.js';
import { S1 } from '../support/scoped.js';

const S2 = '90140202';

let app: TestApp;
beforeEach(async () => {
  app = await startTestApp();
});
afterEach(() => app.close());

const call = (token: string, name: string, args: object = {}): Promise<any> => callTool(app.url, token, name, args);
const times = (operation: string) => app.sandbox.stats().operations[operation] ?? 0;
const getTask = (token = WRITE_KEY) => call(token, 'get_task', { task_id: 'ENG-123' });

test('20 callers who ask for the same at once are one request to ClickUp, and one permit of its budget', async () => {
  const before = await getTask();
  const asked = app.sandbox.stats().requests;
  app.sandbox.configure({ latencyMs: 2_000 });
  const answers = await Promise.all(Array.from({ length: 20 }, () => getTask()));
  for (const { isError, structuredContent } of answers)
    expect([isError, structuredContent]).toEqual([false, before.structuredContent]);
  expect(app.sandbox.stats().requests - asked).toBe(1);
  expect(answers[0]._meta.ratelimit.remaining).toBe(before._meta.ratelimit.remaining - 1);
});

test('after a write everybody is told what is so after it, also while a read from before it is under way', async () => {
  const [first, second] = await Promise.all([1, 2].map(async () => (await apiKey(app.gateway)).token));
  const { structuredContent: task } = await getTask(first);
  // A read of before the write that is still under way after it.
  app.sandbox.configure({ faults: [{ operation: 'GetTask', times: 1, kind: 'slow', ms: 3_000 }] });
  const slow = getTask(first);
  const asked = times('GetTask');
  while (times('GetTask') === asked) await sleep(5);
  expect(await call(second!, 'update_task', { task_id: task.id, name: 'Renamed' })).toMatchObject({ isError: false });
  expect((await getTask(second)).structuredContent.name).toBe('Renamed');
  expect((await getTask(first)).structuredContent.name).toBe('Renamed');
  expect((await slow).structuredContent.name).toBe(task.name);
});

test('who may see less shares the request, and never what another is shown', async () => {
  const limited = (space: string) =>
    apiKey(app.gateway, { ...OWNER, policy: { mode: 'write', read: { spaces: [space], folders: [], lists: [] } } });
  const keys = [await apiKey(app.gateway), await limited(S1), await limited(S2)].map(({ token }) => token);
  app.sandbox.configure({ latencyMs: 1_000 });
  const asked = times('GetSpaces');
  const answers = await Promise.all(keys.map((token) => call(token, 'get_workspace_hierarchy')));
  expect(times('GetSpaces') - asked).toBe(1);
  const shows = answers.map(({ isError, structuredContent }) => {
    expect(isError).toBe(false);
    const text = JSON.stringify(structuredContent);
    return [S1, S2].map((space) => text.includes(space));
  });
  expect(shows).toEqual([
    [true, true],
    [true, false],
    [false, true],
  ]);
});
