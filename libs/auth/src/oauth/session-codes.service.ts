import { asUnavailable, Grants, inTransaction, JwtGrants, type JwtTurn } from '#libs/connections';
import { AppError, CONFIG, type Config, sameSecret, sha256 } from '#libs/core';
import { Inject, Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { SessionTokens } from '../access/session-tokens.service.js';
import { RACE } from './artifacts/artifact-states.js';

/** Tells our codes from those of the authorization server, which answers at the same endpoint. */
const CODE = /^jwt_[\w-]{43}$/;
/** In `oauth_artifacts`, beside what the authorization server remembers. */
const MODEL = 'SessionCode';

/** What a code is bound to. */
interface Bound {
  redirectUri: string;
  /** PKCE, S256 (RFC 7636). */
  challenge?: string;
}

interface StoredCode {
  grant: string;
  payload: Bound;
  used: boolean;
  /** Used a moment ago, maybe by the same program. */
  raced: boolean;
}

/** A code that stands for nothing before it is stored. */
export const newSessionCode = () => `jwt_${randomBytes(32).toString('base64url')}`;

/** Codes that stand for a JWT session until `/token` exchanges them, once (contract item 18). */
@Injectable()
export class SessionCodes {
  constructor(
    private readonly database: DataSource,
    private readonly jwts: JwtGrants,
    private readonly grants: Grants,
    private readonly tokens: SessionTokens,
    @Inject(CONFIG) private readonly config: Pick<Config, 'CODE_TTL_SECONDS'>,
  ) {}

  /** Stores a code in the transaction that stores its session; of the code only the hash. */
  async store(manager: EntityManager, code: string, grantId: string, { redirectUri, challenge }: Bound): Promise<void> {
    await manager.query(
      `INSERT INTO oauth_artifacts (model, id_hash, grant_id, payload, expires_at) VALUES ($1, $2, $3, $4, now() + $5 * interval '1 second')`,
      [MODEL, sha256(code), grantId, { redirectUri, challenge }, this.config.CODE_TTL_SECONDS],
    );
  }

  /** Whether a request to `/token` is about a code of ours. */
  concerns(form: URLSearchParams): boolean {
    return form.get('grant_type') === 'authorization_code' && CODE.test(form.get('code') ?? '');
  }

  /** The answer of `/token` to a code of ours (RFC 6749 section 5.1). @throws AppError as {@link redeem} */
  async exchange(form: URLSearchParams) {
    const turn = await this.redeem(form);
    return {
      access_token: await this.tokens.sign(turn),
      token_type: 'Bearer',
      expires_in: turn.expiresAt - turn.issuedAt,
    };
  }

  /**
   * Uses a code up. One that comes a second time ends its session: two programs have it (RFC 9700 section 4.5).
   * @throws AppError `invalid_code`, `invalid_parameters`, `unavailable`
   */
  private async redeem(form: URLSearchParams): Promise<JwtTurn> {
    const hash = sha256(form.get('code')!);
    const found = await inTransaction(this.database, async (manager) => {
      const [code] = await manager.query<StoredCode[]>(
        `SELECT grant_id AS grant, payload, consumed_at IS NOT NULL AS used, coalesce(consumed_at > now() - ${RACE}, false) AS raced FROM oauth_artifacts
         WHERE model = $1 AND id_hash = $2 AND (expires_at > now() OR consumed_at IS NOT NULL) FOR UPDATE`,
        [MODEL, hash],
      );
      if (!code || code.raced) throw new AppError('invalid_code');
      if (code.used) return { twice: code.grant };
      // A request that is merely wrong uses nothing up, so the client can send the right one.
      check(form, code.payload);
      await manager.query('UPDATE oauth_artifacts SET consumed_at = now() WHERE model = $1 AND id_hash = $2', [
        MODEL,
        hash,
      ]);
      const turn = await this.jwts.next(code.grant, undefined, manager);
      if (!turn) throw new AppError('invalid_code');
      return { turn };
    }).catch((cause: unknown) => {
      throw asUnavailable(cause);
    });
    if (found.turn) return found.turn;
    await this.grants.revoke(found.twice);
    throw new AppError('invalid_code');
  }
}

/** @throws AppError `invalid_code`, `invalid_parameters` */
function check(form: URLSearchParams, { redirectUri, challenge }: Bound): void {
  const [redirect, verifier] = [form.get('redirect_uri'), form.get('code_verifier')];
  if (redirect === null && challenge === undefined)
    throw new AppError('invalid_parameters', 'redirect_uri must be that of the login', {
      details: { parameter: 'redirect_uri' },
    });
  if (redirect !== null && redirect !== redirectUri) throw new AppError('invalid_code');
  if (challenge !== undefined && verifier === null)
    throw new AppError('invalid_parameters', 'code_verifier is missing: the login had a code_challenge', {
      details: { parameter: 'code_verifier' },
    });
  // A verifier for a login without a challenge: somebody has taken the challenge out on the way (RFC 9700 section 4.8.2).
  if (verifier === null) return;
  if (challenge === undefined || !sameSecret(sha256(verifier).toString('base64url'), challenge))
    throw new AppError('invalid_code');
}
