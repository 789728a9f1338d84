import { type KoaContextWithOIDC } from 'oidc-provider';

/** Access tokens are `cus_<grant id>:<opaque>` (SEC-D1): found by the id, proven by the rest. */
const TOKEN = /^cus_([\w-]{22}):([\w-]{43})$/;

/** Middleware of the library: puts the grant's id before the access token in the answer of `/token`. */
export async function showGrantInToken(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  const body = ctx.body as { access_token?: string } | undefined;
  const issued = ctx.oidc?.entities.AccessToken;
  if (ctx.oidc?.route === 'token' && body?.access_token && issued?.grantId) body.access_token = `cus_${issued.grantId}:${body.access_token}`;
}

/** The part of an access token that the library knows; anything else is returned as it is. */
export const opaquePart = (token: string): string => TOKEN.exec(token)?.[2] ?? token;
