import { ConfigError, type MasterKeys, sha256 } from '#libs/core';
import { randomBytes, scryptSync } from 'node:crypto';
import { type DataSource } from 'typeorm';
import { openPool } from '../../../../test/support/pool.js';
import { query, type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { sealedCredentials, storeConnections } from '../../../../test/support/stored.js';
import { KDF, kekOf, scryptMaster } from './kek.js';
import { unlock, unlockKnown, type Unlocked } from './keyring.js';
import { rewrap } from './rewrap.js';
import { Vault } from './vault.js';

const PASSPHRASE = 'correct horse, battery';
const hex = () => randomBytes(32).toString('hex');

let database: TestDatabase;
let pool: DataSource;
beforeEach(async () => {
  database = await testDatabase();
  pool = await openPool(database.url);
});
afterEach(async () => {
  await pool.destroy();
  await database.drop();
});

const keys = (current: string | undefined, ...previous: string[]): MasterKeys => ({ current: () => current, previous });
const neverMake = () => {
  throw new Error('makes a key');
};
/** What a passphrase costs is proved once; everywhere else it would be most of the time that these tests take. */
const cheaply: typeof scryptMaster = (passphrase, salt) => scryptMaster(passphrase, salt, { N: 2 ** 10, r: 8, p: 1 });
const start = (current: string | undefined, ...previous: string[]): Promise<Unlocked> =>
  unlock(pool, keys(current, ...previous), neverMake, cheaply);
const stored = () =>
  query<{ kid: string; salt: Buffer | null; retired_at: Date | null }>(
    database.url,
    'SELECT * FROM vault_keys ORDER BY created_at, kid',
  );
const everything = async () =>
  JSON.stringify([await stored(), await query(database.url, 'SELECT * FROM connections ORDER BY id')]);
const connect = ({ vault }: Unlocked, ...credentials: string[]) => storeConnections(pool, vault, '9014', credentials);
const texts = async ({ vault }: Unlocked) =>
  (await sealedCredentials(database.url)).map(({ context, sealed }) => vault.open(context, sealed));

describe('the first start', () => {
  it('remembers the key by a check value, and the next one finds it', async () => {
    const key = hex();
    const first = await start(key);
    expect(first.masterKey.toString('hex')).toBe(key);
    const before = await everything();
    const second = await start(key.toUpperCase());
    expect(second.masterKey).toEqual(first.masterKey);
    expect(second.missing).toEqual([]);
    expect(await everything()).toBe(before);
    expect(await stored()).toEqual([expect.objectContaining({ salt: null, retired_at: null })]);
  });

  it('stretches a passphrase with a salt of its own, which every later start uses', async () => {
    const first = await start(PASSPHRASE);
    await connect(first, 'pk_1');
    const second = await start(PASSPHRASE);
    expect(second.masterKey).toEqual(first.masterKey);
    expect(await texts(second)).toEqual([{ text: 'pk_1', stale: false }]);
    const [row] = await stored();
    expect(row?.salt).toHaveLength(16);
    expect(first.masterKey).not.toEqual(sha256(PASSPHRASE));
    const other = await testDatabase();
    const elsewhere = await openPool(other.url);
    expect((await unlock(elsewhere, keys(PASSPHRASE), neverMake, cheaply)).masterKey).not.toEqual(first.masterKey);
    await elsewhere.destroy();
    await other.drop();
  });

  // Another cost would make another key of the same passphrase: nothing that is stored would open any more.
  it('stretches it with scrypt at N = 2^17', async () => {
    const { masterKey } = await unlock(pool, keys(PASSPHRASE), neverMake);
    expect(masterKey).toEqual(
      scryptSync(PASSPHRASE, (await stored())[0]!.salt!, 32, { N: 2 ** 17, r: 8, p: 1, maxmem: 2 ** 28 }),
    );
  });

  it('makes a key where none is given and the database is new, and never for a database that has one', async () => {
    const made = hex();
    expect((await unlock(pool, keys(undefined), () => made)).masterKey.toString('hex')).toBe(made);
    await expect(start(undefined)).rejects.toThrow(/MASTER_KEY: is not set.*master\.key.*key id [0-9a-f]{8}/s);
  });

  it.each([
    ['a key', hex()],
    ['a passphrase', PASSPHRASE],
  ])('of several replicas at once leaves one row, and all agree: %s', async (_, key) => {
    const replicas = await Promise.all(Array.from({ length: 4 }, () => start(key)));
    expect(await stored()).toHaveLength(1);
    expect(new Set(replicas.map(({ masterKey }) => masterKey.toString('hex'))).size).toBe(1);
    await connect(replicas[0]!, 'pk_1');
    for (const replica of replicas) expect(await texts(replica)).toEqual([{ text: 'pk_1', stale: false }]);
  });

  it('of two replicas with different keys at once succeeds for one only', async () => {
    const results = await Promise.allSettled([start(hex()), start(hex())]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await stored()).toHaveLength(1);
  });
});

describe('a wrong key', () => {
  it.each([
    ['a key', hex()],
    ['a passphrase', 'wrong horse battery'],
  ])('is refused, and nothing is changed: %s', async (_, wrong) => {
    await connect(await start(hex()), 'pk_1', 'pk_2');
    const before = await everything();
    await expect(start(wrong)).rejects.toThrow(ConfigError);
    await expect(start(wrong, hex(), 'another passphrase')).rejects.toThrow(/MASTER_KEY.*nothing was changed/s);
    await expect(start(wrong)).rejects.toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(wrong) }),
    );
    expect(await everything()).toBe(before);
  });

  it('is refused for a database of a passphrase, too', async () => {
    await connect(await start(PASSPHRASE), 'pk_1');
    const before = await everything();
    await expect(start(`${PASSPHRASE}.`)).rejects.toThrow(ConfigError);
    expect(await everything()).toBe(before);
  });

  it('is refused where the keys were forgotten but credentials are stored; the right one is remembered again', async () => {
    const key = hex();
    await connect(await start(key), 'pk_1');
    await query(database.url, 'DELETE FROM vault_keys');
    await expect(start(hex())).rejects.toThrow(/its id is lost/);
    await expect(start(undefined)).rejects.toThrow(ConfigError);
    expect(await stored()).toEqual([]);
    expect(await texts(await start(key))).toEqual([{ text: 'pk_1', stale: false }]);
    expect(await stored()).toHaveLength(1);
  });

  it('is one whose check value was changed, or is that of another row', async () => {
    const [a, b] = [hex(), hex()];
    await start(a);
    await start(b, a);
    await query(
      database.url,
      'UPDATE vault_keys SET check_value = (SELECT check_value FROM vault_keys other WHERE other.kid <> vault_keys.kid)',
    );
    await expect(start(a)).rejects.toThrow(ConfigError);
    await expect(start(b)).rejects.toThrow(ConfigError);
  });
});

describe('a new key', () => {
  it('is taken when the previous one is known: both open, the new one seals', async () => {
    const [a, b] = [hex(), hex()];
    await connect(await start(a), 'pk_old');
    const rotated = await start(b, a);
    await connect(rotated, 'pk_new');
    expect(await texts(rotated)).toEqual([
      { text: 'pk_old', stale: true },
      { text: 'pk_new', stale: false },
    ]);
    expect(rotated.missing).toEqual([]);
    expect(await stored()).toHaveLength(2);
    expect((await start(b, a)).masterKey).toEqual(rotated.masterKey);
    expect(await stored()).toHaveLength(2);
  });

  it.each([
    ['passphrase to key', PASSPHRASE, hex()],
    ['key to passphrase', hex(), PASSPHRASE],
    ['passphrase to passphrase', PASSPHRASE, 'another passphrase'],
  ])('from %s', async (_, from, to) => {
    await connect(await start(from), 'pk_old');
    expect(await texts(await start(to, from))).toEqual([{ text: 'pk_old', stale: true }]);
    expect(await texts(await start(to, 'something else entirely', from))).toEqual([{ text: 'pk_old', stale: true }]);
  });

  it('may be announced as a previous one first, so that no replica meets a value it cannot open', async () => {
    const [a, b] = [hex(), hex()];
    await connect(await start(a), 'pk_old');
    const announced = await start(a, b);
    const ahead = await start(b, a);
    await connect(ahead, 'pk_new');
    for (const replica of [announced, ahead])
      expect((await texts(replica)).map(({ text }) => text)).toEqual(['pk_old', 'pk_new']);
  });

  it('started without the previous one tells which key is missing', async () => {
    const [a, b] = [hex(), hex()];
    await connect(await start(a), 'pk_old');
    const [known] = await stored();
    await start(b, a);
    expect((await start(b)).missing).toEqual([known?.kid]);
  });

  it('cannot be vouched for by a retired key, but a retired key can come back', async () => {
    const [a, b] = [hex(), hex()];
    await connect(await start(a), 'pk_1');
    await rewrap(pool, (await start(b, a)).vault);
    await expect(start(a)).rejects.toThrow(ConfigError);
    await expect(start(hex(), a)).rejects.toThrow(ConfigError);
    const back = await start(a, b);
    expect(await texts(back)).toEqual([{ text: 'pk_1', stale: true }]);
    expect((await stored()).map(({ retired_at: retired }) => retired)).toEqual([null, null]);
  });

  it('of a passphrase keeps its salt when it is retired and comes back', async () => {
    const b = hex();
    const first = await start(PASSPHRASE);
    await rewrap(pool, (await start(b, PASSPHRASE)).vault);
    expect((await start(PASSPHRASE, b)).masterKey).toEqual(first.masterKey);
  });
});

describe('values of the SHA-256 derivation (SEC-227)', () => {
  const old = new Vault([kekOf(sha256(PASSPHRASE), KDF.sha256)]);

  it('open as stale; the passphrase seals with scrypt from the first start on', async () => {
    await storeConnections(pool, old, '9014', ['pk_old']);
    const unlocked = await start(PASSPHRASE);
    expect(await texts(unlocked)).toEqual([{ text: 'pk_old', stale: true }]);
    expect((await stored())[0]?.salt).toHaveLength(16);
    expect(unlocked.vault.header[1]).toBe(KDF.scrypt);
    expect(unlocked.vault.seal({ table: 't', column: 'c', tenant: '', row: '' }, 'x')[1]).toBe(KDF.scrypt);
    expect(await rewrap(pool, unlocked.vault)).toMatchObject({ rewrapped: 1, unopened: [] });
    expect(await texts(await start(PASSPHRASE))).toEqual([{ text: 'pk_old', stale: false }]);
  });

  it('vouch for a key that names the passphrase as previous, and for nothing else', async () => {
    await storeConnections(pool, old, '9014', ['pk_old']);
    await expect(start('another passphrase')).rejects.toThrow(ConfigError);
    expect(await texts(await start(hex(), PASSPHRASE))).toEqual([{ text: 'pk_old', stale: true }]);
  });
});

describe('unlockKnown', () => {
  it('takes a key that a gateway has started with, and never adds one', async () => {
    const [a, b] = [hex(), hex()];
    await expect(unlockKnown(pool, keys(a))).rejects.toThrow(ConfigError);
    await start(a);
    await expect(unlockKnown(pool, keys(b, a))).rejects.toThrow(/first start every gateway/);
    await expect(unlockKnown(pool, keys(undefined))).rejects.toThrow(ConfigError);
    expect(await stored()).toHaveLength(1);
    await start(b, a);
    expect((await unlockKnown(pool, keys(b, a))).missing).toEqual([]);
  });
});
