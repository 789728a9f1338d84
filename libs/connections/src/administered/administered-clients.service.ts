import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { live } from '../grant-rows.js';
import { withTenant } from '../tenant.js';

/** An OAuth client that people of a Workspace have let in. */
export interface AdministeredClient {
  id: string;
  /** What it calls itself. */
  name: string;
  /** Whether it has registered itself here; otherwise its id is the URL of its document, or it is an entry of the allow list. */
  registered: boolean;
  /** Live sessions. */
  sessions: number;
  people: number;
  /** To the hour. */
  lastUsedAt: Date | null;
}

/** How much there is of what, in a Workspace. */
export interface WorkspaceHealth {
  connections: Readonly<Record<'active' | 'needs_reauth', number>>;
  grants: Readonly<Record<'session' | 'api_key' | 'server_url' | 'jwt', number>>;
}

/** What those see who look after a Workspace, beside its rows. */
@Injectable()
export class AdministeredClients {
  constructor(private readonly database: DataSource) {}

  /** By their ids; one more than `limit` where there are more. @throws AppError `unavailable` */
  list(
    workspaceId: string,
    { after, limit }: { after?: string | undefined; limit: number },
  ): Promise<AdministeredClient[]> {
    return withTenant(this.database, workspaceId, (manager) =>
      manager.query<AdministeredClient[]>(
        `SELECT g.client_id AS id, (array_agg(g.label ORDER BY g.created_at DESC))[1] AS name, EXISTS (SELECT FROM oauth_clients o WHERE o.id = g.client_id) AS registered,
           count(*) FILTER (WHERE ${live('g')})::int AS sessions, count(DISTINCT c.person_id) FILTER (WHERE ${live('g')})::int AS people, max(g.last_used_at) AS "lastUsedAt"
         FROM access_grants g JOIN connections c ON c.tenant_id = g.tenant_id AND c.id = g.connection_id
         WHERE g.tenant_id = $1 AND g.client_id IS NOT NULL AND ($2::text IS NULL OR g.client_id > $2) GROUP BY g.client_id ORDER BY g.client_id LIMIT $3`,
        [workspaceId, after ?? null, limit + 1],
      ),
    );
  }

  /** The ids of clients with a live session, in their order. @throws AppError `unavailable` */
  async inUse(workspaceId: string): Promise<string[]> {
    const rows = await withTenant(this.database, workspaceId, (manager) =>
      manager.query<{ id: string }[]>(
        `SELECT DISTINCT g.client_id AS id FROM access_grants g WHERE g.tenant_id = $1 AND g.client_id IS NOT NULL AND ${live('g')} ORDER BY 1`,
        [workspaceId],
      ),
    );
    return rows.map(({ id }) => id);
  }

  /** Which of these clients nobody of the Workspace has let in, not even earlier. @throws AppError `unavailable` */
  async unused(workspaceId: string, ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    const rows = await withTenant(this.database, workspaceId, (manager) =>
      manager.query<{ id: string }[]>(
        `SELECT id FROM unnest($2::text[]) AS id WHERE NOT EXISTS (SELECT FROM access_grants g WHERE g.tenant_id = $1 AND g.client_id = id) ORDER BY 1`,
        [workspaceId, ids],
      ),
    );
    return rows.map(({ id }) => id);
  }

  /** What is live. @throws AppError `unavailable` */
  health(workspaceId: string): Promise<WorkspaceHealth> {
    return withTenant(this.database, workspaceId, async (manager) => {
      const connections = await manager.query<{ state: string; n: number }[]>(
        'SELECT state, count(*)::int AS n FROM connections WHERE tenant_id = $1 GROUP BY state',
        [workspaceId],
      );
      const grants = await manager.query<{ kind: string; n: number }[]>(
        `SELECT g.kind, count(*)::int AS n FROM access_grants g WHERE g.tenant_id = $1 AND ${live('g')} GROUP BY g.kind`,
        [workspaceId],
      );
      const inState = (state: string) => connections.find((row) => row.state === state)?.n ?? 0;
      const ofKind = (kind: string) => grants.find((row) => row.kind === kind)?.n ?? 0;
      return {
        connections: { active: inState('active'), needs_reauth: inState('needs_reauth') },
        grants: {
          session: ofKind('session'),
          api_key: ofKind('api_key'),
          server_url: ofKind('server_url'),
          jwt: ofKind('jwt'),
        },
      };
    });
  }
}
