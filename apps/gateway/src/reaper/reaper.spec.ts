import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { execute, query, type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { ENTITIES } from '../app.module.js';
import { migrate } from '../database/migrate.js';
import { dataSourceOptions } from '../database/options.js';
import { Reaper } from './reaper.service.js';

const log = { info: () => undefined, warn: () => undefined };
let database: TestDatabase;
let dataSource: DataSource;
let reaper: Reaper;

beforeAll(async () => {
  database = await testDatabase();
  dataSource = await new DataSource(
    dataSourceOptions({ url: await migrate(database, log), entities: ENTITIES, poolSize: 2, log }),
  ).initialize();
  reaper = new Reaper(dataSource, log as never, { AUDIT_RETENTION_DAYS: 400 });
  await execute(database.url, ROWS);
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

const CONNECTION = (name: string) => `00000000-0000-7000-8000-${Buffer.from(name.padEnd(6)).toString('hex')}`;
const person = (tenant: string, name: string, grant: string) => `
  INSERT INTO people VALUES ('${tenant}', '${name}', 'x');
  INSERT INTO connections (tenant_id, id, person_id, sealed_credential, policy) VALUES ('${tenant}', '${CONNECTION(name)}', '${name}', '', '{}');
  INSERT INTO access_grants (id, kind, tenant_id, connection_id, client_id, label, expires_at, revoked_at) VALUES ('${name}', 'session', '${tenant}', '${CONNECTION(name)}', 'of-${name}', 'x', ${grant});`;
const at = (ago: string) => `now() - interval '${ago}'`;

const ROWS = `
  INSERT INTO tenants VALUES ('1'), ('2');
  ${person('1', 'live', `NULL, NULL`)}
  ${person('1', 'ended', `${at('25 hours')}, NULL`)}
  ${person('2', 'gone', `NULL, ${at('25 hours')}`)}
  ${person('2', 'past', `${at('8 days')}, NULL`)}
  ${person('2', 'late', `NULL, ${at('23 hours')}`)}
  INSERT INTO oauth_clients VALUES ('of-live', '{}', now(), ${at('8 days')}), ('of-ended', '{}', now(), ${at('8 days')}), ('of-past', '{}', now(), ${at('8 days')}), ('of-late', '{}', now(), ${at('6 days')}), ('of-nobody', '{}', now(), ${at('8 days')});
  INSERT INTO oauth_artifacts (model, id_hash, payload, expires_at) VALUES ('AuthorizationCode', 'old', '{}', ${at('25 hours')}), ('AuthorizationCode', 'used', '{}', ${at('23 hours')}), ('AuthorizationCode', 'new', '{}', now() + interval '1 minute'),
    ('Interaction', 'left', '{}', ${at('1 second')}), ('Interaction', 'open', '{}', now() + interval '1 minute');
  INSERT INTO proofs VALUES ('old', '', ${at('1 second')}), ('new', '', now() + interval '1 minute');
  INSERT INTO confirmations (tenant_id, token_hash, sealed_call, expires_at) VALUES ('1', 'old', '', ${at('1 second')}), ('2', 'old', '', ${at('1 second')}), ('2', 'new', '', now() + interval '1 minute');
  INSERT INTO begun_creations (id, trace, sent, state, expires_at) VALUES (gen_random_uuid(), '', '', 'lost', ${at('1 second')}), (gen_random_uuid(), '', '', 'answered', now() + interval '1 minute');
  INSERT INTO upstream_budgets VALUES ('old', '{}', 1, ${at('61 minutes')}), ('new', '{}', 1, ${at('59 minutes')});
  INSERT INTO inbound_counts VALUES ('old', '{1}', '{1}', '{1}', '{1}', ${at('33 days')}), ('new', '{1}', '{1}', '{1}', '{1}', ${at('31 days')});
  INSERT INTO stripe_events VALUES ('old', ${at('31 days')}), ('new', ${at('29 days')});
  INSERT INTO subscribers (id, person_id, status, wanted, checked_at) VALUES (gen_random_uuid(), 'ended', 'canceled', 0, ${at('91 days')}), (gen_random_uuid(), 'ended lately', 'canceled', 0, ${at('89 days')}),
    (gen_random_uuid(), 'paying', 'active', 0, ${at('91 days')}), (gen_random_uuid(), 'to be asked for', 'none', 1, ${at('91 days')});
  INSERT INTO open_streams VALUES ('old', 'x', gen_random_uuid(), false, ${at('25 hours')}), ('new', 'x', gen_random_uuid(), false, ${at('23 hours')});
  INSERT INTO stream_letters (id, stream_hash, sealed, expires_at) VALUES (gen_random_uuid(), 'old', '', ${at('1 second')}), (gen_random_uuid(), 'new', '', now() + interval '1 minute');
  INSERT INTO admin_sessions (id_hash, kind, last_used_at, expires_at) VALUES ('old', 'operator', now(), ${at('1 second')}), ('unused', 'operator', ${at('61 minutes')}, now() + interval '1 hour'), ('new', 'operator', ${at('59 minutes')}, now() + interval '1 minute');
  INSERT INTO idempotent_answers (id_hash, request_hash, expires_at) VALUES ('old', '', ${at('1 second')}), ('new', '', now() + interval '1 minute');
  INSERT INTO approvals (tenant_id, id, person_id, caller_kind, caller_id, tool, risk, call_hash, sealed_call, expires_at) VALUES ('1', 'old', '', '', '', '', 'normal', 'old', '', ${at('1 second')}), ('2', 'new', '', '', '', '', 'normal', 'new', '', now() + interval '1 minute');
  INSERT INTO readers (tenant_id, caller_id, expires_at) VALUES ('1', 'old', ${at('1 second')}), ('2', 'new', now() + interval '1 minute');
  INSERT INTO jobs (tenant_id, id, caller_kind, caller_id, tool, call_hash, sealed_work, total, expires_at) VALUES ('1', 'old', '', '', '', '', '', 1, ${at('1 second')}), ('2', 'new', '', '', '', '', '', 1, now() + interval '1 minute');
  INSERT INTO requested_items (tenant_id, key_hash, item, digest, state, expires_at) VALUES ('-', 'old', 0, '', 'made', ${at('1 second')}), ('2', 'new', 0, '', 'made', now() + interval '1 minute');
`;
const left = async (table: string, column: string) =>
  (await query<{ it: string }>(database.url, `SELECT ${column} AS it FROM ${table} ORDER BY 1`)).map(({ it }) => it);

test('nothing happens while another replica is at it', async () => {
  const rival = new Client({ connectionString: database.url });
  await rival.connect();
  await rival.query('BEGIN');
  await rival.query('SELECT pg_advisory_xact_lock(1919246704)');
  expect(await reaper.run()).toEqual({});
  await rival.end();
});

test('what has served its time goes, its neighbours stay', async () => {
  expect(await reaper.run()).toEqual({
    proofs: 1,
    artifacts: 2,
    clients: 2,
    grants: 3,
    connections: 3,
    people: 3,
    confirmations: 2,
    approvals: 1,
    readers: 1,
    'begun creations': 1,
    'admin sessions': 2,
    'idempotent answers': 1,
    jobs: 1,
    'open streams': 1,
    'stream letters': 1,
    'requested items': 1,
    // Their hour is not over yet.
    'tenant expiries': expect.any(Number),
    'upstream budgets': 1,
    'inbound counts': 1,
    'stripe events': 1,
    subscribers: 1,
  });
  expect(await left('stripe_events', 'id')).toEqual(['new']);
  expect(await left('subscribers', 'person_id')).toEqual(['ended lately', 'paying', 'to be asked for']);
  expect(await left('begun_creations', 'state')).toEqual(['answered']);
  for (const table of ['admin_sessions', 'idempotent_answers'])
    expect(await left(table, `convert_from(id_hash, 'utf8')`)).toEqual(['new']);
  expect(await left('proofs', `convert_from(id_hash, 'utf8')`)).toEqual(['new']);
  expect(await left('oauth_artifacts', `convert_from(id_hash, 'utf8')`)).toEqual(['new', 'open', 'used']);
  // A client with a live grant stays however long it was away, and then for 7 days.
  expect(await left('oauth_clients', 'id')).toEqual(['of-ended', 'of-late', 'of-live']);
  expect(await left('oauth_clients', `id || ' ' || round(extract(epoch FROM now() - last_used_at) / 3600)`)).toContain(
    'of-ended 25',
  );
  for (const [table, column] of [
    ['access_grants', 'id'],
    ['connections', 'person_id'],
    ['people', 'id'],
  ] as const)
    expect(await left(table, column)).toEqual(['late', 'live']);
  expect(await left('confirmations', `tenant_id || convert_from(token_hash, 'utf8')`)).toEqual(['2new']);
});

test('a tenant that cannot be reaped now does not hold up the next', async () => {
  await execute(
    database.url,
    `INSERT INTO confirmations (tenant_id, token_hash, sealed_call, expires_at) VALUES ('1', 'again', '', ${at('1 second')}), ('2', 'again', '', ${at('1 second')})`,
  );
  await execute(
    database.url,
    `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.tenant_id = '1' THEN RAISE EXCEPTION 'not now'; END IF; RETURN OLD; END $$;
    CREATE TRIGGER refuse BEFORE DELETE ON confirmations FOR EACH ROW EXECUTE FUNCTION refuse()`,
  );
  expect(await reaper.run()).toMatchObject({ confirmations: 1 });
  expect(await left('confirmations', `tenant_id || convert_from(token_hash, 'utf8')`)).toEqual(['1again', '2new']);
  await execute(database.url, 'DROP TRIGGER refuse ON confirmations; DELETE FROM confirmations');
});

test('a second run finds nothing', async () => {
  expect(Object.values(await reaper.run()).every((count) => count === 0)).toBe(true);
});

test('a mark stays for as long as something of its hour is to come, and goes when the hour is over', async () => {
  const marks = `SELECT count(*)::int AS n FROM tenant_expiries WHERE tenant_id = '3'`;
  await execute(database.url, 'DELETE FROM tenant_expiries');
  await execute(
    database.url,
    `INSERT INTO confirmations (tenant_id, token_hash, sealed_call, expires_at) VALUES ('3', 'this', '', date_trunc('hour', now(), 'UTC') + interval '59 minutes 59.9 seconds'), ('3', 'that', '', now() + interval '2 hours')`,
  );
  await reaper.run();
  expect(await query(database.url, marks)).toEqual([{ n: 2 }]);
  await execute(
    database.url,
    `UPDATE confirmations SET expires_at = expires_at - interval '1 hour' WHERE tenant_id = '3'`,
  );
  expect(await reaper.run()).toMatchObject({ confirmations: 1, 'tenant expiries': 1 });
  // This hour's, and those of what ends later, as it was and as it is now.
  expect(await query(database.url, marks)).toEqual([{ n: 3 }]);
});
