import { DataSource } from 'typeorm';
import { AppError } from '#libs/core';
import { connectPatiently } from './connect.js';
import { type Log } from './log.js';
import { baseOptions } from './options.js';
import { grantWorkingRole } from './role.js';

const LOCK = 7_246_302;
const LOCK_WAIT_SECONDS = 120;

/**
 * Brings the schema up to date, each migration in its transaction. Any number of processes may call it at once: one
 * migrates, the others wait for it (120 seconds at most) and find nothing left to do. Needs a direct connection:
 * the lock belongs to a session, which a pooler in transaction mode does not keep.
 * @throws AppError `unavailable` when the database or the lock does not come
 */
export async function migrate(url: string, log: Log): Promise<void> {
  const client = await connectPatiently(url, log);
  try {
    await client.query(`SET lock_timeout = '${LOCK_WAIT_SECONDS}s'`);
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]).catch((cause: unknown) => {
      throw new AppError('unavailable', `Another process has been migrating the database for more than ${LOCK_WAIT_SECONDS} seconds.`, { cause });
    });
    for (const name of await runMigrations(url)) log.info(`Migrated: ${name}`);
    await grantWorkingRole(client);
  } finally {
    await client.end();
  }
}

async function runMigrations(url: string): Promise<string[]> {
  const dataSource = await new DataSource({ ...baseOptions(url), poolSize: 2, applicationName: 'clickup-mcp migrate' }).initialize();
  try {
    const done = await dataSource.runMigrations({ transaction: 'each' });
    return done.map(({ name }) => name);
  } finally {
    await dataSource.destroy();
  }
}
