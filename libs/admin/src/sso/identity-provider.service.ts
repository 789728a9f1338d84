import { CONFIG, type Config, LOGGER } from '#libs/core';
import { PageError, PublicUrl } from '#libs/web';
import { Inject, Injectable } from '@nestjs/common';
import * as oidc from 'openid-client';
import { type Logger } from 'pino';
import { groupsIn } from './groups-in.js';

/** Who has signed in, as the identity provider says. */
export interface SignedOn {
  /** Of the provider's own: it never changes, and is no address. */
  subject: string;
  groups: string[];
}

/** What has to be known again when somebody comes back. */
export interface Attempt {
  nonce: string;
  verifier: string;
}

export const newAttempt = (): Attempt => ({ nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() });

/** Where somebody starts again. */
const START = '/console/sign-in';
/** Where the provider sends people back to. */
const CALLBACK = '/console/sso/callback';
/** What the provider says of itself counts for an hour; that it does not answer, for some seconds. */
const [LIFE_MS, AWAY_MS] = [3_600_000, 5_000];
/** How long each question to the provider may take, and how far its clock may be off. */
const [PATIENCE_SECONDS, TOLERANCE_SECONDS] = [5, 30];

/** The company's identity provider: OpenID Connect with code, PKCE, state and nonce. Asked when somebody wants to sign in, never at start. */
@Injectable()
export class IdentityProvider {
  private known: { until: number; metadata: Promise<oidc.Configuration> } | undefined;

  constructor(
    private readonly url: PublicUrl,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  get offered(): boolean {
    return this.config.ADMIN_OIDC_ISSUER !== undefined;
  }

  /** Where people are sent; undefined while the provider does not answer. */
  async page(): Promise<string | undefined> {
    const metadata = await this.metadata().catch(() => undefined);
    return metadata?.serverMetadata().authorization_endpoint;
  }

  /**
   * Where to send somebody.
   * @param state comes back with them
   * @throws PageError `problem.sso.away`
   */
  async begin(state: string, { nonce, verifier }: Attempt): Promise<string> {
    const metadata = await this.metadata().catch(away);
    return oidc.buildAuthorizationUrl(metadata, {
      redirect_uri: this.url.base + CALLBACK,
      scope: this.config.ADMIN_OIDC_SCOPES,
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }).href;
  }

  /**
   * Who has come back. The ID token must be signed by the provider, for us, just now and for this attempt.
   * @param query of the address that they were sent to
   * @throws PageError `problem.sso.*`
   */
  async finish(query: string, state: string, { nonce, verifier }: Attempt): Promise<SignedOn> {
    const metadata = await this.metadata().catch(away);
    try {
      const tokens = await oidc.authorizationCodeGrant(metadata, new URL(`${this.url.base}${CALLBACK}?${query}`), {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims()!;
      const claim = this.config.ADMIN_OIDC_GROUPS_CLAIM;
      const asked = claims[claim] === undefined && metadata.serverMetadata().userinfo_endpoint !== undefined;
      // Many providers tell groups there only.
      const told = asked ? await oidc.fetchUserInfo(metadata, tokens.access_token, claims.sub) : claims;
      return { subject: claims.sub, groups: groupsIn(told[claim]) };
    } catch (error) {
      const text = problemOf(error);
      // What the provider has answered stays out of the log: it may hold tokens, and says who somebody is.
      if (text !== 'problem.sso.cancelled')
        this.log.warn(
          { sso: (error as { code?: string }).code, err: (error as Error).message },
          'a sign-in by the identity provider has failed',
        );
      throw new PageError(text === 'problem.sso.away' ? 'unavailable' : 'invalid_code', text, START, error);
    }
  }

  /** Whoever asks in the same moment shares the question. */
  private metadata(): Promise<oidc.Configuration> {
    if (this.known && this.known.until > performance.now()) return this.known.metadata;
    const metadata = this.discover();
    const known = { until: performance.now() + LIFE_MS, metadata };
    this.known = known;
    metadata.catch((error: unknown) => {
      known.until = performance.now() + AWAY_MS;
      this.log.warn({ err: (error as Error).message }, 'the identity provider does not answer');
    });
    return metadata;
  }

  private discover(): Promise<oidc.Configuration> {
    const {
      ADMIN_OIDC_ISSUER: issuer = '',
      ADMIN_OIDC_CLIENT_ID: id = '',
      ADMIN_OIDC_CLIENT_SECRET: secret,
    } = this.config;
    return oidc.discovery(
      new URL(issuer),
      id,
      { [oidc.clockTolerance]: TOLERANCE_SECONDS },
      secret === undefined ? oidc.None() : byItsWay(secret),
      {
        timeout: PATIENCE_SECONDS,
        execute: [
          // The signature is checked too, though the token comes from the provider itself: otherwise any `alg` would do.
          oidc.enableNonRepudiationChecks,
          // On loopback only, see the key.
          ...(issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : []),
        ],
      },
    );
  }
}

/** Shows the client's secret as the provider takes it. */
const byItsWay =
  (secret: string): oidc.ClientAuth =>
  (server, ...rest) => {
    const basic = server.token_endpoint_auth_methods_supported?.includes('client_secret_basic') ?? true;
    return (basic ? oidc.ClientSecretBasic : oidc.ClientSecretPost)(secret)(server, ...rest);
  };

function away(cause: unknown): never {
  throw new PageError('unavailable', 'problem.sso.away', START, cause);
}

/** What a person is told; whatever the provider says stands nowhere on a page. */
function problemOf(error: unknown): string {
  // It has answered with an error instead of a code: they have cancelled, or are not let in there.
  if (error instanceof oidc.AuthorizationResponseError) return 'problem.sso.cancelled';
  // It does not know the code, or us.
  if (error instanceof oidc.ResponseBodyError) return error.status >= 500 ? 'problem.sso.away' : 'problem.sso.refused';
  const { code, cause } = error as { code?: string; cause?: unknown };
  const failed = cause instanceof Response && cause.status >= 500;
  const unreached = (error instanceof TypeError && code === undefined) || code === 'OAUTH_TIMEOUT';
  return failed || unreached ? 'problem.sso.away' : 'problem.sso.invalid';
}
