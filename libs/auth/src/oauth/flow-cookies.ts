import { sameSecret } from '#libs/core';
import { createHmac } from 'node:crypto';

/**
 * Ties an authorization to the browser that began it: its URL alone, in another browser, opens nothing. One cookie for
 * each authorization, so that two tabs work; its value is the MAC of the uid, so nothing is stored.
 */
export class FlowCookies {
  /** @param https Secure cookies, and the `__Host-` prefix that no other host can set */
  constructor(
    private readonly key: Buffer,
    private readonly https: boolean,
  ) {}

  /** Whether the browser that sends this Cookie header began the authorization. */
  belongs(header: string | undefined, uid: string): boolean {
    const name = `${this.nameOf(uid)}=`;
    const sent = (header ?? '').split(/;\s*/).find((pair) => pair.startsWith(name));
    return sent !== undefined && sameSecret(sent.slice(name.length), this.valueOf(uid));
  }

  /** The Set-Cookie header that ties it to this browser. */
  bind(uid: string, seconds: number): string {
    return this.header(uid, this.valueOf(uid), seconds);
  }

  /** The Set-Cookie header that ends it. */
  clear(uid: string): string {
    return this.header(uid, '', 0);
  }

  private header(uid: string, value: string, seconds: number): string {
    return `${this.nameOf(uid)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${this.https ? '; Secure' : ''}`;
  }

  private nameOf(uid: string): string {
    return `${this.https ? '__Host-' : ''}authorization-${uid}`;
  }

  private valueOf(uid: string): string {
    return createHmac('sha256', this.key).update(uid).digest('base64url');
  }
}
