import { type AuditTrail } from '#libs/audit';
import { type Policy } from '#libs/permissions';
import { type DataSource, type EntityManager } from 'typeorm';
import { type GrantKind } from './access-grant.entity.js';
import { type ConnectionState } from './connection.entity.js';
import { endedEvents } from './grant-events.js';
import { endGrant, live, MAKER_LIVES, narrowest, WITH_MAKER } from './grant-rows.js';
import { inTransaction, withTenant } from './tenant.js';
import { Tenant } from './tenant.entity.js';

/** A connection or a grant as the operator sees it: whose, where, what it may do. No secrets. */
interface Overseen {
  id: string;
  person: string;
  /** ClickUp user id. */
  personId: string;
  workspaceId: string;
  mode: Policy['mode'];
  createdAt: Date;
  /** To the hour. */
  lastUsedAt: Date | null;
}

export interface OverseenConnection extends Overseen {
  state: ConnectionState;
  /** How many live grants lead to it. */
  grants: number;
}

export interface OverseenGrant extends Overseen {
  kind: GrantKind;
  label: string;
  /** Null = until revoked. */
  expiresAt: Date | null;
  state: ConnectionState | 'expired';
}

/** Every stored connection, newest first. */
export function allConnections(database: DataSource): Promise<OverseenConnection[]> {
  return inEveryTenant<OverseenConnection>(
    database,
    `SELECT c.id, p.name AS person, p.id AS "personId", c.tenant_id AS "workspaceId", c.policy->>'mode' AS mode, c.created_at AS "createdAt", c.state,
       max(g.last_used_at) AS "lastUsedAt", count(g.id) FILTER (WHERE ${live('g')})::int AS grants
     FROM connections c JOIN people p ON p.tenant_id = c.tenant_id AND p.id = c.person_id
       LEFT JOIN access_grants g ON g.tenant_id = c.tenant_id AND g.connection_id = c.id
     WHERE c.tenant_id = $1 GROUP BY c.tenant_id, c.id, p.id, p.name`,
  );
}

/** Every stored grant, newest first; those that ended are kept for a day. */
export async function allGrants(database: DataSource): Promise<OverseenGrant[]> {
  const rows = await inEveryTenant<OverseenGrant & { policies: Policy[] }>(
    database,
    `SELECT g.id, g.kind, g.label, p.name AS person, p.id AS "personId", g.tenant_id AS "workspaceId", g.created_at AS "createdAt", g.last_used_at AS "lastUsedAt",
       g.expires_at AS "expiresAt",
       jsonb_build_array(c.policy, coalesce(g.policy, c.policy), coalesce(mc.policy, c.policy), coalesce(m.policy, c.policy)) AS policies,
       CASE WHEN g.revoked_at IS NOT NULL OR NOT ${MAKER_LIVES} THEN 'revoked' WHEN g.expires_at <= now() THEN 'expired' ELSE c.state END AS state
     FROM access_grants g JOIN connections c ON c.tenant_id = g.tenant_id AND c.id = g.connection_id
       JOIN people p ON p.tenant_id = c.tenant_id AND p.id = c.person_id ${WITH_MAKER}
     WHERE g.tenant_id = $1`,
  );
  return rows.map(({ policies, ...row }) => ({ ...row, mode: narrowest(...policies) }));
}

/**
 * Ends grants; every running gateway hears of it.
 * @returns the ids that no live grant has
 */
export async function revokeGrants(
  database: DataSource,
  ids: readonly string[],
  audit: AuditTrail<EntityManager> | undefined,
): Promise<string[]> {
  const unknown: string[] = [];
  for (const id of ids) {
    const revoked = await inTransaction(database, async (manager) => {
      const alive = await manager.query<unknown[]>(`SELECT FROM access_grants g WHERE g.id = $1 AND ${live('g')}`, [
        id,
      ]);
      if (alive.length === 0) return false;
      await endAudited(manager, id, audit, { kind: 'operator' });
      return true;
    });
    if (!revoked) unknown.push(id);
  }
  return unknown;
}

/** Ends a grant as `endGrant` does, and has the audit store it in the same transaction. */
export async function endAudited(
  manager: EntityManager,
  id: string,
  audit: AuditTrail<EntityManager> | undefined,
  about: { kind?: string },
): Promise<string[]> {
  const [grant] = await manager.query<{ tenantId: string }[]>(
    'SELECT tenant_id AS "tenantId" FROM access_grants WHERE id = $1 AND revoked_at IS NULL',
    [id],
  );
  const ended = await endGrant(manager, id);
  if (!grant || !audit) return ended;
  await audit.inTransaction(manager, endedEvents(grant.tenantId, ended, about));
  return ended;
}

/** Tenant tables show the rows of one tenant at a time. */
async function inEveryTenant<Row extends Overseen>(database: DataSource, statement: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { id } of await database.getRepository(Tenant).find())
    rows.push(...(await withTenant(database, id, (manager) => manager.query<Row[]>(statement, [id]))));
  return rows.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
}
