import { type KoaContextWithOIDC } from 'oidc-provider';
import { type TokenState } from './adapter.js';

/** Access tokens are `cus_<grant id>:<opaque>` (SEC-D1): found by the id, proven by the rest. */
const TOKEN = /^cus_([\w-]{22}):([\w-]{43})$/;

/**
 * Middleware of the library, for the answer of `/token`: puts the grant's id before the access token, and where a refresh
 * token was used before, the first answer in the place of the new one.
 */
export async function showGrantInToken(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  const body = ctx.body as TokenBody | undefined;
  const grantId = ctx.oidc?.entities.AccessToken?.grantId;
  if (ctx.oidc?.route !== 'token' || !body?.access_token || !grantId) return;
  const { firstAnswer } = ctx.state as TokenState;
  if (firstAnswer) body.refresh_token = firstAnswer.refreshToken;
  if (firstAnswer?.accessToken) {
    body.access_token = firstAnswer.accessToken.value;
    body.expires_in = firstAnswer.accessToken.expiresIn;
  }
  body.access_token = `cus_${grantId}:${body.access_token}`;
}

interface TokenBody {
  access_token?: string;
  refresh_token?: string;
  expires_in?: number;
}

/** The part of an access token that the library knows; anything else is returned as it is. */
export const opaquePart = (token: string): string => TOKEN.exec(token)?.[2] ?? token;
