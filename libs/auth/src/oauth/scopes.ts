/** What a client can be granted. `write` includes `read` (RS-A7). */
export const RESOURCE_SCOPES = ['read', 'write'] as const;
/** Advertised by the authorization server only (RS-A4): clients that see it ask for it, and get their refresh token either way. */
export const SCOPES = [...RESOURCE_SCOPES, 'offline_access'] as const;

/**
 * The scopes of an authorization request that mean something here. Unknown ones are dropped (RFC 6749 section 3.3), and a
 * request without a known one is for all of them: the person decides, and the answer with the token names what was granted.
 */
export function askedScopes(scope: string | undefined): readonly string[] {
  const asked = new Set(scope?.split(' '));
  const known = SCOPES.filter((name) => asked.has(name) || (name === 'read' && asked.has('write')));
  return known.some((name) => name !== 'offline_access') ? known : SCOPES;
}

/** Whether a request says itself what it wants to do. */
export const namesScopes = (scope: string | undefined): boolean =>
  RESOURCE_SCOPES.some((name) => scope?.split(' ').includes(name));
