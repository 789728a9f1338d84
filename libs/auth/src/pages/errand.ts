/** Who asks for access, as the person must see it (AS-B10). */
export interface Asking {
  name: string;
  /** Whether its identity was checked; names of registered clients are only what they say. */
  verified: boolean;
  /** Validated: where the person is sent in the end. */
  redirectUri: string;
}

/** What somebody came for. The steps of all errands are the same and lie under `base`. */
export interface Errand {
  /** Proofs made for one errand are worth nothing for another. */
  purpose: string;
  /** Path of its steps: `<base>/credential`, `/clickup`, `/access`, `/grant`, `/cancel`. */
  base: string;
  /** Path of its first page. */
  start: string;
  kind: 'authorize' | 'key' | 'manage';
  asking?: Asking;
  /** The client asked for nothing but reading. */
  readOnly?: boolean;
}

export const KEY_ERRAND: Errand = { kind: 'key', purpose: 'key', base: '/key', start: '/' };
export const MANAGE_ERRAND: Errand = { kind: 'manage', purpose: 'manage', base: '/sessions', start: '/sessions' };
