import { ConfigError, type MasterKeys } from '#libs/core';
import { randomBytes } from 'node:crypto';
import { type DataSource } from 'typeorm';
import { withTenant } from '../tenant.js';
import { Tenant } from '../tenant.entity.js';
import { hexMaster, isHexKey, KDF, type Master, scryptMaster, sha256Master } from './kek.js';
import { SEALED_COLUMNS, type SealedValue, valuesNotUnder } from './sealed-columns.js';
import { type EncryptionContext, Vault } from './vault.js';
import { VaultKey } from './vault-key.entity.js';

const LOCK = 7_246_303;
const SALT_BYTES = 16;
const CHECK_TEXT = 'clickup-mcp';

/** The vault, opened with the operator's keys. */
export interface Unlocked {
  /** 32 bytes from which the keys of all other purposes are derived. */
  masterKey: Buffer;
  vault: Vault;
  /** Ids of keys that are in use in this database, and are not among those given. */
  missing: readonly string[];
}

/**
 * Checks the master keys against those this database was used with, which `vault_keys` remembers by a sealed known value.
 * The first start adds MASTER_KEY; later it is added only if MASTER_KEY_PREVIOUS holds a key that is known. Any number of
 * replicas may start at once: they agree on one salt, and a second first key is refused.
 * @param make makes and returns a key when none is set and the database is new
 * @param stretch makes a master key of a passphrase and a salt
 * @throws ConfigError when the database was used with other keys; nothing was changed then
 */
export async function unlock(
  database: DataSource,
  keys: MasterKeys,
  make: () => string,
  stretch: typeof scryptMaster = scryptMaster,
): Promise<Unlocked> {
  for (;;) {
    const rows = await checkRows(database);
    // The key is read after the rows: another replica makes the key file first and its row second, so where there is a row there is a file.
    const current = keys.current() ?? (rows.length === 0 && !(await anyStored(database)) ? make() : undefined);
    if (current === undefined) throw noKey(rows);
    const ring = await ringOf(rows, current, keys.previous, stretch);
    if (ring.sealing) return unlocked(rows, ring.sealing, ring.all);
    if (!ring.isVouchedFor && !(rows.length === 0 && (await opensStored(database, ring.all)))) throw wrongKey(rows);
    const fresh = ring.usable ?? (await stretch(current, randomBytes(SALT_BYTES)));
    if (await introduce(database, rows, fresh)) return unlocked(rows, fresh, ring.all);
  }
}

/**
 * {@link unlock} for a key that a gateway has started with before; adds none.
 * @throws ConfigError when the database does not know MASTER_KEY
 */
export async function unlockKnown(database: DataSource, keys: MasterKeys): Promise<Unlocked> {
  const [rows, current] = [await checkRows(database), keys.current()];
  const ring = current === undefined ? undefined : await ringOf(rows, current, keys.previous, scryptMaster);
  if (!ring?.sealing)
    throw new ConfigError([
      'MASTER_KEY: no gateway was started with this key yet: first start every gateway with it, and with the earlier one in MASTER_KEY_PREVIOUS',
    ]);
  return unlocked(rows, ring.sealing, ring.all);
}

interface Ring {
  /** MASTER_KEY, if this database is used with it. */
  sealing?: Master;
  /** MASTER_KEY in a form that may seal; of a passphrase, only with a salt that it was used with in this database. */
  usable?: Master;
  /** Every key given. */
  all: readonly Master[];
  /** Whether one of them is in use in this database. */
  isVouchedFor: boolean;
}

async function ringOf(
  rows: readonly VaultKey[],
  current: string,
  previous: readonly string[],
  stretch: typeof scryptMaster,
): Promise<Ring> {
  const own = await mastersOf(current, rows, stretch);
  const all = [...own];
  for (const text of previous) all.push(...(await mastersOf(text, rows, stretch)));
  const inUse = (master: Master) => rows.some((row) => row.retiredAt === null && isKeyOf(row, master));
  const mayBeUsed = own.filter(({ kek }) => kek.kdf !== KDF.sha256);
  return { sealing: mayBeUsed.find(inUse), usable: mayBeUsed[0], all, isVouchedFor: all.some(inUse) };
}

/** The master keys that a text may stand for. They are made one after the other, because stretching takes 128 MiB. */
async function mastersOf(text: string, rows: readonly VaultKey[], stretch: typeof scryptMaster): Promise<Master[]> {
  if (isHexKey(text)) return [hexMaster(text)];
  const masters: Master[] = [];
  for (const row of rows) {
    if (!row.salt) continue;
    const master = await stretch(text, row.salt);
    if (isKeyOf(row, master)) masters.push(master);
  }
  return [...masters, sha256Master(text)];
}

function unlocked(rows: readonly VaultKey[], sealing: Master, all: readonly Master[]): Unlocked {
  const missing = rows
    .filter((row) => row.retiredAt === null && ![sealing, ...all].some((master) => isKeyOf(row, master)))
    .map(({ kid }) => kid);
  return { masterKey: sealing.bytes, vault: new Vault([sealing.kek, ...all.map(({ kek }) => kek)]), missing };
}

const checkRows = (database: DataSource) =>
  database.getRepository(VaultKey).find({ order: { createdAt: 'ASC', kid: 'ASC' } });

const kidOf = ({ kek }: Master) => kek.kid.toString('hex');
const checkContext = (kid: string): EncryptionContext => ({
  table: 'vault_keys',
  column: 'check_value',
  tenant: '',
  row: kid,
});

const isKeyOf = (row: VaultKey, master: Master) =>
  row.kid === kidOf(master) && opens(master, { context: checkContext(row.kid), sealed: row.checkValue });

function opens({ kek }: Master, { context, sealed }: SealedValue): boolean {
  try {
    new Vault([kek]).open(context, sealed);
    return true;
  } catch {
    return false;
  }
}

/** Adds the key, or brings a retired one back; false when another replica has changed the keys since `seen` was read. */
function introduce(database: DataSource, seen: readonly VaultKey[], master: Master): Promise<boolean> {
  const kid = kidOf(master);
  return database.transaction(async (manager) => {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    if (fingerprint(await manager.find(VaultKey)) !== fingerprint(seen)) return false;
    const checkValue = new Vault([master.kek]).seal(checkContext(kid), CHECK_TEXT);
    await manager.upsert(VaultKey, { kid, salt: master.salt ?? null, checkValue, retiredAt: null }, ['kid']);
    return true;
  });
}

const fingerprint = (rows: readonly VaultKey[]) =>
  rows
    .map(({ kid, retiredAt }) => `${kid}${retiredAt?.toISOString() ?? ''}`)
    .sort()
    .join();

const idsOf = (rows: readonly VaultKey[]) =>
  rows
    .filter(({ retiredAt }) => retiredAt === null)
    .map(({ kid }) => `key id ${kid}`)
    .join(', ') || 'its id is lost';

const noKey = (rows: readonly VaultKey[]) =>
  new ConfigError([
    `MASTER_KEY: is not set, and DATA_DIR holds no master.key, but this database was used with a key (${idsOf(rows)}). Set it, or restore the file; nothing was changed`,
  ]);
const wrongKey = (rows: readonly VaultKey[]) =>
  new ConfigError([
    `MASTER_KEY: this database was used with another key (${idsOf(rows)}), and MASTER_KEY_PREVIOUS does not hold it either. Set the right key; nothing was changed`,
  ]);

/**
 * Whether one of these keys opens what is stored, or nothing is stored: after an incomplete restore `vault_keys` may be empty, and then
 * a wrong key must not be taken for the first one.
 */
async function opensStored(database: DataSource, masters: readonly Master[]): Promise<boolean> {
  const stored = await anyStored(database);
  return stored === undefined || masters.some((master) => opens(master, stored));
}

async function anyStored(database: DataSource): Promise<SealedValue | undefined> {
  for (const { id: tenant } of await database.getRepository(Tenant).find()) {
    const found = await withTenant(database, tenant, async (manager) => {
      for (const column of SEALED_COLUMNS) {
        // No value begins with version 0, so this header excludes none.
        const [value] = await valuesNotUnder(Buffer.alloc(1), manager, tenant, column, '', 1);
        if (value) return value;
      }
      return undefined;
    });
    if (found) return found;
  }
  return undefined;
}
