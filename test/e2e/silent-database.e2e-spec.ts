import { Client } from 'pg';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { session } from '../support/connect.js';
import { until } from '../support/killed-programs.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';
import { type SilentProxy, startSilentProxy } from '../support/silent-proxy.js';

let database: TestDatabase;
let proxy: SilentProxy;
let app: TestApp;
beforeEach(async () => {
  database = await testDatabase();
  proxy = await startSilentProxy(database.url);
  app = await startTestApp({ env: { DATABASE_URL: proxy.url } });
});
afterEach(async () => {
  proxy.passOn();
  await app.close();
  await proxy.close();
  await database.drop();
});

interface Answer {
  status: number;
  retryAfter: string | null;
  code: string | undefined;
}
const ask = async (path: string, init?: RequestInit): Promise<Answer> => {
  const response = await fetch(app.url + path, init);
  const { error } = (await response.json()) as { error?: { code: string } };
  return { status: response.status, retryAfter: response.headers.get('retry-after'), code: error?.code };
};
const ready = () => ask('/health/ready');
const lists = (token: string) =>
  ask('/mcp', {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
  });
const LATER = { status: 503, retryAfter: '5', code: 'unavailable' };

test('a failover that drops packets is survived by every connection: pool, invalidations, readiness', async () => {
  const { token } = await session(app.gateway, database.url);
  expect((await ready()).status).toBe(200);
  const opened = proxy.opened();
  const before = proxy.held();
  expect(before).toBeGreaterThanOrEqual(3);
  proxy.failOver();
  const order: string[] = [];
  // The row of this session is asked for over a connection that has gone silent.
  const asked = lists(token).finally(() => order.push('look-up'));
  const probed = await ready().finally(() => order.push('ready'));
  expect(probed).toEqual(LATER);
  // The second look goes over a new connection.
  expect((await ready().finally(() => order.push('ready again'))).status).toBe(200);
  // The answer of PostgreSQL would be waited for 6 s; readiness did not wait that long, and took none of the pool.
  expect(await asked).toEqual(LATER);
  expect(order).toEqual(['ready', 'ready again', 'look-up']);
  // One look-up was refused, and no further one.
  expect((await lists(token)).status).toBe(200);
  await until(() => proxy.held() <= proxy.opened() - opened);
  // Of the connection that listened before, and of the one that does now.
  await until(() => app.log().split('messages of the database arrive').length === 3);
});

test.each<[string, () => void]>([
  ['hangs', () => proxy.hang()],
  ['sends a byte now and then', () => proxy.drip(400)],
])('a database that %s: readiness is answered before any look-up, callers without one are served', async (_, fail) => {
  const { token } = await session(app.gateway, database.url);
  expect((await ready()).status).toBe(200);
  fail();
  let answered = false;
  const asked = lists(token).finally(() => (answered = true));
  for (let times = 0; times < 2; times += 1) {
    const [first, second] = await Promise.all([ready(), ready()]);
    expect([first, second]).toEqual([LATER, LATER]);
  }
  expect(answered).toBe(false);
  expect((await ask('/health/live')).status).toBe(200);
  expect((await lists(WRITE_KEY)).status).toBe(200);
  proxy.drip(0);
  proxy.passOn();
  // An answer that came byte by byte may have come whole by now.
  expect([200, 503]).toContain((await asked).status);
  await until(async () => (await lists(token)).status === 200);
  expect((await ready()).status).toBe(200);
});

test('an exhausted pool does not make a replica look dead, and a statement that takes too long (57014) is told as 503', async () => {
  const { token } = await session(app.gateway, database.url);
  // Nobody gets at the table: each look-up waits until PostgreSQL ends it.
  const holder = new Client({ connectionString: database.url });
  await holder.connect();
  await holder.query('BEGIN; LOCK TABLE access_grants IN ACCESS EXCLUSIVE MODE');
  try {
    const refused = await Promise.all([
      ...Array.from({ length: 30 }, (_, at) => lists(token.replace(/.$/, String(at % 10)))),
      ready().then((answer) => (expect(answer.status).toBe(200), answer)),
    ]);
    expect(refused.slice(0, -1)).toEqual(Array.from({ length: 30 }, () => LATER));
    expect(app.log()).not.toContain('a request failed unexpectedly');
  } finally {
    await holder.end();
  }
  expect((await lists(token)).status).toBe(200);
});
