import { existsSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { startSandbox } from '../../apps/sandbox/src/index.js';
import { type Sandbox, startTestApp, type TestApp } from '../support/app.js';
import { documented, filledIn } from '../support/documented.js';
import { describeIf } from '../support/needs.js';
import { installedPostgres, type OwnPostgres, startOwnPostgres } from '../support/own-postgres.js';
import { Person } from '../support/person.js';
import { execute, query } from '../support/postgres.js';
import { rawRequest } from '../support/raw-http.js';
import { Shell } from '../support/shell.js';

const [OPERATIONS, DOCKER] = ['docs/operations.md', 'docs/docker.md'];

let sandbox: Sandbox;
let shell: Shell;
let app: TestApp | undefined;
beforeAll(async () => void (sandbox = await startSandbox({ port: 0 })));
afterAll(() => sandbox.close());
beforeEach(() => {
  shell = new Shell(installedPostgres ?? '');
});
afterEach(async () => {
  await stop();
  shell.remove();
});

/** People bring ClickUp keys of their own, which lie in the vault. What the operator sets, wins. */
const start = async (env: Record<string, string | undefined>) => {
  const set = { DATABASE_URL: '', MASTER_KEY: '', MCP_API_KEYS: '', API_KEY_MODE: 'user_bound', CLICKUP_API_TOKEN: '' };
  app = await startTestApp({
    beside: { sandbox, databaseUrl: '' },
    env: { ...set, ...(env as Record<string, string>) },
  });
};
const stop = async () => {
  await app?.close();
  app = undefined;
};
const connect = (clickupKey: string) => new Person(app!.url).makeKey({ clickupKey });
const call = async (key: string, method: string, params: object = {}) =>
  rawRequest(
    app!.url,
    'POST',
    '/mcp',
    { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  );
/** Whether a key lets in, and the ClickUp credential behind it opens: ClickUp answers to it. */
const works = async (key: string) => {
  const { status, body } = await call(key, 'tools/call', { name: 'get_workspace_hierarchy', arguments: {} });
  return status === 200 && body.includes('"isError":false');
};
const run = async (block: string) => {
  const { status, output } = await shell.run(block);
  if (status !== 0) throw new Error(`status ${status} of\n${block}\n${output}`);
  return output;
};

/** How the documents back up and restore one kind of database. */
interface Way {
  env: () => Record<string, string | undefined>;
  /** As documented. */
  backup: string;
  restore: string;
  /** Whether the gateway has to be stopped for a backup. */
  cold?: boolean;
  /** What else happens to the database after the backup. */
  meanwhile?: () => Promise<unknown>;
}

/**
 * A life with a backup in it: what was there at the backup is there again, what came later is gone.
 * @returns the key that has lived through it
 */
async function livesThrough({ env, backup, restore, cold, meanwhile }: Way): Promise<string> {
  await start(env());
  const before = await connect('pk_sandbox_owner');
  expect(await works(before)).toBe(true);
  if (cold) {
    expect((await shell.run(backup)).status).not.toBe(0);
    await stop();
  }
  await run(backup);
  if (cold) await start(env());

  const id = /^cuk_([^:]+):/.exec(before)![1]!;
  await run(documented(OPERATIONS, 'Who is connected, and how that ends', 1).replace(/\bID\b/, id));
  while (await works(before));
  const later = await connect('pk_sandbox_other');
  expect(await works(later)).toBe(true);
  await meanwhile?.();

  // Under a running gateway nothing is replaced.
  expect((await shell.run(restore)).status).not.toBe(0);
  expect([await works(before), await works(later)]).toEqual([false, true]);

  await stop();
  await run(restore);
  await start(env());
  expect([await works(before), await works(later)]).toEqual([true, false]);
  return before;
}

/** `clickup-mcp` on the path, for databases that have no environment file of their own. */
const commandWith = (env: Record<string, string>) =>
  shell.standIn(
    'clickup-mcp',
    `${Object.entries(env)
      .map(([name, value]) => `export ${name}='${value}'`)
      .join('; ')}; exec node ${resolve('dist/apps/cli/src/main.js')} "$@"`,
  );

describe('the embedded database', () => {
  const way = (): Way => ({
    env: () => ({ DATA_DIR: join(shell.folder, 'data') }),
    backup: documented(OPERATIONS, 'The embedded database'),
    restore: documented(OPERATIONS, 'The embedded database', 1),
    cold: true,
  });
  beforeEach(() => commandWith({ DATA_DIR: join(shell.folder, 'data') }));

  test('is copied while it stands still, and put back', async () => {
    await livesThrough(way());
  });

  test('also where its folder is a link, as the gateway makes it when it runs as root in a home', async () => {
    await start(way().env());
    await stop();
    const [folder, elsewhere] = [join(shell.folder, 'data', 'postgres'), join(shell.make('elsewhere'), 'postgres')];
    renameSync(folder, elsewhere);
    symlinkSync(elsewhere, folder);
    await livesThrough(way());
    expect(existsSync(elsewhere)).toBe(true);
  });

  test('on another machine, with its master key', async () => {
    await start(way().env());
    const key = await connect('pk_sandbox_owner');
    await stop();
    await run(way().backup);
    const masterKey = readFileSync(join(shell.folder, 'data', 'master.key'));
    rmSync(join(shell.folder, 'data'), { recursive: true });
    writeFileSync(join(shell.make('data'), 'master.key'), masterKey, { mode: 0o600 });
    await run(way().restore);
    await start(way().env());
    expect(await works(key)).toBe(true);
  });
});

describeIf(installedPostgres !== undefined, 'a PostgreSQL with its client tools (apt-get install postgresql)')(
  'a PostgreSQL of the operator',
  () => {
    let postgres: OwnPostgres;
    beforeEach(async () => {
      postgres = await startOwnPostgres();
      Object.assign(shell.env, postgres.env);
      shell.standIn(
        'sudo',
        '[ "$1 $2" = "-u postgres" ] || exit 1; shift 2; case $1 in --preserve-env=*) shift;; esac; exec "$@"',
      );
      // compose exec -T postgres …; what starts and stops is the test.
      shell.standIn('docker', '[ "$2" = exec ] || exit 0; shift 4; exec "$@"');
    });
    afterEach(() => postgres.close());

    /** A block of operations.md, in which this folder is the machine. */
    const block = (heading: string, nth?: number) =>
      filledIn(documented(OPERATIONS, heading, nth), {
        '/etc/clickup-mcp': shell.make('etc'),
        '/opt/clickup-mcp': shell.make('opt'),
        '/usr/local/bin': shell.make('bin'),
        '/var/backups': shell.make('backups'),
        '/var/run/postgresql': '127.0.0.1',
        'localhost:5432': `127.0.0.1:${postgres.port}`,
        'https://clickup.example.com': '',
      });
    const etc = (name: string) => join(shell.folder, 'etc', name);
    const installed = async () => {
      await run(block('Keys, once'));
      writeFileSync(etc('clickup_api_token'), 'pk_sandbox_owner\n');
      await run(block('The database, once'));
      await run(block('Commands with the same environment'));
      symlinkSync(resolve('dist'), join(shell.folder, 'opt', 'dist'));
    };
    const own = (): Way => ({
      env: () => parseEnv(readFileSync(etc('env'), 'utf8')),
      backup: block('Your own PostgreSQL'),
      restore: block('Your own PostgreSQL', 1),
      meanwhile: () => execute(postgres.url('clickup'), 'CREATE TABLE of_a_newer_version ()'),
    });

    test('is dumped while the gateway runs, and made anew, so that nothing of a newer version stays behind', async () => {
      await installed();
      await livesThrough(own());
      expect(await query(postgres.url('clickup'), `SELECT to_regclass('of_a_newer_version') AS left`)).toEqual([
        { left: null },
      ]);
      // While it runs, and leaving nothing behind.
      expect((await run(block('The drill'))).split('\n')).toEqual([
        expect.stringMatching(/^ok {5}dump {5}\d+ tables and sequences, \d+ rows$/),
        'ok     rows     the same',
        'ok     schema   the same',
        'ok     gateway  starts on the copy, and is ready',
        expect.stringMatching(/^ok {5}vault {4}[1-9]\d* sealed values open$/),
        'ok     rights   the same, of the login that the gateway works as',
        '',
        expect.stringMatching(/^Nothing differs. It took \d+ seconds.$/),
        '',
      ]);
      expect(
        await query(
          postgres.url('postgres'),
          `SELECT rolname FROM pg_roles WHERE rolname ~ 'drill' UNION ALL SELECT datname FROM pg_database WHERE datname ~ 'drill'`,
        ),
      ).toEqual([]);
      const { status, output } = await shell.run(
        block('The drill').replace(/\$\(cat [^)]*\)/, '0123456789'.repeat(6) + 'abcd'),
      );
      expect([status, output]).toEqual([1, expect.stringContaining('WRONG  gateway  ')]);
    });

    test('on another server, once its owner is there', async () => {
      await installed();
      const key = await livesThrough(own());
      await stop();
      await run(own().backup);
      const elsewhere = await startOwnPostgres();
      try {
        Object.assign(shell.env, elsewhere.env);
        const address = readFileSync(etc('database_url'), 'utf8');
        writeFileSync(etc('database_url'), address.replace(`:${postgres.port}/`, `:${elsewhere.port}/`));
        await run(block('The database, once'));
        await run(own().restore);
        await start(own().env());
        expect(await works(key)).toBe(true);
      } finally {
        await stop();
        await elsewhere.close();
      }
    });

    test('no dump is kept that an ordinary owner made: row-level security would hide what it holds', async () => {
      await installed();
      await start(own().env());
      Object.assign(shell.env, {
        PGUSER: 'clickup',
        PGPASSWORD: new URL(readFileSync(etc('database_url'), 'utf8')).password,
      });
      const { status, output } = await shell.run(own().backup);
      expect([status, output]).toEqual([
        1,
        expect.stringContaining('query would be affected by row-level security policy'),
      ]);
      expect((await run('ls backups')).trim()).toMatch(/^clickup-\w+\.dump\.part$/);
    });

    test('with Compose', async () => {
      const [backup, restore] = [documented(DOCKER, 'Backup'), documented(DOCKER, 'Backup', 1)];
      await run(documented(DOCKER, 'Quick start'));
      const { POSTGRES_PASSWORD, MASTER_KEY } = parseEnv(readFileSync(join(shell.folder, '.env'), 'utf8'));
      await execute(postgres.url('postgres'), `CREATE ROLE clickup SUPERUSER LOGIN PASSWORD '${POSTGRES_PASSWORD}'`);
      await execute(postgres.url('postgres'), 'CREATE DATABASE clickup OWNER clickup');
      Object.assign(shell.env, { PGPASSWORD: POSTGRES_PASSWORD });
      const DATABASE_URL = `postgres://clickup:${POSTGRES_PASSWORD}@127.0.0.1:${postgres.port}/clickup`;
      commandWith({ DATABASE_URL });
      await livesThrough({ env: () => ({ DATABASE_URL, MASTER_KEY }), backup, restore });
    });
  },
);
