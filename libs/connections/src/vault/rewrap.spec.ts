import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { type DataSource } from 'typeorm';
import { openPool } from '../../../../test/support/pool.js';
import { query, type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { sealedCredentials, storeConnections } from '../../../../test/support/stored.js';
import { unlock } from './keyring.js';
import { rewrap } from './rewrap.js';
import { SEALED_COLUMNS } from './sealed-columns.js';
import { keyIdOf, type Vault, vaultOf } from './vault.js';

const [OLD, NEW] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];

let database: TestDatabase;
let pool: DataSource;
let old: Vault;
let vault: Vault;
beforeEach(async () => {
  database = await testDatabase();
  pool = await openPool(database.url);
  const start = async (current: string, ...previous: string[]) =>
    (await unlock(pool, { current: () => current, previous }, () => current)).vault;
  old = await start(OLD);
  vault = await start(NEW, OLD);
});
afterEach(async () => {
  await pool.destroy();
  await database.drop();
});

const opened = async (by = vault) =>
  (await sealedCredentials(database.url)).map(({ context, sealed }) => by.open(context, sealed));
const retiredKeys = async () =>
  (await query<{ kid: string }>(database.url, 'SELECT kid FROM vault_keys WHERE retired_at IS NOT NULL')).map(
    ({ kid }) => kid,
  );
const numbered = (count: number, prefix: string) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

test('brings every value of every tenant under the new key, more than a batch of them, and retires the old key', async () => {
  await storeConnections(pool, old, '1', numbered(130, 'pk_a'));
  await storeConnections(pool, old, '22', numbered(3, 'pk_b'));
  await storeConnections(pool, vault, '3', ['pk_c']);
  const before = await opened();
  expect(before.filter(({ stale }) => stale)).toHaveLength(133);
  const oldKid = keyIdOf(old.header);
  expect(await rewrap(pool, vault)).toEqual({
    rewrapped: 133,
    overtaken: 0,
    unopened: [],
    left: new Map(),
    retired: [oldKid],
  });
  expect(await opened(vaultOf(Buffer.from(NEW, 'hex')))).toEqual(before.map(({ text }) => ({ text, stale: false })));
  expect(await retiredKeys()).toEqual([oldKid]);
  const rows = await sealedCredentials(database.url);
  expect(await rewrap(pool, vault)).toEqual({ rewrapped: 0, overtaken: 0, unopened: [], left: new Map(), retired: [] });
  expect(await sealedCredentials(database.url)).toEqual(rows);
});

test('a value that somebody changes just then stays as they left it', async () => {
  await storeConnections(pool, old, '1', ['pk_1', 'pk_2', 'pk_3']);
  const { context } = (await sealedCredentials(database.url))[1]!;
  const somebody = new Client({ connectionString: database.url });
  await somebody.connect();
  await somebody.query('BEGIN');
  await somebody.query('UPDATE connections SET sealed_credential = $1 WHERE id = $2', [
    vault.seal(context, 'pk_changed'),
    context.row,
  ]);
  const rewrapping = rewrap(pool, vault);
  while (
    !(
      await query(
        database.url,
        `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
      )
    ).length
  );
  await somebody.query('COMMIT');
  await somebody.end();
  expect(await rewrapping).toMatchObject({ rewrapped: 2, overtaken: 1, unopened: [], left: new Map() });
  expect(await opened()).toEqual(['pk_1', 'pk_changed', 'pk_3'].map((text) => ({ text, stale: false })));
});

test('what does not open is named and left alone, holds up nothing else, and keeps the old key', async () => {
  await storeConnections(pool, old, '1', ['pk_1', 'pk_2']);
  const lost = vaultOf(randomBytes(32));
  await storeConnections(pool, lost, '1', ['pk_lost']);
  const [damaged, , foreign] = await sealedCredentials(database.url);
  await query(
    database.url,
    `UPDATE connections SET sealed_credential = set_byte(sealed_credential, 40, 255 - get_byte(sealed_credential, 40)) WHERE id = $1`,
    [damaged!.context.row],
  );
  const before = (await sealedCredentials(database.url)).filter((_, index) => index !== 1);
  expect(await rewrap(pool, vault)).toEqual({
    rewrapped: 1,
    overtaken: 0,
    unopened: [damaged!.context, foreign!.context],
    left: new Map([
      [keyIdOf(old.header), 1],
      [keyIdOf(lost.header), 1],
    ]),
    retired: [],
  });
  expect((await sealedCredentials(database.url)).filter((_, index) => index !== 1)).toEqual(before);
  expect(await retiredKeys()).toEqual([]);
});

test('every column that is sealed is rewrapped, except those that run out within a day', async () => {
  const columns = await query<{ name: string }>(
    database.url,
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND column_name LIKE '%sealed%' ORDER BY 1`,
  );
  const rewrapped = SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`);
  const others = [
    'admin_sessions.sealed_token',
    'confirmations.sealed_call',
    'idempotent_answers.sealed_answer',
    'proofs.sealed',
    'stream_letters.sealed',
  ];
  expect(columns.map(({ name }) => name)).toEqual([...rewrapped, ...others].sort());
});
