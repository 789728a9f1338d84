import { AppError } from '#libs/core';
import { type KoaContextWithOIDC } from 'oidc-provider';
import { type TokenState } from './adapter.js';

/** Access tokens are `cus_<grant id>:<opaque>` (SEC-D1): found by the id, proven by the rest. */
const TOKEN = /^cus_([\w-]{22}):([\w-]{43})$/;

/**
 * Middleware of the library, for the answer of `/token`: puts the grant's id before the access token, and when the refresh
 * token was used before, repeats the first answer.
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

/**
 * The body of `/token`, form or JSON, as the library takes it. What the URL carries is ignored (RFC 6749 section 3.2).
 * @param resource the only one there is: another is refused before the code is consumed, so that the client can try again (RFC 8707)
 * @throws AppError `invalid_parameters`, `invalid_target`
 */
export function tokenForm(body: unknown, resource: string): URLSearchParams {
  const form = parameters(body, ['resource']);
  if (!form.has('grant_type'))
    form.set('grant_type', form.has('refresh_token') ? 'refresh_token' : 'authorization_code');
  if (form.getAll('resource').some((asked) => asked !== resource)) throw new AppError('invalid_target');
  return form;
}

/** The body of `/revoke`. @throws AppError `invalid_parameters` */
export function revokeForm(body: unknown): URLSearchParams {
  const form = parameters(body, []);
  const token = form.get('token');
  if (token !== null) form.set('token', opaquePart(token));
  return form;
}

/** A parameter is a text that a database column can hold, once; anything else is a mistake or an attack (RFC 6749 section 3.2, CWE-943). */
function parameters(body: unknown, repeatable: readonly string[]): URLSearchParams {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new AppError('invalid_parameters', 'the body must hold parameters, as a form or as JSON');
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(body)) {
    const values: unknown[] = Array.isArray(value) && repeatable.includes(name) ? value : [value];
    for (const one of values) {
      if (typeof one !== 'string' || one.includes('\0'))
        throw new AppError('invalid_parameters', `${/^\w{1,40}$/.test(name) ? name : 'a parameter'} must be one text`);
      form.append(name, one);
    }
  }
  return form;
}
