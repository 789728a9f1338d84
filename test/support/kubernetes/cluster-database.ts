import { randomBytes } from 'node:crypto';
import { startOwnCluster } from '../../faults/own-cluster.js';
import { poolerIsHere, startPooler } from '../pooler.js';
import { execute } from '../postgres.js';
import { type Values } from './container.js';
import { type Manifest } from './render.js';

/** The database of an overlay, and the Secrets of docs/kubernetes.md that lead to it. */
export interface ClusterDatabase {
  secrets: Values;
  /** Whether the pool goes through a pooler as in the overlay `ha`. */
  pooled: boolean;
  close(): Promise<void>;
}

/**
 * One real PostgreSQL with the logins and the database that the manifests make, and where they have a pooler, PgBouncer with their
 * mode and parameters, if it is installed.
 */
export async function startClusterDatabase(manifests: readonly Manifest[]): Promise<ClusterDatabase> {
  const of = (kind: string) => manifests.find((manifest) => manifest.kind === kind);
  const server = await startOwnCluster();
  const [owner, gateway] = [randomBytes(24).toString('hex'), randomBytes(24).toString('hex')];
  const operated = of('Cluster')?.spec;
  // What the operator makes of its Cluster; else what the image of PostgreSQL makes of POSTGRES_USER, a superuser.
  const login = operated?.managed.roles[0].name ?? 'gateway';
  const [name, database] = operated
    ? [operated.bootstrap.initdb.owner, operated.bootstrap.initdb.database]
    : ['clickup', 'clickup'];
  await execute(server.url, `CREATE ROLE ${name} LOGIN ${operated ? '' : 'SUPERUSER'} PASSWORD '${owner}'`);
  await execute(server.url, `CREATE DATABASE ${database} OWNER ${name}`);
  if (operated) await execute(server.url, `CREATE ROLE ${login} LOGIN PASSWORD '${gateway}'`);
  const as = (user: string, password: string) => {
    const url = new URL(server.url);
    [url.username, url.password, url.pathname] = [user, password, `/${database}`];
    return url.href;
  };
  const [DATABASE_MIGRATION_URL, direct] = [as(name, owner), as(login, gateway)];
  const { poolMode, parameters } = of('Pooler')?.spec.pgbouncer ?? {};
  const pooler =
    poolMode && poolerIsHere
      ? await startPooler([DATABASE_MIGRATION_URL, direct], { pool_mode: poolMode, ...parameters })
      : undefined;
  return {
    secrets: {
      'clickup-mcp': {
        MASTER_KEY: randomBytes(32).toString('hex'),
        DATABASE_URL: pooler?.through(direct) ?? direct,
        ...(poolMode && { DATABASE_URL_DIRECT: direct }),
      },
      'clickup-mcp-migrate': { DATABASE_MIGRATION_URL },
    },
    pooled: pooler !== undefined,
    close: async () => {
      await pooler?.close();
      await server.close();
    },
  };
}
