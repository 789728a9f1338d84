import { type Config, ConfigError, isLoopback, VENDOR_REDIRECTS, vendorOf } from '#libs/core';

export const MAX_REDIRECT_URI_LENGTH = 2000;

type Rule =
  | { match: 'exact'; uri: string }
  /** Whole path segments may follow. */
  | { match: 'prefix'; uri: string }
  /** Exactly this on this computer, on any port (RFC 8252 section 7.3). */
  | { match: 'any-port'; uri: string }
  /** What the table of vendors has. */
  | { match: 'vendor' }
  /** Any port and path of this computer. */
  | { match: 'loopback' };

/** Contract item 13: the vendors' redirect URIs, and every loopback address. They hold in both modes. */
const BUILT_IN: readonly Rule[] = [{ match: 'vendor' }, { match: 'loopback' }];

/** The characters of RFC 3986 without `#`: no space, control, backslash, quote, brace or anything beyond ASCII. */
const LEGAL = /^[\w\-.~:/?[\]@!$&'()*+,;=%]+$/;
/** A `%` that does not begin an encoding, or that encodes a control character, a dot, a slash, a backslash or another `%`. */
const HIDING = /%(?![0-9a-f]{2})|%(?:[01][0-9a-f]|7f|2e|2f|5c|25)/i;
const BELOW = /^(?:[\w.~-]+(?:\/[\w.~-]+)*)?$/;
const PLAIN_PATH = /^\/(?:[\w.~-]+\/)*[\w.~-]*$/;
/** Schemes that a browser or the platform handles itself: never those of an application. */
const NOT_AN_APP = [
  'about:',
  'blob:',
  'chrome:',
  'data:',
  'file:',
  'filesystem:',
  'ftp:',
  'intent:',
  'javascript:',
  'mailto:',
  'vbscript:',
  'view-source:',
  'ws:',
  'wss:',
];

/**
 * Which redirect URIs a client may register (SEC-D6, step 1), and which of those may still be answered later, when the list may have changed. A
 * redirect URI must then also equal one that the client registered, in both modes.
 * A URI is refused unless it is already written canonically, so that comparing it as a string is comparing what a browser would open.
 */
export class RedirectUris {
  private readonly rules: readonly Rule[];

  /** @throws ConfigError that names every unsafe entry of REDIRECT_URI_ALLOWLIST */
  constructor({
    REDIRECT_URI_ALLOWLIST,
    REDIRECT_URI_ALLOWLIST_MODE: mode,
    REDIRECT_URI_DEFAULTS,
  }: Pick<Config, 'REDIRECT_URI_ALLOWLIST' | 'REDIRECT_URI_ALLOWLIST_MODE' | 'REDIRECT_URI_DEFAULTS'>) {
    const problems = REDIRECT_URI_ALLOWLIST.flatMap((entry) => {
      const problem = unsafe(entry, mode);
      return problem ? [`REDIRECT_URI_ALLOWLIST: ${JSON.stringify(entry)} ${problem}`] : [];
    });
    if (problems.length) throw new ConfigError(problems);
    this.rules = [
      ...(REDIRECT_URI_DEFAULTS ? BUILT_IN : []),
      ...REDIRECT_URI_ALLOWLIST.map((entry) => ruleOf(entry, mode)),
    ];
  }

  /** Whether a client may register it. Never throws, whatever it is given. */
  allows(uri: unknown): uri is string {
    const url = canonical(uri);
    return url !== undefined && this.rules.some((rule) => matches(rule, url));
  }

  /** Whether a client that registered these may be answered there. A loopback redirect may have another port than the registered one (RFC 8252 section 7.3). */
  mayReceive(uri: unknown, registered: readonly string[]): boolean {
    const url = canonical(uri);
    if (!url) return false;
    const same = isLoopback(url)
      ? (one: string) => withoutPort(one) === withoutPort(url.href)
      : (one: string) => one === url.href;
    return registered.some((one) => same(one) && this.allows(one));
  }

  /** Whether an entry of the list is exactly this: what `/connect?redirect_uri=` may use without a client_id (contract item 14). */
  isExactEntry(uri: unknown): uri is string {
    return canonical(uri) !== undefined && this.exactEntries().includes(uri as string);
  }

  exactEntries(): string[] {
    return this.rules.flatMap((rule) => {
      if (rule.match === 'vendor') return VENDOR_REDIRECTS.filter((uri) => !uri.includes('{id}'));
      return 'uri' in rule && rule.match !== 'prefix' ? [rule.uri] : [];
    });
  }
}

/** Where a redirect leads, in the words that a person is shown before agreeing. */
export function redirectTarget(uri: string): { host: string; loopback: boolean } {
  const url = new URL(uri);
  const loopback = isLoopback(url);
  return { loopback, host: url.protocol === 'https:' || loopback ? url.host : `${url.protocol}//${url.host}` };
}

/** Whether every redirect stays on the person's own computer, where any program may listen: the consent page warns (AS-B10). */
export const isLoopbackOnly = (uris: readonly string[]): boolean =>
  uris.length > 0 && uris.every((uri) => URL.canParse(uri) && isLoopback(new URL(uri)));

function withoutPort(uri: string): string {
  const url = new URL(uri);
  url.port = '';
  return url.href;
}

function canonical(uri: unknown): URL | undefined {
  if (
    typeof uri !== 'string' ||
    uri.length > MAX_REDIRECT_URI_LENGTH ||
    !LEGAL.test(uri) ||
    HIDING.test(uri) ||
    !URL.canParse(uri)
  )
    return undefined;
  const url = new URL(uri);
  return url.href === uri && !url.username && !url.password ? url : undefined;
}

/** In `prefix` mode only what ends like a folder is a prefix, so that exact entries can stand beside it. */
function ruleOf(uri: string, mode: Config['REDIRECT_URI_ALLOWLIST_MODE']): Rule {
  const url = new URL(uri);
  if (isLoopback(url)) return { match: 'any-port', uri };
  return { match: mode === 'prefix' && isFolder(url) ? 'prefix' : 'exact', uri };
}

const isFolder = (url: URL) => url.protocol === 'https:' && !url.search && url.pathname.endsWith('/');

function matches(rule: Rule, url: URL): boolean {
  switch (rule.match) {
    case 'exact':
      return url.href === rule.uri;
    case 'prefix':
      return url.href.startsWith(rule.uri) && BELOW.test(url.href.slice(rule.uri.length));
    case 'any-port':
      return isLoopback(url) && withoutPort(url.href) === withoutPort(rule.uri);
    case 'vendor':
      return vendorOf(url.href) !== undefined;
    case 'loopback':
      return isLoopback(url) && !url.search && PLAIN_PATH.test(url.pathname);
  }
}

/** Parameters that we add to a redirect (RFC 6749 section 4.1.2, RFC 9207), or that other flows add: a client that finds one twice may read the wrong one. */
const ANSWERS = [
  'code',
  'state',
  'iss',
  'error',
  'error_description',
  'error_uri',
  'access_token',
  'id_token',
  'response',
  'session_state',
];

/** What is wrong with an operator's entry. */
function unsafe(entry: string, mode: Config['REDIRECT_URI_ALLOWLIST_MODE']): string | undefined {
  if (entry.includes('*')) return 'has a wildcard: write the URI out';
  const url = canonical(entry);
  if (!url)
    return 'is not an absolute URI in canonical form (with a path, at least "/") without user name and fragment';
  const answer = [...url.searchParams.keys()].find((name) => ANSWERS.includes(name.toLowerCase()));
  if (answer !== undefined) return `has a parameter of the answer in its query: take out ${answer}`;
  if (!isApp(url)) return 'must be https, http on loopback, or the private scheme of an application';
  if (mode === 'exact' || url.protocol !== 'https:') return undefined;
  // Whoever writes a bare host in this mode means all that is on it, and an open redirect anywhere there would give codes away.
  if (url.pathname === '/') return 'is no safe prefix: it must have a path';
  return isFolder(url) && url.pathname.includes('//') ? 'is no safe prefix: its path has an empty segment' : undefined;
}

function isApp(url: URL): boolean {
  if (url.protocol === 'https:' || isLoopback(url)) return true;
  return (
    url.protocol !== 'http:' && !NOT_AN_APP.includes(url.protocol) && /^[a-z][a-z0-9+.-]*:\/{1,2}\w/.test(url.href)
  );
}
