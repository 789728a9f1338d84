import { LOOPBACK_HOSTS } from '#libs/core';
import { createHash } from 'node:crypto';
import { refuse } from '../refusal.js';
import { type User } from './types.js';

/** The one app that is registered; its redirects may go to any place on this machine. */
export const CLIENT = { id: 'sandbox_client', secret: 'sandbox_secret' };
const CODE_LIFETIME_MS = 10 * 60_000;

/** What a person allowed an app: to act for them, in these Workspaces only. */
export interface Grant {
  user: User;
  /** Ids. */
  workspaces: ReadonlySet<string>;
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex');

/** Codes and the tokens they became. There is no refresh token, and a token does not expire. */
export class OAuth {
  private readonly codes = new Map<string, { grant: Grant; until: number; used: boolean }>();
  private readonly tokens = new Map<string, Grant>();
  private made = 0;

  /** @throws Refusal 401 */
  checkRequest(clientId: string | undefined, redirectUri: string | undefined): URL {
    if (clientId !== CLIENT.id) throw refuse.clientUnknown();
    if (!redirectUri) throw refuse.redirectMissing();
    if (!URL.canParse(redirectUri)) throw refuse.redirectWrong();
    const url = new URL(redirectUri);
    if (!LOOPBACK_HOSTS.includes(url.hostname)) throw refuse.redirectWrong();
    return url;
  }

  /** A code for one exchange within ten minutes. */
  agree(grant: Grant, now: number): string {
    const code = digest(`code ${++this.made}`).slice(0, 32).toUpperCase();
    this.codes.set(code, { grant, until: now + CODE_LIFETIME_MS, used: false });
    return code;
  }

  /** @throws Refusal 401 */
  exchange(clientId: unknown, secret: unknown, code: unknown, now: number): string {
    if (clientId !== CLIENT.id) throw refuse.clientUnknown();
    if (secret !== CLIENT.secret) throw refuse.secretWrong();
    const found = this.codes.get(String(code));
    if (!found || found.used || found.until < now) throw refuse.codeWrong();
    found.used = true;
    const token = `${found.grant.user.id}_${digest(`token ${String(code)}`)}`;
    this.tokens.set(token, found.grant);
    return token;
  }

  grantOf(token: string): Grant | undefined {
    return this.tokens.get(token);
  }
}
