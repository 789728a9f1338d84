import { type GrantKind } from '#libs/connections';
import { type Config, ConfigError } from '#libs/core';

/** A kind of gateway credential, recognised by its form alone. */
interface CredentialKind {
  readonly name: string;
  readonly pattern: RegExp;
  /** Where it is looked up: `grant` in the database, `global` in the configuration, `signed` after its signature. A kind with none is recognised and refused. */
  readonly grant?: { readonly kind: GrantKind; /** Its id and its secret. */ readonly parts: RegExp };
  readonly global?: true;
  /** Its id and its secret are claims: the signature is checked before anything is looked up. */
  readonly signed?: true;
  /** Where it may come in the query: API keys anywhere, JWTs as `?token=` of streams, session tokens nowhere. */
  readonly inQuery?: 'anywhere' | 'streams';
  /** Where it belongs, when no header is the place for it. */
  readonly belongs?: string;
}

/** Id and secret (SEC-D1): 16 random bytes in base64url name the grant; the length of an access token is up to the authorization server. */
const parts = (prefix: string) => new RegExp(`^${prefix}_([\\w-]{22}):([\\w-]{16,256})$`);

/** The first row that fits decides what a credential is (contract item 9): one that is not valid as that kind is never tried as another. */
const KINDS: readonly CredentialKind[] = [
  { name: 'an API key', pattern: /^cuk_/, grant: { kind: 'api_key', parts: parts('cuk') }, inQuery: 'anywhere' },
  {
    name: 'a server URL',
    pattern: /^cuu_/,
    grant: { kind: 'server_url', parts: parts('cuu') },
    belongs:
      'A server URL is no key for a header or a query: give it to the client as the address of the server, whole.',
  },
  { name: 'a session token', pattern: /^cus_|:/, grant: { kind: 'session', parts: parts('cus') } },
  { name: 'a JWT', pattern: /^[\w-]+\.[\w-]+\.[\w-]*$/, signed: true, inQuery: 'streams' },
];
const GLOBAL_KEY: CredentialKind = { name: 'a global key', pattern: /^/, global: true, inQuery: 'anywhere' };

/** The kind of a credential; a global key when it fits no other. */
export const kindOf = (credential: string): CredentialKind =>
  KINDS.find(({ pattern }) => pattern.test(credential)) ?? GLOBAL_KEY;

/** Whether credentials of this kind are a part of the path. */
export const isInPath = (kind: GrantKind): boolean => kind === 'server_url';

const MIN_GLOBAL_KEY = 16;
/** Values that come from a template which nobody filled in, or from a variable that was not set. */
const LEFT_OVER = /^(undefined|null|changeme|change-me|your[-_ ]?api[-_ ]?key.*)$/i;

/**
 * Every global key must be hard to guess, and must not look like a credential of another kind, because it would be treated as one.
 * @throws ConfigError that names the variable, never the key
 */
export function checkGlobalKeys({ MCP_API_KEY, MCP_API_KEYS }: Pick<Config, 'MCP_API_KEY' | 'MCP_API_KEYS'>): void {
  const keys = [
    ...(MCP_API_KEY === undefined ? [] : [['MCP_API_KEY', MCP_API_KEY] as const]),
    ...MCP_API_KEYS.map((key, index) => [`MCP_API_KEYS (number ${index + 1})`, key] as const),
  ];
  const problems = keys.flatMap(([name, key]) => {
    const problem = problemOf(key);
    return problem ? [`${name}: ${problem}; make one with: openssl rand -hex 32`] : [];
  });
  if (problems.length) throw new ConfigError(problems);
}

/**
 * The operator's token must not be a key for clients too: whoever may call tools would administer.
 * @throws ConfigError that names the variable, never the token
 */
export function checkAdminToken({
  ADMIN_TOKEN,
  MCP_API_KEY,
  MCP_API_KEYS,
}: Pick<Config, 'ADMIN_TOKEN' | 'MCP_API_KEY' | 'MCP_API_KEYS'>): void {
  if (ADMIN_TOKEN === undefined) return;
  const { name, global } = kindOf(ADMIN_TOKEN);
  if (!global) throw new ConfigError([`ADMIN_TOKEN: looks like ${name}; make one with: openssl rand -hex 32`]);
  if ([MCP_API_KEY, ...MCP_API_KEYS].includes(ADMIN_TOKEN))
    throw new ConfigError(['ADMIN_TOKEN: is a key for clients too (MCP_API_KEY, MCP_API_KEYS); make another one']);
}

function problemOf(key: string): string | undefined {
  if (LEFT_OVER.test(key)) return 'holds a placeholder, not a key';
  if (key.length < MIN_GLOBAL_KEY) return `is shorter than ${MIN_GLOBAL_KEY} characters`;
  if (!/^[\x21-\x7e]+$/.test(key)) return 'holds characters that no header can carry';
  const kind = kindOf(key);
  return kind.global ? undefined : `looks like ${kind.name}, so no client could ever use it`;
}
