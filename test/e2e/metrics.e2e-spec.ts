import { MESSAGE_ENDS } from '#libs/billing';
import { ERRORS, VERBS } from '#libs/core';
import { CATALOGUE } from '#libs/tools';
import { request } from 'node:http';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { apiKey, OWNER } from '../support/connect.js';
import { BILLED } from '../support/stripe.js';
import { describedMetrics } from '../../apps/gateway/src/metrics/render-metrics.js';

const TOKEN = 'collector-token-0123456789';

const call = (app: TestApp, token: string, name: string, args: object) =>
  fetch(`${app.url}/mcp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
  });
const collect = (url: string, headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` }) =>
  fetch(`${url}/metrics`, { headers });

/** Every sample of a text of metrics, by its name and its labels as they are written. */
const samplesOf = (text: string) =>
  new Map(
    text
      .split('\n')
      .filter((line) => line && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );

describe('with a token and a port of its own', () => {
  let app: TestApp;
  let own: string;
  let before: Map<string, number>;
  let text: string;
  let after: Map<string, number>;
  beforeAll(async () => {
    // With billing, so that every metric is there.
    app = await startTestApp({ env: { METRICS_TOKEN: TOKEN, METRICS_PORT: '0', ...BILLED } });
    own = `http://127.0.0.1:${app.gateway.metricsPort}`;
    before = samplesOf(await (await collect(app.url)).text());
    const ada = await apiKey(app.gateway);
    await call(app, ada.token, 'get_task', { task_id: 'ENG-123' });
    await call(app, ada.token, 'get_task', { task_id: '86cnosuch' });
    for (const name of ['of_the_callers_own', 'another_of_its_own']) await call(app, ada.token, name, {});
    await call(app, WRITE_KEY, 'get_me', {});
    await call(app, 'cuk_wrong', 'get_me', {});
    await call(app, 'eyJhbGciOiJub25lIn0.e30.', 'get_me', {});
    text = await (await collect(app.url)).text();
    after = samplesOf(text);
  });
  afterAll(() => app.close());

  const grown = (sample: string) => (after.get(sample) ?? 0) - (before.get(sample) ?? 0);

  test.each([
    ['gateway_requests_let_in_total{kind="api_key"}', 4],
    ['gateway_requests_let_in_total{kind="global_key"}', 1],
    ['gateway_credentials_refused_total{kind="api_key"}', 1],
    ['gateway_credentials_refused_total{kind="jwt"}', 1],
    ['gateway_errors_total{code="invalid_token"}', 2],
    ['mcp_tool_calls_total{tool="get_task",outcome="ok"}', 1],
    ['mcp_tool_calls_total{tool="get_task",outcome="clickup_not_found"}', 1],
    ['clickup_attempts_total{verb="get",ending="401"}', 1],
    ['callers_found_total{result="miss"}', 1],
    ['callers_found_total{result="hit"}', 3],
  ])('%s counts what happened', (sample, times) => {
    expect({ sample, grown: grown(sample) }).toEqual({ sample, grown: times });
  });

  test('what is there now is read when somebody asks', () => {
    expect(after.get('database_connections_open')).toBeGreaterThan(0);
    expect(after.get('directory_bytes')).toBeGreaterThan(0);
    expect(after.get('gateway_requests_running')).toBe(1);
    expect(after.get('gateway_leaving')).toBe(0);
    expect(after.get('gateway_hears_changes')).toBe(1);
    expect(after.get('clickup_requests_under_way')).toBe(0);
    expect(after.get('clickup_requests_waiting')).toBe(0);
    expect(after.get('mcp_streams_open')).toBe(0);
  });

  test('every metric that is described is served, and labels hold values of closed sets only', () => {
    const closed: Readonly<Record<string, readonly string[] | RegExp>> = {
      tool: [...CATALOGUE.map(({ name }) => name), 'unknown'],
      outcome: ['ok', 'preview', ...Object.keys(ERRORS)],
      code: Object.keys(ERRORS),
      verb: VERBS,
      ending: /^([1-5]xx|401|403|404|429|not_sent|no_answer|cut|too_large|no_room|cancelled)$/,
      kind: /^(session|api_key|server_url|global_key|client_credentials|session_token|jwt|authorization_header)$/,
      result: ['hit', 'miss'],
      became: MESSAGE_ENDS,
      le: /^([\d.]+|\+Inf)$/,
    };
    const ours = describedMetrics().map(({ name }) => name);
    expect(ours.filter((name) => !text.includes(`# TYPE ${name} `))).toEqual([]);
    const open = [...after.keys()]
      .filter((sample) => ours.some((name) => sample.startsWith(name)))
      .flatMap((sample) =>
        [...sample.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, value]) => [label!, value!] as const),
      )
      .filter(([label, value]) => {
        const set = closed[label];
        return !(set instanceof RegExp ? set.test(value) : set?.includes(value));
      });
    expect(open).toEqual([]);
    expect(text).not.toContain('of_the_callers_own');
    // Ids are digits, which any value may hold: no label has them, as was looked at above.
    for (const secret of [OWNER.person.name, TOKEN, WRITE_KEY]) expect(text).not.toContain(secret);
  });

  test('the port of its own wants no token, and has nothing else', async () => {
    const answer = await collect(own, {});
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    expect([...samplesOf(await answer.text()).keys()]).toContain('gateway_requests_running');
    for (const path of ['/', '/health', '/mcp', '/metrics/x', '/metrics?a=b'])
      expect((await fetch(own + path)).status).toBe(404);
    expect((await fetch(`${own}/metrics`, { method: 'POST' })).status).toBe(405);
  });

  test('the common port wants the token, as a header', async () => {
    const answers = await Promise.all([
      collect(app.url, {}),
      collect(app.url, { authorization: `Bearer ${TOKEN}x` }),
      collect(app.url, { authorization: `Bearer ${WRITE_KEY}` }),
      fetch(`${app.url}/metrics?token=${TOKEN}&apiKey=${TOKEN}`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect(answers.map(({ headers }) => headers.get('www-authenticate'))).toEqual(Array(4).fill('Bearer'));
    expect(await answers[1].json()).toMatchObject({ error: { code: 'invalid_token' } });
    expect((await call(app, TOKEN, 'get_me', {})).status).toBe(401);
  });

  test('a Host that is not ours gets no metrics', async () => {
    const { hostname, port } = new URL(app.url);
    const status = await new Promise((resolve, reject) =>
      request(
        { hostname, port, path: '/metrics', headers: { host: 'evil.example', authorization: `Bearer ${TOKEN}` } },
        (answer) => resolve(answer.resume().statusCode),
      )
        .on('error', reject)
        .end(),
    );
    expect(status).toBe(403);
  });
});

test('without a token there is no such page, and no other port', async () => {
  const app = await startTestApp();
  expect((await collect(app.url)).status).toBe(404);
  expect(app.gateway.metricsPort).toBeUndefined();
  await app.close();
});
