import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/free-port.js';
import { openFolder } from '../support/postgres-folder.js';
import { startPostgresProxy } from '../support/postgres-proxy.js';
import { type Program, startCli, startProgram } from '../support/program.js';
import { programBench } from '../support/program-bench.js';
import { rawRequest } from '../support/raw-http.js';
import { untilReady } from '../support/until-ready.js';

const { env } = programBench();
const until = async (condition: () => boolean | Promise<boolean>) => {
  while (!(await condition())) await sleep(20);
};
let folder: ReturnType<typeof openFolder>;
beforeAll(() => (folder = openFolder()));
afterAll(() => folder.remove());

/** Ends with 78 and the sentence, in a few lines without a stack, without a secret. */
async function refused(program: Pick<Program, 'exit' | 'output'>, ...sentences: RegExp[]): Promise<void> {
  expect(await program.exit).toBe(78);
  const problems = program.output().slice(program.output().indexOf('Configuration is not usable'));
  for (const sentence of sentences) expect(problems).toMatch(sentence);
  expect(program.output()).not.toMatch(/^ +at |hush-hush/m);
}

describe('a start problem is one readable line and status 78', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ['a number that is none', { PORT: 'abc' }, /^ {2}- PORT: must be a whole number from 0 to 65535 \(got "abc"\)$/m],
    [
      'a proxy that is none',
      { TRUST_PROXY: 'loopback,nginx' },
      /^ {2}- TRUST_PROXY: takes loopback, .*"loopback,nginx"/m,
    ],
    [
      'a word that is none of those',
      { LOG_LEVEL: 'loud' },
      /^ {2}- LOG_LEVEL: .*"trace"\|"debug"\|"info".*\(got "loud"\)/m,
    ],
    ['a switch that is neither on nor off', { DCR_ENABLED: 'maybe' }, /^ {2}- DCR_ENABLED: must be true or false/m],
    ['http on the Internet', { BASE_URL: 'http://mcp.example.com' }, /^ {2}- BASE_URL: must be https/m],
    ['no URL', { BASE_URL: 'mcp.example.com' }, /^ {2}- BASE_URL: must be a URL that begins with https/m],
    ['a malformed database', { DATABASE_URL: 'hush-hush@db' }, /^ {2}- DATABASE_URL: must be a URL like postgres:/m],
    [
      'an address of another machine',
      { HOST: '203.0.113.9' },
      /^ {2}- HOST: 203.0.113.9 is no address of this machine/m,
    ],
    ['a risk that does not exist', { ALLOWED_RISKS: 'mild' }, /^ {2}- ALLOWED_RISKS: .*"normal"\|"destructive"/m],
    ['a tool that does not exist', { DISABLED_TOOLS: 'no_such_tool' }, /^ {2}- DISABLED_TOOLS: .*no_such_tool/m],
  ])('%s', async (_what, wrong, sentence) => {
    await refused(startProgram(env(wrong)), sentence);
  });

  test('the same through the command', async () => {
    await refused(startCli(['serve'], env({ PORT: 'abc' })), /^ {2}- PORT: must be a whole number/m);
    await refused(startCli(['check-config'], env({ PORT: 'abc' })), /^ {2}- PORT: must be a whole number/m);
  });

  test('a port that another program has, before anything else is touched', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    await refused(
      startProgram(env({ PORT: String(port) })),
      new RegExp(`^ {2}- PORT: ${port} on 127.0.0.1 is in use`, 'm'),
    );
    other.close();
  });

  test('a database that refuses the login, or is not there by that name', async () => {
    const url = new URL(env().DATABASE_URL);
    url.password = 'hush-hush';
    await refused(
      startProgram(env({ DATABASE_URL: url.href })),
      /^ {2}- DATABASE_URL: the database refuses it: .*Check user/m,
    );
    const named = new URL(env().DATABASE_URL);
    named.pathname = '/nowhere';
    await refused(startProgram(env({ DATABASE_URL: named.href })), /^ {2}- DATABASE_URL: .*"nowhere" does not exist/m);
  });

  test('a DATA_DIR that cannot be used', async () => {
    const file = join(folder.path, 'file');
    writeFileSync(file, '');
    for (const DATA_DIR of [file, join(file, 'data')])
      await refused(
        startProgram(env({ DATABASE_URL: '', DATA_DIR })),
        /^ {2}- DATA_DIR: .*it is a file, not a folder/m,
      );
    if (existsSync('/proc/self'))
      await refused(
        startProgram(env({ DATABASE_URL: '', DATA_DIR: '/proc/nothing' })),
        /^ {2}- DATA_DIR: .*it cannot be made there/m,
      );
  });

  test('a Node that is too old, by the first line of each program', async () => {
    const preload = join(folder.path, 'old-node.cjs');
    writeFileSync(
      preload,
      `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.4' } });`,
    );
    const NODE_OPTIONS = `--require=${preload}`;
    for (const program of [startProgram(env({ NODE_OPTIONS })), startCli(['--version'], env({ NODE_OPTIONS }))]) {
      expect(await program.exit).toBe(78);
      expect(program.output()).toMatch(/^Node 18\.20\.4 is too old: install Node 20\.19 or newer \(.*\)\.\n$/);
    }
  });

  test('unknown keys in .env, with the nearest known one', async () => {
    const cwd = join(folder.path, 'with-env');
    mkdirSync(cwd);
    writeFileSync(join(cwd, '.env'), 'BASEURL=https://a.example\nPOSTGRES_PASSWORD=x\nSOMETHING=1\nMASTER_KEY_FILE=\n');
    const program = startProgram(env(), cwd);
    await refused(
      program,
      /^ {2}- BASEURL \(in \.env\) is not known; did you mean BASE_URL\?$/m,
      /^ {2}- SOMETHING .*take this one out/m,
    );
    expect(program.output()).not.toMatch(/POSTGRES_PASSWORD|MASTER_KEY_FILE/);
  });
});

test('a misspelt variable of the real environment is a warning, and other ones are nobody’s business', async () => {
  const program = startProgram(env({ BASEURL: 'https://a.example', SOMETHING: '1', WRITE_MODES: 'read' }));
  await program.url;
  expect(program.output()).toContain('BASEURL is not known; did you mean BASE_URL?');
  expect(program.output()).toContain('WRITE_MODES is not known; did you mean WRITE_MODE?');
  expect(program.output()).not.toMatch(/SOMETHING|WARNING/);
  program.child.kill('SIGTERM');
  expect(await program.exit).toBe(0);
});

test('without its database it is alive, says what is missing, and goes on by itself', async () => {
  const port = await freePort();
  const away = new URL(env().DATABASE_URL);
  const target = away.href;
  const databasePort = await freePort();
  away.host = `127.0.0.1:${databasePort}`;
  const program = startProgram(env({ PORT: String(port), DATABASE_URL: away.href }));
  const url = `http://127.0.0.1:${port}`;
  await until(() => program.output().includes('waiting for it'));
  expect(await rawRequest(url, 'GET', '/health/live', {})).toMatchObject({ status: 200, json: { status: 'ok' } });
  const refusal = {
    status: 503,
    json: {
      error: {
        code: 'unavailable',
        message: 'The database does not answer: connection refused (ECONNREFUSED)',
        details: { reason: 'database' },
      },
    },
  };
  for (const path of ['/health/ready', '/', '/mcp'])
    expect(await rawRequest(url, 'GET', path, {})).toMatchObject(refusal);
  expect(program.output().match(/waiting for it/g)).toHaveLength(1);
  expect(program.output()).not.toContain(away.password);

  const refusals = untilReady(url);
  const proxy = await startPostgresProxy(target, databasePort);
  expect(await program.url).toBe(url);
  expect(await refusals).toBe(0);
  expect(program.output()).toContain('answers: going on');
  program.child.kill('SIGTERM');
  expect(await program.exit).toBe(0);
  await proxy.close();
});

describe('the summary', () => {
  const started = async (more: Record<string, string>) => {
    const program = startProgram(env(more));
    await until(() => program.output().includes('"msg":"started"'));
    program.child.kill('SIGTERM');
    expect(await program.exit).toBe(0);
    const line = program
      .output()
      .split('\n')
      .find((text) => text.includes('"msg":"started"'))!;
    expect(line).not.toMatch(/pk_|program-key/);
    return JSON.parse(line) as Record<string, unknown>;
  };

  test('says what an operator wants to know', async () => {
    expect(await started({ BASE_URL: 'https://mcp.example.com' })).toMatchObject({
      level: 'info',
      mcp: 'https://mcp.example.com/mcp',
      startPage: 'https://mcp.example.com/',
      clickup: expect.stringMatching(/^\S.*, \S/),
      globalKeys: '1, may write',
      oauth: expect.stringMatching(/^on/),
      database: expect.stringMatching(/^127\.0\.0\.1:\d+\/test_/),
      version: expect.stringMatching(/^\d/),
    });
  });

  test('is in lines for people where the log is', async () => {
    const program = startProgram(env({ LOG_FORMAT: 'pretty' }));
    await until(() => program.output().includes('Version'));
    expect(program.output()).toMatch(/^ {2}Give to clients {2}http:\S+\/mcp$/m);
    expect(program.output()).toMatch(/^ {2}ClickUp {10}\S.*, \S/m);
    program.child.kill('SIGTERM');
    expect(await program.exit).toBe(0);
  });

  test.each([
    [{ CLICKUP_API_TOKEN: 'pk_wrong_token_4711' }, 'ClickUp refuses CLICKUP_API_TOKEN'],
    [{ TEAM_ID: '1' }, 'does not reach the Workspace 1 of TEAM_ID'],
    [{ CLICKUP_API_URL: 'http://127.0.0.1:1' }, 'ClickUp does not answer at 127.0.0.1:1'],
  ])('%j is told, and stops nothing', async (wrong, words) => {
    expect(await started(wrong)).toMatchObject({ level: 'warn', clickup: expect.stringContaining(words) });
  });
});
