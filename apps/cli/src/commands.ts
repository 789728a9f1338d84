/** The flags of a command, each with whether it was given. */
export type Flags = Readonly<Record<string, boolean>>;
/** The options of a command that were given, with their values. */
export type Options = Readonly<Record<string, string | undefined>>;

export interface Command {
  summary: string;
  /** `--<name>` and what it does. */
  flags: Readonly<Record<string, string>>;
  /** `--<name> <value>` and what it means. */
  options?: Readonly<Record<string, string>>;
  /** Name of the operands that it needs, one or more; the usage shows it as `<…>`. */
  operands?: string;
  /** Needs what only a clone of the repository has: development dependencies, the sandbox, documents. */
  inClone?: true;
  /** Loads the code only when the command is run. `run` resolves to the exit status. */
  load: () => Promise<{ run: (flags: Flags, operands: readonly string[], options: Options) => Promise<number> }>;
}

/** Every command of `clickup-mcp`, by its name of one or two words. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  'audit erase': {
    summary:
      'Forget whose the pseudonyms of people are, by their ClickUp user ids; what they did stays, and the chains stay whole.',
    flags: {},
    operands: 'person',
    load: () => import('./commands/audit-erase.js'),
  },
  'audit export': {
    summary: 'Print the audit, oldest first; each line has the cursor with which the next export goes on.',
    flags: {},
    options: {
      workspace: 'of this Workspace only',
      from: 'from this day on, YYYY-MM-DD (UTC)',
      to: 'up to this day',
      format: 'ndjson (the default) or csv',
      cursor: 'go on after the line with this cursor, in its Workspace',
    },
    load: () => import('./commands/audit-export.js'),
  },
  'audit heads': {
    summary:
      'Print the heads of the chains, one JSON object a line: kept elsewhere, they prove later that nothing was cut off.',
    flags: {},
    options: { workspace: 'of this Workspace only' },
    load: () => import('./commands/audit-heads.js'),
  },
  'audit verify': {
    summary:
      'Go through the audit and name every row that was changed, removed, moved or brought from elsewhere; status 1 if there is one. Needs MASTER_KEY.',
    flags: {},
    options: {
      workspace: 'of this Workspace only',
      from: 'from this day on, YYYY-MM-DD (UTC)',
      to: 'up to this day',
      heads: 'a file of heads that were kept elsewhere, as `audit heads` prints them',
    },
    load: () => import('./commands/audit-verify.js'),
  },
  'check-config': {
    summary:
      'Read and check the configuration and print what is in force, secrets as "set"; nothing is started. Status 78 on problems.',
    flags: {},
    load: () => import('./commands/check-config.js'),
  },
  'connections list': {
    summary: 'Who has connected: person, Workspace, mode, since, last used, state.',
    flags: { json: 'one JSON array instead of a table' },
    load: () => import('./commands/connections-list.js'),
  },
  contract: {
    summary:
      'Tell what changed in newer OpenAPI documents of ClickUp relative to the operation table; status 1 if anything did.',
    flags: {},
    operands: 'file or URL',
    load: () => import('./commands/contract.js'),
  },
  demo: {
    summary:
      'Start database, ClickUp sandbox and gateway, and watch an MCP client work. PORT, DATA_DIR, SANDBOX_TASKS, SANDBOX_LATENCY_MS and SANDBOX_RATE_LIMIT are honoured.',
    flags: { exit: 'end after the tour: status 0 if every step succeeded' },
    inClone: true,
    load: () => import('./commands/demo.js'),
  },
  docs: {
    summary: 'Write the generated documents into the working directory.',
    flags: { check: 'write nothing; name the stale ones and end with status 1' },
    inClone: true,
    load: () => import('./commands/docs.js'),
  },
  doctor: {
    summary:
      'Check configuration, key, database, clock, ClickUp and the public URL, and say what to do for each; status 1 when something is wrong.',
    flags: {},
    load: () => import('./commands/doctor.js'),
  },
  drill: {
    summary:
      'Try backup and restore: dump a database, restore the dump beside it, compare all of both, start a gateway on the copy and open what is sealed; status 1 when anything differs. Needs pg_dump, a superuser by PGHOST, PGUSER, PGPASSWORD, and MASTER_KEY.',
    flags: {},
    operands: 'database',
    load: () => import('./commands/drill.js'),
  },
  'grants list': {
    summary: 'Sessions and API keys that people have made, with their ids.',
    flags: { json: 'one JSON array instead of a table' },
    load: () => import('./commands/grants-list.js'),
  },
  'grants revoke': {
    summary: 'End sessions or API keys; running gateways refuse them at once.',
    flags: {},
    operands: 'id',
    load: () => import('./commands/grants-revoke.js'),
  },
  migrate: {
    summary: 'Bring the database up to date: DATABASE_URL, or the embedded one in DATA_DIR.',
    flags: {},
    load: () => import('./commands/migrate.js'),
  },
  pictures: {
    summary: 'Take the pictures of the documents from the running product; needs /usr/bin/chromium.',
    flags: {},
    inClone: true,
    load: () => import('./commands/pictures.js'),
  },
  serve: {
    summary: 'Run the gateway in this process, until SIGTERM or SIGINT.',
    flags: {},
    load: () => import('./commands/serve.js'),
  },
  smoke: {
    summary:
      'Try a running gateway from outside: health, metadata, registration, sign-in with PKCE, tools, a read, a write that must be refused, and the end of the session. Status 1 when anything is wrong.',
    flags: { 'dcr-only': 'only health, metadata and registration: no ClickUp account is needed' },
    options: {
      'base-url': 'where the gateway is, as clients are told: https://clickup.example.com',
      'clickup-key':
        'a ClickUp API key, or @ and the name of a file that holds it: the pages are then filled in with it. Without it the URL to open is printed',
      'team-id': 'the Workspace to take, where the key reaches several; else the first',
      'redirect-uri': 'where the code goes; else a port of this machine',
      code: 'goes on with a code from /connect?redirect_uri=… that somebody has got in a browser',
      'code-verifier': 'the PKCE verifier of that code, if there is one',
    },
    load: () => import('./commands/smoke.js'),
  },
  stdio: {
    summary:
      'Serve MCP on standard input and output to the client that starts it, with CLICKUP_API_TOKEN, until its input ends or SIGTERM. No database, no port; the log goes to standard error.',
    flags: {},
    load: () => import('./commands/stdio.js'),
  },
  'vault rewrap': {
    summary:
      'After a change of MASTER_KEY: bring every stored credential under the new key, while gateways run. May be interrupted and repeated; status 1 until the previous key may go.',
    flags: {},
    load: () => import('./commands/vault-rewrap.js'),
  },
};
