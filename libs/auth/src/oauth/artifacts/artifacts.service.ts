import { asUnavailable, Grants, inTransaction } from '#libs/connections';
import { sha256 } from '#libs/core';
import { Injectable } from '@nestjs/common';
import { type AdapterPayload, errors } from 'oidc-provider';
import { DataSource, type EntityManager } from 'typeorm';
import { FIND, type Found, ISSUE, REMEMBERED, STORE } from './artifact-states.js';
import { ended, leaveInteraction, type Queryable } from './interactions.js';

/** A code or token, as the library hands it over. */
export interface Issued {
  model: string;
  id: string;
  payload: AdapterPayload;
  seconds: number;
}

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

  /** What was stored under the id, or undefined: unknown, expired, of a grant that has ended, or the grant of somebody who is no longer let in. */
  async find(model: string, id: string): Promise<AdapterPayload | undefined> {
    const [found] = await this.query<Found[]>(FIND, [model, sha256(id)]);
    if (!found || found.state === 'unknown') return undefined;
    // The library asks for the grant whenever it is about to issue tokens for it.
    const { tenant_id: tenant, payload } = found;
    if (model === 'Grant' && tenant !== null && !this.grants.letsIn(id, tenant, payload.accountId!)) return undefined;
    // The library compares with this process's clock, so it gets the end in terms of that clock.
    const exp = Math.floor(Date.now() / 1000) + Math.ceil(found.seconds_left);
    return { ...payload, jti: id, exp, ...(found.state === 'spent' ? { consumed: true } : {}) };
  }

  /** Stores what belongs to no grant. */
  async store(model: string, id: string, { jti: _jti, ...payload }: AdapterPayload, seconds: number): Promise<void> {
    await this.query(STORE, [model, sha256(id), null, null, payload, seconds]);
  }

  /**
   * Stores what belongs to a grant, if that grant is alive, all or nothing: the grant then lasts at least as long.
   * @throws InvalidGrant; AppError `invalid_parameters` for a second code of one approval
   */
  async storeIssued(grantId: string, ...issued: Issued[]): Promise<void> {
    await storeIssued({ query: (statement, values) => this.query(statement, values) }, grantId, issued);
  }

  /**
   * Stores the library's part of a grant. Before its first token the grant lives for minutes, so that abandoned approvals end.
   * @throws InvalidGrant
   */
  async storeGrant(grantId: string, { jti: _jti, ...payload }: AdapterPayload, seconds: number): Promise<void> {
    await withLiveGrant(this.database, grantId, (manager) =>
      manager.query(STORE, ['Grant', sha256(grantId), grantId, null, payload, seconds]),
    );
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

  /** Ends an interaction that was not approved; one that was approved ends when its code is stored. @throws AppError `invalid_parameters` when another request was first */
  async leave(uid: string): Promise<void> {
    await leaveInteraction({ query: (statement, values) => this.query(statement, values) }, uid);
  }

  async destroy(model: string, id: string): Promise<void> {
    await this.query('DELETE FROM oauth_artifacts WHERE model = $1 AND id_hash = $2', [model, sha256(id)]);
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

/**
 * Stores codes and tokens of one grant, see {@link ISSUE}.
 * @param used a refresh token that they are the answer to: its SHA-256, and that answer, sealed
 * @throws InvalidGrant when the grant has ended; AppError `invalid_parameters` for a second code of one approval
 */
export async function storeIssued(
  database: Queryable,
  grantId: string,
  issued: readonly Issued[],
  used?: { hash: Buffer; answer: string },
): Promise<void> {
  const fresh = issued.map(({ model, id, payload: { jti: _jti, ...payload }, seconds }) => ({
    model,
    hash: sha256(id).toString('hex'),
    generation: model === 'RefreshToken' ? (payload.rotations ?? 0) : null,
    payload,
    seconds,
  }));
  const longest = Math.max(...issued.map(({ seconds }) => seconds));
  const [done] = await database.query<{ live: boolean; stored: boolean }[]>(ISSUE, [
    grantId,
    JSON.stringify(fresh),
    longest,
    used?.hash ?? null,
    used?.answer ?? null,
  ]);
  if (!done!.live) throw grantEnded();
  if (!done!.stored) throw ended();
}

const grantEnded = () => new errors.InvalidGrant('the access grant has ended');

/**
 * Runs `work` in a transaction that holds the access grant. Codes, rotations and revocations of one grant come one after
 * another, so each sees what the one before has done: two replicas never act on the same old state.
 * @throws InvalidGrant when the grant was revoked or has ended: nothing is ever issued for it again; AppError `unavailable`
 */
export async function withLiveGrant<T>(
  database: DataSource,
  grantId: string,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  return inTransaction(database, async (manager) => {
    const live = await manager.query<unknown[]>(
      'SELECT 1 FROM access_grants WHERE id = $1 AND revoked_at IS NULL AND expires_at > now() FOR UPDATE',
      [grantId],
    );
    if (!live.length) throw grantEnded();
    return work(manager);
  });
}
