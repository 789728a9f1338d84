import { inTransaction } from '#libs/connections';
import { errors } from 'oidc-provider';
import { type DataSource, type EntityManager } from 'typeorm';

/**
 * Runs `work` in a transaction that holds the access grant. Codes, rotations and revocations of one grant come one after
 * another, so each sees what the one before has done: read-then-write of two replicas never leaves two live branches.
 * @throws InvalidGrant when the grant was revoked or has ended: nothing is ever issued for it again; AppError `unavailable`
 */
export async function withLiveGrant<T>(
  database: DataSource,
  grantId: string,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  return inTransaction(database, async (manager) => {
    const live = await manager.query<unknown[]>(
      'SELECT 1 FROM access_grants WHERE id = $1 AND revoked_at IS NULL AND expires_at > now() FOR UPDATE',
      [grantId],
    );
    if (!live.length) throw new errors.InvalidGrant('the access grant has ended');
    return work(manager);
  });
}
