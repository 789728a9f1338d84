import { Grants, unlock, VAULT, type Vault, vaultOf } from '#libs/connections';
import { MASTER_KEY } from '#libs/core';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Client } from 'pg';
import { startTestApp } from '../support/app.js';
import { dump } from '../support/dump.js';
import { openPool } from '../support/pool.js';
import { query, testDatabase, type TestDatabase } from '../support/postgres.js';
import { type Program, startCli, startProgram } from '../support/program.js';
import { rawRequest } from '../support/raw-http.js';
import { sealedCredentials, storeConnections } from '../support/stored.js';

const [OLD, NEW] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
const DEMO = '8ddec8ff377e8ea6f88d223594bca495f4e6629ec23719f96b343389475c755f';

let database: TestDatabase;
let folder: string;
beforeEach(async () => {
  database = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), 'clickup-mcp-vault-'));
});
afterEach(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

const env = (more: Record<string, string> = {}) => ({
  NODE_ENV: 'production',
  DATABASE_URL: database.url,
  DATA_DIR: join(folder, 'data'),
  MCP_API_KEY: 'vault-key-0123456789',
  ...more,
});
const start = (more: Record<string, string>): Program => startProgram(env(more));
async function end(program: Program): Promise<void> {
  // An answer comes only after the start is over, signal handlers included.
  expect((await rawRequest(await program.url, 'GET', '/health/live', {})).status).toBe(200);
  program.child.kill('SIGTERM');
  expect(await program.exit).toBe(0);
}
const store = async (key: string, count: number) => {
  const pool = await openPool(database.url);
  const stored = await storeConnections(
    pool,
    vaultOf(Buffer.from(key, 'hex')),
    '9014',
    Array.from({ length: count }, (_, index) => `pk_${index}`),
  );
  await pool.destroy();
  return stored;
};
/** Does to the database what a start with these keys does, without starting a gateway. */
const remember = async (key: string, ...previous: string[]) => {
  const pool = await openPool(database.url);
  await unlock(pool, { current: () => key, previous }, () => key);
  await pool.destroy();
};
const staleCount = async () =>
  (await sealedCredentials(database.url)).filter(({ context, sealed }) => !opensWith(NEW, context, sealed)).length;
const opensWith = (key: string, ...[place, sealed]: Parameters<Vault['open']>) => {
  try {
    return Boolean(vaultOf(Buffer.from(key, 'hex')).open(place, sealed));
  } catch {
    return false;
  }
};

describe('start', () => {
  test('with another key than the database knows: status 78, what to do, no key in the message, no row changed', async () => {
    await remember(OLD);
    await store(OLD, 2);
    const before = await dump(database.url);
    const wrongKeys: Record<string, string>[] = [
      { MASTER_KEY: NEW },
      { MASTER_KEY: 'a passphrase of nobody' },
      { MASTER_KEY: NEW, MASTER_KEY_PREVIOUS: randomBytes(32).toString('hex') },
    ];
    // All starts at once, because most of a start is waiting.
    const programs = wrongKeys.map((wrong) => ({ wrong, program: start(wrong) }));
    for (const { wrong, program } of programs) {
      expect(await program.exit).toBe(78);
      expect(program.output()).toMatch(
        /MASTER_KEY: this database was used with another key \(key id [0-9a-f]{8}\).*MASTER_KEY_PREVIOUS.*nothing was changed/s,
      );
      for (const value of Object.values(wrong)) expect(program.output()).not.toContain(value);
    }
    expect(await dump(database.url)).toBe(before);
    await end(start({ MASTER_KEY: NEW, MASTER_KEY_PREVIOUS: OLD }));
  });

  test('with a key that everybody knows or can guess: status 78, before the database is touched', async () => {
    const known = {
      'the published key': DEMO,
      zeros: '0'.repeat(64),
      'a short word': 'changeme',
      '15 characters': 'abcdefghijklmno',
      blanks: ' '.repeat(40),
    };
    const programs = Object.entries(known).map(([name, key]) => ({
      name,
      key,
      program: start({ MASTER_KEY: key, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }),
    }));
    for (const { name, key, program } of programs) {
      expect([name, await program.exit]).toEqual([name, 78]);
      expect([name, program.output()]).toEqual([name, expect.stringContaining('MASTER_KEY')]);
      if (key.trim()) expect(program.output()).not.toContain(key);
    }
  });

  test('the published key is accepted as a previous key, so that one can leave it', async () => {
    await remember(DEMO);
    await store(DEMO, 1);
    const program = start({ MASTER_KEY: NEW, MASTER_KEY_PREVIOUS: DEMO });
    await end(program);
    const cli = startCli(['vault', 'rewrap'], env({ MASTER_KEY: NEW, MASTER_KEY_PREVIOUS: DEMO }));
    expect(await cli.exit).toBe(0);
    expect(await staleCount()).toBe(0);
  });

  test('two replicas that start at once on a new database with a passphrase share one salt', async () => {
    const replicas = [start({ MASTER_KEY: 'correct horse, battery' }), start({ MASTER_KEY: 'correct horse, battery' })];
    await Promise.all(replicas.map(end));
    expect(await query(database.url, 'SELECT length(salt) AS salt FROM vault_keys')).toEqual([{ salt: 16 }]);
  });

  test('without a key outside production one is made, with mode 0600, and its path logged; a database that has a key gets no second one', async () => {
    const file = join(folder, 'data', 'master.key');
    const program = start({ NODE_ENV: 'development' });
    await end(program);
    const key = readFileSync(file, 'utf8').trim();
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(program.output()).toContain(`"path":${JSON.stringify(file)},"msg":"made a new master key`);
    expect(program.output()).not.toContain(key);
    expect(program.output()).not.toContain('chmod 600');
    chmodSync(file, 0o644);
    const again = start({ NODE_ENV: 'development' });
    await end(again);
    expect(again.output()).not.toContain('made a new master key');
    // On Windows every file has this mode, so it says nothing.
    if (process.platform !== 'win32') expect(again.output()).toContain(`Mend it: chmod 600 '${file}'`);
    rmSync(file);
    const lost = start({ NODE_ENV: 'development' });
    expect(await lost.exit).toBe(78);
    expect(lost.output()).toContain('master.key');
    expect(existsSync(file)).toBe(false);
    await end(start({ NODE_ENV: 'development', MASTER_KEY: key }));
  });

  test('with the key lost in production: UNCONFIGURED, alive, not ready, protected routes say how to fix it, no row changed (SEC-219)', async () => {
    await remember(OLD);
    await store(OLD, 2);
    const before = await dump(database.url);
    const program = start({});
    const url = await program.url;
    expect(program.output()).toContain('"msg":"Server starting in UNCONFIGURED mode"');
    for (const path of ['/health', '/health/live']) expect((await rawRequest(url, 'GET', path, {})).status).toBe(200);
    expect((await rawRequest(url, 'GET', '/', {})).body).toMatch(/not configured/);
    const refusal = {
      status: 503,
      json: { error: { code: 'not_configured', details: { fix: expect.stringContaining('MASTER_KEY') } } },
    };
    expect(await rawRequest(url, 'GET', '/health/ready', {})).toMatchObject(refusal);
    for (const method of ['POST', 'GET', 'DELETE'])
      expect(
        await rawRequest(
          url,
          method,
          '/mcp',
          { Authorization: 'Bearer vault-key-0123456789', 'Content-Type': 'application/json' },
          method === 'POST' ? '{}' : undefined,
        ),
      ).toMatchObject(refusal);
    await end(program);
    expect(await dump(database.url)).toBe(before);
  });

  test('UNCONFIGURED is logged before the database is waited for', async () => {
    const program = start({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
    while (!program.output().includes('does not answer:')) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(program.output()).toMatch(/Server starting in UNCONFIGURED mode.*does not answer: connection refused/s);
    program.child.kill('SIGKILL');
    expect(await program.exit).toBe('SIGKILL');
  });
});

describe('clickup-mcp vault rewrap', () => {
  const rewrap = (more: Record<string, string> = {}) =>
    startCli(['vault', 'rewrap'], env({ MASTER_KEY: NEW, MASTER_KEY_PREVIOUS: OLD, ...more }));

  test('killed half-way it keeps what it had done; run again it does the rest, and the previous key is no longer needed', async () => {
    await remember(OLD);
    await store(OLD, 250);
    await remember(NEW, OLD);
    const blocker = new Client({ connectionString: database.url });
    await blocker.connect();
    await blocker.query('BEGIN');
    await blocker.query(
      'SELECT 1 FROM connections WHERE id = (SELECT id FROM connections ORDER BY id OFFSET 149 LIMIT 1) FOR UPDATE',
    );
    const killed = rewrap();
    while (
      !(
        await query(
          database.url,
          `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
        )
      ).length
    );
    killed.child.kill('SIGKILL');
    expect(await killed.exit).toBe('SIGKILL');
    await blocker.end();
    while (
      (
        await query(
          database.url,
          `SELECT 1 FROM pg_stat_activity WHERE application_name = 'clickup-mcp' AND datname = current_database()`,
        )
      ).length
    );
    expect(await staleCount()).toBe(150);

    const again = rewrap();
    expect([await again.exit, again.output()]).toEqual([
      0,
      expect.stringMatching(/^Rewrapped: 150\. .*Retired: key [0-9a-f]{8}\.\n.*MASTER_KEY_PREVIOUS may be removed/ms),
    ]);
    expect(again.output()).not.toMatch(new RegExp(`${OLD}|${NEW}|pk_`));
    expect(await staleCount()).toBe(0);
    const program = start({ MASTER_KEY: NEW });
    await end(program);
    expect(program.output()).not.toContain('sealed under these keys');
    expect(await start({ MASTER_KEY: OLD }).exit).toBe(78);
  });

  test('a running gateway can read every credential meanwhile', async () => {
    const app = await startTestApp({ env: { MASTER_KEY: NEW, MASTER_KEY_PREVIOUS: OLD } });
    const pool = await openPool(app.databaseUrl);
    const keys = await storeConnections(
      pool,
      vaultOf(Buffer.from(OLD, 'hex')),
      '9014',
      Array.from({ length: 220 }, (_, index) => `pk_${index}`),
    );
    await pool.destroy();
    const grants = app.gateway.app.get(Grants);
    const cli = rewrap({ DATABASE_URL: app.databaseUrl });
    let [running, reads] = [true, 0];
    const exit = cli.exit.finally(() => (running = false));
    while (running || reads < keys.length) {
      const { grantId, secret = '' } = keys[reads % keys.length]!;
      expect(await grants.find('api_key', grantId, secret)).toBeDefined();
      reads += 1;
      // A cached caller is found without a turn of the event loop, but the work in the background needs one.
      await nextTurn();
    }
    // The gateway itself has resealed the credentials that it read meanwhile.
    expect([await exit, cli.output()]).toEqual([0, expect.stringContaining('Everything is sealed under MASTER_KEY')]);
    await app.close();
  });

  test.each([
    [
      'a key that no gateway was started with',
      { MASTER_KEY: randomBytes(32).toString('hex'), MASTER_KEY_PREVIOUS: OLD },
      78,
      'first start every gateway',
    ],
    ['no key', { MASTER_KEY: '' }, 78, 'MASTER_KEY: is not set'],
  ])('with %s it changes nothing', async (_, keys, status, sentence) => {
    await remember(OLD);
    await store(OLD, 1);
    const before = await dump(database.url);
    const cli = rewrap(keys);
    expect([await cli.exit, cli.output()]).toEqual([status, expect.stringContaining(sentence)]);
    expect(await dump(database.url)).toBe(before);
  });

  test('without the previous key it says what is still sealed under it, and ends with status 1', async () => {
    await remember(OLD);
    await store(OLD, 2);
    await remember(NEW, OLD);
    const program = start({ MASTER_KEY: NEW });
    await end(program);
    expect(program.output()).toContain('some stored credentials may be sealed under these keys');
    const cli = rewrap({ MASTER_KEY_PREVIOUS: '' });
    expect([await cli.exit, cli.output()]).toEqual([
      1,
      expect.stringMatching(/Do not open: 2\..*Still sealed under key [0-9a-f]{8}: 2\..*Keep MASTER_KEY_PREVIOUS/s),
    ]);
    expect(await staleCount()).toBe(2);
  });
});

test('no key, no passphrase and no ClickUp token gets into log, database or error, at level trace and through failures', async () => {
  const [passphrase, token] = ['canary-passphrase, strong', 'pk_90_CANARYTOKEN'];
  const app = await startTestApp({
    env: { MASTER_KEY: passphrase, MASTER_KEY_PREVIOUS: `${OLD},canary-previous-one` },
  });
  const grants = app.gateway.app.get(Grants);
  const [masterKey, vault] = [app.gateway.app.get<Buffer>(MASTER_KEY), app.gateway.app.get<Vault>(VAULT)];
  const pool = await openPool(app.databaseUrl);
  const [good, bad] = await storeConnections(pool, vault, '9014', [token, token]);
  await pool.destroy();
  expect((await grants.find('api_key', good!.grantId, good!.secret!))?.credential).toBeDefined();
  await query(
    app.databaseUrl,
    'UPDATE connections SET sealed_credential = set_byte(sealed_credential, 90, 255 - get_byte(sealed_credential, 90)) WHERE id = (SELECT connection_id FROM access_grants WHERE id = $1)',
    [bad!.grantId],
  );
  const error = await Promise.resolve(grants.find('api_key', bad!.grantId, bad!.secret!)).catch(
    (thrown: unknown) => thrown as Error,
  );
  expect(error).toMatchObject({ code: 'internal_error', message: 'Internal error' });
  const answers: string[] = [String((error as Error).stack)];
  for (const key of [passphrase, token, `cuk_${bad!.grantId}:${bad!.secret}`]) {
    const answer = await rawRequest(
      app.url,
      'POST',
      '/mcp',
      { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      '{',
    );
    answers.push(JSON.stringify([answer.headers, answer.body]));
  }
  const everything = { log: app.log(), database: await dump(app.databaseUrl), answers: answers.join() };
  expect(everything.database).toContain(good!.grantId);
  for (const secret of [
    Buffer.from(passphrase),
    Buffer.from('canary-previous-one'),
    Buffer.from(OLD),
    Buffer.from(OLD, 'hex'),
    Buffer.from(token),
    masterKey,
    ...[good, bad].map((grant) => Buffer.from(grant!.secret!)),
  ]) {
    for (const written of [
      secret.toString(),
      secret.toString('hex'),
      secret.toString('base64').replace(/=+$/, ''),
      secret.toString('base64url'),
    ]) {
      for (const [where, text] of Object.entries(everything))
        expect([where, written, text.includes(written)]).toEqual([where, written, false]);
    }
  }
  await app.close();
});
