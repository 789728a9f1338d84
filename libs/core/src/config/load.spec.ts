import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Key, KEYS } from './keys.js';
import { ConfigError, loadConfig } from './load.js';

const SECRET = 'hush-hush-hush-hush-4711';
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: string) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const problemsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};

describe('loadConfig', () => {
  test('an empty environment is usable, and the result cannot be changed', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({
      NODE_ENV: 'development',
      PORT: 3000,
      TRUST_PROXY: ['loopback'],
      MCP_API_KEYS: [],
      MCP_API_KEY_IN_QUERY: true,
      MASTER_KEY: undefined,
      CACHE_BYTES: 64 * 2 ** 20,
    });
    expect(() => {
      (config as { PORT: number }).PORT = 1;
    }).toThrow(TypeError);
  });

  test('an empty variable is an unset one, for every key and alias', () => {
    const names = Object.entries<Key>(KEYS).flatMap(([name, key]) => [name, ...(key.aliases ?? []), `${name}_FILE`]);
    expect(loadConfig(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(loadConfig({}));
  });

  test('values are parsed', () => {
    const config = loadConfig({
      PORT: '0',
      MCP_API_KEYS: ' a, b ,,c ',
      BASE_URL: 'https://mcp.example.com/',
      MCP_API_KEY_IN_QUERY: 'no',
      TRUST_PROXY: 'loopback,uniquelocal',
    });
    expect(config).toMatchObject({
      PORT: 0,
      MCP_API_KEYS: ['a', 'b', 'c'],
      BASE_URL: 'https://mcp.example.com',
      MCP_API_KEY_IN_QUERY: false,
      TRUST_PROXY: ['loopback', 'uniquelocal'],
    });
  });

  test.each(['CLICKUP_API_TOKEN', 'CLICKUP_API_KEY'])('%s names the ClickUp credential', (name) =>
    expect(loadConfig({ [name]: 'pk_1' }).CLICKUP_API_TOKEN).toBe('pk_1'),
  );
  test.each(['TEAM_ID', 'CLICKUP_TEAM_ID', 'DEFAULT_TEAM_ID'])('%s names the Workspace', (name) =>
    expect(loadConfig({ [name]: '42' }).TEAM_ID).toBe('42'),
  );

  test('two names of one key with one value are fine, with two values they stop the start', () => {
    expect(loadConfig({ TEAM_ID: '1', DEFAULT_TEAM_ID: '1' }).TEAM_ID).toBe('1');
    const [problem, ...more] = problemsOf({ CLICKUP_API_TOKEN: SECRET, CLICKUP_API_KEY: `${SECRET}2` });
    expect(more).toEqual([]);
    expect(problem).toMatch(/CLICKUP_API_TOKEN and CLICKUP_API_KEY/);
    expect(problem).not.toContain(SECRET);
    expect(problemsOf({ CLICKUP_TEAM_ID: '1', DEFAULT_TEAM_ID: '2' })).toEqual([
      expect.stringMatching(/CLICKUP_TEAM_ID and DEFAULT_TEAM_ID/),
    ]);
  });

  test('a secret is read from its file, without the last line break', () => {
    const path = file('token', `${SECRET}\n`);
    expect(loadConfig({ CLICKUP_API_TOKEN_FILE: path }).CLICKUP_API_TOKEN).toBe(SECRET);
    expect(loadConfig({ CLICKUP_API_KEY_FILE: path }).CLICKUP_API_TOKEN).toBe(SECRET);
    expect(loadConfig({ MASTER_KEY_FILE: file('empty', '\n') }).MASTER_KEY).toBeUndefined();
  });

  test('X and X_FILE together, and a file that is not there, stop the start', () => {
    expect(problemsOf({ MASTER_KEY: SECRET, MASTER_KEY_FILE: file('key', SECRET) })).toEqual([
      'MASTER_KEY and MASTER_KEY_FILE are both set: set one of them',
    ]);
    expect(problemsOf({ MASTER_KEY_FILE: join(folder, 'missing') })).toEqual([
      expect.stringMatching(/^MASTER_KEY_FILE: cannot read .*ENOENT/),
    ]);
  });

  test('only secrets are read from files', () => expect(loadConfig({ PORT_FILE: file('port', '1') }).PORT).toBe(3000));

  test('every bad key is told at once, with its value unless it is a secret', () => {
    const problems = problemsOf({
      PORT: 'abc',
      LOG_LEVEL: 'loud',
      TEAM_ID: 'x1',
      BASE_URL: 'http://mcp.example.com',
      MASTER_KEY: 'short-4711',
      DATABASE_URL: `mysql://u:${SECRET}@h/db`,
      CACHE_BYTES: '1',
    });
    expect(problems.map((problem) => problem.split(':')[0]).sort()).toEqual([
      'BASE_URL',
      'CACHE_BYTES',
      'DATABASE_URL',
      'LOG_LEVEL',
      'MASTER_KEY',
      'PORT',
      'TEAM_ID',
    ]);
    expect(problems.join('\n')).toContain('(got "abc")');
    expect(problems.join('\n')).not.toMatch(/short-4711|hush/);
  });

  test('no secret is echoed, whatever is wrong with it', () => {
    const secrets = Object.entries<Key>(KEYS)
      .filter(([, key]) => key.secret)
      .map(([name]) => name);
    for (const name of secrets)
      expect(problemsOf({ [name]: `\u0000 ${SECRET}`.slice(0, 12) }).join('\n')).not.toContain('hush');
  });

  test.each(['https://mcp.example.com', 'http://localhost:3011', 'http://127.0.0.1:3000', 'http://[::1]:3000'])(
    'BASE_URL may be %s',
    (url) => expect(loadConfig({ BASE_URL: url }).BASE_URL).toBe(url),
  );
  test.each([
    'http://example.com',
    'https://example.com/?a=1',
    'https://example.com/#x',
    'https://EXAMPLE.com',
    'ftp://localhost',
    'https://example.com/a/../b',
    'localhost',
  ])('BASE_URL may not be %s', (url) => expect(problemsOf({ BASE_URL: url })).not.toEqual([]));
});

test('.env lies under the real variables', () => {
  const before = { directory: process.cwd(), port: process.env['PORT'], team: process.env['TEAM_ID'] };
  file('.env', 'PORT=4444\nTEAM_ID="77"\n# LOG_LEVEL=error\n');
  try {
    process.chdir(folder);
    process.env['PORT'] = '5555';
    delete process.env['TEAM_ID'];
    expect(loadConfig()).toMatchObject({ PORT: 5555, TEAM_ID: '77', LOG_LEVEL: 'info' });
    rmSync('.env');
    expect(loadConfig().TEAM_ID).toBeUndefined();
  } finally {
    process.chdir(before.directory);
    for (const [name, value] of [
      ['PORT', before.port],
      ['TEAM_ID', before.team],
    ] as const) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
});
