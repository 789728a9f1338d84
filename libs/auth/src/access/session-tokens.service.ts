import { type JwtTurn } from '#libs/connections';
import { AppError, deriveKey, MASTER_KEY } from '#libs/core';
import { notConfigured, PublicUrl } from '#libs/web';
import { Inject, Injectable } from '@nestjs/common';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { createSecretKey, type KeyObject } from 'node:crypto';

/** The one there is, whatever a header says (SEC-127). */
const ALGORITHM = 'HS256';
/** Of nothing else that is signed here or elsewhere (RFC 8725 section 3.11, SEC-129). */
const TYPE = 'session+jwt';
/** How far the clocks of two replicas may lie apart. */
const LEEWAY_SECONDS = 60;
/** Longer ones are refused before they are parsed (SEC-131). */
const MAX_LENGTH = 8192;

/** What a JWT of ours says. Nothing in it is personal: anybody who sees it can read it (SEC-C14). */
export interface SessionClaims {
  /** Of the grant (`sub`). */
  id: string;
  /** The `jti`, which is the secret of the grant. */
  secret: string;
  /** Seconds since 1970. */
  expiresAt: number;
  /** By this process's clock. Whether it is let in is up to the grant, which ends by the database's. */
  expired: boolean;
}

/** Signs JWTs of sessions, and reads those that were signed here (SEC-D20). */
@Injectable()
export class SessionTokens {
  private readonly key: KeyObject | undefined;

  constructor(
    private readonly url: PublicUrl,
    @Inject(MASTER_KEY) masterKey: Buffer | undefined,
  ) {
    this.key = masterKey && createSecretKey(deriveKey(masterKey, 'jwt'));
  }

  /** @throws AppError (by rejecting) `not_configured` */
  async sign({ id, secret, issuedAt, expiresAt }: JwtTurn): Promise<string> {
    if (!this.key) throw notConfigured();
    return new SignJWT()
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
      .setIssuer(this.url.base)
      .setAudience(this.url.mcp)
      .setSubject(id)
      .setJti(secret)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(this.key);
  }

  /** The claims of a JWT, expired or not; undefined when it was not signed here for this purpose. Whether its session lives it does not tell. */
  async read(token: string): Promise<SessionClaims | undefined> {
    if (!this.key || token.length > MAX_LENGTH) return undefined;
    try {
      const { payload } = await jwtVerify(token, this.key, {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: this.url.base,
        audience: this.url.mcp,
        requiredClaims: ['sub', 'jti', 'iat', 'exp'],
        clockTolerance: LEEWAY_SECONDS,
      });
      return claimsOf(payload, false);
    } catch (error) {
      // The signature and the other claims were right: only who has such a JWT is told that it has expired.
      if (error instanceof errors.JWTExpired) return claimsOf(error.payload, true);
      if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
      throw error;
    }
  }
}

/** What is told of an expired JWT, with the moments in S3's form. */
export function tokenExpired({ expiresAt }: Pick<SessionClaims, 'expiresAt'>): AppError {
  return new AppError('token_expired', undefined, {
    details: { expired_at: inWords(expiresAt * 1000), current_time: inWords(Date.now()) },
  });
}

const inWords = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

function claimsOf({ sub = '', jti = '', exp = 0 }: JWTPayload, expired: boolean): SessionClaims | undefined {
  if (!/^[\w-]{22}$/.test(sub) || !/^[\w-]{43}$/.test(jti)) return undefined;
  return { id: sub, secret: jti, expiresAt: exp, expired };
}
