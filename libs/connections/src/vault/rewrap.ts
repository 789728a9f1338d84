import { AppError } from '#libs/core';
import { type DataSource, In, IsNull, Not } from 'typeorm';
import { withTenant } from '../tenant.js';
import { Tenant } from '../tenant.entity.js';
import { replaceSealed, SEALED_COLUMNS, type SealedColumn, valuesNotUnder } from './sealed-columns.js';
import { keyIdOf, type EncryptionContext, type Vault } from './vault.js';
import { VaultKey } from './vault-key.entity.js';

export interface Rewrapped {
  /** Values that were sealed under an earlier key, and are under the current one now. */
  rewrapped: number;
  /** Values that another process changed at the same moment. */
  overtaken: number;
  /** Values that no given key opens, or that were damaged. */
  unopened: readonly EncryptionContext[];
  /** How many values each earlier key still seals, by key id. */
  left: ReadonlyMap<string, number>;
  /** Ids of the keys that seal no value any more. */
  retired: readonly string[];
}

/**
 * Brings every stored value under the current key, tenant by tenant, a hundred rows per transaction, while gateways keep running.
 * It may be ended at any point and run again. A key that seals no value any more is marked as retired.
 * @throws AppError `unavailable`
 */
export async function rewrap(database: DataSource, vault: Vault): Promise<Rewrapped> {
  const tenants = (await database.getRepository(Tenant).find({ order: { id: 'ASC' } })).map(({ id }) => id);
  const [done, left] = [{ rewrapped: 0, overtaken: 0, unopened: [] as EncryptionContext[] }, new Map<string, number>()];
  for (const tenant of tenants)
    for (const column of SEALED_COLUMNS) await rewrapColumn(database, vault, tenant, column, done);
  // Counted after all tenants are done: a replica that still seals with an earlier key may have added values to a finished tenant.
  for (const { id } of await database.getRepository(Tenant).find())
    for (const column of SEALED_COLUMNS) await countLeft(database, vault, id, column, left);
  return { ...done, left, retired: await retire(database, vault, left) };
}

async function rewrapColumn(
  database: DataSource,
  vault: Vault,
  tenant: string,
  column: SealedColumn,
  done: { rewrapped: number; overtaken: number; unopened: EncryptionContext[] },
): Promise<void> {
  for (let after: string | undefined = ''; after !== undefined;) {
    after = await withTenant(database, tenant, async (manager) => {
      const values = await valuesNotUnder(vault.header, manager, tenant, column, after);
      for (const value of values) {
        const fresh = rewrapped(vault, value);
        if (!fresh) done.unopened.push(value.context);
        else if (await replaceSealed(manager, value, fresh)) done.rewrapped += 1;
        else done.overtaken += 1;
      }
      return values.at(-1)?.context.row;
    });
  }
}

/** One value that does not open must not keep all others from being rewrapped. */
function rewrapped(
  vault: Vault,
  { context, sealed }: { context: EncryptionContext; sealed: Buffer },
): Buffer | undefined {
  try {
    return vault.rewrap(context, sealed);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

async function countLeft(
  database: DataSource,
  vault: Vault,
  tenant: string,
  { table, column }: SealedColumn,
  left: Map<string, number>,
): Promise<void> {
  const rows = await withTenant(database, tenant, (manager) =>
    manager.query<{ sealed: Buffer; count: number }[]>(
      `SELECT substring(${column} FOR $2) AS sealed, count(*)::int AS count FROM ${table} WHERE tenant_id = $1 AND substring(${column} FOR $2) <> $3 GROUP BY 1`,
      [tenant, vault.header.length, vault.header],
    ),
  );
  for (const { sealed, count } of rows) left.set(keyIdOf(sealed), (left.get(keyIdOf(sealed)) ?? 0) + count);
}

async function retire(database: DataSource, vault: Vault, left: ReadonlyMap<string, number>): Promise<string[]> {
  const keys = database.getRepository(VaultKey);
  const unused = (
    await keys.find({ where: { kid: Not(In([keyIdOf(vault.header), ...left.keys()])), retiredAt: IsNull() } })
  ).map(({ kid }) => kid);
  if (unused.length) await keys.update({ kid: In(unused) }, { retiredAt: () => 'now()' });
  return unused;
}
