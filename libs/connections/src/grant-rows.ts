import { type Policy } from '#libs/permissions';
import { type EntityManager } from 'typeorm';
import { type AccessGrant, type GrantKind } from './access-grant.entity.js';
import { type ConnectionState } from './connection.entity.js';
import { announce } from './invalidations.service.js';

/** A live grant as its owner sees it. */
export interface OwnGrant extends Pick<
  AccessGrant,
  'clientId' | 'address' | 'asked' | 'config' | 'tokenRequired' | 'madeBy'
> {
  id: string;
  kind: GrantKind;
  label: string;
  workspaceId: string;
  connectionId: string;
  state: Exclude<ConnectionState, 'revoked'>;
  /** What it may do after the layers of its connection and its own. */
  policy: Policy;
  /** Of a server URL: what the key that made it may do, where that is not said by `policy` already. Both hold. */
  within?: Policy;
  createdAt: Date;
  /** To the hour. */
  lastUsedAt: Date | null;
  /** Null = until revoked. */
  expiresAt: Date | null;
}

/** Narrowest first. */
export const MODES = ['read', 'selective', 'write'] as const satisfies readonly Policy['mode'][];

interface Row extends Omit<OwnGrant, 'policy' | 'within' | 'workspaceId'> {
  connectionPolicy: Policy;
  grantPolicy: Policy | null;
  makerConnectionId: string | null;
  makerConnectionPolicy: Policy | null;
  makerGrantPolicy: Policy | null;
}

/** SQL: whether a row of `access_grants` is live, by the database's clock; the columns of a maker that there is not are null. */
export const live = (alias: string) =>
  `(${alias}.revoked_at IS NULL AND (${alias}.expires_at IS NULL OR ${alias}.expires_at > now()))`;
/** SQL: the grant `m` that made the grant `g`, and its connection `mc`. */
export const WITH_MAKER = `LEFT JOIN access_grants m ON m.id = g.made_by LEFT JOIN connections mc ON mc.tenant_id = m.tenant_id AND mc.id = m.connection_id`;
/** SQL: what a key made ends with it. */
export const MAKER_LIVES = `(g.made_by IS NULL OR (${live('m')} AND mc.state <> 'revoked'))`;

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
    `SELECT id, kind, label, client_id AS "clientId", address, asked, config, token_required AS "tokenRequired", made_by AS "madeBy",
       connection_id AS "connectionId", state, created_at AS "createdAt", last_used_at AS "lastUsedAt", expires_at AS "expiresAt",
       connection_policy AS "connectionPolicy", grant_policy AS "grantPolicy", maker_connection_id AS "makerConnectionId",
       maker_connection_policy AS "makerConnectionPolicy", maker_grant_policy AS "makerGrantPolicy"
     FROM own_grants($1, $2)`,
    [workspaceId, personId],
  );
  return rows.map(
    ({ connectionPolicy, grantPolicy, makerConnectionId, makerConnectionPolicy, makerGrantPolicy, ...row }) => {
      const makers = [
        ...(makerConnectionPolicy && makerConnectionId !== row.connectionId ? [makerConnectionPolicy] : []),
        ...(makerGrantPolicy ? [makerGrantPolicy] : []),
      ];
      const [first, second = null] = makers;
      return {
        ...row,
        workspaceId,
        policy: effective(connectionPolicy, grantPolicy),
        ...(first && { within: effective(first, second) }),
      };
    },
  );
}

/**
 * Ends a grant, and with it the codes and tokens that were issued for it, and the server URLs that it made. Every replica hears of it.
 * @returns the ids of all that ended; after the commit the caches of this process must drop them
 */
export async function endGrant(manager: EntityManager, id: string): Promise<string[]> {
  await manager.query('UPDATE access_grants SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL', [id]);
  // A statement of its own: the one before may have waited for a transaction that makes a URL, and would not see it.
  const made = await manager.query<{ id: string }[]>(
    'WITH ended AS (UPDATE access_grants SET revoked_at = now() WHERE made_by = $1 AND revoked_at IS NULL RETURNING id) SELECT id FROM ended',
    [id],
  );
  await manager.query('DELETE FROM oauth_artifacts WHERE grant_id = $1', [id]);
  const ended = [id, ...made.map((each) => each.id)];
  for (const each of ended) await announce(manager, 'grant', each);
  return ended;
}

/** Ends those of these grants that are this person's own. @returns the ids of all that ended; after the commit the caches of this process must drop them */
export async function endOwnGrants(
  manager: EntityManager,
  workspaceId: string,
  personId: string,
  ids: readonly string[],
): Promise<string[]> {
  const own = (await ownGrants(manager, workspaceId, personId)).filter(({ id }) => ids.includes(id));
  const ended: string[] = [];
  for (const { id } of own) ended.push(...(await endGrant(manager, id)));
  return ended;
}

/** Ends every grant on a connection. @returns the ids of all that ended */
export async function endGrantsOf(manager: EntityManager, tenantId: string, connectionId: string): Promise<string[]> {
  const grants = await manager.query<{ id: string }[]>(
    'SELECT id FROM access_grants WHERE tenant_id = $1 AND connection_id = $2 AND revoked_at IS NULL',
    [tenantId, connectionId],
  );
  const ended = new Set<string>();
  for (const { id } of grants) for (const each of await endGrant(manager, id)) ended.add(each);
  return [...ended];
}

/** The ids of the live server URLs that a grant made: what changes for it changes for them. */
export async function madeBy(manager: EntityManager, id: string): Promise<string[]> {
  const rows = await manager.query<{ id: string }[]>(
    'SELECT id FROM access_grants WHERE made_by = $1 AND revoked_at IS NULL',
    [id],
  );
  return rows.map((row) => row.id);
}

/** Two layers as one. The places that the grant's layer names lie within those of the connection's, so they hold. */
const effective = (connection: Policy, grant: Policy | null): Policy => {
  if (!grant) return connection;
  const methods = inBoth(connection.methods, grant.methods);
  const toolsets = inBoth(connection.toolsets, grant.toolsets);
  const lists = { ...(methods && { methods }), ...(toolsets && { toolsets }) };
  return { ...connection, ...grant, ...lists, mode: narrowest(connection, grant) };
};
const inBoth = <T>(one: readonly T[] | undefined, other: readonly T[] | undefined): readonly T[] | undefined =>
  one && other ? one.filter((each) => other.includes(each)) : (one ?? other);
/** The mode that remains after all layers. */
export const narrowest = (...layers: Policy[]) =>
  MODES.find((mode) => layers.some((layer) => layer.mode === mode)) ?? 'read';
