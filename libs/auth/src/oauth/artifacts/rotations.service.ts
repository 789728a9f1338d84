import { deriveKey, MASTER_KEY, sha256 } from '#libs/core';
import { Inject, Injectable } from '@nestjs/common';
import { type AdapterPayload, errors } from 'oidc-provider';
import { DataSource, type EntityManager } from 'typeorm';
import { FIND, type Found } from './artifact-states.js';
import { type Issued, storeIssued, withLiveGrant } from './artifacts.service.js';
import { openAnswer, sealAnswer } from './sealed-answer.js';

/** A refresh token that was presented, and the tokens that the library has made in answer. */
export interface Rotation {
  grantId: string;
  used: string;
  refresh: Issued;
  access: Issued;
}

/** The answer that is sent in place of the one that the library has made. */
export interface FirstAnswer {
  refreshToken: string;
  /** Without the grant's id; undefined = the one that was just made. */
  accessToken?: { value: string; expiresIn: number };
}

/**
 * The use of a refresh token (SEC-D19): it is used up, and its successor and an access token are stored, in one transaction, so that
 * neither a crash nor a second request finds half of it. A token only ever has one successor: a client that presents it again within the
 * grace, because it runs twice or its answer was lost, gets the answer of the first use. So a session never has two branches, one of
 * which a thief could keep: after the grace, the second use of a token ends the session for both.
 */
@Injectable()
export class Rotations {
  private readonly key: Buffer | undefined;

  constructor(
    private readonly database: DataSource,
    @Inject(MASTER_KEY) masterKey: Buffer | undefined,
  ) {
    // Without a master key no tokens are issued, so nothing is rotated.
    this.key = masterKey && deriveKey(masterKey, 'refresh');
  }

  /**
   * @returns the answer of the first use, when this is another one
   * @throws InvalidGrant when the token was overtaken meanwhile, or its session has ended; AppError `unavailable`
   */
  async rotate({ grantId, used, refresh, access }: Rotation): Promise<FirstAnswer | undefined> {
    return withLiveGrant(this.database, grantId, async (manager) => {
      const [found] = await manager.query<Found[]>(FIND, ['RefreshToken', sha256(used)]);
      if (found?.state !== 'good') throw overtaken();
      if (found.used) return this.again(manager, found.payload, { grantId, used, refresh, access });
      const answer = sealAnswer(this.key!, used, JSON.stringify([refresh.id, access.id]));
      await storeIssued(manager, grantId, [refresh, access], { hash: sha256(used), answer });
      return undefined;
    });
  }

  private async again(
    manager: EntityManager,
    { answer }: AdapterPayload & { answer?: string },
    { grantId, used, access }: Rotation,
  ): Promise<FirstAnswer> {
    const opened = answer === undefined ? undefined : openAnswer(this.key!, used, answer);
    // It was sealed under another master key, so the first answer cannot be repeated, and there must be no second successor.
    if (opened === undefined) throw overtaken();
    const [refreshToken, accessToken] = JSON.parse(opened) as [string, string];
    const [first] = await manager.query<Found[]>(FIND, ['AccessToken', sha256(accessToken)]);
    // The first access token is gone, or has other scopes than are asked for now.
    if (!first || first.payload.scope !== access.payload.scope) {
      await storeIssued(manager, grantId, [access]);
      return { refreshToken };
    }
    return {
      refreshToken,
      accessToken: { value: accessToken, expiresIn: Math.max(1, Math.floor(first.seconds_left)) },
    };
  }
}

const overtaken = () => new errors.InvalidGrant('the refresh token was used by another request');
