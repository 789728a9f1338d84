import { type FastifyReply } from 'fastify';

/**
 * What a page may do in a browser (SEC-D21): nothing but our own style, script and icon, and no framing.
 * @param https whether people reach us over https
 * @param formTargets CSP sources outside our own pages that a form of this page may redirect to: Chrome applies form-action to redirects too
 */
export function setPageHeaders(reply: FastifyReply, https: boolean, formTargets: readonly string[] = []): void {
  const formAction = [`'self'`, ...formTargets].join(' ');
  void reply.headers({
    'content-security-policy': `default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action ${formAction}; frame-ancestors 'none'; base-uri 'none'`,
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    // Not no-referrer: under it browsers send our own forms with `Origin: null` (Fetch, "append a request Origin header").
    'referrer-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    // No Cross-Origin-Opener-Policy: clients open our pages in a popup and must stay connected to its window.
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
    ...(https ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  });
}

/** The CSP source of a redirect URI: its origin, or for apps its scheme. CSP cannot name an IPv6 host, so `[::1]` becomes its scheme. */
export function formTarget(redirectUri: string): string {
  const { protocol, hostname, origin } = new URL(redirectUri);
  return protocol.startsWith('http') && !hostname.startsWith('[') ? origin : protocol;
}
