import { KEYS } from '#libs/core';
import { ROUTES } from '#libs/web';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse as parseToml } from 'smol-toml';
import ts from 'typescript';
import { parse as parseYaml, parseAllDocuments } from 'yaml';
import { cli } from '../../apps/cli/src/cli.js';
import { COMMANDS } from '../../apps/cli/src/commands.js';
import { SECTIONS } from '../../apps/cli/src/site/pages.js';
import { type Block, blocksOf } from '../support/documented.js';
import { query, testDatabase } from '../support/postgres.js';
import { commandsOf, type ShellCommand } from '../support/shell-commands.js';

/** Every block of every page has to be right: its language says how that is seen. What only a run can show, a test of this list runs. */
const RUN: readonly (readonly [page: string, heading: string, test: string])[] = [
  ['README.md', 'Run it for real', 'operations'],
  ['README.md', 'Docker', 'operations'],
  ['README.md', 'Connect a client', 'documented-requests'],
  ['docs/admin.md', 'How to begin', 'documented-requests'],
  ['docs/audit.md', 'Search and usage', 'documented-requests'],
  ['docs/billing.md', 'Subscribing', 'documented-requests'],
  ['docs/clients/claude.md', 'Desktop with a local address', 'clients'],
  ['docs/clients/gemini-cli.md', 'Connect with a key', 'clients'],
  ['docs/clients/gemini-cli.md', 'Check', 'clients'],
  ['docs/clients/inspector.md', 'MCP Inspector', 'clients'],
  ['docs/clients/scripts.md', 'curl', 'clients'],
  ['docs/clients/scripts.md', 'Python', 'clients'],
  ['docs/clients/scripts.md', 'Python SDK', 'clients'],
  ['docs/clients/scripts.md', 'TypeScript', 'clients'],
  ['docs/clients/scripts.md', 'TypeScript SDK', 'clients'],
  ['docs/clients/scripts.md', 'AI SDK', 'clients'],
  ['docs/clients/scripts.md', 'LangChain', 'clients'],
  ['docs/clients/scripts.md', 'OpenAI Agents', 'clients'],
  ['docs/connecting.md', 'Server URLs', 'server-urls'],
  ['docs/connecting.md', 'JWT sessions', 'documented-requests'],
  ['docs/connecting.md', 'The older transport: SSE', 'documented-requests'],
  ['docs/connecting.md', 'WebSocket', 'documented-requests'],
  ['docs/connecting.md', 'Your own OAuth client', 'documented-requests'],
  ['docs/docker.md', 'Quick start', 'operations'],
  ['docs/docker.md', 'Backup', 'backup'],
  ['docs/operations.md', 'Keys, once', 'operations'],
  ['docs/operations.md', 'systemd', 'operations'],
  ['docs/operations.md', 'The database, once', 'backup'],
  ['docs/operations.md', 'Commands with the same environment', 'backup'],
  ['docs/operations.md', 'Your own PostgreSQL', 'backup'],
  ['docs/operations.md', 'The drill', 'backup'],
  ['docs/operations.md', 'The embedded database', 'backup'],
  ['docs/operations.md', 'Who is connected, and how that ends', 'backup'],
  ['docs/policies.md', 'Over REST', 'documented-requests'],
  ['docs/policies.md', 'What would be decided', 'documented-requests'],
  ['docs/sandbox.md', 'Faults', 'documented-requests'],
  ['docs/troubleshooting.md', 'First', 'documented-requests'],
];
const runs = ({ page, headings }: Block) => RUN.find(([at, heading]) => at === page && headings.includes(heading));

const PAGES = SECTIONS.flatMap(({ pages }) => pages);
const BLOCKS = PAGES.flatMap(blocksOf);
const names = ({ page, headings }: Block) => `${page}, "${headings.at(-1) ?? ''}"`;
const inWords = (language: string) =>
  BLOCKS.filter((block) => block.language === language).map((block) => [names(block), block] as const);

test.each(RUN)('%s, "%s" is run by %s', (page, heading, spec) => {
  const text = readFileSync(`test/e2e/${spec}.e2e-spec.ts`, 'utf8');
  expect(blocksOf(page).some(({ headings }) => headings.includes(heading))).toBe(true);
  expect(text).toContain(`'${heading}'`);
  expect(text).toContain(basename(page));
});

describe('what is data can be read', () => {
  test.each(inWords('json'))('%s', (_, { code }) => expect(() => void JSON.parse(code)).not.toThrow());
  test.each(inWords('toml'))('%s', (_, { code }) => expect(() => parseToml(code)).not.toThrow());
  test.each(inWords('yaml'))('%s', (_, { code }) =>
    expect(parseAllDocuments(code).flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]),
  );
});

describe('what is program text is run, or shown to people only', () => {
  const SHOWN = ['text', 'mermaid'];
  /** Of these a test has nothing that could run them: their own programs are large, and no part of any image of tests. */
  const OTHERS = ['nginx', 'caddyfile'];
  /** Names that they use: `test/laws/metrics.spec.ts`; what comes of them: `test/e2e/dashboards.e2e-spec.ts`. */
  const METRICS = ['promql'];
  const CHECKED = ['json', 'toml', 'yaml', 'sql', 'sh', ...METRICS, ...OTHERS, ...SHOWN];
  test.each(BLOCKS.filter(({ language }) => !CHECKED.includes(language)).map((block) => [names(block), block]))(
    '%s',
    (_, block) => expect(runs(block)).toBeDefined(),
  );

  test.each([...inWords('ts'), ...inWords('js')])('%s is of its language', (_, { code }) => {
    const { diagnostics } = ts.transpileModule(code, { reportDiagnostics: true });
    expect(diagnostics?.map(({ messageText }) => messageText)).toEqual([]);
  });
});

test('SQL is understood by the real schema', async () => {
  const database = await testDatabase();
  try {
    const blocks = inWords('sql');
    expect(blocks.length).toBeGreaterThan(0);
    for (const [, { code }] of blocks) await query(database.url, `BEGIN; ${code}; ROLLBACK`);
  } finally {
    await database.drop();
  }
});

describe('commands', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const { services } = parseYaml(readFileSync('compose.yaml', 'utf8')) as { services: object };
  const manifests = (readdirSync('docker/kubernetes', { recursive: true }) as string[])
    .filter((path) => path.endsWith('.yaml'))
    .map((path) => readFileSync(join('docker/kubernetes', path), 'utf8'))
    .join('\n');
  const stubs = Object.fromEntries(
    Object.entries(COMMANDS).map(([name, command]) => [
      name,
      { ...command, load: () => Promise.resolve({ run: () => Promise.resolve(0) }) },
    ]),
  );
  /** Programs of the machine, and those of others, whose own documents say what they take. */
  const OF_OTHERS = new Set(
    '[ : cat cd chmod claude cloudflared codex cp curl date echo export gemini getent grep install jq ls mkdir mv openssl printf realpath rm sed set sudo systemctl tail touch umask useradd git'.split(
      ' ',
    ),
  );
  /** What is wrong with the words of each program of ours; undefined: nothing. */
  const OURS: Readonly<Record<string, (args: string[]) => unknown>> = {
    'clickup-mcp': async (args) => {
      const said = jest.spyOn(console, 'error').mockImplementation(() => undefined);
      const status = await cli(args, stubs);
      said.mockRestore();
      return status === 0 ? undefined : `clickup-mcp ${args.join(' ')} is not understood`;
    },
    node: ([file = '', ...args]) =>
      file === 'dist/apps/cli/src/main.js'
        ? OURS['clickup-mcp']!(args)
        : existsSync(file) || existsSync(file.replace(/^dist\/(.*)\.js$/, '$1.ts'))
          ? undefined
          : `${file} is not there`,
    npm: ([verb = '', ...args]) => {
      const script = verb === 'run' ? args.find((word) => !word.startsWith('--')) : verb;
      if (['ci', 'pack', 'install'].includes(verb) || scripts[script ?? '']) return options(script ?? '', args);
      return `package.json has no script ${script}`;
    },
    npx: (args) => {
      const at = args.indexOf('clickup-mcp');
      if (at >= 0) return OURS['clickup-mcp']!(args.slice(at + 1));
      const path = args[0] === 'jest' ? args[1]! : '.';
      return existsSync(path) ? undefined : `${path} is not there`;
    },
    docker: ([first, verb = '', ...args]) => {
      if (first !== 'compose')
        return args.filter((word) => word.includes('/') && !existsSync(word)).join(' ') || undefined;
      if (!['up', 'exec', 'stop', 'start', 'logs', 'run', 'ps', 'pull', 'down'].includes(verb))
        return `no verb ${verb}`;
      const service = verb === 'up' ? undefined : args.find((word) => !word.startsWith('-'));
      return service === undefined || service in services ? undefined : `no service ${service}`;
    },
    kubectl: (args) => {
      const named = args.flatMap((word, at) =>
        /^(job|deployment)\//.test(word) ? [word.split('/')[1]!] : args[at - 1] === '--namespace' ? [word] : [],
      );
      const missing = named.filter((name) => !manifests.includes(`name: ${name}\n`));
      const label = args[args.indexOf('-l') + 1]!.split('=')[0]!;
      if (args.includes('-l') && !manifests.includes(label)) missing.push(label);
      return missing.length ? `no manifest has ${missing.join(', ')}` : undefined;
    },
  };
  /** What follows `--` of a script that hands its words on to our own command. */
  function options(script: string, args: string[]): unknown {
    const command = /main\.js (\w[\w -]*)$/.exec(scripts[script] ?? '')?.[1];
    const at = args.indexOf('--');
    return command === undefined || at < 0
      ? undefined
      : OURS['clickup-mcp']!([...command.split(' '), ...args.slice(at + 1)]);
  }

  test.each(inWords('sh'))('%s', async (_, block) => {
    const commands = commandsOf(block.code);
    const problems: unknown[] = [];
    for (const { name, args } of commands) {
      // `client mcp add … -- the command that it is to start`
      const started = args.includes('--') && name !== 'npm' ? args.slice(args.indexOf('--') + 1) : undefined;
      if (started) problems.push(await OURS[started[0]!]?.(started.slice(1)));
      if (name === 'curl' && !runs(block)) problems.push('no test runs this curl');
      else if (OURS[name]) problems.push(await OURS[name](args));
      else if (name !== '' && !OF_OTHERS.has(name)) problems.push(`nobody knows ${name}`);
    }
    expect(problems.filter(Boolean)).toEqual([]);
  });

  /** Variables of PostgreSQL's own client library. */
  const LIBPQ = /^PG(?:HOST|PORT|USER|PASSWORD)$/;

  /** The value of each variable has to be one that its key takes; what a block sets for itself is used in its page. */
  test.each(
    inWords('sh').flatMap(([name, block]) => commandsOf(block.code).map((each) => [name, block, each] as const)),
  )('%s sets what there is', (_, { page }, { sets }: ShellCommand) => {
    const all = BLOCKS.filter((block) => block.page === page);
    for (const { name, value } of sets) {
      const key = KEYS[name as keyof typeof KEYS] ?? KEYS[name.replace(/_FILE$/, '') as keyof typeof KEYS];
      const used = all.some(
        ({ code }) => code.includes(`$${name}`) || code.includes(`['${name}']`) || code.includes(`env.${name}`),
      );
      expect([name, key !== undefined || used || LIBPQ.test(name)]).toEqual([name, true]);
      if (key && name in KEYS && !value.includes('…')) expect(() => key.schema.parse(value)).not.toThrow();
    }
  });

  test('what a text names of them exists', () => {
    const prose = PAGES.map((page) => readFileSync(page, 'utf8')).join('\n');
    const named = [...prose.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, script = '']) => script);
    expect(named.filter((script) => !scripts[script])).toEqual([]);
    const words = [...prose.matchAll(/`clickup-mcp ([a-z-]+)/g)].map(([, word = '']) => word);
    expect(words.length).toBeGreaterThan(20);
    // The name of a connection to the database.
    const other = ['listen'];
    expect(
      words.filter(
        (word) => !other.includes(word) && !Object.keys(COMMANDS).some((name) => name.split(' ')[0] === word),
      ),
    ).toEqual([]);
  });
});

describe('addresses of a gateway', () => {
  const ADDRESS =
    /(?:https?|wss?):\/\/(?:clickup\.example\.com|gateway\.example(?:\.com)?|mcp\.acme\.com|localhost:(?:3000|3011)|…)(\/[\w.:/$…-]*)/g;
  const routes = Object.keys(ROUTES).map(
    (route) => new RegExp(`^${route.split(' ')[1]!.replaceAll('.', '\\.').replace(/:\w+/g, '[^/]+')}$`),
  );

  test.each(PAGES.map((page) => [page]))('%s names only those that it answers', (page) => {
    const paths = [...readFileSync(page, 'utf8').matchAll(ADDRESS)].map(([, path = '']) =>
      path.replace(/[.:]+$/, '').replace(/…$/, 'x'),
    );
    const below = (path: string) => /^\/(api|auth|mcp)?\/?$/.test(path);
    expect(paths.filter((path) => !below(path) && !routes.some((route) => route.test(path)))).toEqual([]);
  });
});
