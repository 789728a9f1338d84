import { ClickUpTransport } from '#libs/clickup';
import { startTestApp, type TestApp } from '../support/app.js';
import { callTool } from '../support/call-tool.js';
import { apiKey, OTHER, OWNER } from '../support/connect.js';
import { type Behaviour, hang, MisbehavingServer } from '../support/misbehaving-server.js';

const LIST = '90144360426';

let app: TestApp;
afterEach(() => app.close());

const call = (token: string, name: string, args?: object, signal?: AbortSignal): Promise<any> =>
  callTool(app.url, token, name, args, signal);
const forward: Behaviour = async ({ url, headers: { authorization = '' } }, response) => {
  const answer = await fetch(`${app.sandbox.url}${url}`, { headers: { authorization } });
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
};
const errorsIn = (answers: any[]) => answers.flatMap(({ isError, content }) => (isError ? [content[0].text] : []));

/** Reads, and creations with a marker each. */
const forty = (token: string, word: string) =>
  Array.from({ length: 40 }, (_, index) =>
    index % 2
      ? call(token, 'create_task', { list_id: LIST, name: `${word} ${index} #m:${word}${index}` })
      : call(token, 'get_task', { task_id: 'ENG-123' }),
  );

test('of forty calls that come during an outage of two seconds none fails, and none is done twice', async () => {
  app = await startTestApp({ sandbox: { latencyMs: 20 } });
  const { token } = await apiKey(app.gateway);
  expect(errorsIn([await call(token, 'get_task', { task_id: 'ENG-123' })])).toEqual([]);
  app.sandbox.configure({ down: { forMs: 2_000 } });
  expect(errorsIn(await Promise.all(forty(token, 'outage')))).toEqual([]);
  const { markers } = app.sandbox.writes();
  expect(Object.values(markers).map(({ objects }) => objects)).toEqual(Array.from({ length: 20 }, () => 1));
});

test('of forty calls in the middle of which an outage falls, those fail alone whose creation was cut off before ClickUp had it, as unknown', async () => {
  app = await startTestApp({ sandbox: { latencyMs: 20 } });
  const { token } = await apiKey(app.gateway);
  expect(errorsIn([await call(token, 'get_task', { task_id: 'ENG-123' })])).toEqual([]);
  const before = app.sandbox.requests().length;
  const running = Promise.all(forty(token, 'cut'));
  while (app.sandbox.requests().length < before + 5) await new Promise((resolve) => setTimeout(resolve, 1));
  app.sandbox.configure({ down: { forMs: 2_000 } });
  const answers = await running;
  // A creation that may have been done is never sent again (the table in retry.ts).
  const failed = answers.flatMap(({ isError, _meta }, index) => (isError ? [{ index, code: _meta.error.code }] : []));
  expect(failed).toEqual(failed.map(({ index }) => ({ index, code: 'unknown_outcome' })));
  // No more than were under way with this token.
  expect(failed.length).toBeLessThanOrEqual(10);
  const objects = answers.map(
    (_, index) => new Set(app.sandbox.effectsOf(`cut${index}`).map(({ object }) => object)).size,
  );
  const cut = new Set(failed.map(({ index }) => index));
  expect(objects).toEqual(answers.map((_, index) => (index % 2 && !cut.has(index) ? 1 : 0)));
});

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
});

test('beside thirty tenants whose calls hang, all calls of others are answered', async () => {
  const slow = Array.from({ length: 30 }, (_, index) => `pk_slow_${index}`);
  // The sandbox knows few tokens: those of the slow tenants do not reach it.
  const front = await new MisbehavingServer().listen();
  front.play((request, response) =>
    (slow.includes(request.headers.authorization ?? '') ? hang : forward)(request, response),
  );
  app = await startTestApp({ env: { CLICKUP_TIMEOUT_MS: '60000', CLICKUP_API_URL: front.url } });
  const { token } = await apiKey(app.gateway);
  expect(errorsIn([await call(token, 'get_task', { task_id: 'ENG-123' })])).toEqual([]);
  const { slots } = app.gateway.app.get(ClickUpTransport);
  const keys = await Promise.all(
    slow.map((credential, index) =>
      apiKey(app.gateway, { ...OWNER, credential, person: { id: `9${index}`, name: 'Slow' } }),
    ),
  );
  const caller = new AbortController();
  const hanging = keys.flatMap(({ token: key }) =>
    Array.from({ length: 10 }, (_, index) =>
      call(key, 'get_task', { task_id: `86d10${index}` }, caller.signal).catch(() => undefined),
    ),
  );
  while (slots.inUse < slow.length) await new Promise((resolve) => setTimeout(resolve, 5));
  const answers = await Promise.all(Array.from({ length: 30 }, () => call(token, 'get_task', { task_id: 'ENG-123' })));
  expect(errorsIn(answers)).toEqual([]);
  caller.abort();
  await Promise.all(hanging);
  await front.close();
});

test('one tenant is answered 502: no call of another is refused', async () => {
  app = await startTestApp();
  const [bad, good] = [await apiKey(app.gateway), await apiKey(app.gateway, OTHER)];
  app.sandbox.configure({ faults: [{ kind: 'status', status: 502, operation: '*', token: OWNER.credential }] });
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      call(index % 2 ? good.token : bad.token, 'get_workspace_hierarchy').then((answer) => ({ index, answer })),
    ),
  );
  expect(errorsIn(answers.filter(({ index }) => index % 2).map(({ answer }) => answer))).toEqual([]);
  expect(errorsIn(answers.filter(({ index }) => index % 2 === 0).map(({ answer }) => answer))).toHaveLength(20);
});

test('large answers to many calls take no more memory than they may, and each call is answered or told when to come again', async () => {
  const all = 30_000_000;
  app = await startTestApp({
    env: { CLICKUP_BYTES_IN_FLIGHT: String(all), CLICKUP_BYTES_IN_FLIGHT_PER_TOKEN: '20000000' },
  });
  const tokens = await Promise.all([apiKey(app.gateway), apiKey(app.gateway, OTHER)]);
  const { bytes } = app.gateway.app.get(ClickUpTransport);
  app.sandbox.configure({ faults: [{ kind: 'huge', bytes: 2_500_000, operation: 'GET /api/v2/*' }] });
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, index) => call(tokens[index % 2]!.token, 'get_workspace_hierarchy')),
  );
  const refused = answers.filter(({ isError }) => isError).map(({ _meta }) => _meta.error);
  for (const error of refused)
    expect(error).toMatchObject({ code: 'unavailable', details: { retry_after_seconds: expect.any(Number) } });
  expect(refused.length).toBeLessThan(30);
  expect(bytes.peak).toBeGreaterThan(2_500_000);
  expect(bytes.peak).toBeLessThanOrEqual(all);
  expect(bytes.inUse).toBe(0);
});
