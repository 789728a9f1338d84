import { type Policy } from '#libs/permissions';
import { type EntityManager } from 'typeorm';
import { type AccessGrant, type GrantKind } from './access-grant.entity.js';
import { type ConnectionState } from './connection.entity.js';
import { announce } from './invalidations.service.js';

/** A live grant as its owner sees it. */
export interface OwnGrant extends Pick<AccessGrant, 'clientId' | 'address' | 'asked'> {
  id: string;
  kind: GrantKind;
  label: string;
  workspaceId: string;
  connectionId: string;
  state: Exclude<ConnectionState, 'revoked'>;
  /** What it may do after both its layers. */
  policy: Policy;
  createdAt: Date;
  /** To the hour. */
  lastUsedAt: Date | null;
  /** Null = until revoked. */
  expiresAt: Date | null;
}

/** Narrowest first. */
const MODES = ['read', 'selective', 'write'] as const satisfies readonly Policy['mode'][];

interface Row extends Omit<OwnGrant, 'policy' | 'workspaceId'> {
  connectionPolicy: Policy;
  grantPolicy: Policy | null;
}

/**
 * The live grants of one person in a Workspace.
 * @param database a transaction of that tenant, or the database itself: the function names the tenant for its own statement
 */
export async function ownGrants(
  database: Pick<EntityManager, 'query'>,
  workspaceId: string,
  personId: string,
): Promise<OwnGrant[]> {
  const rows = await database.query<Row[]>(
    `SELECT id, kind, label, client_id AS "clientId", address, asked, connection_id AS "connectionId", state, created_at AS "createdAt", last_used_at AS "lastUsedAt", expires_at AS "expiresAt", connection_policy AS "connectionPolicy", grant_policy AS "grantPolicy"
     FROM own_grants($1, $2)`,
    [workspaceId, personId],
  );
  return rows.map(({ connectionPolicy, grantPolicy, ...row }) => ({
    ...row,
    workspaceId,
    policy: effective(connectionPolicy, grantPolicy),
  }));
}

/** Ends a grant, and with it the codes and tokens that were issued for it. */
export async function endGrant(manager: EntityManager, id: string): Promise<void> {
  await manager.query('UPDATE access_grants SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL', [id]);
  await manager.query('DELETE FROM oauth_artifacts WHERE grant_id = $1', [id]);
}

/** Ends those of these grants that are this person's own. @returns their ids; after the commit the caches of this process must drop them */
export async function endOwnGrants(
  manager: EntityManager,
  workspaceId: string,
  personId: string,
  ids: readonly string[],
): Promise<string[]> {
  const own = (await ownGrants(manager, workspaceId, personId)).filter(({ id }) => ids.includes(id));
  for (const { id } of own) {
    await endGrant(manager, id);
    await announce(manager, 'grant', id);
  }
  return own.map(({ id }) => id);
}

/** Ends every grant on a connection. */
export async function endGrantsOf(manager: EntityManager, tenantId: string, connectionId: string): Promise<void> {
  const grants = await manager.query<{ id: string }[]>(
    'SELECT id FROM access_grants WHERE tenant_id = $1 AND connection_id = $2 AND revoked_at IS NULL',
    [tenantId, connectionId],
  );
  for (const { id } of grants) await endGrant(manager, id);
}

/** The grant's layer lies within the connection's, so what it names holds. */
const effective = (connection: Policy, grant: Policy | null): Policy =>
  grant ? { ...connection, ...grant, mode: narrowest(connection, grant) } : connection;
/** The mode that remains after all layers. */
export const narrowest = (...layers: Policy[]) =>
  MODES.find((mode) => layers.some((layer) => layer.mode === mode)) ?? 'read';
