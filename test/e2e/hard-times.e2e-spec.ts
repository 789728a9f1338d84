import { Grants, vaultOf } from '#libs/connections';
import { randomBytes } from 'node:crypto';
import { type Pool } from 'pg';
import { DataSource } from 'typeorm';
import { startTestApp, type TestApp } from '../support/app.js';
import { accessToken, apiKey, session } from '../support/connect.js';
import { openPool } from '../support/pool.js';
import { execute, query } from '../support/postgres.js';
import { sealedCredentials, storeConnections } from '../support/stored.js';

let app: TestApp;
afterEach(() => app.close());

const rpc = (token: string, method: string, params: object = {}) =>
  fetch(`${app.url}/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
const call = async (token: string, name: string, args: object = {}): Promise<any> =>
  (await rpc(token, 'tools/call', { name, arguments: args })).json();
const until = async (holds: () => boolean | Promise<boolean>) => {
  while (!(await holds())) await query(app.databaseUrl, 'SELECT pg_sleep(0.02)');
};

test('a key that ClickUp refuses while many calls are under way: only one of them asks again whether it is valid', async () => {
  app = await startTestApp({ sandbox: { latencyMs: 50 } });
  const { token, connectionId } = await apiKey(app.gateway);
  expect((await call(token, 'get_task', { task_id: 'nothing' })).result._meta.error.code).toBe('clickup_not_found');
  app.sandbox.configure({ faults: [{ operation: '*', times: 1000, kind: 'status', status: 401 }] });
  const before = app.sandbox.stats().operations.GetAuthorizedUser ?? 0;
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => call(token, 'get_task', { task_id: `86abc${index}` })),
  );
  // Who comes after the verdict is refused before the tool is called.
  for (const { result, error } of answers)
    expect(result?._meta.error ?? error).toMatchObject({
      code: 'invalid_credentials',
      message: expect.stringContaining('Make a new API key'),
    });
  expect(app.sandbox.stats().operations.GetAuthorizedUser! - before).toBeLessThanOrEqual(2);
  expect(await query(app.databaseUrl, 'SELECT state FROM connections WHERE id = $1', [connectionId])).toEqual([
    { state: 'needs_reauth' },
  ]);
  expect((await rpc(token, 'tools/list')).status).toBe(401);
});

test('after a change of the master key a credential is sealed under the new one when it is used', async () => {
  const [previous, current] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
  app = await startTestApp({ env: { MASTER_KEY: current, MASTER_KEY_PREVIOUS: previous } });
  const pool = await openPool(app.databaseUrl);
  const [used] = await storeConnections(pool, vaultOf(Buffer.from(previous, 'hex')), '12345', [
    'pk_sandbox_owner',
    'pk_sandbox_member',
  ]);
  await pool.destroy();
  const underCurrent = async () =>
    (await sealedCredentials(app.databaseUrl)).flatMap(({ context, sealed }) => {
      try {
        return [vaultOf(Buffer.from(current, 'hex')).open(context, sealed)];
      } catch {
        return [];
      }
    });
  expect(await underCurrent()).toEqual([]);
  expect((await call(`cuk_${used!.grantId}:${used!.secret}`, 'get_workspace_hierarchy')).result.isError).toBe(false);
  await until(async () => (await underCurrent()).length > 0);
  expect(await underCurrent()).toEqual([{ text: 'pk_sandbox_owner', stale: false }]);
});

test('500 callers that are not cached, with ten connections to the database: each is let in or told when to try again', async () => {
  app = await startTestApp({ env: { DATABASE_POOL_SIZE: '10' } });
  const keys: string[] = [];
  for (let batch = 0; batch < 50; batch += 1)
    keys.push(...(await Promise.all(Array.from({ length: 10 }, async () => (await apiKey(app.gateway)).token))));
  const answers = await Promise.all(keys.map((token) => rpc(token, 'tools/list')));
  for (const { status, headers } of answers) {
    expect([200, 503]).toContain(status);
    if (status === 503) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }
  await Promise.all(answers.map((answer) => answer.text()));
  expect((await rpc(keys[0]!, 'tools/list')).status).toBe(200);
  app.gateway.app.get(Grants).flush();
  expect((await rpc(keys[1]!, 'tools/list')).status).toBe(200);
});

test('no connection to the database is held while a call waits for ClickUp', async () => {
  app = await startTestApp({ env: { DATABASE_POOL_SIZE: '2' }, sandbox: { latencyMs: 1000 } });
  const { token } = await apiKey(app.gateway);
  expect((await rpc(token, 'tools/list')).status).toBe(200);
  const { master } = app.gateway.app.get(DataSource).driver as unknown as { master: Pool };
  const before = app.sandbox.requests().length;
  const calls = Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      call(token, 'create_task', { list_id: '90144360426', name: `waiting ${index}` }),
    ),
  );
  await until(() => app.sandbox.requests().length > before);
  expect([master.totalCount - master.idleCount, master.waitingCount]).toEqual([0, 0]);
  expect((await rpc((await apiKey(app.gateway)).token, 'tools/list')).status).toBe(200);
  expect((await calls).every(({ result }) => !result.isError)).toBe(true);
});

test.each([
  ['a day ahead', 1],
  ['a day behind', -1],
])('with the clock of this machine %s the database says what has expired', async (_, days) => {
  app = await startTestApp();
  const { token, grantId } = await session(app.gateway, app.databaseUrl);
  const ended = await accessToken(app.databaseUrl, grantId, { ttlSeconds: -5 });
  const now = Date.now;
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + days * 86_400_000);
  try {
    expect((await rpc(token, 'tools/list')).status).toBe(200);
    expect((await rpc(ended, 'tools/list')).status).toBe(401);
    await execute(app.databaseUrl, `UPDATE access_grants SET expires_at = now() - interval '1 second' WHERE id = $1`, [
      grantId,
    ]);
    app.gateway.app.get(Grants).flush();
    expect((await rpc(token, 'tools/list')).status).toBe(401);
  } finally {
    clock.mockRestore();
  }
});
