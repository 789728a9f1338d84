import { asUnavailable, Grants } from '#libs/connections';
import { sha256 } from '#libs/core';
import { Injectable } from '@nestjs/common';
import { type AdapterPayload, errors } from 'oidc-provider';
import { DataSource, type EntityManager } from 'typeorm';
import { FIND, type Found, KEEP_NEWEST_ACCESS_TOKENS, REMEMBERED, STORE } from './artifact-states.js';
import { withLiveGrant } from './families.js';
import { leaveInteraction, spendApproval } from './interactions.js';

/**
 * What the authorization server remembers. Only SHA-256 of ids is stored (AS-B16): the id of a code or token is the secret itself.
 * Whether something has expired is judged by the database's clock, which all replicas share.
 */
@Injectable()
export class Artifacts {
  constructor(
    private readonly database: DataSource,
    private readonly grants: Grants,
  ) {}

  /** What was stored under the id, or undefined: unknown, expired, or of a grant that has ended. */
  async find(model: string, id: string): Promise<AdapterPayload | undefined> {
    const [found] = await this.query<Found[]>(FIND, [model, sha256(id)]);
    if (!found || found.state === 'unknown') return undefined;
    // The library compares with this process's clock, so it gets the end in terms of that clock.
    const exp = Math.floor(Date.now() / 1000) + Math.ceil(found.seconds_left);
    return { ...found.payload, jti: id, exp, ...(found.state === 'spent' ? { consumed: true } : {}) };
  }

  /** Stores what belongs to no grant. */
  async store(model: string, id: string, { jti: _jti, ...payload }: AdapterPayload, seconds: number): Promise<void> {
    await this.query(STORE, [model, sha256(id), null, null, payload, seconds]);
  }

  /**
   * Stores what belongs to a grant, if that grant is alive.
   * @param prolongs whether the grant lasts at least as long as what is stored; before its first token it has minutes, so that abandoned approvals end
   * @throws InvalidGrant
   */
  async storeOf(grantId: string, model: string, id: string, { jti: _jti, ...payload }: AdapterPayload, seconds: number, prolongs: boolean): Promise<void> {
    const generation = model === 'RefreshToken' ? (payload.rotations ?? 0) : null;
    await withLiveGrant(this.database, grantId, async (manager) => {
      if (model === 'AuthorizationCode') await spendApproval(manager, grantId);
      if (generation !== null) await refuseBehind(manager, grantId, generation);
      await manager.query(STORE, [model, sha256(id), grantId, generation, payload, seconds]);
      if (model === 'AccessToken') await manager.query(KEEP_NEWEST_ACCESS_TOKENS, [grantId]);
      if (prolongs) await manager.query(`UPDATE access_grants SET expires_at = greatest(expires_at, now() + $2 * interval '1 second') WHERE id = $1`, [grantId, seconds]);
    });
  }

  /**
   * Uses up a code, in one statement.
   * @throws InvalidGrant when it was used before, or has just expired
   */
  async consumeCode(code: string): Promise<void> {
    const [, count] = await this.query<[unknown[], number]>(
      `UPDATE oauth_artifacts SET consumed_at = now(), expires_at = now() + ${REMEMBERED} WHERE model = 'AuthorizationCode' AND id_hash = $1 AND consumed_at IS NULL AND expires_at > now()`,
      [sha256(code)],
    );
    if (!count) throw new errors.InvalidGrant('the code was redeemed by another request');
  }

  /**
   * Uses up a refresh token, and with it all of the same or an earlier generation: one live branch remains. A second use
   * within the grace period passes; the time of the first use stays.
   * @throws InvalidGrant when it was used by another request meanwhile and has no grace
   */
  async consumeRefreshToken(token: string): Promise<void> {
    const id = sha256(token);
    const [family] = await this.query<{ grant_id: string; generation: number }[]>(`SELECT grant_id, generation FROM oauth_artifacts WHERE model = 'RefreshToken' AND id_hash = $1`, [id]);
    if (!family) throw new errors.InvalidGrant('the refresh token was revoked by another request');
    await withLiveGrant(this.database, family.grant_id, async (manager) => {
      const [used] = await manager.query<[{ itself: boolean }[], number]>(
        // Siblings were never used: nobody may come back for them, so they get no grace.
        `UPDATE oauth_artifacts SET consumed_at = CASE WHEN id_hash = $1 THEN now() ELSE to_timestamp(0) END
         WHERE model = 'RefreshToken' AND grant_id = $2 AND generation <= $3 AND consumed_at IS NULL RETURNING id_hash = $1 AS itself`,
        [id, family.grant_id, family.generation],
      );
      if (used.some(({ itself }) => itself)) return;
      const [again] = await manager.query<Found[]>(FIND, ['RefreshToken', id]);
      if (again?.state !== 'good') throw new errors.InvalidGrant('the refresh token was used by another request');
    });
  }

  /** Ends an interaction, unless the code that it was approved for does so. @throws AppError `invalid_parameters` when another request was first */
  async leave(uid: string): Promise<void> {
    await leaveInteraction({ query: (statement, values) => this.query(statement, values) }, uid);
  }

  /** Ends a grant with everything that was issued for it, on every replica at once. */
  async revoke(grantId: string): Promise<void> {
    await this.grants.revoke(grantId);
  }

  private async query<Rows = unknown>(statement: string, values: unknown[]): Promise<Rows> {
    try {
      return await this.database.query<Rows>(statement, values);
    } catch (cause) {
      throw asUnavailable(cause);
    }
  }
}

/** A rotation that was overtaken stores nothing: its family goes on elsewhere. */
async function refuseBehind(manager: EntityManager, grantId: string, generation: number): Promise<void> {
  const ahead = await manager.query<unknown[]>(
    `SELECT 1 FROM oauth_artifacts WHERE model = 'RefreshToken' AND grant_id = $1 AND generation >= $2 AND consumed_at IS NOT NULL LIMIT 1`,
    [grantId, generation],
  );
  if (ahead.length) throw new errors.InvalidGrant('the refresh token was overtaken by another request');
}
