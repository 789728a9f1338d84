import { bench, closeBenches } from '../../../../test/support/clickup-transport.js';
import { type Behaviour, hang, html, json, resetBeforeBody } from '../../../../test/support/misbehaving-server.js';
import { credential } from './credential.js';
import { GetAuthorizedUser } from '../operations/index.js';

afterEach(closeBenches);

const user = { user: { id: 1, username: 'Ann', email: 'ann@example.com', week_start_day: 0, timezone: 'UTC' } };
/** One server, as ClickUp is; what it answers depends on the token, as at ClickUp. */
const byToken =
  (bad: Behaviour): Behaviour =>
  (request, response) =>
    (request.headers.authorization?.startsWith('pk_bad') ? bad : json(user))(request, response);
type Client = Awaited<ReturnType<typeof bench>>['client'];
const ask = (client: Client, token: string) =>
  client({ credential: credential(token) })
    .call(GetAuthorizedUser, {})
    .then(
      () => 'success',
      (error: { message: string }) => error.message,
    );

describe.each<[string, Behaviour]>([
  ['is answered 502', html(502)],
  ['hangs', hang],
])('one tenant %s', (_, bad) => {
  test('ten others see no failure', async () => {
    const { client, server } = await bench([byToken(bad)], { timeoutMs: 'hanging' });
    const stop = { now: false };
    const tenant = Promise.all(
      Array.from({ length: 10 }, async () => {
        while (!stop.now) {
          await ask(client, 'pk_bad');
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      }),
    );
    await server.until(
      ({ received }) => received.filter(({ headers }) => headers.authorization === 'pk_bad').length >= 5,
    );
    const others = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const seen: string[] = [];
        for (let i = 0; i < 20; i += 1) seen.push(await ask(client, `pk_good_${index}`));
        return seen;
      }),
    );
    stop.now = true;
    await tenant;
    expect(new Set(others.flat())).toEqual(new Set(['success']));
    // It is left alone meanwhile.
    expect(await ask(client, 'pk_bad')).toMatch(/several times in a row/);
  });

  test('so do those who come when only tenants like that were there', async () => {
    const { client } = await bench([byToken(bad)], { timeoutMs: 'hanging' });
    for (let round = 0; round < 2; round += 1)
      await Promise.all(['pk_bad_1', 'pk_bad_2', 'pk_bad_3', 'pk_bad_4'].map((token) => ask(client, token)));
    expect(await ask(client, 'pk_good')).toBe('success');
    expect(await Promise.all(Array.from({ length: 10 }, () => ask(client, 'pk_good')))).toEqual(
      Array.from({ length: 10 }, () => 'success'),
    );
  });
});

test('a probe that hangs holds nobody: the others of its token are refused meanwhile, and it is given up soon', async () => {
  const { client, server } = await bench([html(502), html(502), html(502), html(502), html(502), hang], {
    timeoutMs: 60_000,
    probeTimeoutMs: 100,
  });
  while (server.count < 5) await ask(client, 'pk_one');
  const probe = (async () => {
    for (;;) {
      const before = server.count;
      const outcome = await ask(client, 'pk_one');
      if (server.count > before) return outcome;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  await server.until(({ count }) => count === 6);
  expect(await ask(client, 'pk_one')).toMatch(/several times in a row/);
  expect(await probe).not.toBe('success');
  expect(server.count).toBe(6);
});

describe('an outage', () => {
  test('that ends while calls wait fails none of them', async () => {
    let down = true;
    const { client, server, transport } = await bench(
      [(request, response) => (down ? resetBeforeBody : json(user))(request, response)],
      { patienceMs: 60_000, backoffMs: 10 },
    );
    const calls = Promise.all(Array.from({ length: 20 }, () => ask(client, 'pk_one')));
    await server.until(() => transport.circuits.isOpen(credential('pk_one').hash, performance.now()));
    down = false;
    expect(new Set(await calls)).toEqual(new Set(['success']));
  });

  test('a call alone repeats until others would no longer wait, and not only three times', async () => {
    const { client, server } = await bench([...Array.from({ length: 6 }, () => html(503)), json(user)], {
      patienceMs: 60_000,
    });
    expect(await ask(client, 'pk_one')).toBe('success');
    expect(server.count).toBe(7);
  });
});
