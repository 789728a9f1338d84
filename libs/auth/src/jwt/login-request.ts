import { AppError } from '#libs/core';
import { type Policy } from '#libs/permissions';

/** What somebody who begins to sign in for a JWT asks for. */
export interface LoginRequest {
  /** Allow-listed: it is answered with a code. Absent = the JWT is shown to whoever signs in. */
  redirectUri?: string;
  mode: Policy['mode'];
  /** Id of the Workspace; absent = the only one, or the one that the person picks. */
  workspace?: string;
  /** PKCE, S256 (RFC 7636). */
  challenge?: string;
  /** Returned as it came, with the code. */
  state?: string;
}

const MODES: readonly string[] = ['read', 'selective', 'write'] satisfies Policy['mode'][];
/** Of the parameters that may be sent; what else comes is ignored (RFC 6749 section 3.1). */
const FORMS = {
  redirect_uri: /^[^\0]{0,2000}$/,
  mode: /^(?:read|selective|write)?$/,
  team_id: /^[\w-]{0,64}$/,
  code_challenge: /^(?:[\w-]{43})?$/,
  code_challenge_method: /^(?:S256)?$/,
  state: /^[\x20-\x7e]{0,1000}$/,
};
const HINTS: Readonly<Partial<Record<keyof typeof FORMS, string>>> = {
  mode: 'mode must be one of: read, selective, write',
  team_id: 'team_id must be the id of a Workspace',
  code_challenge: 'code_challenge must be the SHA-256 of the code_verifier in base64url: 43 characters',
  code_challenge_method: 'code_challenge_method must be S256',
};

/**
 * Reads the query of `/auth/login` (contract item 18).
 * @param own the address that `redirect_uri` stands for by default (S3)
 * @param allows whether a code may be sent there
 * @throws AppError `invalid_parameters`, with `details.parameter`; what `refuse` throws for a redirect URI that is not allowed
 */
export function loginRequest(
  query: Readonly<Record<string, unknown>>,
  own: string,
  allows: (uri: string) => boolean,
  refuse: (uri: string) => never,
): LoginRequest {
  const one = (name: keyof typeof FORMS): string | undefined => {
    const value = Object.hasOwn(query, name) ? query[name] : '';
    if (typeof value !== 'string') throw wrong(name, `${name} must be given once`);
    if (!FORMS[name].test(value)) throw wrong(name, HINTS[name] ?? `${name} is too long or holds what it cannot hold`);
    return value === '' ? undefined : value;
  };
  const [asked, mode = 'write', workspace, challenge, method, state] = [
    one('redirect_uri'),
    one('mode'),
    one('team_id'),
    one('code_challenge'),
    one('code_challenge_method'),
    one('state'),
  ];
  const redirectUri = asked === '/auth/callback' || asked === own ? undefined : asked;
  if (redirectUri !== undefined && !allows(redirectUri)) refuse(redirectUri);
  if (redirectUri === undefined && challenge !== undefined)
    throw wrong('redirect_uri', 'code_challenge needs a redirect_uri: without one the answer is a JWT and no code');
  if (method !== undefined && challenge === undefined)
    throw wrong('code_challenge', 'code_challenge_method needs a code_challenge');
  return {
    mode: MODES.find((each) => each === mode) as Policy['mode'],
    ...(redirectUri !== undefined && { redirectUri }),
    ...(workspace !== undefined && { workspace }),
    ...(challenge !== undefined && { challenge }),
    ...(state !== undefined && { state }),
  };
}

const wrong = (parameter: string, message: string) =>
  new AppError('invalid_parameters', message, { details: { parameter } });
