import { sha256 } from '#libs/core';

/** A ClickUp token and what may be known about it. */
export interface Credential {
  /** SHA-256 of the token, base64url: the key of caches and budgets. */
  readonly hash: string;
  /** Value of the Authorization header. */
  authorization(): string;
}

/** Personal tokens (`pk_…`) are sent raw, OAuth tokens as Bearer (ClickUp OpenAPI, securitySchemes). The token stays out of dumps: it is held in a closure. */
export function credential(token: string): Credential {
  return {
    hash: sha256(token).toString('base64url'),
    authorization: () => (token.startsWith('pk_') ? token : `Bearer ${token}`),
  };
}
