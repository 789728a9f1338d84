import { personPseudonyms, VAULT, type Vault } from '#libs/connections';
import { MASTER_KEY } from '#libs/core';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestApp, type TestApp } from '../support/app.js';
import { openPool } from '../support/pool.js';
import { startCli } from '../support/program.js';
import { rawRequest } from '../support/raw-http.js';
import { storeConnections } from '../support/stored.js';

let app: TestApp;
beforeAll(async () => void (app = await startTestApp()));
afterAll(() => app.close());

const env = (more: Record<string, string> = {}) => ({
  DATABASE_URL: app.databaseUrl,
  MASTER_KEY: '5e'.repeat(32),
  MCP_API_KEY: 'hush-hush-0123456789',
  CLICKUP_API_URL: app.sandbox.url,
  CLICKUP_API_TOKEN: 'pk_sandbox_owner',
  ...more,
});
const command = async (args: string, more: Record<string, string> = {}) => {
  const { exit, output } = startCli(args.split(' '), env(more));
  const status = await exit;
  expect(output()).not.toMatch(/hush-hush|pk_|^ +at /m);
  return { status, output: output() };
};

test('who has connected is listed without secrets, and what is revoked is refused by the running gateway', async () => {
  const pool = await openPool(app.databaseUrl);
  const [made] = await storeConnections(pool, app.gateway.app.get<Vault>(VAULT), '9001', ['pk_sandbox_owner']);
  await pool.destroy();
  const key = `cuk_${made!.grantId}:${made!.secret}`;
  const asked = async () =>
    (
      await rawRequest(
        app.url,
        'POST',
        '/mcp',
        { 'X-API-Key': key, 'Content-Type': 'application/json' },
        JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
      )
    ).status;
  expect(await asked()).toBe(200);

  const listed = await command('grants list');
  expect(listed.output).toMatch(/^id +kind +label +person /m);
  expect(listed.output).toContain('Ada');
  expect(listed.output).not.toContain(made!.secret);
  const state = async () =>
    (JSON.parse((await command('grants list --json')).output) as object[]).find(
      ({ id }: { id?: string }) => id === made!.grantId,
    );
  expect(await state()).toMatchObject({
    kind: 'api_key',
    label: 'test',
    person: 'Ada',
    workspaceId: '9001',
    mode: 'write',
    state: 'active',
  });
  // What the log calls this person: so an operator finds out whose lines these are.
  const pseudonym = personPseudonyms(app.gateway.app.get<Buffer>(MASTER_KEY))('7');
  expect(await state()).toMatchObject({ pseudonym });
  const [connection] = JSON.parse((await command('connections list --json')).output) as object[];
  expect(connection).toMatchObject({ pseudonym });
  expect(connection).toMatchObject({ person: 'Ada', workspaceId: '9001', mode: 'write', state: 'active', grants: 1 });

  expect(await command(`grants revoke ${made!.grantId}`)).toMatchObject({ status: 0 });
  // The running gateway has the key in its memory: it hears of the end over the database.
  while ((await asked()) === 200);
  expect(await asked()).toBe(401);
  expect(await state()).toMatchObject({ state: 'revoked' });
  expect(await command(`grants revoke ${made!.grantId}`)).toMatchObject({
    status: 1,
    output: expect.stringContaining('not a live grant'),
  });
});

test('check-config prints what is in force, secrets as set', async () => {
  const { status, output } = await command('check-config', { TEAM_ID: '9001' });
  expect(status).toBe(0);
  for (const line of [
    'TEAM_ID=9001',
    'MASTER_KEY=set',
    'MCP_API_KEY=set',
    'DATABASE_URL=set',
    'CLICKUP_CLIENT_SECRET=',
    'PORT=3000',
  ])
    expect(output.split('\n')).toContain(line);
  expect(await command('check-config', { MASTER_KEY: 'a'.repeat(20), DISABLED_TOOLS: 'nothing' })).toMatchObject({
    status: 0 + 78,
    output: expect.stringMatching(/MASTER_KEY: everybody|DISABLED_TOOLS/),
  });
});

describe('doctor', () => {
  test('all is well', async () => {
    const { port } = app.gateway.app.getHttpServer().address() as { port: number };
    const { status, output } = await command('doctor', { BASE_URL: '', PORT: String(port) });
    expect(output).toContain('All is well.');
    for (const what of ['configuration', 'database', 'clock', 'login', 'tables', 'master key', 'ClickUp', 'public URL'])
      expect(output).toMatch(new RegExp(`^ok +${what} `, 'm'));
    expect(status).toBe(0);
  });

  test.each<[string, () => Record<string, string>, RegExp]>([
    [
      'the token',
      () => ({ CLICKUP_API_TOKEN: 'pk_wrong_token_1' }),
      /^WRONG +ClickUp +ClickUp refuses CLICKUP_API_TOKEN\n.*→ Make a new token/m,
    ],
    [
      'the Workspace',
      () => ({ TEAM_ID: '77' }),
      /^WRONG +ClickUp .*does not reach the Workspace 77.*\n.*→ Set TEAM_ID/m,
    ],
    [
      'the way to ClickUp',
      () => ({ CLICKUP_API_URL: 'http://127.0.0.1:1' }),
      /^WRONG +ClickUp +ClickUp does not answer at 127\.0\.0\.1:1\n.*→ /m,
    ],
    [
      'the database',
      () => ({ DATABASE_URL: 'postgres://u:hush-hush@127.0.0.1:1/x' }),
      /^WRONG +database .*connection refused.*\n.*→ /m,
    ],
    ['the master key', () => ({ MASTER_KEY: '77'.repeat(32) }), /^WRONG +master key .*\n.*→ /m],
    ['the public URL', () => ({ BASE_URL: 'http://localhost:1' }), /^WRONG +public URL .*does not answer.*\n.*→ /m],
    [
      'its name',
      () => ({ BASE_URL: app.url }),
      /^WRONG +public URL .*calls itself http:\/\/localhost:.*\n.*→ Set its BASE_URL/m,
    ],
  ])('finds out what is wrong with %s, and says what to do', async (_what, wrong, sentence) => {
    const { status, output } = await command('doctor', wrong());
    expect(output).toMatch(sentence);
    expect(status).toBe(1);
  });

  test('a clock that is wrong', async () => {
    const past = createServer((_request, response) =>
      response.setHeader('date', new Date(Date.now() - 600_000).toUTCString()).end('{}'),
    ).listen(0, '127.0.0.1');
    await once(past, 'listening');
    const { port } = past.address() as { port: number };
    const { output } = await command('doctor', { CLICKUP_API_URL: `http://127.0.0.1:${port}` });
    expect(output).toMatch(/^WRONG +clock +\d+ seconds ahead of that of ClickUp\n.*→ Let both be set by NTP/m);
    past.close();
  });
});

test('--version', async () => expect((await command('--version')).output).toMatch(/^\d+\.\d+\.\d+\n$/));

test('npm start passes signals on: the gateway drains, and nothing stays behind', async () => {
  const npm = spawn('npm', ['start'], {
    env: { ...process.env, ...env({ PORT: '0', NODE_ENV: 'test' }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const closed = once(npm, 'close');
  while (!output.includes('"msg":"started"')) await sleep(20);
  npm.kill('SIGTERM');
  // Its output ends when the last process that holds it has ended.
  await closed;
  expect(output).toContain('"msg":"stopped"');
});

test('a drill that reaches no server says which variables lead there', async () => {
  const { status, output } = await command('drill gateway', { PGHOST: '127.0.0.1', PGPORT: '1' });
  expect([status, output]).toEqual([78, expect.stringContaining('PGHOST, PGPORT, PGUSER, PGPASSWORD: connect ECONN')]);
});
