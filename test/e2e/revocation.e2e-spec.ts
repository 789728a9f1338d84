import { Connections, Grants, type Invalidated, PersonGrants } from '#libs/connections';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { startTestApp, type TestApp } from '../support/app.js';
import { apiKey, session } from '../support/connect.js';
import { heardBy } from '../support/notices.js';
import { execute, query } from '../support/postgres.js';
import { rawRequest } from '../support/raw-http.js';

let first: TestApp;
let second: TestApp;
beforeAll(async () => {
  first = await startTestApp();
  second = await startTestApp({ beside: first });
});
afterAll(async () => {
  await second.close();
  await first.close();
});

const status = async (app: TestApp, token: string) =>
  (
    await rawRequest(
      app.url,
      'POST',
      '/mcp',
      { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    )
  ).status;
const until = async (holds: () => Promise<boolean>) => {
  while (!(await holds())) await query(first.databaseUrl, 'SELECT pg_sleep(0.02)');
};
const LISTENERS = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'clickup-mcp listen %' AND query IN ('LISTEN clickup_mcp_invalidations', 'SELECT 1')`;
const listeners = async () => (await query<{ pid: number }>(first.databaseUrl, LISTENERS)).map(({ pid }) => pid);

test.each<[string, Invalidated, (grantId: string, connectionId: string) => Promise<unknown>]>([
  ['a grant that is revoked', 'grant', (grantId) => first.gateway.app.get(Grants).revoke(grantId)],
  [
    'a grant that its person revokes',
    'grant',
    (grantId) => first.gateway.app.get(PersonGrants).revoke(grantId, '183', ['12345']),
  ],
  [
    'a connection that is revoked',
    'connection',
    (_, connectionId) => first.gateway.app.get(Connections).revokeConnection('12345', connectionId),
  ],
  [
    'a connection that ClickUp refuses',
    'connection',
    (_, connectionId) => first.gateway.app.get(Connections).needsReauth('12345', connectionId),
  ],
])('%s is refused by the other replica, which had it cached', async (_, kind, end) => {
  const { token, grantId, connectionId } = await session(first.gateway, first.databaseUrl);
  expect([await status(first, token), await status(second, token)]).toEqual([200, 200]);
  // Cached: without a notification the other replica would accept it for 30 more seconds.
  expect(second.gateway.app.get(Grants).find('session', grantId, token.slice(27))).not.toBeInstanceOf(Promise);
  await heardBy(second, kind, () => end(grantId, connectionId));
  expect([await status(first, token), await status(second, token)]).toEqual([401, 401]);
});

test('a replica that could not listen for a while empties its caches when it can again', async () => {
  const { token, grantId } = await apiKey(first.gateway);
  const grants = second.gateway.app.get(Grants);
  const remembered = (): boolean => !(grants.find('api_key', grantId, token.slice(27)) instanceof Promise);
  expect(await status(second, token)).toBe(200);
  expect(remembered()).toBe(true);

  const before = await listeners();
  // Revoked directly in the database, so that nothing announces it.
  await execute(first.databaseUrl, 'UPDATE access_grants SET revoked_at = now() WHERE id = $1', [grantId]);
  expect(remembered()).toBe(true);
  for (const pid of before) await query(first.databaseUrl, 'SELECT pg_terminate_backend($1)', [pid]);
  await until(async () => (await listeners()).filter((pid) => !before.includes(pid)).length === 2);
  await until(() => Promise.resolve(!remembered()));
  expect(await status(second, token)).toBe(401);
});

test('while the database is away a cached caller goes on, and every other is told to try again', async () => {
  const known = await apiKey(second.gateway);
  const unknown = await apiKey(second.gateway);
  expect(await status(second, known.token)).toBe(200);
  const [{ name } = { name: '' }] = await query<{ name: string }>(
    first.databaseUrl,
    'SELECT current_database() AS name',
  );
  const admin = new Client({ connectionString: first.databaseUrl.replace(/\/[^/]+$/, '/postgres') });
  await admin.connect();
  try {
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    const answer = await rawRequest(
      second.url,
      'POST',
      '/mcp',
      { Authorization: `Bearer ${unknown.token}`, 'Content-Type': 'application/json' },
      '{}',
    );
    expect(answer).toMatchObject({ status: 503, json: { error: { code: 'unavailable' } } });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(await status(second, known.token)).toBe(200);
  } finally {
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    await admin.end();
  }
  await until(async () => (await status(second, unknown.token)) === 200);
  await until(async () => (await listeners()).length === 2);
});

test('an uncached caller costs one round trip, whoever asks at the same time; a cached one none', async () => {
  const { token, grantId } = await apiKey(first.gateway);
  await status(second, token);
  const grants = first.gateway.app.get(Grants);
  const asked = jest.spyOn(first.gateway.app.get(DataSource), 'query');
  const queries = () => asked.mock.calls.filter(([sql]) => String(sql).includes('find_grant')).length;
  const callers = await Promise.all(
    Array.from({ length: 50 }, async () => grants.find('api_key', grantId, token.slice(27))),
  );
  expect(callers.every((caller) => caller?.id === grantId)).toBe(true);
  expect(queries()).toBe(1);
  expect(await status(first, token)).toBe(200);
  expect(queries()).toBe(1);
  asked.mockRestore();
});
