import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '#libs/core';
import { openFolder } from '../../../../test/support/postgres-folder.js';
import { openDatabase } from './database.js';

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
});
