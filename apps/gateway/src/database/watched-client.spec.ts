import { inTransaction, withTenant } from '#libs/connections';
import { AppError, isTransient } from '#libs/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { until } from '../../../../test/support/killed-programs.js';
import { query, testDatabase, type TestDatabase } from '../../../../test/support/postgres.js';
import { type SilentProxy, startSilentProxy } from '../../../../test/support/silent-proxy.js';
import { ENTITIES } from '../app.module.js';
import { migrate } from './migrate.js';
import { dataSourceOptions } from './options.js';
import { allowStatements, watchedClients } from './watched-client.js';

const log = { info: () => undefined, warn: () => undefined };
const SIZE = 4;
let base: TestDatabase;
let proxy: SilentProxy;
let pool: DataSource;

beforeEach(async () => {
  base = await testDatabase();
  proxy = await startSilentProxy(base.url);
  const options = dataSourceOptions({
    url: await migrate({ url: proxy.url }, log),
    entities: ENTITIES,
    poolSize: SIZE,
    log,
  });
  const Client = watchedClients({ answerMs: 400, doubtMs: 100 });
  pool = await new DataSource({ ...options, extra: { ...options.extra, Client } }).initialize();
  await fill();
});
afterEach(async () => {
  if (pool.isInitialized) await pool.destroy();
  await proxy.close();
  await base.drop();
});

/** All connections of the pool are open, and idle. */
const fill = () => Promise.all(Array.from({ length: SIZE }, () => pool.query('SELECT pg_sleep(0.05)')));
const one = () => pool.query<unknown[]>('SELECT 1 AS one');
const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: Error) => error,
  );
const inVain = { code: 'ETIMEDOUT', message: expect.stringContaining('did not answer') };

describe('where packets are dropped', () => {
  test('one statement is lost, with all connections that were open, and the next is answered', async () => {
    const opened = proxy.opened();
    proxy.failOver();
    const lost = await failure(one());
    expect(lost).toMatchObject(inVain);
    expect(isTransient(lost)).toBe(true);
    expect(await one()).toEqual([{ one: 1 }]);
    expect(proxy.opened()).toBe(opened + 1);
    await until(() => proxy.held() === 1);
  });

  test('a transaction that had not begun its work is tried on another connection: nobody notices', async () => {
    proxy.failOver();
    let worked = 0;
    const work = async () => Promise.resolve((worked += 1));
    expect(await withTenant(pool, '1', work)).toBe(1);
    expect(await inTransaction(pool, work)).toBe(2);
  });

  test('busy connections are given up soon after the first, not each after its own time, and the pool is free again', async () => {
    proxy.failOver();
    const ends: string[] = [];
    const asked = Array.from({ length: SIZE }, (_, at) => failure(one()).then(() => ends.push(`lost ${at}`)));
    // More than the pool has: it waits until the others are given up.
    const waiting = one().then(() => ends.push('answered'));
    await Promise.all([...asked, waiting]);
    expect(ends.at(-1)).toBe('answered');
    expect(ends).toHaveLength(SIZE + 1);
  });

  test('one that is opened meanwhile is in no doubt, however long that takes', async () => {
    proxy.failOver();
    proxy.drip(1);
    const asked: Promise<unknown>[] = [];
    for (let at = 0; at < SIZE; at += 1) {
      asked.push(failure(one()));
      await sleep(30);
    }
    expect(await one()).toEqual([{ one: 1 }]);
    for (const lost of await Promise.all(asked)) expect(lost).toBeInstanceOf(Error);
    proxy.drip(0);
  });

  test('a transaction whose COMMIT gets no answer is never told as done, and its work is not done twice', async () => {
    let worked = 0;
    const told = await failure(
      inTransaction(pool, async (manager) => {
        worked += 1;
        await manager.query(`INSERT INTO tenants (id) VALUES ('lost')`);
        proxy.failOver();
      }),
    );
    expect(told).toBeInstanceOf(AppError);
    expect(told).toMatchObject({ code: 'unavailable', details: { reason: 'database' }, cause: inVain });
    expect(worked).toBe(1);
    expect(await query(base.url, `SELECT FROM tenants WHERE id = 'lost'`)).toEqual([]);
  });

  test('the goodbye to a database that answers nobody is not waited for without end', async () => {
    proxy.hang();
    await pool.destroy();
    await until(() => proxy.held() === 0);
  });
});

test('one slow statement is given up, and the others of the pool, which answer, go on', async () => {
  const slow = failure(pool.query('SELECT pg_sleep(60)'));
  const lively = async () => {
    for (let times = 0; times < 12; times += 1) await pool.query('SELECT pg_sleep(0.05)');
    return 'answered';
  };
  expect(await lively()).toBe('answered');
  expect(await slow).toMatchObject(inVain);
});

test('a transaction may be given more time, which ends with it', async () => {
  const longer = (manager: DataSource['manager']) => manager.query<unknown[]>('SELECT pg_sleep(0.8) IS NULL AS done');
  const allowed = inTransaction(pool, async (manager) => {
    await allowStatements(manager, 5_000);
    return longer(manager);
  });
  expect(await allowed).toHaveLength(1);
  for (const again of [1, 2])
    expect([again, await failure(inTransaction(pool, longer))]).toMatchObject([again, { code: 'unavailable' }]);
});

test('a statement that PostgreSQL ends for its time is one for later (57014)', async () => {
  const told = await failure(
    inTransaction(pool, async (manager) => {
      await allowStatements(manager, 50);
      await manager.query('SELECT pg_sleep(60)');
    }),
  );
  expect(told).toMatchObject({ code: 'unavailable', cause: { code: '57014' } });
  expect(await one()).toHaveLength(1);
});

test('a server that has become a standby (25006) is left with all connections that are idle', async () => {
  const insert = (id: string) =>
    inTransaction(pool, (manager) => manager.query('INSERT INTO tenants (id) VALUES ($1)', [id]));
  await Promise.all(
    Array.from({ length: SIZE }, () =>
      pool.query(`SELECT set_config('default_transaction_read_only', 'on', false), pg_sleep(0.05)`),
    ),
  );
  const opened = proxy.opened();
  expect(await failure(insert('first'))).toMatchObject({ code: 'unavailable', cause: { code: '25006' } });
  await insert('second');
  expect(proxy.opened()).toBe(opened + 1);
  await until(() => proxy.held() === 1);
});
