import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** Of an ID token: its claims, before it is signed again. */
export type Spoil = (claims: JWTPayload) => JWTPayload | { unsigned: JWTPayload } | { foreign: JWTPayload };

const CLIENT = { client_id: 'console', client_secret: 'console-secret-0123456789' };

/** A company's identity provider, with a page on which one says who one is. */
export class TestIdentityProvider {
  /** Groups by account; an account that is not named cannot sign in. */
  readonly groups = new Map<string, unknown>();
  /** What becomes of the next ID tokens. */
  spoil: Spoil | undefined;
  /** Where the claim is told. */
  tells: 'id_token' | 'userinfo' = 'id_token';
  /** Whether every question is answered with an error, as while it is restarted. */
  down = false;
  readonly asked: string[] = [];

  private constructor(
    readonly issuer: string,
    readonly env: Readonly<Record<string, string>>,
    readonly close: () => Promise<void>,
  ) {}

  /** @param consoles the addresses of the gateways, known when they listen: what they are sent back to is not compared here before */
  static async start(): Promise<TestIdentityProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const other = await generateKeyPair('RS256');
    const idp: TestIdentityProvider = new TestIdentityProvider(
      issuer,
      {
        ADMIN_OIDC_ISSUER: issuer,
        ADMIN_OIDC_CLIENT_ID: CLIENT.client_id,
        ADMIN_OIDC_CLIENT_SECRET: CLIENT.client_secret,
      },
      () => new Promise((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
    );
    const claims = (id: string) => ({ sub: id, groups: idp.groups.get(id) as string[] });
    const provider: Provider = new Provider(issuer, {
      clients: [{ ...CLIENT, redirect_uris: ['http://localhost/console/sso/callback'], application_type: 'native' }],
      jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'one', use: 'sig', alg: 'RS256' }] },
      cookies: { keys: ['of-the-test'] },
      pkce: { required: () => true },
      claims: { openid: ['sub', 'groups'] },
      conformIdTokenClaims: false,
      findAccount: (_, id) => ({
        accountId: id,
        claims: (use) => (use === idp.tells ? claims(id) : { sub: id }),
      }),
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_, { uid }) => `/who/${uid}` },
      ttl: { Session: 3600, Grant: 3600, Interaction: 600, AccessToken: 600, AuthorizationCode: 60, IdToken: 600 },
      // One is asked each time, so that a test can be somebody else.
      loadExistingGrant: async ({ oidc: { session, client } }) => {
        const grant = new provider.Grant({ accountId: session!.accountId, clientId: client!.clientId });
        grant.addOIDCScope('openid');
        await grant.save();
        return grant;
      },
    });
    provider.use(async (context, next) => {
      idp.asked.push(context.path);
      if (idp.down) {
        context.status = 503;
        return;
      }
      const who = /^\/who\/([\w-]+)$/.exec(context.path)?.[1];
      if (who) {
        const id = new URLSearchParams(context.querystring).get('id');
        if (id === null) {
          context.type = 'html';
          context.body = `<!doctype html><html lang="en"><title>Acme</title><h1>Who are you?</h1><form><input name="id" aria-label="Name"><button>Sign in</button></form>`;
          return;
        }
        const result = idp.groups.has(id)
          ? { login: { accountId: id, remember: false }, consent: {} }
          : { error: 'access_denied', error_description: '<b>no such account</b>' };
        context.redirect(
          await provider.interactionResult(context.req, context.res, result, { mergeWithLastSubmission: false }),
        );
        return;
      }
      await next();
      const { body } = context as { body: { id_token?: string } };
      if (context.path !== '/token' || !body?.id_token || !idp.spoil) return;
      const [, payload = ''] = body.id_token.split('.');
      const spoilt = idp.spoil(JSON.parse(Buffer.from(payload, 'base64url').toString()) as JWTPayload);
      if ('unsigned' in spoilt) body.id_token = new UnsecuredJWT(spoilt.unsigned as JWTPayload).encode();
      else {
        const [key, all] = 'foreign' in spoilt ? [other.privateKey, spoilt.foreign] : [privateKey, spoilt];
        body.id_token = await new SignJWT(all as JWTPayload).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(key);
      }
    });
    const answer = provider.callback();
    server.on('request', (request, response) => void answer(request, response));
    return idp;
  }
}
