import { type DataSource } from 'typeorm';
import { openPool } from '../../../../test/support/pool.js';
import { execute, type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { countRoundTrips, type RoundTrips } from '../../../../test/support/round-trips.js';
import { withTenant } from '#libs/connections';
import { Reaper } from './reaper.service.js';
import { DUE, REMOVALS } from './removals.js';

const TENANTS = 10_000;
const ROWS = 20_000;
const log = { info: () => undefined, warn: (...said: unknown[]) => warned.push(said) };
const warned: unknown[] = [];
let database: TestDatabase;
let trips: RoundTrips;
let pool: DataSource;

beforeAll(async () => {
  database = await testDatabase();
  trips = await countRoundTrips(database.url);
  pool = await openPool(trips.url);
  await execute(database.url, MANY);
});
afterAll(async () => {
  await pool.destroy();
  await trips.close();
  await database.drop();
});

const many = (count: number, columns: string) => `SELECT ${columns} FROM generate_series(1, ${count}) n`;
const tenant = `(n % ${TENANTS})::text`;
const connection = (n: string) => `('00000000-0000-7000-8000-' || lpad(${n}::text, 12, '0'))::uuid`;
/** Nothing of it has ended. The marks are as after a while: of the hours to come. */
const MANY = `
  SET session_replication_role = replica;
  INSERT INTO tenants ${many(TENANTS, tenant)};
  INSERT INTO people ${many(TENANTS, `${tenant}, 'x', 'x'`)};
  INSERT INTO connections (tenant_id, id, person_id, sealed_credential, policy) ${many(TENANTS, `${tenant}, ${connection('n')}, 'x', '', '{}'`)};
  INSERT INTO access_grants (id, kind, tenant_id, connection_id, client_id, label, expires_at) ${many(ROWS, `n, 'session', ${tenant}, ${connection(`((n - 1) % ${TENANTS} + 1)`)}, n, 'x', now() + n * interval '1 minute'`)};
  INSERT INTO oauth_clients ${many(ROWS, `n, '{}', now(), now() - n * interval '5 seconds'`)};
  INSERT INTO oauth_artifacts (model, id_hash, payload, expires_at) ${many(ROWS, `CASE WHEN n % 10 = 0 THEN 'Interaction' ELSE 'AccessToken' END, n::text::bytea, '{}', now() + n * interval '1 minute'`)};
  INSERT INTO proofs ${many(ROWS, `n::text::bytea, '', now() + n * interval '1 minute'`)};
  INSERT INTO begun_creations (id, trace, sent, state, expires_at) ${many(ROWS, `gen_random_uuid(), '', '', 'lost', now() + n * interval '1 minute'`)};
  INSERT INTO open_streams ${many(ROWS, `n::text::bytea, 'x', gen_random_uuid(), false, now() - n * interval '1 second'`)};
  INSERT INTO stream_letters (id, stream_hash, sealed, expires_at) ${many(ROWS, `gen_random_uuid(), n::text::bytea, '', now() + n * interval '1 minute'`)};
  INSERT INTO stripe_events ${many(ROWS, `n, now() - n * interval '1 second'`)};
  INSERT INTO subscribers (id, person_id) ${many(ROWS, 'gen_random_uuid(), n')};
  INSERT INTO admin_sessions (id_hash, kind, expires_at) ${many(ROWS, `n::text::bytea, 'operator', now() + n * interval '1 minute'`)};
  INSERT INTO idempotent_answers (id_hash, request_hash, expires_at) ${many(ROWS, `n::text::bytea, '', now() + n * interval '1 minute'`)};
  INSERT INTO confirmations (tenant_id, token_hash, sealed_call, expires_at) ${many(ROWS, `${tenant}, n::text::bytea, '', now() + interval '1 hour' + n * interval '1 second'`)};
  INSERT INTO approvals (tenant_id, id, person_id, caller_kind, caller_id, tool, risk, call_hash, sealed_call, expires_at) ${many(ROWS, `${tenant}, n, '', '', '', '', 'normal', n::text::bytea, '', now() + interval '1 hour' + n * interval '1 second'`)};
  INSERT INTO readers (tenant_id, caller_id, expires_at) ${many(ROWS, `${tenant}, n, now() + interval '1 hour' + n * interval '1 second'`)};
  INSERT INTO jobs (tenant_id, id, caller_kind, caller_id, tool, call_hash, sealed_work, total, expires_at) ${many(ROWS, `${tenant}, n, '', '', '', n::text::bytea, '', 1, now() + interval '1 hour' + n * interval '1 second'`)};
  INSERT INTO requested_items (tenant_id, key_hash, item, digest, state, expires_at) ${many(ROWS, `${tenant}, n::text::bytea, 0, '', 'made', now() + interval '1 hour' + n * interval '1 second'`)};
  INSERT INTO tenant_expiries (tenant_id, hour) ${many(ROWS, `${tenant}, date_trunc('hour', now(), 'UTC') + interval '1 hour' * (1 + n / ${TENANTS})`)} ON CONFLICT DO NOTHING;
  ANALYZE;
`;

test(`with ${TENANTS} tenants of which none has anything to remove, the database is asked less than 100 times; with one, once more for it`, async () => {
  const reaper = new Reaper(pool, log as never, { AUDIT_RETENTION_DAYS: 400 });
  trips.take();
  await reaper.run();
  const idle = trips.take();
  expect(idle.length).toBeLessThan(100);
  await execute(
    database.url,
    `INSERT INTO confirmations (tenant_id, token_hash, sealed_call, expires_at) VALUES ('7', 'old', '', now() - interval '1 second')`,
  );
  expect(await reaper.run()).toMatchObject({ confirmations: 1 });
  expect(trips.take().length - idle.length).toBeLessThanOrEqual(20);
  expect(warned).toEqual([]);
});

/** They hold the tokens of the last hour and a row per person, and requests change them all the time: an index would cost more than it saves. */
const SMALL = ['upstream budgets', 'inbound counts'];

test.each(REMOVALS.filter(({ name }) => !SMALL.includes(name)))(
  'what is removed of $name is found by an index',
  async ({ statement }) => expect(await scanned(statement)).toEqual([]),
);

test('whom to visit is found by an index', async () => expect(await scanned(DUE)).toEqual([]));

/** The tables that the plan of the gateway's own login reads from end to end. */
async function scanned(statement: string): Promise<string[]> {
  const [row] = await withTenant(pool, '7', (manager) =>
    manager.query<[{ 'QUERY PLAN': unknown }]>(`EXPLAIN (FORMAT JSON) ${statement}`),
  );
  return nodes(row['QUERY PLAN'])
    .filter((node) => node['Node Type'] === 'Seq Scan')
    .map((node) => String(node['Relation Name']));
}

/** All objects in a plan. */
function nodes(plan: unknown): Record<string, unknown>[] {
  if (typeof plan !== 'object' || plan === null) return [];
  return [plan as Record<string, unknown>, ...Object.values(plan).flatMap(nodes)];
}
