import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { ConfigError } from '#libs/core';
import { openFolder } from '../../../../test/support/postgres-folder.js';
import { openDatabase } from './database.js';
import { ownLogin } from './login.js';

const log = { info: () => undefined, warn: () => undefined };

describe('openDatabase', () => {
  it('refuses the embedded database in production, says what to set, and touches nothing', async () => {
    const folder = openFolder();
    const DATA_DIR = join(folder.path, 'data');
    const opening = openDatabase({ DATABASE_URL: undefined, DATA_DIR, NODE_ENV: 'production' }, log);
    await expect(opening).rejects.toBeInstanceOf(ConfigError);
    await expect(opening).rejects.toThrow(/DATABASE_URL/);
    expect(existsSync(DATA_DIR)).toBe(false);
    folder.remove();
  });

  it('takes DATABASE_URL as it is, without connecting, and tells the log no password', async () => {
    const url = 'postgres://user:secret@db.example:5433/gateway?sslmode=require';
    const database = await openDatabase({ DATABASE_URL: url, DATA_DIR: './data', NODE_ENV: 'production' }, log);
    expect(database).toMatchObject({ url, embedded: false, location: 'db.example:5433/gateway' });
    await database.close();
  });

  it('takes no owner without the login that the gateway works as', async () => {
    const opening = openDatabase(
      { DATABASE_URL: undefined, DATABASE_MIGRATION_URL: 'postgres://o@h/d', DATA_DIR: './data', NODE_ENV: 'test' },
      log,
    );
    await expect(opening).rejects.toThrow(/DATABASE_MIGRATION_URL: is set, but DATABASE_URL is not/);
  });
});

describe('the login of the gateway itself', () => {
  it.each([
    ['postgres://o:p@db.example:5433/clickup?application_name=x', { host: 'db.example', port: 5433 }],
    ['postgres://o%40x:p%2Fw@db.example/clickup?user=o&password=p', { host: 'db.example', port: 5432 }],
    ['postgres:///clickup?host=/run/postgresql&user=o&password=p', { host: '/run/postgresql', port: 5432 }],
    ['postgres://o:p@%2Frun%2Fpostgresql/clickup', { host: '/run/postgresql', port: 5432 }],
  ])('stands in place of the owner in %s', (url, where) => {
    const login = ownLogin(new Client({ connectionString: url }), url);
    expect(new Client({ connectionString: login.url })).toMatchObject({
      ...where,
      database: 'clickup',
      user: 'gateway_app_clickup',
    });
    expect(new Client({ connectionString: login.url }).password).toBe(login.password);
    expect(login.url).not.toMatch(/p%2Fw|:p@|password=p(&|$)/);
  });
});
