import { chooseHome } from '../../apps/gateway/src/database/embedded/home.js';
import { openCluster, passwordOf } from '../../apps/gateway/src/database/embedded/cluster.js';
import { runningPostmaster } from '../../apps/gateway/src/database/embedded/postmaster.js';
import { ensureRunning, stop, urlOf } from '../../apps/gateway/src/database/embedded/server.js';
import { openFolder } from '../support/postgres-folder.js';

const quiet = { info: () => undefined, warn: () => undefined };

/** A PostgreSQL of a scenario's own, which it may kill. It keeps what it has acknowledged, unlike that of the other tests. */
export interface OwnCluster {
  url: string;
  /** kill -9 of the server process; its children notice and end. */
  kill(): Promise<void>;
  /** Resolves when it answers again, on the same port. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function startOwnCluster(): Promise<OwnCluster> {
  const folder = openFolder();
  const cluster = await openCluster(await chooseHome(folder.path, [], quiet));
  const port = await ensureRunning(cluster);
  return {
    url: urlOf(port, await passwordOf(cluster), 'postgres'),
    kill: async () => void process.kill((await runningPostmaster(cluster.data))!.pid, 'SIGKILL'),
    restart: async () => void (await ensureRunning(cluster, port)),
    close: async () => {
      await stop(cluster);
      folder.remove();
    },
  };
}
