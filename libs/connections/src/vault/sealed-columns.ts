import { type EntityManager } from 'typeorm';
import { type EncryptionContext } from './vault.js';

/** A column of a tenant table that keeps sealed values. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** Column whose text is `EncryptionContext.row`; unique within the tenant. */
  readonly key: string;
}

/**
 * The columns that a change of master keys seals anew. `proofs`, `confirmations` and `stream_letters` are not among them: their rows
 * expire within minutes; nor are `admin_sessions` and `idempotent_answers`, which expire within a day: whoever drops the old key earlier ends them.
 */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  { table: 'audit_keys', column: 'sealed_key', key: 'tenant_id' },
  { table: 'approvals', column: 'sealed_call', key: 'id' },
  { table: 'connections', column: 'sealed_credential', key: 'id' },
  { table: 'jobs', column: 'sealed_answer', key: 'id' },
  { table: 'jobs', column: 'sealed_work', key: 'id' },
];

export interface SealedValue {
  context: EncryptionContext;
  sealed: Buffer;
}

interface Row {
  row: string;
  sealed: Buffer;
}

/** Up to `limit` values of the transaction's tenant whose first bytes are not `header`, ordered by row, beginning after the row `after`. */
export async function valuesNotUnder(
  header: Buffer,
  manager: EntityManager,
  tenant: string,
  { table, column, key }: SealedColumn,
  after = '',
  limit = 100,
): Promise<SealedValue[]> {
  const rows = await manager.query<Row[]>(
    `SELECT ${key}::text AS row, ${column} AS sealed FROM ${table}
     WHERE tenant_id = $1 AND ${key}::text COLLATE "C" > $2 AND substring(${column} FOR $3) <> $4
     ORDER BY ${key}::text COLLATE "C" LIMIT $5`,
    [tenant, after, header.length, header, limit],
  );
  return rows.map(({ row, sealed }) => ({ context: { table, column, tenant, row }, sealed }));
}

/**
 * Writes a value that was sealed anew, unless the row has changed since it was read: then the other change wins.
 * For use inside `withTenant`.
 * @returns whether it was written
 */
export async function replaceSealed(
  manager: EntityManager,
  { context, sealed }: SealedValue,
  fresh: Buffer,
): Promise<boolean> {
  const column = SEALED_COLUMNS.find(
    (candidate) => candidate.table === context.table && candidate.column === context.column,
  );
  if (!column) throw new Error(`${context.table}.${context.column} is not in SEALED_COLUMNS`);
  const [, written] = await manager.query<[unknown[], number]>(
    `UPDATE ${column.table} SET ${column.column} = $1 WHERE tenant_id = $2 AND ${column.key}::text = $3 AND ${column.column} = $4`,
    [fresh, context.tenant, context.row, sealed],
  );
  return written === 1;
}
