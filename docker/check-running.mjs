// Runs the gateway from the image's file system, with what compose.yaml gives it: read-only root, /tmp and /data,
// no capabilities, uid 10001, process 1 of its own pid namespace. node docker/check-running.mjs ROOT CONFIG.json
// (docker/check.sh runs it, as root)
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { openDatabase } from '../build/apps/gateway/src/database/database.js';
import { startSandbox } from '../build/apps/sandbox/src/index.js';

const [, , root, configFile] = process.argv;
const image = JSON.parse(readFileSync(configFile, 'utf8'));
const imageEnv = Object.fromEntries(image.Env.map((line) => line.split(/=(.*)/s).slice(0, 2)));

// Everything a URL would have to encode: it goes beside the URL, as compose.yaml sends it.
const PASSWORD = 'p@ss/w:rd#%?&+ $1';
const KEY = 'image-key-0123456789';
const MASTER_KEY = 'a7'.repeat(32);
const CONTAINER = `
  mount --make-rprivate / && mount --bind "$ROOT" "$ROOT" && mount --bind /dev "$ROOT/dev" && mount -t proc proc "$ROOT/proc" &&
  mount -t tmpfs tmpfs "$ROOT/tmp" && mount --bind "$DATA" "$ROOT/data" && mount -o remount,bind,ro "$ROOT" &&
  exec chroot "$ROOT" setpriv --reuid=10001 --regid=10001 --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all env -i -C /app "$@"`;

const scratch = await mkdtemp(join(tmpdir(), 'clickup-mcp-image-'));
await chmod(scratch, 0o755);
const undo = [() => rm(scratch, { recursive: true, force: true })];
const ok = (what) => console.log(`   ${what}`);

/** A command in a container of its own. */
function run(command, env = {}) {
  const variables = Object.entries({ ...imageEnv, ...env }).map(([name, value]) => `${name}=${value}`);
  const child = spawn(
    'unshare',
    ['--fork', '--pid', '--mount', '--kill-child', 'sh', '-c', CONTAINER, 'sh', ...variables, ...command],
    {
      env: { PATH: process.env.PATH, ROOT: root, DATA: join(scratch, 'data') },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  undo.unshift(() => child.kill('SIGKILL'));
  const ran = { child, output: '', exit: once(child, 'exit').then(([code, signal]) => code ?? signal) };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (ran.output += chunk));
  return ran;
}

/** Sends a signal to process 1 of that container, as an engine does. */
async function signal({ child }, name) {
  const [pid] = (await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')).trim().split(' ');
  assert.equal(/^NSpid:.*\t(\d+)$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))[1], '1');
  assert.match(await readFile(`/proc/${pid}/cmdline`, 'utf8'), /^node\0/, 'process 1 is not node');
  process.kill(Number(pid), name);
}

async function start(env) {
  const port = await freePort();
  const gateway = run(image.Cmd, { ...base, PORT: String(port), BASE_URL: `http://localhost:${port}`, ...env });
  gateway.port = port;
  gateway.url = `http://127.0.0.1:${port}`;
  await until(() => gateway.output.includes('"msg":"listening"'), gateway);
  return gateway;
}

async function until(condition, ran) {
  const over = ran.exit.then((code) => assert.fail(`ended with ${code}:\n${ran.output}`));
  over.catch(() => undefined);
  while (!(await condition())) await Promise.race([sleep(50), over]);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

const rpc = (url, method, params = {}, headers = {}) =>
  fetch(`${url}/mcp`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
const status = async (url) => (await fetch(url)).status;
async function stopped(gateway) {
  await signal(gateway, 'SIGTERM');
  assert.equal(await gateway.exit, 0, gateway.output);
}

let base;
try {
  const sandbox = await startSandbox({ port: 0 });
  undo.unshift(() => sandbox.close());
  const embedded = await openDatabase(
    { NODE_ENV: 'test', DATA_DIR: join(scratch, 'postgres') },
    { info() {}, warn() {} },
  );
  undo.unshift(() => embedded.close());
  const database = new Client({ connectionString: embedded.url });
  await database.connect();
  // A superuser, as POSTGRES_USER of the official image is.
  await database.query(`CREATE ROLE clickup SUPERUSER LOGIN PASSWORD '${PASSWORD}'`);
  for (const name of ['clickup', 'passphrase', 'apart']) await database.query(`CREATE DATABASE ${name} OWNER clickup`);
  await database.end();
  const server = new URL(embedded.url);
  base = {
    DATABASE_URL: `postgres://clickup@${server.host}/clickup`,
    PGPASSWORD: PASSWORD,
    ALLOWED_HOSTS: 'clickup-mcp,',
    TRUST_PROXY: 'loopback,uniquelocal',
    CLICKUP_API_URL: sandbox.url,
    CLICKUP_AUTHORIZE_URL: `${sandbox.url}/api`,
    CLICKUP_API_TOKEN: 'pk_sandbox_owner',
    MCP_API_KEY: KEY,
  };
  await mkdir(join(scratch, 'data'), { mode: 0o700 });
  await chown(join(scratch, 'data'), 10001, 10001);

  const touch = run([
    'sh',
    '-c',
    'id -u; for f in /app/dist/x /app/x /usr/local/bin/x /etc/x; do touch $f 2>/dev/null && echo "wrote $f"; done; touch /data/x /tmp/x && rm /data/x && echo done',
  ]);
  assert.equal(await touch.exit, 0, touch.output);
  assert.equal(touch.output, '10001\ndone\n');
  ok('writes to /data and /tmp only');

  const without = run(image.Cmd, { ...base, DATABASE_URL: '' });
  assert.equal(await without.exit, 78);
  assert.match(without.output, /DATABASE_URL/);
  ok('without DATABASE_URL: exit status 78 and why');

  const unconfigured = await start({});
  assert.match(unconfigured.output, /"Server starting in UNCONFIGURED mode"/);
  assert.equal(await status(`${unconfigured.url}/health/live`), 200);
  assert.equal(await status(`${unconfigured.url}/health/ready`), 503);
  const refused = await rpc(unconfigured.url, 'tools/list');
  assert.deepEqual([refused.status, (await refused.json()).error.code], [503, 'not_configured']);
  ok('without MASTER_KEY: UNCONFIGURED, live, not ready, /mcp answers not_configured');
  const health = (port) => run(image.Healthcheck.Test.slice(1), { PORT: String(port) }).exit;
  assert.equal(await health(unconfigured.port), 0);
  await stopped(unconfigured);
  assert.equal(await health(unconfigured.port), 1);
  ok('health check: 0 while it lives, 1 after');

  const asOwner = async (database, statement) => {
    const client = new Client({
      host: server.hostname,
      port: Number(server.port),
      user: 'clickup',
      password: PASSWORD,
      database,
    });
    await client.connect();
    const { rows } = await client.query(statement);
    await client.end();
    return rows;
  };
  const CONNECTED =
    'SELECT DISTINCT usename AS login FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';
  const logins = async (database) => (await asOwner(database, CONNECTED)).map(({ login }) => login);
  const [{ migrations }] = await asOwner('clickup', 'SELECT count(*)::int AS migrations FROM migrations');
  assert.ok(migrations > 0);
  ok(`${migrations} migrations ran, with a password that no URL could hold as it is`);
  const cli = run(['clickup-mcp', 'migrate'], base);
  assert.equal(await cli.exit, 0, cli.output);
  ok('clickup-mcp migrate runs in the container');

  const gateway = await start({ MASTER_KEY });
  assert.equal(await status(`${gateway.url}/health/ready`), 200);
  assert.deepEqual(await logins('clickup'), ['gateway_app_clickup']);
  ok('the gateway is connected as a login that it made, not as the superuser it was given');
  const { result } = await (await rpc(gateway.url, 'tools/list')).json();
  assert.ok(result.tools.length > 0);
  const task = await (await rpc(gateway.url, 'tools/call', { name: 'get_workspace_hierarchy', arguments: {} })).json();
  assert.equal(task.result.isError, false, JSON.stringify(task));
  ok(`with MASTER_KEY: ready, ${result.tools.length} tools for a global key, a tool call reaches ClickUp`);
  const curl = (name) =>
    run([
      'node',
      '-e',
      `require('node:http').get({ port: ${gateway.port}, host: '127.0.0.1', path: '/', headers: { host: '${name}' } }, (answer) => process.exit(answer.statusCode === 200 ? 0 : 1))`,
    ]).exit;
  assert.deepEqual([await curl('clickup-mcp:3000'), await curl('localhost'), await curl('evil.example')], [0, 0, 1]);
  ok('the service name and localhost are accepted as Host, others are not');
  const challenge = await fetch(`${gateway.url}/mcp`, {
    method: 'POST',
    headers: { 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'https' },
  });
  assert.match(
    challenge.headers.get('www-authenticate'),
    new RegExp(`resource_metadata="http://localhost:${gateway.port}/`),
  );
  ok('emitted URLs begin with BASE_URL');
  // The walk connect, token, tool call: a program that takes BASE_URL and ends with status 0. The sandbox's tokens are valid.
  const walk = new URL('../test/support/walk.mjs', import.meta.url);
  if (existsSync(walk)) {
    const walked = spawn(process.execPath, [walk.pathname, `http://localhost:${gateway.port}`], { stdio: 'inherit' });
    assert.equal((await once(walked, 'exit'))[0], 0, 'the walk failed');
    ok('connect, token, tool call');
  } else ok('SKIPPED: connect, token, tool call (test/support/walk.mjs is missing)');
  sandbox.configure({ latencyMs: 1500 });
  const before = sandbox.stats().requests;
  const slow = rpc(gateway.url, 'tools/call', { name: 'get_task', arguments: { task_id: 'ENG-1' } });
  await until(() => sandbox.stats().requests > before, gateway);
  await stopped(gateway);
  assert.equal((await slow).status, 200);
  sandbox.configure({ latencyMs: 0 });
  ok('SIGTERM to process 1: the running call is answered, exit status 0');

  // A database of its own: one that was used with another key is refused.
  const passphrase = await start({
    MASTER_KEY: 'correct horse battery staple',
    DATABASE_URL: base.DATABASE_URL.replace(/clickup$/, 'passphrase'),
  });
  assert.equal(await status(`${passphrase.url}/health/ready`), 200);
  await stopped(passphrase);
  ok('a passphrase as MASTER_KEY works on the read-only root');

  // As an orchestrator does it: the owner's password in the step that migrates, and nowhere else.
  const apart = { DATABASE_URL: `postgres://gateway:apart@${server.host}/apart`, PGPASSWORD: '' };
  const early = run(image.Cmd, { ...base, ...apart, MASTER_KEY });
  assert.equal(await early.exit, 78);
  assert.match(early.output, /DATABASE_URL: .*"gateway"/);
  const step = run(['clickup-mcp', 'migrate'], {
    ...base,
    DATABASE_URL: apart.DATABASE_URL,
    DATABASE_MIGRATION_URL: base.DATABASE_URL.replace(/clickup$/, 'apart'),
  });
  assert.equal(await step.exit, 0, step.output);
  const withoutOwner = await start({ ...apart, MASTER_KEY });
  assert.equal(await status(`${withoutOwner.url}/health/ready`), 200);
  assert.deepEqual(await logins('apart'), ['gateway']);
  await stopped(withoutOwner);
  ok('two logins: clickup-mcp migrate as the owner, the gateway without its password');

  const waiting = run(image.Cmd, {
    ...base,
    MASTER_KEY,
    DATABASE_URL: `postgres://clickup@127.0.0.1:${await freePort()}/clickup`,
  });
  await until(() => waiting.output.includes('waiting for it'), waiting);
  await signal(waiting, 'SIGTERM');
  assert.equal(await waiting.exit, 143);
  ok('SIGTERM while it waits for its database: ends at once');
} finally {
  for (const step of undo) await step();
}
