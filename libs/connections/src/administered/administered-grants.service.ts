import { AUDIT, type AuditTrail } from '#libs/audit';
import { AppError, CONFIG, type Config, sha256 } from '#libs/core';
import { type Policy } from '#libs/permissions';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AccessGrant, type GrantKind } from '../access-grant.entity.js';
import { newGrantId, newSecret } from '../connections.service.js';
import { endedEvents, grantEvent, policyFacts } from '../grant-events.js';
import { endGrant, live, MAKER_LIVES, narrowest, ownGrants, WITH_MAKER } from '../grant-rows.js';
import { Invalidations } from '../invalidations.service.js';
import { withTenant } from '../tenant.js';
import { type Realm } from './realm.js';

/** A session, key or server URL as those see it who look after a Workspace, and its own person: no secrets. */
export interface AdministeredGrant {
  id: string;
  kind: GrantKind;
  label: string;
  personId: string;
  person: string;
  connectionId: string;
  clientId: string | null;
  /** Of a session: where the person was sent. */
  address: string | null;
  madeBy: string | null;
  state: 'active' | 'needs_reauth' | 'expired' | 'revoked';
  /** What remains after all its layers. */
  mode: Policy['mode'];
  createdAt: Date;
  /** To the hour. */
  lastUsedAt: Date | null;
  expiresAt: Date | null;
  /** What a page goes on after: the moment to the microsecond. */
  moment: string;
}

interface GrantFilter {
  person?: string | undefined;
  client?: string | undefined;
  connection?: string | undefined;
  kind?: GrantKind | undefined;
  state?: AdministeredGrant['state'] | undefined;
  after?: readonly [moment: string, id: string] | undefined;
  limit: number;
}

/** A key that somebody makes with a credential of their own. */
interface NewKey {
  /** Whose rights bound it, and with which it ends. */
  maker: string;
  label: string;
  /** Narrows it further. */
  mode?: Policy['mode'] | undefined;
  expiresAt?: Date | undefined;
}

const SHOWN = `
  SELECT g.id, g.kind, g.label, p.id AS "personId", p.name AS person, g.connection_id AS "connectionId", g.client_id AS "clientId", g.address,
    g.made_by AS "madeBy", g.created_at AS "createdAt", g.last_used_at AS "lastUsedAt", g.expires_at AS "expiresAt", g.created_at::text AS moment,
    jsonb_build_array(c.policy, coalesce(g.policy, c.policy), coalesce(mc.policy, c.policy), coalesce(m.policy, c.policy)) AS policies,
    CASE WHEN g.revoked_at IS NOT NULL OR NOT ${MAKER_LIVES} THEN 'revoked' WHEN g.expires_at <= now() THEN 'expired' ELSE c.state END AS state
  FROM access_grants g JOIN connections c ON c.tenant_id = g.tenant_id AND c.id = g.connection_id
    JOIN people p ON p.tenant_id = c.tenant_id AND p.id = c.person_id ${WITH_MAKER}
  WHERE g.tenant_id = $1 AND ($2::text IS NULL OR c.person_id = $2)`;

type Row = Omit<AdministeredGrant, 'mode'> & { policies: Policy[] };
const shown = ({ policies, ...row }: Row): AdministeredGrant => ({ ...row, mode: narrowest(...policies) });

/** The sessions, keys and server URLs of a Workspace, for those who look after it, and for the person whose they are. */
@Injectable()
export class AdministeredGrants {
  constructor(
    private readonly database: DataSource,
    private readonly invalidations: Invalidations,
    @Inject(CONFIG) private readonly config: Pick<Config, 'MAX_GRANTS_PER_PERSON'>,
    @Optional() @Inject(AUDIT) private readonly audit?: AuditTrail<EntityManager>,
  ) {}

  /** Newest first; those that ended are kept for a day. One more than `limit` where there are more. @throws AppError `unavailable` */
  async list(
    { workspaceId, personId }: Realm,
    { person, client, connection, kind, state, after, limit }: GrantFilter,
  ): Promise<AdministeredGrant[]> {
    const rows = await withTenant(this.database, workspaceId, (manager) =>
      manager.query<Row[]>(
        `SELECT * FROM (${SHOWN} AND ($3::text IS NULL OR c.person_id = $3) AND ($4::text IS NULL OR g.client_id = $4)
           AND ($5::uuid IS NULL OR g.connection_id = $5) AND ($6::text IS NULL OR g.kind = $6)
           AND ($7::timestamptz IS NULL OR (g.created_at, g.id) < ($7, $8))) found
         WHERE $9::text IS NULL OR state = $9 ORDER BY "createdAt" DESC, id DESC LIMIT $10`,
        [
          workspaceId,
          personId ?? null,
          person ?? null,
          client ?? null,
          connection ?? null,
          kind ?? null,
          after?.[0] ?? null,
          after?.[1] ?? null,
          state ?? null,
          limit + 1,
        ],
      ),
    );
    return rows.map(shown);
  }

  /** @throws AppError `not_found`, `unavailable` */
  read(realm: Realm, id: string): Promise<AdministeredGrant> {
    return withTenant(this.database, realm.workspaceId, (manager) => one(manager, realm, id));
  }

  /** Ends a grant, and what it has made; effective on every replica at once. @throws AppError `not_found` also when it has ended, `unavailable` */
  async revoke(realm: Realm, id: string): Promise<void> {
    const ended = await withTenant(this.database, realm.workspaceId, async (manager) => {
      await manager.query('SELECT 1 FROM access_grants WHERE id = $1 FOR UPDATE', [id]);
      const { state } = await one(manager, realm, id);
      if (state === 'revoked' || state === 'expired') throw new AppError('not_found');
      const all = await endGrant(manager, id);
      await this.audit?.inTransaction(manager, endedEvents(realm.workspaceId, all, realm.by));
      return all;
    });
    for (const each of ended) this.invalidations.drop('grant', each);
  }

  /**
   * Makes an API key for the person whose credential asks: on the same connection, within the rights of that credential as they are at each call,
   * and until that ends.
   * @returns the key's row, and its secret, which cannot be shown again
   * @throws AppError `invalid_token` when the maker has ended, `forbidden` when it was made so itself, `invalid_parameters` for an end that has passed,
   * `quota_exceeded`, `unavailable`
   */
  makeKey(
    realm: Realm & { personId: string },
    { maker, label, mode, expiresAt }: NewKey,
  ): Promise<AdministeredGrant & { secret: string }> {
    const { workspaceId, personId, by } = realm;
    const [id, secret] = [newGrantId(), newSecret()];
    return withTenant(this.database, workspaceId, async (manager) => {
      // Two at once are counted one after the other.
      await manager.query('SELECT 1 FROM people WHERE id = $1 FOR UPDATE', [personId]);
      const [made] = await manager.query<
        { connectionId: string; policy: Policy | null; madeBy: string | null; past: boolean | null; end: Date | null }[]
      >(
        `SELECT g.connection_id AS "connectionId", g.policy, g.made_by AS "madeBy", $2::timestamptz <= now() AS past, least($2::timestamptz, g.expires_at) AS "end"
         FROM access_grants g WHERE g.id = $1 AND ${live('g')} FOR UPDATE OF g`,
        [maker, expiresAt ?? null],
      );
      if (!made) throw new AppError('invalid_token');
      if (made.madeBy !== null)
        throw new AppError('forbidden', 'A key that another key has made makes none: ask with the first one.', {
          details: { reason: 'made by another key' },
        });
      if (made.past)
        throw new AppError('invalid_parameters', '`expires_at` has passed: name a moment in the future.', {
          details: { parameter: 'expires_at' },
        });
      if ((await ownGrants(manager, workspaceId, personId)).length >= this.config.MAX_GRANTS_PER_PERSON)
        throw new AppError(
          'quota_exceeded',
          'This person has as many sessions, keys and server URLs as the operator allows: end one first.',
        );
      const policy =
        mode === undefined ? made.policy : { ...made.policy, mode: narrowest(made.policy ?? { mode }, { mode }) };
      await manager.insert(AccessGrant, {
        id,
        kind: 'api_key',
        secretHash: sha256(secret),
        tenantId: workspaceId,
        connectionId: made.connectionId,
        policy,
        label,
        madeBy: maker,
        expiresAt: made.end,
      });
      await this.audit?.inTransaction(manager, [
        grantEvent('grant_made', workspaceId, {
          ...by,
          grant: id,
          objects: [`connection:${made.connectionId}`],
          detail: { maker: { objects: [`grant:${maker}`] }, ...(policy && { after: policyFacts(policy) }) },
        }),
      ]);
      return { ...(await one(manager, realm, id)), secret };
    });
  }
}

async function one(manager: EntityManager, { workspaceId, personId }: Realm, id: string): Promise<AdministeredGrant> {
  const [row] = await manager.query<Row[]>(`${SHOWN} AND g.id = $3`, [workspaceId, personId ?? null, id]);
  if (!row) throw new AppError('not_found');
  return shown(row);
}
