import { type RunningSandbox, type Settings, startSandbox } from '../index.js';

const NOW = 1_780_000_000_000;
let clock = NOW;
let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ tasks: 0, now: () => clock });
});
beforeEach(() => {
  clock = NOW;
  sandbox.reset();
});
afterAll(() => sandbox.close());

const ask = async (token = 'pk_sandbox_owner') => {
  const response = await fetch(`${sandbox.url}/api/v2/user`, { headers: { authorization: token } });
  await response.text();
  const told = ['limit', 'remaining'].map((name) => Number(response.headers.get(`x-ratelimit-${name}`)));
  return [response.status, ...told];
};
const asks = async (count: number, token?: string) => {
  for (let request = 0; request < count; request++) await ask(token);
};
const budget = async () => (await fetch(`${sandbox.url}/__sandbox/budget`)).json();

test.each<[Settings['rateLimit'], number]>([
  ['free', 100],
  ['unlimited', 100],
  ['business', 100],
  ['business_plus', 1_000],
  ['enterprise', 10_000],
  [250, 250],
  [{ limit: 'business_plus' }, 1_000],
])('%j is %i requests per minute', async (rateLimit, limit) => {
  sandbox.configure({ rateLimit });
  expect(await ask()).toEqual([200, limit, limit - 1]);
});

test('what each token has used of each minute, and how often it was answered 429', async () => {
  sandbox.configure({ rateLimit: { limit: 2, tokens: { pk_sandbox_admin: 'free', pk_sandbox_guest: 1 } } });
  await asks(5);
  await asks(3, 'pk_sandbox_admin');
  await asks(2, 'pk_sandbox_guest');
  await asks(1, 'pk_nobodys');
  clock += 59_999;
  await asks(1);
  clock += 1;
  await asks(1);
  expect(await budget()).toEqual({
    pk_sandbox_owner: {
      limit: 2,
      refused: 4,
      windows: [
        { startedAt: NOW, used: 2, refused: 4 },
        { startedAt: NOW + 60_000, used: 1, refused: 0 },
      ],
    },
    pk_sandbox_admin: { limit: 100, refused: 0, windows: [{ startedAt: NOW, used: 3, refused: 0 }] },
    pk_sandbox_guest: { limit: 1, refused: 1, windows: [{ startedAt: NOW, used: 1, refused: 1 }] },
    '(unknown)': { limit: 2, refused: 0, windows: [{ startedAt: NOW, used: 1, refused: 0 }] },
  });
  expect(sandbox.budget()).toEqual(await budget());
  sandbox.reset();
  expect(await budget()).toEqual({});
});

test('what other applications use of a token is gone from each minute', async () => {
  sandbox.configure({ rateLimit: { limit: 3, elsewhere: 2 } });
  expect([await ask(), await ask()]).toEqual([
    [200, 3, 0],
    [429, 3, 0],
  ]);
  clock += 60_000;
  expect(await ask()).toEqual([200, 3, 0]);
});

test('without a limit what was used is counted all the same', async () => {
  await asks(3);
  expect(sandbox.budget()).toEqual({
    pk_sandbox_owner: { limit: 0, refused: 0, windows: [{ startedAt: NOW, used: 3, refused: 0 }] },
  });
});

test('the newest 1,000 minutes are kept, and all that was refused', async () => {
  sandbox.configure({ rateLimit: 1 });
  await asks(2);
  for (let minute = 0; minute < 1_000; minute++) {
    clock += 60_000;
    await ask();
  }
  const { refused, windows } = sandbox.budget().pk_sandbox_owner!;
  expect([refused, windows.length, windows[0]?.startedAt]).toEqual([1, 1_000, NOW + 60_000]);
});

test('past the limit a request is refused by the limit, not by a fault, which waits', async () => {
  sandbox.configure({ rateLimit: 1, faults: [{ kind: 'status', after: 1 }] });
  expect([(await ask())[0], (await ask())[0]]).toEqual([200, 429]);
  expect(sandbox.faults()[0]).toMatchObject({ met: 1, struck: 0 });
});
