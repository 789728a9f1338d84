import { type Recorded, type RunningSandbox, type Stats, startSandbox } from './index.js';

let clock = 1_780_000_000_000;
let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ tasks: 50, now: () => clock });
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const get = (path: string, token = 'pk_sandbox_owner') =>
  fetch(sandbox.url + path, { headers: token ? { authorization: token } : {} });
const post = (path: string, body?: unknown) =>
  fetch(sandbox.url + path, {
    method: 'POST',
    headers: {
      authorization: 'pk_sandbox_owner',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
const requests = async () => (await (await get('/__sandbox/requests', '')).json()) as Recorded[];

describe('the control plane', () => {
  it('records method, path, query, token and time of what was asked, and nothing of itself', async () => {
    await get('/api/v2/team/12345/task?statuses[]=to%20do&statuses[]=Open&page=0');
    await get('/api/v2/user', 'Bearer oauth_sandbox_member');
    await get('/api/v2/user', 'pk_somebodys_real_token');
    await get('/api/v2/user', '');
    expect(await requests()).toEqual([
      {
        method: 'GET',
        path: '/api/v2/team/12345/task',
        query: { 'statuses[]': ['to do', 'Open'], page: '0' },
        token: 'pk_sandbox_owner',
        at: clock,
      },
      { method: 'GET', path: '/api/v2/user', query: {}, token: 'oauth_sandbox_member', at: clock },
      { method: 'GET', path: '/api/v2/user', query: {}, token: '(unknown)', at: clock },
      { method: 'GET', path: '/api/v2/user', query: {}, token: '', at: clock },
    ]);
  });

  it('counts operations, and writes that were done', async () => {
    await get('/api/v2/user');
    await post('/api/v2/list/90144360426/task', { name: 'x' });
    await post('/api/v2/list/90144360426/task', {});
    const stats = (await (await get('/__sandbox/stats', '')).json()) as Stats;
    expect(stats).toEqual({ requests: 3, writes: 1, operations: { GetAuthorizedUser: 1, CreateTask: 2 } });
  });

  it('resets data, records and settings', async () => {
    const made = (await (await post('/api/v2/list/90144360426/task', { name: 'x' })).json()) as { id: string };
    await post('/__sandbox/config', {
      rateLimit: 1,
      latencyMs: 1,
      faults: [{ operation: '*', times: 9, kind: 'hang' }],
    });
    expect((await post('/__sandbox/reset')).status).toBe(200);
    expect(await requests()).toEqual([]);
    expect((await get(`/api/v2/task/${made.id}`)).status).toBe(401);
    expect((await get('/api/v2/user')).headers.get('x-ratelimit-limit')).toBe('10000');
  });

  it('answers later with latency, having done the work at once', async () => {
    sandbox.configure({ latencyMs: 10_000 });
    const stop = new AbortController();
    const body = JSON.stringify({ name: 'late' });
    const late = fetch(`${sandbox.url}/api/v2/list/90144360426/task`, {
      method: 'POST',
      headers: { authorization: 'pk_sandbox_owner', 'content-type': 'application/json' },
      body,
      signal: stop.signal,
    }).then(
      () => 'answered',
      () => 'given up',
    );
    while (sandbox.stats().writes === 0) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    sandbox.configure({ latencyMs: 0 });
    const { tasks } = (await (await get('/api/v2/list/90144360426/task')).json()) as { tasks: { name: string }[] };
    expect([await late, tasks[0]?.name]).toEqual(['given up', 'late']);
  });
});

describe('the rate limit', () => {
  it('counts per token and minute, says so on every answer, and answers 429', async () => {
    await post('/__sandbox/config', { rateLimit: 2 });
    const state = async (token?: string) => {
      const { status, headers } = await get('/api/v2/user', token);
      return [status, ...['limit', 'remaining', 'reset'].map((name) => Number(headers.get(`x-ratelimit-${name}`)))];
    };
    const reset = (clock + 60_000) / 1000;
    expect(await state()).toEqual([200, 2, 1, reset]);
    clock += 59_000;
    expect(await state()).toEqual([200, 2, 0, reset]);
    expect(await state()).toEqual([429, 2, 0, reset]);
    expect(await (await get('/api/v2/user')).json()).toEqual({ err: 'Rate limit reached', ECODE: 'APP_002' });
    expect(await state('pk_sandbox_admin')).toEqual([200, 2, 1, (clock + 60_000) / 1000]);
    clock += 1000;
    expect(await state()).toEqual([200, 2, 1, (clock + 60_000) / 1000]);
  });

  it('is not there unless configured; refusals carry the headers too', async () => {
    const { status, headers } = await get('/api/v2/list/1');
    expect([status, headers.get('x-ratelimit-limit'), headers.get('x-ratelimit-remaining')]).toEqual([
      401,
      '10000',
      '9999',
    ]);
  });
});
