import { type Caller, type Grants } from '#libs/connections';
import { type FastifyRequest } from 'fastify';
import { type SessionTokens, tokenExpired } from './session-tokens.service.js';
import { type FailedCredentials } from './failed-credentials.js';

/** Finds the caller that a JWT stands for (feature A11): its signature and its claims, and then its session. */
export class JwtCredential {
  constructor(
    private readonly grants: Grants,
    private readonly failures: FailedCredentials,
    private readonly tokens: SessionTokens,
  ) {}

  /**
   * The caller of a JWT. Whether it still holds is judged by its session, whose end is told by the database's clock, and not by `exp`.
   * @throws AppError (by rejecting) `token_expired`; `invalid_token` for one that was not signed here, was refreshed or has been logged out;
   * `rate_limited`, `invalid_credentials`, `unavailable`
   */
  async callerOf({ ip }: FastifyRequest, token: string): Promise<Caller> {
    const claims = await this.tokens.read(token);
    if (!claims) throw this.failures.note(ip, undefined, token);
    const { id, secret, expired } = claims;
    const known = this.grants.remembered('jwt', id, secret);
    if (known) return known;
    this.failures.check(ip, id, token);
    const caller = await this.grants.ask('jwt', id, secret);
    if (caller) return caller;
    // No guess: whoever sends it has had it from here.
    throw expired ? this.failures.noteExpired(ip, token, tokenExpired(claims)) : this.failures.note(ip, id, token);
  }

  /** Why it was refused, for the log. */
  async whyNot(token: string): Promise<string> {
    const claims = await this.tokens.read(token);
    if (!claims) return 'not signed here';
    return claims.expired ? 'expired' : this.grants.whyNot(claims.id, claims.secret);
  }
}
