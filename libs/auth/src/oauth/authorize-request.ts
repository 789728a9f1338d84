import { AppError } from '#libs/core';
import { askedScopes } from './scopes.js';

/** What means nothing without OpenID Connect; some clients send it anyway, and must not fail for it (RFC 6749 section 3.1). */
const IGNORED = ['acr_values', 'claims', 'claims_locales', 'display', 'id_token_hint', 'login_hint', 'max_age', 'nonce', 'prompt', 'scope', 'ui_locales'];
const MAX_LENGTH = 8192;

/**
 * The authorization request as the library takes it: scopes that we know, and the prompt that each authorization needs.
 * @throws AppError `invalid_parameters` when the request is too long
 */
export function authorizeQuery(search: string): string {
  if (search.length > MAX_LENGTH) throw new AppError('invalid_parameters', 'The authorization request is too long');
  const query = new URLSearchParams(search);
  const scope = askedScopes(query.get('scope') ?? undefined).join(' ');
  // `none` forbids a page, which every authorization needs: the client is told so.
  const prompt = query.get('prompt') === 'none' ? 'none' : 'consent';
  // A parameter that is sent twice is refused (RFC 6749 section 3.1), also when we would have ignored its value.
  for (const name of IGNORED) if (query.getAll(name).length < 2) query.delete(name);
  if (!query.has('scope')) query.set('scope', scope);
  if (!query.has('prompt')) query.set('prompt', prompt);
  return query.toString();
}
