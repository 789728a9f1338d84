import { AUDIT, type AuditTrail } from '#libs/audit';
import { AppError } from '#libs/core';
import { type Policy } from '#libs/permissions';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type ConnectionState } from '../connection.entity.js';
import { endedEvents, grantEvent, policyFacts } from '../grant-events.js';
import { endGrantsOf, live } from '../grant-rows.js';
import { announce, Invalidations } from '../invalidations.service.js';
import { withTenant } from '../tenant.js';
import { type Realm } from './realm.js';
import { widened } from './widened.js';

/** A connection as those see it who look after a Workspace, and its own person: no secrets. */
export interface AdministeredConnection {
  id: string;
  personId: string;
  person: string;
  state: ConnectionState;
  policy: Policy;
  /** How many live grants lead to it. */
  grants: number;
  createdAt: Date;
  updatedAt: Date;
  /** To the hour. */
  lastUsedAt: Date | null;
}

/** How much there is in a Workspace. */
export interface AdministeredFigures {
  connections: number;
  /** Of these: whose credential ClickUp refuses. */
  refused: number;
  people: number;
  grants: number;
}

/** Which of them, and from where on. */
interface ConnectionFilter {
  person?: string | undefined;
  state?: ConnectionState | undefined;
  /** Id of the last one that was seen. */
  after?: string | undefined;
  limit: number;
}

const SHOWN = `
  SELECT c.id, c.person_id AS "personId", p.name AS person, c.state, c.policy, c.created_at AS "createdAt", c.updated_at AS "updatedAt",
    used.at AS "lastUsedAt", used.grants
  FROM connections c JOIN people p ON p.tenant_id = c.tenant_id AND p.id = c.person_id
    LEFT JOIN LATERAL (SELECT max(g.last_used_at) AS at, count(*) FILTER (WHERE ${live('g')})::int AS grants FROM access_grants g
      WHERE g.tenant_id = c.tenant_id AND g.connection_id = c.id) used ON true`;

/** The connections of a Workspace, for those who look after it, and for the person whose they are. */
@Injectable()
export class AdministeredConnections {
  constructor(
    private readonly database: DataSource,
    private readonly invalidations: Invalidations,
    @Optional() @Inject(AUDIT) private readonly audit?: AuditTrail<EntityManager>,
  ) {}

  /** Newest first: their ids are ordered by time (UUIDv7). One more than `limit` where there are more. @throws AppError `unavailable` */
  list(
    { workspaceId, personId }: Realm,
    { person, state, after, limit }: ConnectionFilter,
  ): Promise<AdministeredConnection[]> {
    return withTenant(this.database, workspaceId, (manager) =>
      manager.query<AdministeredConnection[]>(
        `${SHOWN} WHERE c.tenant_id = $1 AND ($2::text IS NULL OR c.person_id = $2) AND ($3::text IS NULL OR c.person_id = $3)
           AND ($4::text IS NULL OR c.state = $4) AND ($5::uuid IS NULL OR c.id < $5) ORDER BY c.id DESC LIMIT $6`,
        [workspaceId, personId ?? null, person ?? null, state ?? null, after ?? null, limit + 1],
      ),
    );
  }

  /** How many connections that have not ended, people, and live grants there are. @throws AppError `unavailable` */
  async figures({ workspaceId, personId }: Realm): Promise<AdministeredFigures> {
    const [row] = await withTenant(this.database, workspaceId, (manager) =>
      manager.query<AdministeredFigures[]>(
        `SELECT count(*)::int AS connections, count(*) FILTER (WHERE c.state = 'needs_reauth')::int AS refused,
           count(DISTINCT c.person_id)::int AS people, coalesce(sum(g.live), 0)::int AS grants
         FROM connections c LEFT JOIN LATERAL (SELECT count(*) AS live FROM access_grants g
           WHERE g.tenant_id = c.tenant_id AND g.connection_id = c.id AND ${live('g')}) g ON true
         WHERE c.tenant_id = $1 AND c.state <> 'revoked' AND ($2::text IS NULL OR c.person_id = $2)`,
        [workspaceId, personId ?? null],
      ),
    );
    return row!;
  }

  /** @throws AppError `not_found`, `unavailable` */
  read(realm: Realm, id: string): Promise<AdministeredConnection> {
    return withTenant(this.database, realm.workspaceId, (manager) => one(manager, realm, id));
  }

  /**
   * Narrows what a connection may do; in force with the next call on every replica. It cannot be widened: its person has said what it may do at most.
   * @param check is given the connection as it is now, locked, and throws when it is not what the change was made on
   * @throws AppError `not_found`, `forbidden` for a policy that allows more, `unavailable`
   */
  async narrow(
    realm: Realm,
    id: string,
    policy: Policy,
    check: (now: AdministeredConnection) => void,
  ): Promise<AdministeredConnection> {
    const changed = await withTenant(this.database, realm.workspaceId, async (manager) => {
      await manager.query('SELECT 1 FROM connections WHERE id = $1 FOR UPDATE', [id]);
      const now = await alive(manager, realm, id);
      check(now);
      const field = widened(now.policy, policy);
      if (field !== undefined)
        throw new AppError(
          'forbidden',
          `\`${field}\` would allow more than the person of this connection has granted: only they can do that, at /sessions.`,
          { details: { reason: `${field} would be wider` } },
        );
      // What decides nothing stays as its person has it.
      const { profile, upstreamRetry } = now.policy;
      const stored = { ...policy, ...(profile && { profile }), ...(upstreamRetry && { upstreamRetry }) };
      await manager.query('UPDATE connections SET policy = $2, updated_at = now() WHERE id = $1', [id, stored]);
      await announce(manager, 'connection', id);
      await this.audit?.inTransaction(manager, [
        grantEvent('rights_changed', realm.workspaceId, {
          ...realm.by,
          objects: [`connection:${id}`],
          detail: { before: policyFacts(now.policy), after: policyFacts(policy) },
        }),
      ]);
      return one(manager, realm, id);
    });
    this.invalidations.drop('connection', id);
    return changed;
  }

  /** Ends a connection with every grant that leads to it; effective on every replica at once. @throws AppError `not_found`, `unavailable` */
  async revoke(realm: Realm, id: string): Promise<void> {
    await withTenant(this.database, realm.workspaceId, async (manager) => {
      await manager.query('SELECT 1 FROM connections WHERE id = $1 FOR UPDATE', [id]);
      await alive(manager, realm, id);
      await this.end(manager, realm, id);
    });
    this.invalidations.drop('connection', id);
  }

  /** Ends everything that a person has connected in the Workspace. @returns how many connections ended @throws AppError `not_found`, `unavailable` */
  async revokePerson(realm: Realm, personId: string): Promise<number> {
    if (realm.personId !== undefined && realm.personId !== personId) throw new AppError('not_found');
    const ended = await withTenant(this.database, realm.workspaceId, async (manager) => {
      // Held, as by whoever connects something for this person: what is made at the same time is ended too, or comes afterwards.
      const known = await manager.query<unknown[]>('SELECT 1 FROM people WHERE tenant_id = $1 AND id = $2 FOR UPDATE', [
        realm.workspaceId,
        personId,
      ]);
      if (known.length === 0) throw new AppError('not_found');
      const rows = await manager.query<{ id: string }[]>(
        `SELECT id FROM connections WHERE tenant_id = $1 AND person_id = $2 AND state <> 'revoked' ORDER BY id FOR UPDATE`,
        [realm.workspaceId, personId],
      );
      for (const { id } of rows) await this.end(manager, realm, id);
      return rows;
    });
    for (const { id } of ended) this.invalidations.drop('connection', id);
    return ended.length;
  }

  private async end(manager: EntityManager, { workspaceId, by }: Realm, id: string): Promise<void> {
    await manager.query(`UPDATE connections SET state = 'revoked', updated_at = now() WHERE id = $1`, [id]);
    const ended = await endGrantsOf(manager, workspaceId, id);
    await announce(manager, 'connection', id);
    await this.audit?.inTransaction(manager, [
      ...endedEvents(workspaceId, ended, { ...by, reason: 'its connection was ended' }),
      grantEvent('connection_ended', workspaceId, { ...by, objects: [`connection:${id}`] }),
    ]);
  }
}

async function one(
  manager: EntityManager,
  { workspaceId, personId }: Realm,
  id: string,
): Promise<AdministeredConnection> {
  const [row] = await manager.query<AdministeredConnection[]>(
    `${SHOWN} WHERE c.tenant_id = $1 AND c.id = $2 AND ($3::text IS NULL OR c.person_id = $3)`,
    [workspaceId, id, personId ?? null],
  );
  if (!row) throw new AppError('not_found');
  return row;
}

/** What has ended cannot be changed any more. */
async function alive(manager: EntityManager, realm: Realm, id: string): Promise<AdministeredConnection> {
  const found = await one(manager, realm, id);
  if (found.state === 'revoked') throw new AppError('not_found');
  return found;
}
