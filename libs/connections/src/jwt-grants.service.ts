import { AUDIT, type AuditTrail } from '#libs/audit';
import { sha256 } from '#libs/core';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { newSecret } from './connections.service.js';
import { endedEvents, grantEvent } from './grant-events.js';
import { endGrantsOf } from './grant-rows.js';
import { announce, Invalidations } from './invalidations.service.js';
import { inTransaction, withTenant } from './tenant.js';

/** How long one JWT is good (S3). */
const TOKEN_LIFE = `interval '24 hours'`;
/** However often it is refreshed, a session ends after that (SEC-115). */
const SESSION_LIFE = `interval '30 days'`;

/** What the next JWT of a session says. The times are the database's, in seconds since 1970. */
export interface JwtTurn {
  /** Of the grant. */
  id: string;
  /** The `jti`: only its hash is stored. */
  secret: string;
  issuedAt: number;
  expiresAt: number;
}

/**
 * JWT sessions: grants of which one JWT is good at a time. There is no list of tokens that are denied: a JWT is good while its grant lives
 * and its `jti` is the grant's, so ending or refreshing it holds on every replica at once.
 */
@Injectable()
export class JwtGrants {
  constructor(
    private readonly database: DataSource,
    private readonly invalidations: Invalidations,
    @Optional() @Inject(AUDIT) private readonly audit?: AuditTrail<EntityManager>,
  ) {}

  /**
   * Gives a session its first JWT, or the next one: the one before is refused from now on, on every replica.
   * @param current the `jti` that is good now: of several refreshes at once one succeeds; undefined = there was no JWT yet
   * @param manager the transaction that uses up what the first JWT is given for
   * @returns undefined when the session has ended, is older than 30 days, or `current` is not its `jti`
   * @throws AppError `unavailable`
   */
  async next(id: string, current?: string, manager?: EntityManager): Promise<JwtTurn | undefined> {
    const secret = newSecret();
    const turn = async (within: EntityManager) => {
      const [rows] = await within.query<[{ issued: number; expires: number }[], number]>(
        `UPDATE access_grants SET secret_hash = $2, expires_at = least(now() + ${TOKEN_LIFE}, created_at + ${SESSION_LIFE})
         WHERE id = $1 AND kind = 'jwt' AND revoked_at IS NULL AND expires_at > now() AND created_at + ${SESSION_LIFE} > now()
           AND ($3::bytea IS NULL OR secret_hash = $3)
         RETURNING floor(extract(epoch FROM now()))::float8 AS issued, floor(extract(epoch FROM expires_at))::float8 AS expires`,
        [id, sha256(secret), current === undefined ? null : sha256(current)],
      );
      const [row] = rows;
      if (!row) return undefined;
      await announce(within, 'grant', id);
      return { id, secret, issuedAt: row.issued, expiresAt: row.expires };
    };
    if (manager) return turn(manager);
    const made = await inTransaction(this.database, turn);
    if (made) this.invalidations.drop('grant', id);
    return made;
  }

  /**
   * Ends a session and deletes its connection with the sealed ClickUp credential, whether it was alive or not.
   * @returns false when nothing of it was left
   * @throws AppError `unavailable`
   */
  async end(id: string): Promise<boolean> {
    const [grant] = await inTransaction(this.database, (manager) =>
      manager.query<{ tenant: string; connection: string }[]>(
        `SELECT tenant_id AS tenant, connection_id AS connection FROM access_grants WHERE id = $1 AND kind = 'jwt'`,
        [id],
      ),
    );
    if (!grant) return false;
    await withTenant(this.database, grant.tenant, async (manager) => {
      const ended = await endGrantsOf(manager, grant.tenant, grant.connection);
      await manager.query('DELETE FROM connections WHERE tenant_id = $1 AND id = $2', [grant.tenant, grant.connection]);
      await announce(manager, 'connection', grant.connection);
      await this.audit?.inTransaction(manager, [
        ...endedEvents(grant.tenant, ended, { kind: 'jwt' }),
        grantEvent('connection_ended', grant.tenant, { objects: [`connection:${grant.connection}`] }),
      ]);
    });
    this.invalidations.drop('connection', grant.connection);
    return true;
  }
}
