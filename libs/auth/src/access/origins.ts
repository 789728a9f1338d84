import { AppError, type Config, LOOPBACK_HOSTS, VENDOR_ORIGINS } from '#libs/core';
import { type IncomingMessage } from 'node:http';
import { timesSent } from './times-sent.js';

/** Host and Origin checks: a page of another origin, or a name that was rebound to our address, must not reach us (CVE-2025-66414). */
export class Origins {
  private readonly hosts: ReadonlySet<string>;
  private readonly origins: ReadonlySet<string>;

  constructor({ BASE_URL, ALLOWED_HOSTS, ALLOWED_ORIGINS }: Config) {
    this.hosts = new Set([
      ...LOOPBACK_HOSTS,
      ...(BASE_URL ? [new URL(BASE_URL).hostname] : []),
      ...ALLOWED_HOSTS.map((host) => host.toLowerCase()),
    ]);
    this.origins = new Set([...VENDOR_ORIGINS, ...(BASE_URL ? [new URL(BASE_URL).origin] : []), ...ALLOWED_ORIGINS]);
  }

  /** @throws AppError `forbidden`, `invalid_parameters` for two Host headers: a proxy before us may have used the other one (RFC 9112 section 3.2) */
  checkHost(request: IncomingMessage): void {
    const { host } = request.headers;
    if (timesSent(request, 'host') > 1) throw new AppError('invalid_parameters', 'Send exactly one Host header.');
    if (host !== undefined && this.hosts.has(hostname(host))) return;
    throw new AppError('forbidden', 'This Host name is not served here. The operator can add it to ALLOWED_HOSTS.', {
      details: { reason: 'host' },
    });
  }

  /** An absent Origin is fine: only browsers send one. @throws AppError `forbidden` */
  checkOrigin({ headers: { origin } }: IncomingMessage): void {
    if (origin === undefined || this.isListed(origin)) return;
    throw new AppError(
      'forbidden',
      'This Origin may not call the server. The operator can add it to ALLOWED_ORIGINS.',
      { details: { reason: 'origin' } },
    );
  }

  isListed(origin: string): boolean {
    return this.origins.has(origin) || isLoopback(origin);
  }

  /**
   * Only our own pages may send it: the forms that act for a person.
   * @param baseUrl the public URL; on loopback the Host that was called counts too, because a person may type 127.0.0.1 for localhost
   * @throws AppError `forbidden`
   */
  checkOwn({ headers: { origin, host = '', 'sec-fetch-site': site } }: IncomingMessage, baseUrl: string): void {
    const own =
      origin === undefined || origin === new URL(baseUrl).origin || (isLoopback(origin) && origin === `http://${host}`);
    if (own && site !== 'cross-site') return;
    throw new AppError(
      'forbidden',
      'This can be sent from the pages of this server only. Open the page again and repeat it there.',
      { details: { reason: 'origin' } },
    );
  }
}

const hostname = (host: string) => host.toLowerCase().replace(/:\d{1,5}$/, '');

function isLoopback(origin: string): boolean {
  const match = /^https?:\/\/([^/:]+|\[::1\])(?::\d{1,5})?$/.exec(origin);
  return match !== null && LOOPBACK_HOSTS.includes(match[1] ?? '');
}
