import { AppError } from '#libs/core';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { live } from '../grant-rows.js';
import { withTenant } from '../tenant.js';
import { type Realm } from './realm.js';

/** Somebody who has connected something in a Workspace. */
export interface AdministeredPerson {
  id: string;
  name: string;
  /** Connections that have not ended. */
  connections: number;
  /** Of those: whose credential ClickUp refuses. */
  refused: number;
  /** Live sessions, keys and server URLs. */
  grants: number;
  createdAt: Date;
  /** To the hour. */
  lastUsedAt: Date | null;
}

const SHOWN = `
  SELECT p.id, p.name, p.created_at AS "createdAt", c.connections, c.refused, g.grants, g.at AS "lastUsedAt"
  FROM people p,
    LATERAL (SELECT count(*) FILTER (WHERE c.state <> 'revoked')::int AS connections, count(*) FILTER (WHERE c.state = 'needs_reauth')::int AS refused
      FROM connections c WHERE c.tenant_id = p.tenant_id AND c.person_id = p.id) c,
    LATERAL (SELECT count(*) FILTER (WHERE ${live('g')})::int AS grants, max(g.last_used_at) AS at
      FROM connections c JOIN access_grants g ON g.tenant_id = c.tenant_id AND g.connection_id = c.id
      WHERE c.tenant_id = p.tenant_id AND c.person_id = p.id AND c.state <> 'revoked') g
  WHERE p.tenant_id = $1 AND ($2::text IS NULL OR p.id = $2)`;

/** The people of a Workspace, for those who look after it; for everybody else themselves. */
@Injectable()
export class AdministeredPeople {
  constructor(private readonly database: DataSource) {}

  /**
   * By their ids.
   * @param search a part of the name
   * @returns one more than `limit` where there are more
   * @throws AppError `unavailable`
   */
  list(
    { workspaceId, personId }: Realm,
    { search, after, limit }: { search?: string | undefined; after?: string | undefined; limit: number },
  ): Promise<AdministeredPerson[]> {
    return withTenant(this.database, workspaceId, (manager) =>
      manager.query<AdministeredPerson[]>(
        `${SHOWN} AND ($3::text IS NULL OR position(lower($3) IN lower(p.name)) > 0) AND ($4::text IS NULL OR p.id > $4) ORDER BY p.id LIMIT $5`,
        [workspaceId, personId ?? null, search ?? null, after ?? null, limit + 1],
      ),
    );
  }

  /** @throws AppError `not_found`, `unavailable` */
  read({ workspaceId, personId }: Realm, id: string): Promise<AdministeredPerson> {
    return withTenant(this.database, workspaceId, async (manager: EntityManager) => {
      const [row] = await manager.query<AdministeredPerson[]>(`${SHOWN} AND p.id = $3`, [
        workspaceId,
        personId ?? null,
        id,
      ]);
      if (!row) throw new AppError('not_found');
      return row;
    });
  }
}
