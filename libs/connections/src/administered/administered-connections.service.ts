import { AppError } from '#libs/core';
import { type Policy } from '#libs/permissions';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type ConnectionState } from '../connection.entity.js';
import { endGrantsOf, live } from '../grant-rows.js';
import { announce, Invalidations } from '../invalidations.service.js';
import { withTenant } from '../tenant.js';

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

/** Whose connections: of one Workspace, and there of one person where `personId` says so. */
export interface Realm {
  workspaceId: string;
  personId?: string | undefined;
}

/** Which of them, and from where on. */
export interface ConnectionFilter {
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

/** The connections of a Workspace, for those who look after it; of one person, for that person. What lies outside is not there. */
@Injectable()
export class AdministeredConnections {
  constructor(
    private readonly database: DataSource,
    private readonly invalidations: Invalidations,
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

  /** @throws AppError `not_found`, `unavailable` */
  read(realm: Realm, id: string): Promise<AdministeredConnection> {
    return withTenant(this.database, realm.workspaceId, (manager) => this.one(manager, realm, id));
  }

  /** Ends a connection with every grant that leads to it; effective on every replica at once. @throws AppError `not_found`, `unavailable` */
  async revoke(realm: Realm, id: string): Promise<void> {
    await withTenant(this.database, realm.workspaceId, async (manager) => {
      const { state } = await this.one(manager, realm, id);
      if (state === 'revoked') throw new AppError('not_found');
      await manager.query(`UPDATE connections SET state = 'revoked', updated_at = now() WHERE id = $1`, [id]);
      await endGrantsOf(manager, realm.workspaceId, id);
      await announce(manager, 'connection', id);
    });
    this.invalidations.drop('connection', id);
  }

  private async one(
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
}
