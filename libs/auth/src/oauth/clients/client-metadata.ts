import { AppError } from '#libs/core';
import { MAX_REDIRECT_URI_LENGTH } from './redirect-uris.js';

/** What we keep of a client: everything else that it says about itself is not needed, so it is neither stored nor ever fetched. */
export interface ClientMetadata {
  client_name?: string;
  redirect_uris: string[];
  grant_types: string[];
  response_types: ['code'];
  token_endpoint_auth_method: 'none';
  application_type: 'web' | 'native';
}

export const MAX_REDIRECT_URIS = 10;
const MAX_NAME = 100;
const GRANTS = ['authorization_code', 'refresh_token'];
/** Fields that hold a URL, and those that may come in several languages (RFC 7591 section 2.2). */
const URLS = ['client_uri', 'logo_uri', 'tos_uri', 'policy_uri'];
const LOCALIZED = ['client_name', ...URLS];

/**
 * Reduces what a client sent to `/register` to what is supported. Every client becomes a public one, whatever it asked for:
 * it gets no secret, and no key set is fetched.
 * @throws AppError `invalid_client_metadata` or `invalid_redirect_uri`; the allow list is not looked at here
 */
export function clientMetadata(body: unknown): ClientMetadata {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw invalid('The body must be a JSON object of client metadata');
  const fields = body as Record<string, unknown>;
  for (const [key, value] of Object.entries(fields)) checkField(key, value);
  if (holdsPrivateKey(fields.jwks))
    throw invalid(
      'jwks holds a private key, which is not private any more: make a new one. Clients are public here, so no keys are needed',
      'jwks',
    );
  const redirects = redirectUris(fields.redirect_uris);
  const name = clientName(fields.client_name);
  const native = fields.application_type === 'native' || redirects.some((uri) => !uri.startsWith('https:'));
  return {
    ...(name ? { client_name: name } : {}),
    redirect_uris: redirects,
    grant_types: supported(fields.grant_types, 'grant_types', GRANTS),
    response_types: supported(fields.response_types, 'response_types', ['code']) as ['code'],
    token_endpoint_auth_method: 'none',
    application_type: native ? 'native' : 'web',
  };
}

/** Private and symmetric parameters of a JWK (RFC 7517, RFC 7518 section 6). */
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

/** Whether a key set contains a private key, so that its publisher can be told. */
export function holdsPrivateKey(keySet: unknown): boolean {
  const keys = (keySet as { keys?: unknown } | null | undefined)?.keys;
  return (
    Array.isArray(keys) &&
    keys.some((key: unknown) => typeof key === 'object' && key !== null && PRIVATE.some((name) => name in key))
  );
}

function redirectUris(value: unknown): string[] {
  const uris = asList(value, 'redirect_uris');
  // PowerShell's ConvertTo-Json without -Depth, or a hash table sent as a form, writes the type's name in place of the array.
  if (uris.includes('System.Object[]'))
    throw invalid(
      'redirect_uris arrived as "System.Object[]": send JSON, for example with ConvertTo-Json -Depth 5',
      'redirect_uris',
    );
  if (uris.length === 0) throw new AppError('invalid_redirect_uri', 'redirect_uris is missing');
  if (uris.length > MAX_REDIRECT_URIS)
    throw new AppError('invalid_redirect_uri', `A client may have ${MAX_REDIRECT_URIS} redirect URIs at most`);
  if (uris.some((uri) => uri.length > MAX_REDIRECT_URI_LENGTH))
    throw new AppError('invalid_redirect_uri', `A redirect URI may have ${MAX_REDIRECT_URI_LENGTH} characters at most`);
  return [...new Set(uris)].sort();
}

/** Those of the asked values that we support; all that we support when none was asked for. */
function supported(value: unknown, field: string, ours: readonly string[]): string[] {
  const asked = value === undefined ? ours : asList(value, field);
  const both = ours.filter((item) => asked.includes(item));
  if (!both.includes(ours[0]!)) throw invalid(`${field} must contain ${ours[0]}`, field);
  return both;
}

function checkField(key: string, value: unknown): void {
  const [field = '', language] = key.split('#', 2);
  if (language !== undefined && !LOCALIZED.includes(field))
    throw invalid(`${field} cannot be given per language`, field);
  if (language !== undefined && field === 'client_name') clientName(value);
  if (URLS.includes(field) && value !== undefined && value !== null && value !== '' && !isWebUrl(value))
    throw invalid(`${field} must be an http(s) URL`, field);
}

/**
 * Shown to people before they agree: no control, invisible or direction-changing characters, and no half of a surrogate pair.
 * @throws AppError `invalid_client_metadata`
 */
export function clientName(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || value.length > MAX_NAME || /\p{C}/u.test(value))
    throw invalid(`client_name must be text of ${MAX_NAME} visible characters at most`, 'client_name');
  return value.trim() || undefined;
}

/** A form repeats a field; one that came once is a list of one. */
function asList(value: unknown, field: string): string[] {
  const items: unknown[] = value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
  if (!items.every((item) => typeof item === 'string')) throw invalid(`${field} must be a list of strings`, field);
  return items;
}

const isWebUrl = (value: unknown) =>
  typeof value === 'string' &&
  value.length <= MAX_REDIRECT_URI_LENGTH &&
  /^https?:\/\/[^\s\\]+$/i.test(value) &&
  URL.canParse(value);

const invalid = (message: string, parameter?: string) =>
  new AppError('invalid_client_metadata', message, { details: { parameter } });
