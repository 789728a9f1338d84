import { isOpenToOthers } from '#libs/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type Log } from '../log.js';
import { type Cluster, openCluster, passwordFile, passwordOf } from './cluster.js';
import { chooseHome, FALLBACKS } from './home.js';
import { withMutex } from './mutex.js';
import { ensureRunning, stop, urlOf } from './server.js';

const DATABASE = 'clickup_mcp';
/**
 * Advisory lock in the database `postgres`. Every gateway on this server holds it shared; one that leaves and can get it exclusively was
 * the last.
 */
const PRESENCE = 7_246_301;
const REVIVE_MS = 500;

/**
 * Opens the embedded PostgreSQL of a DATA_DIR: attaches to its server when one runs (another gateway, or one whose parent
 * was killed), starts it otherwise, and starts it again when it dies. `close()` stops it unless another gateway uses it.
 * @throws ConfigError when it cannot live there; AppError `unavailable` when it does not start
 */
export async function openEmbedded(dataDir: string, log: Log, fallbacks = FALLBACKS) {
  const home = await chooseHome(dataDir, fallbacks, log);
  const mutex = <T>(work: () => Promise<T>) => withMutex(home.folder, work);
  const cluster = await mutex(() => openCluster(home));
  const password = await passwordOf(cluster);
  if (isOpenToOthers(passwordFile(cluster)))
    log.warn(
      `Other accounts of this machine can read the password of the embedded database. Mend it: chmod 600 '${passwordFile(cluster)}'`,
    );
  let closing = false;
  let present: Promise<Client | undefined>;

  const enter = (port?: number) =>
    mutex(async () => {
      const started = await ensureRunning(cluster, port);
      return { port: started, client: await attend(urlOf(started, password, 'postgres')) };
    });
  const watch = (client: Client, port: number) =>
    client.once('end', () => {
      if (!closing) present = revive(port);
    });
  // Pools remember the port, so it is kept; recovery is PostgreSQL's own.
  const revive = async (port: number): Promise<Client | undefined> => {
    log.warn('The embedded database ended unexpectedly: starting it again');
    for (; !closing; await sleep(REVIVE_MS)) {
      try {
        const { client } = await enter(port);
        watch(client, port);
        return client;
      } catch (error) {
        log.warn(`The embedded database could not be started again: ${(error as Error).message}`);
      }
    }
    return undefined;
  };

  const { port, client } = await enter();
  watch(client, port);
  present = Promise.resolve(client);
  log.info(`Embedded PostgreSQL at 127.0.0.1:${port}, data in ${cluster.folder}`);
  return {
    url: urlOf(port, password, DATABASE),
    embedded: true,
    location: cluster.folder,
    close: async () => {
      closing = true;
      const presence = await present;
      if (presence) await mutex(() => leave(presence, cluster));
    },
  };
}

/** Opens the connection whose shared lock says that this gateway uses the server, and makes the database if it is missing. */
async function attend(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: 'clickup-mcp presence', keepAlive: true });
  // Errors need no handling here, because the end of the connection is watched; but without a listener Node would end the process.
  client.on('error', () => undefined);
  await client.connect();
  await client.query('SELECT pg_advisory_lock_shared($1)', [PRESENCE]);
  const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
  if (!rowCount) await client.query(`CREATE DATABASE ${DATABASE}`);
  return client;
}

/** Closes that connection, and stops the server if no other gateway uses it. */
async function leave(client: Client, cluster: Cluster): Promise<void> {
  // The shared lock is given up before the exclusive one is asked for: otherwise two that leave at once would each see the other, and neither would stop the server.
  const answer = await client
    .query<{ last: boolean }>('SELECT pg_advisory_unlock_shared($1), pg_try_advisory_lock($1) AS last', [PRESENCE])
    .catch(() => undefined);
  await client.end();
  if (answer?.rows[0]?.last) await stop(cluster);
}
