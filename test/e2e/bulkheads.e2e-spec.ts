import { startTestApp, type TestApp } from '../support/app.js';
import { apiKey } from '../support/connect.js';

const LIST = '90144360426';

let app: TestApp;
afterEach(() => app.close());

const call = async (token: string, name: string, args: object = {}): Promise<any> => {
  const answer = await fetch(`${app.url}/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
  });
  return ((await answer.json()) as { result: unknown }).result;
};
const errorsIn = (answers: any[]) => answers.flatMap(({ isError, content }) => (isError ? [content[0].text] : []));

test('an outage of two seconds in the middle of forty calls: none fails, none is done twice', async () => {
  app = await startTestApp({ sandbox: { latencyMs: 20 } });
  const { token } = await apiKey(app.gateway);
  expect(errorsIn([await call(token, 'get_task', { task_id: 'ENG-123' })])).toEqual([]);
  const before = app.sandbox.requests().length;
  const running = Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      index % 2
        ? call(token, 'create_task', { list_id: LIST, name: `outage ${index} #m:outage${index}` })
        : call(token, 'get_task', { task_id: 'ENG-123' }),
    ),
  );
  while (app.sandbox.requests().length < before + 5) await new Promise((resolve) => setTimeout(resolve, 1));
  app.sandbox.configure({ down: { forMs: 2_000 } });
  expect(errorsIn(await running)).toEqual([]);
  const { markers } = app.sandbox.writes();
  expect(Object.values(markers).map(({ objects }) => objects)).toEqual(Array.from({ length: 20 }, () => 1));
}, 60_000);

test('of a long outage those who come later are told at once, and when to come again', async () => {
  app = await startTestApp();
  const { token } = await apiKey(app.gateway);
  await app.sandbox.down();
  const first = await call(token, 'get_task', { task_id: 'ENG-123' });
  expect(first._meta.error).toMatchObject({ code: 'clickup_server_error' });
  const before = app.log().length;
  const later = await Promise.all(Array.from({ length: 30 }, () => call(token, 'get_task', { task_id: 'ENG-123' })));
  const told = later.filter(({ _meta }) => _meta.error.details.retry_after_seconds > 0);
  // One of them may have been the probe.
  expect(told.length).toBeGreaterThanOrEqual(29);
  expect(later.every(({ isError }) => isError)).toBe(true);
  expect(app.log().slice(before).split('"request to ClickUp"').length - 1).toBeLessThanOrEqual(4);
  await app.sandbox.up();
}, 60_000);
