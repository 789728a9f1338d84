import { type Caller, withTenant } from '#libs/connections';
import { sha256 } from '#libs/core';
import { type Ledger } from '#libs/tools';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { RequestedItem } from './requested-item.entity.js';

/** The tenant of callers who are bound to no Workspace. It is no id of a Workspace, so no tenant can read these rows. */
const NO_WORKSPACE = '-';
/** A call that was interrupted is taken up again soon or not at all. */
const KEPT = "interval '1 day'";

/** What calls under a `request_key` have begun, in the database, for all replicas: a repeated call goes on instead of beginning anew. */
@Injectable()
export class RequestKeys {
  constructor(private readonly database: DataSource) {}

  /** The ledger of one caller for one tool; keys of others are never seen. */
  ledger(caller: Pick<Caller, 'id' | 'workspaceId'>, tool: string): Ledger {
    const tenantId = caller.workspaceId ?? NO_WORKSPACE;
    const hash = (key: string) => sha256(JSON.stringify([caller.id, tool, key]));
    const within = <T>(work: (manager: EntityManager) => Promise<T>) => withTenant(this.database, tenantId, work);
    return {
      read: (key) =>
        within(async (manager) => {
          const rows: {
            item: number;
            digest: Buffer;
            state: string;
            id: string | null;
            ref: string | null;
            age: number;
          }[] = await manager.query(
            `SELECT item, digest, state, object_id AS id, ref, (extract(epoch FROM now() - begun_at) * 1000)::float8 AS age
                FROM requested_items WHERE tenant_id = $1 AND key_hash = $2 AND expires_at > now()`,
            [tenantId, hash(key)],
          );
          return new Map(
            rows.map(({ item, digest, state, id, ref, age }) => [
              item,
              {
                digest: digest.toString('base64url'),
                ageMs: age,
                ...(id !== null && ref !== null ? { made: { id, ref } } : { unknown: state === 'unknown' }),
              },
            ]),
          );
        }),
      begin: (key, item, digest) =>
        within(async (manager) => {
          await manager.query('DELETE FROM requested_items WHERE tenant_id = $1 AND expires_at < now()', [tenantId]);
          const inserted: unknown[] = await manager.query(
            `INSERT INTO requested_items (tenant_id, key_hash, item, digest, state, expires_at)
              VALUES ($1, $2, $3, $4, 'sent', now() + ${KEPT}) ON CONFLICT DO NOTHING RETURNING item`,
            [tenantId, hash(key), item, Buffer.from(digest, 'base64url')],
          );
          return inserted.length === 1;
        }),
      made: (key, item, { id, ref }) =>
        within(async (manager) => {
          await manager.update(
            RequestedItem,
            { tenantId, keyHash: hash(key), item },
            { state: 'made', objectId: id, ref },
          );
        }),
      unknown: (key, item) =>
        within(async (manager) => {
          await manager.update(RequestedItem, { tenantId, keyHash: hash(key), item }, { state: 'unknown' });
        }),
      forget: (key, item) =>
        within(async (manager) => {
          await manager.delete(RequestedItem, { tenantId, keyHash: hash(key), item });
        }),
    };
  }
}
