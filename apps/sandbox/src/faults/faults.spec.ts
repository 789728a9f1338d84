import { type Fault, type RunningSandbox, startSandbox } from '../index.js';

const LIST = '90144360426';
let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ tasks: 30 });
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const create = (name: string, signal?: AbortSignal) =>
  fetch(`${sandbox.url}/api/v2/list/${LIST}/task`, {
    method: 'POST',
    headers: { authorization: 'pk_sandbox_owner', 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
    signal,
  });
const exists = async (name: string): Promise<boolean> => {
  const response = await fetch(`${sandbox.url}/api/v2/list/${LIST}/task`, {
    headers: { authorization: 'pk_sandbox_owner' },
  });
  const { tasks } = (await response.json()) as { tasks: { name: string }[] };
  return tasks.some((task) => task.name === name);
};
const order = (kind: Fault['kind'], rest: Partial<Fault> = {}) =>
  fetch(`${sandbox.url}/__sandbox/config`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ faults: [{ operation: 'CreateTask', times: 1, kind, ...rest }] }),
  });

describe('faults', () => {
  it.each([
    ['reset_before', false],
    ['reset_after', true],
    ['truncate', true],
  ] as const)('%s: no usable answer; the task exists: %s', async (kind, done) => {
    await order(kind);
    await expect(create(kind).then((response) => response.json())).rejects.toThrow();
    expect(await exists(kind)).toBe(done);
    expect((await create(`${kind} again`)).status).toBe(200);
  });

  it.each([
    ['status', { status: 503 }, 503, 'application/json; charset=utf-8'],
    ['html', {}, 502, 'text/html'],
  ] as const)('%s: answers so, and does nothing', async (kind, rest, status, type) => {
    await order(kind, rest);
    const response = await create(kind);
    expect([response.status, response.headers.get('content-type')]).toEqual([status, type]);
    await response.text();
    expect(await exists(kind)).toBe(false);
  });

  it('hang: says nothing until the client gives up', async () => {
    await order('hang');
    await expect(create('hang', AbortSignal.timeout(200))).rejects.toThrow();
    expect(await exists('hang')).toBe(false);
  });

  it('drip: the head comes, the rest byte by byte', async () => {
    await order('drip');
    const stop = new AbortController();
    const response = await create('drip', stop.signal);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    expect([response.status, (await reader.read()).value?.length]).toEqual([200, 1]);
    stop.abort();
    expect(await exists('drip')).toBe(true);
  });

  it('hit as often as ordered, the named operation only, or all', async () => {
    await order('status', { times: 2 });
    expect(await exists('anything')).toBe(false);
    expect([(await create('a')).status, (await create('b')).status, (await create('c')).status]).toEqual([
      500, 500, 200,
    ]);
    await order('status', { operation: '*', status: 504 });
    const response = await fetch(`${sandbox.url}/api/v2/user`, { headers: { authorization: 'pk_sandbox_owner' } });
    expect(response.status).toBe(504);
  });

  it('let as many requests pass first as ordered', async () => {
    await order('status', { after: 2, status: 503 });
    const statuses: number[] = [];
    for (let request = 0; request < 4; request++) statuses.push((await create(`${request}`)).status);
    expect(statuses).toEqual([200, 200, 503, 200]);
  });

  it('are refused when misspelt', async () => {
    const response = await order('explode' as Fault['kind']);
    expect(response.status).toBe(400);
  });

  it('do not keep the sandbox from closing', async () => {
    const other = await startSandbox({ tasks: 0 });
    other.configure({ faults: [{ operation: '*', times: 1, kind: 'hang' }] });
    const hanging = fetch(`${other.url}/api/v2/user`, { headers: { authorization: 'pk_sandbox_owner' } }).then(
      () => 'answered',
      () => 'cut',
    );
    while (other.requests().length === 0) await new Promise((resolve) => setImmediate(resolve));
    await other.close();
    expect(await hanging).toBe('cut');
  });
});
