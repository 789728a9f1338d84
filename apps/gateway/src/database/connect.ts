import { AppError, isTransient } from '#libs/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { KEEP_ALIVE } from './keep-alive.js';
import { type Log } from './log.js';

const CONNECT_TIMEOUT_MS = 5000;
/** Longer than the lock of migrations is waited for: what a start asks is answered by then, or never. */
const ANSWER_MS = 130_000;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2000;

/**
 * A connection of its own, outside any pool, as the login role. A server that is not there yet is waited for.
 * @param patienceMs how long; at start 60 seconds
 * @throws AppError `unavailable` after that; what waiting does not cure (wrong password, no such database) at once
 */
export async function connectPatiently(url: string, log: Log, patienceMs = 60_000): Promise<Client> {
  const deadline = Date.now() + patienceMs;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    const client = new Client({
      connectionString: url,
      application_name: 'clickup-mcp start',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: ANSWER_MS,
      ...KEEP_ALIVE,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (cause) {
      await client.end();
      if (!isTransient(cause)) throw cause;
      if (Date.now() + wait > deadline)
        throw new AppError('unavailable', `The database did not answer for ${patienceMs / 1000} seconds.`, { cause });
      if (wait === FIRST_WAIT_MS) log.warn('The database does not answer yet: waiting for it');
      await sleep(wait);
    }
  }
}
