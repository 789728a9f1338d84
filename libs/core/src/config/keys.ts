import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { LOOPBACK_HOSTS } from '../network.js';
import { VENDOR_ORIGINS, VENDORS } from '../vendors.js';
import { APPROVE, RISKS } from '../verbs.js';
import { groupRoles } from './group-roles.js';

/** One configuration key. Everything about it is here; docs/configuration.md and .env.example are rendered from it. */
export interface Key<T = unknown> {
  schema: z.ZodType<T>;
  describe: string;
  group:
    | 'Server'
    | 'Database'
    | 'Credentials'
    | 'OAuth'
    | 'ClickUp'
    | 'Permissions'
    | 'Administration'
    | 'Limits'
    | 'Billing'
    | 'Sandbox';
  /** Other names that are read too. */
  aliases?: readonly string[];
  /** Other variables that set this key when they are true: their names, and the value each stands for. */
  flags?: Readonly<Record<string, string>>;
  /** Never printed; `<KEY>_FILE` is read instead of the value where set. */
  secret?: boolean;
}

/** Names of the vendors whose redirect URIs are built in. */
const WITH_REDIRECTS = VENDORS.filter(({ redirectUris }) => redirectUris).map(({ label }) => label);
const text = z.string().min(1);
const wholeNumber = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error });
};
const integer = (min: number, max: number, fallback: number) => wholeNumber(min, max).default(fallback);
const list = text
  .transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  )
  .or(z.undefined().transform(() => [] as string[]));
/** The items of the list, and the whole text as one more: a passphrase may contain commas. */
const previousKeys = text
  .transform((value) => [...new Set([...value.split(','), value].map((key) => key.trim()))].filter(Boolean))
  .or(z.undefined().transform(() => [] as string[]));
const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false', '1', '0', 'yes', 'no'], { error: 'must be true or false' })
    .default(fallback ? 'true' : 'false')
    .transform((value) => ['true', '1', 'yes'].includes(value));
const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be a URL that begins with https:// (or http://)' })
  .transform((value) => value.replace(/\/+$/, ''));
const databaseUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error:
    'must be a URL like postgres://user:password@host:5432/name, with special characters of the password percent-encoded (@ is %40, # is %23, / is %2F)',
});
/** E-mail addresses, in lower case; an address has one person, so there are no domains here. */
const addresses = list
  .transform((entries) => entries.map((entry) => entry.toLowerCase()))
  .pipe(z.array(z.string().regex(/^[^\s@]+@[^\s@]+$/, 'must be e-mail addresses')));
/** An address or range of a proxy, or a word for some (SEC-D9). */
const isProxy = (item: string): boolean => {
  const [address = '', length] = item.split('/');
  if (['true', 'loopback', 'linklocal', 'uniquelocal'].includes(item)) return true;
  if (length === undefined || ipaddr.IPv4.isValidFourPartDecimal(length)) return isAddress(address);
  return isAddress(address) && /^\d{1,3}$/.test(length) && Number(length) <= (address.includes(':') ? 128 : 32);
};
const isAddress = (text: string) => ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);

/** https anywhere, http on loopback only; no path tricks, no trailing slash (RFC 8414 section 2: the issuer is compared as a string). */
const baseUrl = httpUrl.refine((value) => {
  const url = new URL(value);
  return (
    (url.protocol === 'https:' || LOOPBACK_HOSTS.includes(url.hostname)) &&
    url.href.replace(/\/$/, '') === value &&
    !url.search &&
    !url.hash
  );
}, 'must be https (http on loopback only), written canonically, without query or fragment');

/** As the provider writes it, with the slash at its end where it has one: it is compared as a string (OpenID Connect Discovery). */
const issuerUrl = z
  .url({ protocol: /^https?$/, error: 'must be a URL that begins with https:// (or http://)' })
  .refine((value) => {
    const { protocol, hostname, search, hash } = new URL(value);
    return (protocol === 'https:' || LOOPBACK_HOSTS.includes(hostname)) && !search && !hash;
  }, 'must be https (http on loopback only), without query or fragment');

/** A server without a path: https anywhere, http on loopback only. */
const originUrl = httpUrl.refine((value) => {
  const { protocol, hostname, origin } = new URL(value);
  return origin === value && (protocol === 'https:' || LOOPBACK_HOSTS.includes(hostname));
}, 'must be https (http on loopback only), without a path');

/** `name=value`, comma-separated, as W3C Baggage has it. */
const pairs = text
  .transform((value, context) => {
    const items = value.split(',').map((item) => item.trim());
    return Object.fromEntries(
      items.filter(Boolean).map((item): [string, string] => {
        const [, name, encoded] = /^([^\s=]+)\s*=\s*(.*)$/.exec(item) ?? [];
        const decoded = encoded === undefined ? undefined : percentDecoded(encoded);
        if (name === undefined || decoded === undefined)
          context.addIssue('must be name=value, comma-separated, values percent-encoded');
        return [name ?? '', decoded ?? ''];
      }),
    );
  })
  .optional();
const percentDecoded = (value: string): string | undefined => {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
};

/** Which operations are traced, by the names of the OpenTelemetry specification. */
const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

export const KEYS = {
  NODE_ENV: {
    group: 'Server',
    schema: z.enum(['development', 'production', 'test']).default('development'),
    describe: '`production` refuses the embedded database.',
  },
  PORT: { group: 'Server', schema: integer(0, 65_535, 3000), describe: 'TCP port; 0 takes a free one.' },
  HOST: {
    group: 'Server',
    schema: text.default('127.0.0.1'),
    describe: 'Address to listen on. `0.0.0.0` in a container.',
  },
  BASE_URL: {
    group: 'Server',
    schema: baseUrl.optional(),
    describe: 'The public URL. Every URL the server emits starts with it; default `http://localhost:PORT`.',
  },
  OPERATOR_NAME: {
    group: 'Server',
    schema: text.max(80).optional(),
    describe: 'Who runs this server, as people are told before they let a client in: `Acme IT`.',
  },
  OPERATOR_CONTACT_URL: {
    group: 'Server',
    schema: z.url({ protocol: /^(https|mailto)$/ }).optional(),
    describe: 'Where people reach the operator: an https address, or `mailto:it@acme.com`.',
  },
  PRIVACY_URL: {
    group: 'Server',
    schema: z.url({ protocol: /^https$/ }).optional(),
    describe: 'What happens with their data, linked beside the operator.',
  },
  ALLOWED_HOSTS: {
    group: 'Server',
    schema: list,
    describe: 'Further Host names that are accepted, comma-separated. Always accepted: those of BASE_URL and loopback.',
  },
  ALLOWED_ORIGINS: {
    group: 'Server',
    schema: list,
    describe: `Further browser Origins that may call \`/mcp\`, comma-separated. Always accepted: BASE_URL, ${VENDOR_ORIGINS.map((origin) => new URL(origin).host).join(', ')}, loopback.`,
  },
  TRUST_PROXY: {
    group: 'Server',
    schema: list
      .transform((value) => (value.length ? value : ['loopback']))
      .refine(
        (value) => value.every(isProxy),
        'takes loopback, linklocal, uniquelocal, true, addresses and ranges like 10.0.0.0/8, comma-separated',
      ),
    describe:
      'Proxies whose X-Forwarded-* headers count: `loopback`, `uniquelocal`, addresses or CIDR ranges, comma-separated.',
  },
  LOG_LEVEL: {
    group: 'Server',
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
    describe:
      'How much is logged. `debug` adds each request to ClickUp, by operation and status. No level logs content or secrets.',
  },
  LOG_FORMAT: {
    group: 'Server',
    schema: z.enum(['auto', 'json', 'pretty']).default('auto'),
    describe: '`json`: one object per line; `pretty`: lines for people; `auto`: `pretty` on a terminal, else `json`.',
  },
  SHUTDOWN_DELAY_SECONDS: {
    group: 'Server',
    schema: integer(0, 300, 5),
    describe:
      'How long, in production, everything is served still after SIGTERM while `/health/ready` answers 503: the time in which balancers notice, longer than they take from one look to the next. Then the running calls are waited for (SHUTDOWN_DRAIN_SECONDS). SIGINT, and a second SIGTERM, do without it.',
  },
  SHUTDOWN_DRAIN_SECONDS: {
    group: 'Server',
    schema: integer(0, 300, 70),
    describe:
      'How long running calls may go on after SIGTERM. Less than the longest change takes (40 s until it is sent, CLICKUP_TIMEOUT_MS until it is answered) cuts changes off, whose outcome then is unknown.',
  },
  METRICS_TOKEN: {
    group: 'Server',
    secret: true,
    schema: text
      .regex(/^[\x21-\x7e]{16,}$/, 'needs at least 16 characters without spaces; make one with: openssl rand -hex 32')
      .optional(),
    describe:
      'Whoever sends it as `Authorization: Bearer` may read `/metrics`, in the format of Prometheus. Unset: there is no such page on PORT.',
  },
  METRICS_PORT: {
    group: 'Server',
    schema: wholeNumber(0, 65_535).optional(),
    describe:
      'A port of its own for `/metrics`, without a token: for a network that only the operator reaches. 0 takes a free one, which the log names.',
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    group: 'Server',
    schema: httpUrl.optional(),
    describe:
      'A collector of OpenTelemetry, such as `http://collector:4318`: switches traces on (docs/observability.md), which go to `/v1/traces` there. Unset: nothing of it is even loaded.',
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    group: 'Server',
    secret: true,
    schema: pairs,
    describe: 'Headers for the collector: `name=value`, comma-separated, values percent-encoded.',
  },
  OTEL_EXPORTER_OTLP_PROTOCOL: {
    group: 'Server',
    schema: z
      .literal('http/protobuf', { error: 'must be http/protobuf: collectors take that on port 4318' })
      .optional(),
    describe: 'Only `http/protobuf`, which is the default too.',
  },
  OTEL_SERVICE_NAME: {
    group: 'Server',
    schema: text.max(255).optional(),
    describe: 'What traces call this service. Unset: `service.name` of OTEL_RESOURCE_ATTRIBUTES, else `clickup-mcp`.',
  },
  OTEL_RESOURCE_ATTRIBUTES: {
    group: 'Server',
    schema: pairs,
    describe:
      'What else traces say of this process: `deployment.environment.name=production`, comma-separated, values percent-encoded.',
  },
  OTEL_TRACES_SAMPLER: {
    group: 'Server',
    schema: z.enum(SAMPLERS).default('parentbased_always_on'),
    describe:
      'Which calls are traced: all, none, or a share (OTEL_TRACES_SAMPLER_ARG). With `parentbased_…` a client that sends `traceparent` decides for its own calls.',
  },
  OTEL_TRACES_SAMPLER_ARG: {
    group: 'Server',
    schema: z.coerce
      .number({ error: 'must be a number from 0 to 1' })
      .min(0, { error: 'must be a number from 0 to 1' })
      .max(1, { error: 'must be a number from 0 to 1' })
      .default(1),
    describe: 'The share that `traceidratio` and `parentbased_traceidratio` trace: 0.1 is one in ten.',
  },
  OTEL_BSP_SCHEDULE_DELAY: {
    group: 'Server',
    schema: integer(10, 60_000, 5_000),
    describe: 'How long (milliseconds) parts of traces wait for others before they are sent together.',
  },
  MAX_CONNECTIONS: {
    group: 'Server',
    schema: integer(1, 1_000_000, 10_000),
    describe: 'Open sockets at most; further ones are refused.',
  },

  DATABASE_URL: {
    group: 'Database',
    secret: true,
    schema: databaseUrl.optional(),
    describe:
      'PostgreSQL 14 or newer. Unset outside production: an embedded PostgreSQL in DATA_DIR. The gateway works as an ordinary login that owns nothing: this one, or, where this is the owner and may create roles, one that it makes for itself.',
  },
  DATABASE_MIGRATION_URL: {
    group: 'Database',
    secret: true,
    schema: databaseUrl.optional(),
    describe:
      'The owner of the tables, for migrations only, where DATABASE_URL is the ordinary login that the gateway works as.',
  },
  DATABASE_URL_DIRECT: {
    group: 'Database',
    secret: true,
    schema: databaseUrl.optional(),
    describe:
      'The same database without the pooler in between, where DATABASE_URL leads to one in transaction mode (PgBouncer, Supavisor): for migrations, and to hear of revocations, which otherwise take up to 30 seconds.',
  },
  DATA_DIR: {
    group: 'Database',
    schema: text.default('./data'),
    describe: 'Where the embedded database and generated keys live.',
  },
  DATABASE_POOL_SIZE: {
    group: 'Database',
    schema: integer(1, 200, 10),
    describe: 'Connections in the pool of one replica.',
  },

  AUDIT_RETENTION_DAYS: {
    group: 'Database',
    schema: integer(30, 36500, 400),
    describe: 'For so many days the audit is kept (docs/audit.md). What heads say of removed days stays.',
  },
  AUDIT_WRITES: {
    group: 'Database',
    schema: z.enum(['required', 'best_effort']).default('required'),
    describe:
      '`required`: a call that changes something in ClickUp is refused (503) while the audit cannot store that it begins. `best_effort`: it goes on, and what could not be stored is counted.',
  },

  AUDIT_PUSH_URL: {
    group: 'Database',
    secret: true,
    schema: z
      .url({
        protocol: /^(https?|syslog\+tcp|syslog\+tls)$/,
        error: 'must be a URL that begins with https://, syslog+tls:// or syslog+tcp://',
      })
      .optional(),
    describe:
      'Where the audit is sent to as it grows, each event at least once and in the order of its Workspace (docs/audit.md): `https://…` takes POSTs of NDJSON, `syslog+tls://host:6514` RFC 5424.',
  },
  AUDIT_PUSH_SECRET: {
    group: 'Database',
    secret: true,
    schema: z.string().min(16, 'needs at least 16 characters').optional(),
    describe: 'With it the POSTs to AUDIT_PUSH_URL are signed (HMAC-SHA-256, `X-Audit-Signature`).',
  },

  MASTER_KEY: {
    group: 'Credentials',
    secret: true,
    schema: z.string().trim().min(16, 'needs at least 16 characters; make one with: openssl rand -hex 32').optional(),
    describe:
      '64 hex characters (32 bytes), or a passphrase of 16 characters or more. Outside production one is made in DATA_DIR when unset.',
  },
  MASTER_KEY_PREVIOUS: {
    group: 'Credentials',
    secret: true,
    schema: previousKeys,
    describe:
      'Earlier master keys, comma-separated: what they encrypted still opens. Needed from the change of MASTER_KEY until `clickup-mcp vault rewrap` says it may go.',
  },
  API_KEY_MODE: {
    group: 'Credentials',
    schema: z.enum(['global', 'user_bound']).default('global'),
    describe: '`user_bound`: people make their own API keys at `/`, and global keys are refused.',
  },
  API_KEY_MAX_AGE_DAYS: {
    group: 'Credentials',
    schema: z.coerce.number().int().min(1).max(3650).optional(),
    describe:
      'The longest life of a key that people make from now on, in days; the page offers no longer one. Unset: a key may hold until it is ended.',
  },
  ALLOW_CLIENT_CREDENTIALS: {
    group: 'Credentials',
    schema: flag(false),
    describe:
      'Take `X-ClickUp-Key` and `X-ClickUp-Team-Id` from a request in place of CLICKUP_API_TOKEN and TEAM_ID; never stored. Without global keys the header alone lets in.',
  },
  MCP_API_KEY: {
    group: 'Credentials',
    secret: true,
    schema: text.optional(),
    describe: 'A global API key for `/mcp`: Authorization: Bearer, X-API-Key or ?apiKey=.',
  },
  MCP_API_KEYS: {
    group: 'Credentials',
    secret: true,
    schema: list,
    describe: 'Several global API keys, comma-separated.',
  },
  MCP_API_KEY_WRITE_MODE: {
    group: 'Permissions',
    schema: z.enum(['read', 'write']).default('read'),
    describe: 'What global API keys may do.',
  },
  MCP_API_KEY_IN_QUERY: {
    group: 'Credentials',
    schema: flag(true),
    describe:
      'Accept ?apiKey=, and on streams ?token=, for clients that cannot set headers (discouraged: URLs end up in logs). Session tokens are never accepted there.',
  },

  DCR_ENABLED: {
    group: 'OAuth',
    schema: flag(true),
    describe: 'Let clients register themselves at `/register` (RFC 7591).',
  },
  REDIRECT_URI_ALLOWLIST: {
    group: 'OAuth',
    schema: list,
    describe: `Further redirect URIs that clients may use, comma-separated; built in are ${WITH_REDIRECTS.join(', ')} and loopback. A loopback entry matches any port.`,
  },
  REDIRECT_URI_ALLOWLIST_MODE: {
    group: 'OAuth',
    schema: z.enum(['exact', 'prefix']).default('exact'),
    describe:
      '`prefix`: an entry of REDIRECT_URI_ALLOWLIST that is https, has a path and ends with `/` allows what lies below it, every other entry only itself.',
  },
  REDIRECT_URI_DEFAULTS: { group: 'OAuth', schema: flag(true), describe: 'Allow the built-in redirect URIs.' },
  CODE_TTL_SECONDS: {
    group: 'OAuth',
    schema: integer(10, 600, 90),
    describe: 'How long an authorization code can be redeemed.',
  },
  TOKEN_TTL_SECONDS: {
    group: 'OAuth',
    schema: integer(60, 86_400, 3600),
    describe: 'Life of an access token; clients refresh it for up to 90 days.',
  },
  ALLOW_LEGACY_NO_PKCE: {
    group: 'OAuth',
    schema: flag(false),
    describe: 'Let `/connect?redirect_uri=` (exact entries only) work without PKCE, for clients that cannot.',
  },
  LOG_FULL_IP: {
    group: 'OAuth',
    schema: flag(false),
    describe: 'Security-log lines carry the whole address instead of its network (/24, /48).',
  },

  CLICKUP_API_TOKEN: {
    group: 'ClickUp',
    secret: true,
    aliases: ['CLICKUP_API_KEY', 'CLICKUP_PERSONAL_TOKEN'],
    schema: text.optional(),
    describe: 'The ClickUp credential behind global API keys: a personal token (`pk_…`) or an OAuth token.',
  },
  TEAM_ID: {
    group: 'ClickUp',
    aliases: ['CLICKUP_TEAM_ID', 'DEFAULT_TEAM_ID', 'CLICKUP_WORKSPACE_ID'],
    schema: z.string().regex(/^\d+$/, 'must be the digits of a Workspace id').optional(),
    describe:
      'The only Workspace to work in, of those the credential reaches; without it a credential of several works in all of them.',
  },
  CLICKUP_API_URL: {
    group: 'ClickUp',
    schema: httpUrl.default('https://api.clickup.com'),
    describe: 'Where ClickUp is. Nothing in a request can change it.',
  },
  CLICKUP_AUTHORIZE_URL: {
    group: 'ClickUp',
    schema: httpUrl.default('https://app.clickup.com/api'),
    describe: 'Where people sign in with ClickUp.',
  },
  CLICKUP_CLIENT_ID: {
    group: 'ClickUp',
    schema: text.optional(),
    describe:
      'Id of your ClickUp OAuth app: offers "Sign in with ClickUp". Its redirect URL is `BASE_URL/connect/clickup/callback`, and `BASE_URL/auth/callback` for JWT sessions.',
  },
  CLICKUP_CLIENT_SECRET: {
    group: 'ClickUp',
    secret: true,
    schema: text.optional(),
    describe: 'Secret of your ClickUp OAuth app.',
  },
  CLICKUP_TIMEOUT_MS: {
    group: 'ClickUp',
    schema: integer(100, 120_000, 30_000),
    describe: 'One upstream attempt, from connecting to the last byte, at most.',
  },
  CLICKUP_MAX_RESPONSE_BYTES: {
    group: 'ClickUp',
    schema: integer(1024, 1 << 30, 10 << 20),
    describe: 'A longer answer from ClickUp is refused.',
  },
  CLICKUP_BYTES_IN_FLIGHT: {
    group: 'ClickUp',
    schema: integer(1_048_576, 17_179_869_184, 134_217_728),
    describe:
      'Bytes of memory that bodies above 256 kB may take at one time; an answer counts as six times its length, for what is made of it. What does not fit waits, and is refused with 503 when that takes too long.',
  },
  CLICKUP_BYTES_IN_FLIGHT_PER_TOKEN: {
    group: 'ClickUp',
    schema: integer(1_048_576, 17_179_869_184, 67_108_864),
    describe: 'The same for each ClickUp token. A single body never counts as more.',
  },
  CLICKUP_RATE_LIMIT: {
    group: 'ClickUp',
    schema: wholeNumber(1, 1_000_000).optional(),
    describe:
      'Requests per minute and ClickUp token at most. Unset: what ClickUp says the plan allows, 100 until it has said so.',
  },
  UPSTREAM_RETRY: {
    group: 'ClickUp',
    schema: z.enum(['on', 'off']).default('on'),
    describe:
      "Whether calls wait for ClickUp's rate limit within their time (CALL_TIMEOUT_MS). With `off` they are refused as `clickup_rate_limit`, for clients that pace themselves by `ratelimit-remaining` and `ratelimit-reset`.",
  },

  CONFIRM_DESTRUCTIVE: {
    group: 'Permissions',
    schema: z.enum(['always', 'never']).default('always'),
    describe:
      'Whether destructive and large bulk calls first answer with a preview and a confirm_token. What was granted to a caller may demand it where this says `never`, not the other way round.',
  },

  APPROVE: {
    group: 'Permissions',
    schema: z.enum(APPROVE).default('never'),
    describe:
      'Which changes wait until a person has approved them, small ones perhaps in the client (APPROVE_IN_CLIENT), all others on the page /approvals behind their own login: `never` (the client or the model confirms), `destructive` and large ones, `tainted` (those, and every change within an hour after texts of others were read) or `all_writes`. What was granted to a caller may be stricter, not the other way round. Over stdio, where there is no page, such changes are refused.',
  },
  APPROVE_IN_CLIENT: {
    group: 'Permissions',
    schema: flag(true),
    describe:
      'Whether a person may also approve in the form of an AI client that can ask its user (MCP 2026-07-28), where nothing is destroyed, administered, lost or changed in bulk. What answers the form has the credential that asks, be it a person or an automation of the client: `false` has every approval given on the page /approvals.',
  },

  ALLOWED_WORKSPACES: {
    group: 'Permissions',
    schema: list.pipe(z.array(z.string().regex(/^\d+$/, 'must be the digits of a Workspace id'))),
    describe:
      'Ids of the Workspaces whose people may come in with their own ClickUp account, comma-separated. Unset: all. It also ends what was granted before. Global keys are bound by TEAM_ID instead.',
  },
  ALLOWED_PEOPLE: {
    group: 'Permissions',
    schema: list
      .transform((entries) => entries.map((entry) => entry.toLowerCase().replace(/^@/, '')))
      .pipe(
        z.array(
          z
            .string()
            .regex(
              /^(?:\d+|(?:[^\s@]+@)?[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+)$/u,
              'must be an e-mail address, a domain such as acme.com, or the digits of a ClickUp user id',
            ),
        ),
      ),
    describe:
      'Who may come in with their own ClickUp account, comma-separated: e-mail addresses as ClickUp has them, domains (`acme.com` or `@acme.com`, without subdomains), ClickUp user ids. Unset: everybody. It also ends what was granted before.',
  },
  WRITE_MODE: {
    group: 'Permissions',
    // Names of other servers: whoever comes from one of them that only read must not find that this one writes.
    aliases: ['CLICKUP_MCP_MODE'],
    flags: {
      READ_ONLY_MODE: 'read',
      CLICKUP_READ_ONLY: 'read',
      CLICKUP_READONLY: 'read',
      SELECTIVE_WRITE: 'selective',
    },
    schema: z.enum(['read', 'selective', 'write']).default('write'),
    describe:
      'The most that anybody may do here, whatever was granted to them: read, write in WRITE_ALLOWED_SPACES and WRITE_ALLOWED_LISTS only, or write.',
  },
  WRITE_ALLOWED_SPACES: {
    group: 'Permissions',
    schema: list,
    describe:
      'For WRITE_MODE=selective: Spaces, comma-separated, by id; by name when CLICKUP_API_TOKEN is set, looked up at start.',
  },
  WRITE_ALLOWED_LISTS: {
    group: 'Permissions',
    schema: list,
    describe:
      'For WRITE_MODE=selective: Lists, comma-separated, by id; by name or path when CLICKUP_API_TOKEN is set, looked up at start.',
  },
  ENABLED_TOOLS: {
    group: 'Permissions',
    schema: list,
    describe:
      'Only these tools, comma-separated. The others are not there at all, and what only they do cannot be done another way.',
  },
  DISABLED_TOOLS: {
    group: 'Permissions',
    schema: list,
    describe: 'Not these tools, comma-separated; wins over ENABLED_TOOLS.',
  },
  ENABLED_TOOLSETS: {
    group: 'Permissions',
    schema: list,
    describe: 'Only tools and operations of these toolsets, comma-separated.',
  },
  DISABLED_TOOLSETS: {
    group: 'Permissions',
    schema: list,
    describe: 'No tools and operations of these toolsets, comma-separated; wins over ENABLED_TOOLSETS.',
  },
  TOOL_PROFILE: {
    group: 'Permissions',
    schema: z.enum(['core', 'full']).optional(),
    describe:
      'Which tools clients see: `core`, the few that daily work needs, or `full`, those and one per ClickUp operation. Unset: what the connection asks for, otherwise `core`. The operations that can be reached are the same.',
  },
  ALLOWED_RISKS: {
    group: 'Permissions',
    schema: list.transform((value) => (value.length ? value : undefined)).pipe(z.array(z.enum(RISKS)).optional()),
    describe:
      'Only operations of these risks, comma-separated: `normal` (always allowed), `destructive`, `admin`. Unset: all.',
  },

  POLICY_FILE: {
    group: 'Permissions',
    schema: text.optional(),
    describe:
      'A YAML file with what each Workspace allows at most, for those who keep configuration in git (docs/policies.md). It is read at start, and wins over what is stored.',
  },

  ADMIN_TOKEN: {
    group: 'Administration',
    secret: true,
    schema: text
      .regex(/^[\x21-\x7e]{32,}$/, 'needs at least 32 characters without spaces; make one with: openssl rand -hex 32')
      .optional(),
    describe:
      'Whoever sends it as `Authorization: Bearer` to `/api/v1` is the operator: all Workspaces, all rights. Unset: only people administer, each the Workspaces whose owner or admin they are in ClickUp.',
  },
  ADMIN_EMAILS: {
    group: 'Administration',
    schema: addresses,
    describe:
      'Only these people may administer a Workspace whose owner or admin they are in ClickUp: addresses as ClickUp has them, comma-separated. Unset: all owners and admins.',
  },
  AUDITOR_EMAILS: {
    group: 'Administration',
    schema: addresses,
    describe:
      'These people may see everything that the admins of their Workspaces see, and change nothing: addresses as ClickUp has them, comma-separated. Owners and admins who may administer stay what they are.',
  },
  ADMIN_OIDC_ISSUER: {
    group: 'Administration',
    schema: issuerUrl.optional(),
    describe:
      'The issuer of your identity provider: people sign in at the console through it (docs/admin.md). Register `BASE_URL/console/sso/callback` there as the redirect URI. It is asked when somebody signs in, not at start.',
  },
  ADMIN_OIDC_CLIENT_ID: {
    group: 'Administration',
    schema: text.optional(),
    describe: 'Under which id this server is registered there.',
  },
  ADMIN_OIDC_CLIENT_SECRET: {
    group: 'Administration',
    secret: true,
    schema: text.optional(),
    describe: 'Its secret there. Unset: it is a public client, and proves itself by PKCE alone.',
  },
  ADMIN_OIDC_SCOPES: {
    group: 'Administration',
    schema: text
      .regex(
        /^(?=.*\bopenid\b)[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/,
        'must be scopes separated by spaces, `openid` among them',
      )
      .default('openid profile'),
    describe: 'What is asked for there, where groups need a scope of their own: `openid profile groups`, say.',
  },
  ADMIN_OIDC_GROUPS_CLAIM: {
    group: 'Administration',
    schema: text.default('groups'),
    describe: 'The claim that holds the groups of a person, in the ID token or at the userinfo endpoint.',
  },
  ADMIN_OIDC_ROLES: {
    group: 'Administration',
    schema: text
      .refine(
        (value) => groupRoles(value) !== undefined,
        'must be like `platform=operator,team-a=admin:90120,audit=auditor`: group, role and Workspace id; an operator is of all Workspaces, an admin of one, an auditor of one or all',
      )
      .optional(),
    describe:
      'What the members of which group are: `platform=operator,team-a=admin:90120,audit=auditor`. A comma or `=` in the name of a group is percent-encoded. Who is in no group that is named here is not let in.',
  },
  ADMIN_OIDC_SESSION_MINUTES: {
    group: 'Administration',
    schema: integer(5, 720, 60),
    describe:
      'How long such a session holds. Nothing prolongs it: a group that somebody has lost there ends here with the session, at the latest.',
  },
  CALL_TIMEOUT_MS: {
    group: 'Limits',
    schema: integer(12_000, 300_000, 50_000),
    describe:
      'One tool call, waiting included; AI clients give up after about 60 seconds. A change is not begun in its last 10 seconds; one that was begun is awaited for CLICKUP_TIMEOUT_MS.',
  },
  JOB_PAUSE_SECONDS: {
    group: 'Limits',
    schema: integer(1, 300, 10),
    describe:
      'How long a bulk call that goes on as a job pauses where it had to leave something, and how often each replica looks for jobs that others have left.',
  },
  MCP_BODY_LIMIT_BYTES: {
    group: 'Limits',
    schema: integer(1024, 64 << 20, 4 << 20),
    describe: 'Largest request body on `/mcp`; other routes have fixed ceilings of at most 256 KiB.',
  },
  MCP_RATE_LIMIT_PER_MINUTE: {
    group: 'Limits',
    schema: integer(0, 1_000_000_000, 500),
    describe:
      'Requests to `/mcp` in any 60 seconds, of one person with all sessions and keys together, or of one key that belongs to no person; each call of a batch counts. 0 = no limit.',
  },
  MCP_RATE_LIMIT_PER_HOUR: {
    group: 'Limits',
    schema: integer(0, 1_000_000_000, 30_000),
    describe: 'The same in any 60 minutes. 0 = no limit.',
  },
  MCP_RATE_LIMIT_PER_DAY: {
    group: 'Limits',
    schema: integer(0, 1_000_000_000, 720_000),
    describe: 'The same in any 24 hours. 0 = no limit.',
  },
  MONTHLY_QUOTA_PREMIUM: {
    group: 'Limits',
    schema: integer(0, 1_000_000_000, 0),
    describe: 'The same in any 30 days; beyond it the answer is `quota_exceeded`. 0 = no quota.',
  },
  MONTHLY_QUOTA_FREE: {
    group: 'Limits',
    schema: integer(0, 1_000_000_000, 0),
    describe:
      'The quota of people on the free tier. Nobody is on it while there is no billing (STRIPE_SECRET_KEY): then MONTHLY_QUOTA_PREMIUM is for everybody. 0 = no quota.',
  },
  MAX_STREAMS_PER_CREDENTIAL: {
    group: 'Limits',
    schema: integer(1, 100_000, 20),
    describe: 'Streams (SSE, WebSocket) that one credential may hold open at one replica at a time.',
  },
  MAX_STREAMS: {
    group: 'Limits',
    schema: integer(1, 1_000_000, 5_000),
    describe: 'Streams that one replica holds open at a time, of everybody; less than MAX_CONNECTIONS.',
  },
  MAX_GRANTS_PER_PERSON: {
    group: 'Limits',
    schema: integer(1, 10_000, 50),
    describe: 'Sessions and keys that one person may have in one Workspace at a time.',
  },
  CACHE_BYTES: {
    group: 'Limits',
    schema: integer(1 << 20, 16 * 2 ** 30, 64 << 20),
    describe: 'Memory for Workspace directories and search indexes of all credentials together.',
  },
  TASK_INDEX: {
    group: 'Limits',
    schema: flag(true),
    describe:
      'Keep the tasks a caller has read in memory, under its own credential, to search and count them at once. Off: each search reads ClickUp again.',
  },

  STRIPE_SECRET_KEY: {
    group: 'Billing',
    secret: true,
    schema: text
      .regex(/^(?:sk|rk)_(?:test|live)_\w+$/, 'must be a secret or restricted key of Stripe: sk_live_…, rk_test_…')
      .optional(),
    describe:
      "A key of your Stripe account: switches billing on. People without a subscription are on the free tier then. Unset: there is no billing, and everything is everybody's.",
  },
  STRIPE_WEBHOOK_SECRET: {
    group: 'Billing',
    secret: true,
    schema: text.regex(/^whsec_\S+$/, 'must be the signing secret of a webhook endpoint: whsec_…').optional(),
    describe: 'What Stripe signs its messages to `BASE_URL/stripe/webhook` with. Needed with STRIPE_SECRET_KEY.',
  },
  STRIPE_PRICE_ID: {
    group: 'Billing',
    schema: text.regex(/^price_\w+$/, 'must be the id of a price: price_…').optional(),
    describe:
      'The recurring price of the premium tier. Needed with STRIPE_SECRET_KEY; who has subscribed keeps theirs.',
  },
  STRIPE_API_URL: {
    group: 'Billing',
    schema: originUrl.default('https://api.stripe.com'),
    describe: 'Where Stripe is: for tests against an imitation. Nothing in a request can change it.',
  },

  SANDBOX_PORT: { group: 'Sandbox', schema: integer(0, 65_535, 4010), describe: 'Port of `npm run sandbox`.' },
  SANDBOX_TASKS: {
    group: 'Sandbox',
    schema: integer(0, 100_000, 400),
    describe: 'How many tasks the sandbox starts with.',
  },
  SANDBOX_LATENCY_MS: {
    group: 'Sandbox',
    schema: integer(0, 60_000, 0),
    describe: 'Delay before each sandbox answer.',
  },
  SANDBOX_RATE_LIMIT: {
    group: 'Sandbox',
    schema: integer(0, 1_000_000, 0),
    describe: 'Requests per minute and token; 0 = no limit.',
  },
} as const satisfies Record<string, Key>;

type KeyName = keyof typeof KEYS;
export type Config = { readonly [K in KeyName]: z.output<(typeof KEYS)[K]['schema']> };
