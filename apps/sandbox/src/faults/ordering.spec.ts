import { type Fault, type RunningSandbox, startSandbox } from '../index.js';
import { KINDS } from './kinds.js';

let clock = 1_780_000_000_000;
let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ tasks: 30, now: () => clock });
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const LIST = '90144360426';
const ask = async (path: string, token = 'pk_sandbox_owner', method = 'GET') => {
  const response = await fetch(sandbox.url + path, { method, headers: { authorization: token } });
  await response.text();
  return response.status;
};
const user = (token?: string) => ask('/api/v2/user', token);
const users = async (count: number) => {
  const statuses: number[] = [];
  for (let request = 0; request < count; request++) statuses.push(await user());
  return statuses;
};
const order = (...faults: Partial<Fault>[]) =>
  sandbox.configure({ faults: faults.map((fault) => ({ kind: 'status', ...fault })) });

describe('which requests', () => {
  test.each<[string, [string, string, string][]]>([
    [
      'GET /api/v2/list/{list_id}',
      [
        ['GET', `/api/v2/list/${LIST}`, 'hit'],
        ['GET', `/api/v2/list/${LIST}?archived=true`, 'hit'],
        ['GET', `/api/v2/list/${LIST}/task`, 'not'],
        ['DELETE', `/api/v2/list/${LIST}`, 'not'],
      ],
    ],
    [
      '* /api/v2/list/*',
      [
        ['GET', `/api/v2/list/${LIST}/task`, 'hit'],
        ['DELETE', `/api/v2/list/${LIST}`, 'hit'],
        ['GET', '/api/v2/user', 'not'],
      ],
    ],
    [
      'GetList',
      [
        ['GET', `/api/v2/list/${LIST}`, 'hit'],
        ['GET', '/api/v2/user', 'not'],
      ],
    ],
  ])('%s', async (operation, asked) => {
    order({ operation, status: 599 });
    for (const [method, path, expected] of asked)
      expect([path, (await ask(path, 'pk_sandbox_owner', method)) === 599 ? 'hit' : 'not']).toEqual([path, expected]);
  });

  test('those of one token only, be it sent raw or as Bearer', async () => {
    order({ token: 'oauth_sandbox_member', status: 599 });
    expect([await user(), await user('Bearer oauth_sandbox_member'), await user('pk_sandbox_member')]).toEqual([
      200, 599, 200,
    ]);
  });

  test('those of all operations where none is named', async () => {
    order({ status: 599 });
    expect([await user(), await ask(`/api/v2/list/${LIST}`)]).toEqual([599, 599]);
  });

  test('the first fault that hits is the one; a fault that lets a request pass leaves it to the next', async () => {
    order({ status: 501, after: 1, times: 1 }, { status: 502, times: 1 }, { status: 503, for: 1 });
    expect(await users(4)).toEqual([502, 501, 503, 200]);
    expect(sandbox.faults().map(({ struck }) => struck)).toEqual([1, 1, 1]);
  });
});

describe('how often and when', () => {
  test('times counts hits, for counts requests', async () => {
    order({ times: 2, after: 1 });
    expect(await users(5)).toEqual([200, 500, 500, 200, 200]);
    order({ after: 1, for: 2 });
    expect(await users(5)).toEqual([200, 500, 500, 200, 200]);
    order({ after: 1, for: 2, rate: 1e-9 });
    expect(await users(5)).toEqual([200, 200, 200, 200, 200]);
    expect(sandbox.faults()).toMatchObject([{ met: 5, struck: 0 }]);
  });

  test('afterMs and forMs are a window from when it was ordered, by the clock of the sandbox', async () => {
    order({ afterMs: 1_000, forMs: 500 });
    const at: number[] = [];
    for (const step of [0, 999, 1, 499, 1]) {
      clock += step;
      at.push(await user());
    }
    expect(at).toEqual([200, 200, 500, 500, 200]);
  });

  test('a window does not follow the clock of ClickUp', async () => {
    order({ afterMs: 1_000 });
    sandbox.configure({ clock: { offsetMs: 600_000 } });
    expect(await user()).toBe(200);
  });

  test('rate: as many as drawn, the same for the same seed, others for another one', async () => {
    const drawn = async (seed: number) => {
      sandbox.configure({ seed, faults: [{ kind: 'status', rate: 0.3 }] });
      return (await users(60)).map((status) => (status === 500 ? 'x' : '.')).join('');
    };
    const first = await drawn(7);
    expect(await drawn(7)).toBe(first);
    expect(await drawn(8)).not.toBe(first);
    const hits = [...first].filter((sign) => sign === 'x').length;
    // Six deviations of 60 draws around 18.
    expect(hits).toBeGreaterThan(0);
    expect(hits).toBeLessThan(40);
  });
});

describe('an order that makes no sense', () => {
  const refused = async (settings: object) => {
    const response = await fetch(`${sandbox.url}/__sandbox/config`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(settings),
    });
    return [response.status, ((await response.json()) as { err?: string }).err];
  };
  test.each<[object, string]>([
    [
      { faults: [{ kind: 'explode' }] },
      `faults.0.kind: "explode" is no kind of fault; there are ${Object.keys(KINDS).join(', ')}`,
    ],
    [{ faults: [{}] }, 'faults.0.kind: undefined is no kind of fault; there are '],
    [{ faults: ['hang'] }, 'faults.0.kind: undefined is no kind of fault'],
    [
      { faults: [{ kind: 'drip', status: 3 }] },
      'faults.0: status: unknown key. drip takes bytes, everyMs and, as every kind, operation, token, times,',
    ],
    [
      { faults: [{ kind: 'hang' }, { kind: 'hang', operation: 'MakeTask' }] },
      'faults.1.operation: "MakeTask" is neither',
    ],
    [{ faults: [{ kind: 'hang', rate: 3 }] }, 'faults.0.rate: '],
    [{ faults: [{ kind: 'shape', shape: 'round' }] }, 'faults.0.shape: Invalid option: expected one of "html"|'],
    [
      { faults: [{ kind: 'throttle', reset: 'later' }] },
      'faults.0.reset: expected a whole number or one of missing, past,',
    ],
    [{ rateLimit: 'gold' }, 'rateLimit: expected '],
    [{ down: {} }, 'down.forMs: '],
    [{ latency: 3 }, 'settings: Unrecognized key: "latency"'],
  ])('%j', async (settings, message) => {
    const [status, told] = await refused(settings);
    expect([status, told]).toEqual([400, expect.stringContaining(message)]);
    expect(() => sandbox.configure(settings)).toThrow(message);
  });

  test('changes nothing, not even what is right in it', async () => {
    await refused({ latencyMs: 60_000, faults: [{ kind: 'explode' }] });
    expect(await user()).toBe(200);
  });
});
