import { generateKeyPairSync } from 'node:crypto';
import {
  type AdapterFactory,
  type Configuration,
  errors,
  interactionPolicy,
  type KoaContextWithOIDC,
} from 'oidc-provider';
import { mayRefresh } from './adapter.js';
import { FLOW_ASKED, FLOW_BROWSER } from './authorize-request.js';
import { type ClientMetadata } from './clients/client-metadata.js';
import { CONNECT_CLIENT } from './clients/connect-client.js';
import { type AuthorizeProblem } from './provider-request.js';
import { RESOURCE_SCOPES, SCOPES } from './scopes.js';

const DAY = 24 * 3600;
/** How long a person has for the pages, from the client's link to the last click. */
const INTERACTION_SECONDS = 30 * 60;
/** A refresh token that is not used for so long ends (SEC-D19). */
const IDLE_SECONDS = 30 * DAY;
/** However often it is refreshed, a session ends after that. */
const ABSOLUTE_SECONDS = 90 * DAY;

/** Fetches the documents of clients whose ids are URLs (CIMD). */
interface DocumentSource {
  /** Must refuse addresses that are not public, follow no redirect, and limit time and size. */
  fetch: (url: string) => Promise<Response>;
  /** Whether a client that was made of its document may go on. */
  accept(clientId: string, route: string | undefined): boolean;
}

interface ProviderChoices {
  /** The URL of `/mcp`: the one resource. */
  resource: string;
  /** Where people approve: the page of one authorization. */
  page: (uid: string) => string;
  adapter: AdapterFactory;
  tokenSeconds: number;
  codeSeconds: number;
  registration: boolean;
  /** `/connect?redirect_uri=` without PKCE. */
  allowWithoutPkce: boolean;
  documents: DocumentSource;
  /** The id of a client that registers with this metadata. */
  newClientId: (metadata: ClientMetadata) => string;
}

/** Switches and lifetimes of the library; features that are not named here are off. */
export function providerOptions({
  resource,
  page,
  adapter,
  tokenSeconds,
  codeSeconds,
  registration,
  allowWithoutPkce,
  documents,
  newClientId,
}: ProviderChoices): Configuration {
  return {
    adapter,
    routes: { authorization: '/authorize', token: '/token', registration: '/register', revocation: '/revoke' },
    scopes: [...SCOPES],
    extraParams: [FLOW_BROWSER, FLOW_ASKED],
    responseTypes: ['code'],
    clientAuthMethods: ['none'],
    clientDefaults: {
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      id_token_signed_response_alg: 'ES256',
    },
    // Nothing is signed, because there are no ID tokens. But without a key the library would use its own, which is public.
    jwks: {
      keys: [
        { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }), use: 'sig' },
      ],
    },
    pkce: { required: (_ctx, client) => !(allowWithoutPkce && client.clientId.startsWith(CONNECT_CLIENT)) },
    allowOmittingSingleRegisteredRedirectUri: false,
    cookies: {
      names: { session: 'session', interaction: 'interaction', resume: 'resume' },
      short: { signed: false },
      long: { signed: false },
    },
    ttl: {
      AccessToken: tokenSeconds,
      AuthorizationCode: codeSeconds,
      RefreshToken: (_ctx, token) => Math.max(1, Math.min(IDLE_SECONDS, ABSOLUTE_SECONDS - token.totalLifetime())),
      Interaction: INTERACTION_SECONDS,
      Grant: ABSOLUTE_SECONDS,
      Session: INTERACTION_SECONDS,
      IdToken: tokenSeconds,
    },
    rotateRefreshToken: true,
    issueRefreshToken: (_ctx, client) => Promise.resolve(mayRefresh(client)),
    expiresWithSession: () => Promise.resolve(false),
    // A person's id in ClickUp; nothing else about them is known here.
    findAccount: (_ctx, accountId) => Promise.resolve({ accountId, claims: () => Promise.resolve({ sub: accountId }) }),
    loadExistingGrant: (ctx) => loadGrant(ctx),
    interactions: { policy: approvalOnly(), url: (_ctx, { uid }) => Promise.resolve(page(uid)) },
    renderError: (ctx, problem) => {
      (ctx.state as { problem?: AuthorizeProblem }).problem = problem;
    },
    revokeGrantPolicy: () => true,
    fetch: documents.fetch as typeof fetch,
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      dPoP: { enabled: false },
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => Promise.resolve(token.clientId === client.clientId),
      },
      registration: {
        enabled: registration,
        issueRegistrationAccessToken: false,
        idFactory: ({ oidc }) => newClientId(oidc.body as unknown as ClientMetadata),
      },
      clientIdMetadataDocument: {
        enabled: true,
        ack: 'draft-02',
        cacheDuration: { min: 60, max: DAY },
        allowFetch: () => Promise.resolve(true),
        allowClient: (ctx: KoaContextWithOIDC | undefined, { clientId }) =>
          Promise.resolve(documents.accept(clientId, ctx?.oidc.route)),
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => Promise.resolve(resource),
        useGrantedResource: () => Promise.resolve(true),
        getResourceServerInfo: (_ctx, asked) => {
          if (asked !== resource) throw new errors.InvalidTarget();
          return Promise.resolve({
            scope: RESOURCE_SCOPES.join(' '),
            audience: resource,
            accessTokenFormat: 'opaque' as const,
            accessTokenTTL: tokenSeconds,
          });
        },
      },
    },
  };
}

/** Only the grant that this approval made: nobody is logged in here, so an earlier grant must not serve another person who uses the same browser now. */
async function loadGrant(ctx: KoaContextWithOIDC) {
  const grantId = ctx.oidc.result?.consent?.grantId;
  return grantId === undefined ? undefined : ctx.oidc.provider.Grant.find(grantId);
}

/** One page decides everything, and every authorization goes through it (AS-B10): there is no login to remember, nor a consent. */
function approvalOnly() {
  const { Check, Prompt } = interactionPolicy;
  const policy = interactionPolicy.base();
  policy.clear();
  policy.add(
    new Prompt(
      { name: 'consent', requestable: true },
      new Check(
        'approval',
        'a person has to approve',
        'consent_required',
        ({ oidc }) => oidc.result?.consent === undefined,
      ),
    ),
  );
  return policy;
}
