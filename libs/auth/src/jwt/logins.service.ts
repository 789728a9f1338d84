import { Connections, JwtGrants } from '#libs/connections';
import { AppError } from '#libs/core';
import { type Policy } from '#libs/permissions';
import { PublicUrl } from '#libs/web';
import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type Identity } from '../consent/identities.service.js';
import { addressOf } from '../oauth/authorizations.service.js';
import { type LoginRequest } from './login-request.js';
import { newSessionCode, SessionCodes } from '../oauth/session-codes.service.js';
import { SessionTokens } from '../access/session-tokens.service.js';

/** A session that somebody has signed in for. */
export interface NewSession {
  request: LoginRequest;
  identity: Identity;
  workspaceId: string;
  policy: Policy;
  replaces?: readonly string[];
}

/** A session that is stored and has no JWT yet, with what S3 tells about whose it is. */
export interface StoredSession {
  grantId: string;
  user: { id: string; email: string | null; team_id: string };
}

/** How long a session lives that nobody has fetched a JWT for: that the page was closed leaves nothing behind. */
const UNFETCHED_SECONDS = 15 * 60;

/** Makes the sessions that people sign in for, and their first JWTs. */
@Injectable()
export class Logins {
  constructor(
    private readonly connections: Connections,
    private readonly grants: JwtGrants,
    private readonly codes: SessionCodes,
    private readonly tokens: SessionTokens,
    private readonly url: PublicUrl,
  ) {}

  /**
   * Stores a session with a connection of its own.
   * @param first runs in the same transaction and is told where to send the browser (absent = nowhere); when it returns `false`, nothing is stored
   * @throws AppError `quota_exceeded`, `unavailable`
   */
  async store(
    { request, identity, workspaceId, policy, replaces }: NewSession,
    first?: (manager: EntityManager, stored: StoredSession, to?: string) => Promise<boolean>,
  ): Promise<StoredSession> {
    const { person, email = null, token } = identity;
    const address = request.redirectUri === undefined ? undefined : addressOf(request.redirectUri);
    const grant = {
      kind: 'jwt',
      // Pages show the kind beside it.
      label: address ?? 'A program',
      address,
      expiresInSeconds: UNFETCHED_SECONDS,
    } as const;
    const storedAs = (grantId: string) => ({ grantId, user: { id: person.id, email, team_id: workspaceId } });
    const { grantId } = await this.connections.connect(
      { workspaceId, person, credential: token, policy, grant, replaces },
      async (manager, made) => {
        const { redirectUri, challenge } = request;
        const code = redirectUri === undefined ? undefined : newSessionCode();
        // With a code, never with a JWT: what is in a URL is kept by browsers and logs.
        const to = code && returnTo(request, { code }, this.url.base);
        if (first && !(await first(manager, storedAs(made.grantId), to))) return false;
        if (code && redirectUri !== undefined)
          await this.codes.store(manager, code, made.grantId, { redirectUri, challenge });
        return true;
      },
    );
    return storedAs(grantId);
  }

  /** The answer of S3 to whoever has signed in. @throws AppError `invalid_code` when the session has ended meanwhile */
  async answer({ grantId, user }: StoredSession) {
    const turn = await this.grants.next(grantId);
    if (!turn) throw new AppError('invalid_code');
    return { success: true, jwt_token: await this.tokens.sign(turn), expires_in: turn.expiresAt - turn.issuedAt, user };
  }
}

/** The redirect URI of a login with the parameters of the answer; `iss` tells a client of several servers whose it is (RFC 9207). */
export function returnTo({ redirectUri, state }: LoginRequest, answer: Record<string, string>, issuer: string): string {
  const url = new URL(redirectUri!);
  for (const [name, value] of Object.entries({ ...answer, ...(state !== undefined && { state }), iss: issuer }))
    url.searchParams.append(name, value);
  return url.href;
}
