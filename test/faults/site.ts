import { vaultOf } from '#libs/connections';
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CLIENT, startSandbox } from '../../apps/sandbox/src/index.js';
import { type Sandbox } from '../support/app.js';
import { openPool } from '../support/pool.js';
import { testDatabase } from '../support/postgres.js';
import { ACME } from '../support/scoped.js';
import { storeConnections } from '../support/stored.js';
import { type Front, startFront } from './front.js';
import { type OwnCluster, startOwnCluster } from './own-cluster.js';
import { Replicas } from './replicas.js';

const MASTER_KEY = '5e'.repeat(32);
const PROBE = pathToFileURL(resolve('test/faults/probe.mjs')).href;
const OWNER = 'anna.fischer@acme.example';

export interface Needs {
  /** Of every replica, or of the one in this place. */
  env?: Record<string, string> | ((at: number) => Record<string, string>);
  sandbox?: Parameters<typeof startSandbox>[0];
  /** A PostgreSQL that may be killed. */
  ownCluster?: true;
  /** 50 by default, each with a ClickUp token of its own. */
  callers?: number;
  replicas?: number;
  /** What V8 may take in each replica. */
  heapMb?: number;
  /** What stands between the gateways and their database. @returns the URL for the gateways */
  between?: (databaseUrl: string) => Promise<string>;
}

/** What the probe of a process has seen since it came up. */
export interface Seen {
  /** The event loop at most, milliseconds. */
  lateMs: number;
  rssMb: number;
}

/** Two built gateways behind a proxy, one PostgreSQL, one sandbox that counts each write, and callers with a ClickUp token each. */
export class Site {
  private constructor(
    readonly sandbox: Sandbox,
    readonly replicas: Replicas,
    readonly front: Front,
    readonly databaseUrl: string,
    readonly keys: readonly string[],
    readonly cluster: OwnCluster | undefined,
    /** Of the replica in this place. */
    readonly envOf: (at: number) => Record<string, string>,
    private readonly probes: readonly string[],
    private readonly drop: () => Promise<void>,
  ) {}

  static async start(needs: Needs = {}): Promise<Site> {
    const sandbox = await startSandbox({ tasks: 60, latencyMs: 20, ...needs.sandbox });
    const cluster = needs.ownCluster && (await startOwnCluster());
    const database = cluster ? { url: cluster.url, drop: () => cluster.close() } : await testDatabase();
    const keys = await keysOf(database.url, sandbox, needs.callers ?? 50);
    const url = (await needs.between?.(database.url)) ?? database.url;
    const probes = Array.from({ length: needs.replicas ?? 2 }, () =>
      join(tmpdir(), `clickup-mcp-probe-${randomBytes(6).toString('hex')}`),
    );
    const envOf = (at: number): Record<string, string> => ({
      DATABASE_URL: url,
      MASTER_KEY,
      TEAM_ID: ACME,
      CLICKUP_API_URL: sandbox.url,
      CLICKUP_RATE_LIMIT: '100000',
      CLICKUP_TIMEOUT_MS: '5000',
      CALL_TIMEOUT_MS: '20000',
      CONFIRM_DESTRUCTIVE: 'never',
      NODE_OPTIONS: `--import ${PROBE}${needs.heapMb ? ` --max-old-space-size=${needs.heapMb}` : ''}`,
      PROBE_FILE: probes[at] ?? '',
      ...(typeof needs.env === 'function' ? needs.env(at) : needs.env),
    });
    const replicas = await Replicas.start(probes.length, envOf);
    const front = await startFront(() => replicas.listening);
    return new Site(sandbox, replicas, front, database.url, keys, cluster, envOf, probes, () => database.drop());
  }

  seen(at: number): Seen {
    return JSON.parse(readFileSync(this.probes[at]!, 'utf8')) as Seen;
  }

  async close(): Promise<void> {
    await this.front.close();
    await this.replicas.end();
    await this.drop();
    await this.sandbox.close();
    for (const probe of this.probes) rmSync(probe, { force: true });
  }
}

/** API keys of connections of the owner of a Workspace, with a ClickUp token each: what ClickUp limits, it limits by token. */
async function keysOf(databaseUrl: string, { world }: Sandbox, count: number): Promise<string[]> {
  const user = [...world.users.values()].find(({ email }) => email === OWNER)!;
  const tokens = Array.from({ length: count }, () => {
    const code = world.oauth.agree({ user, workspaces: new Set([ACME]) }, Date.now());
    return world.oauth.exchange(CLIENT.id, CLIENT.secret, code, Date.now());
  });
  const pool = await openPool(databaseUrl);
  const stored = await storeConnections(pool, vaultOf(Buffer.from(MASTER_KEY, 'hex')), ACME, tokens);
  await pool.destroy();
  return stored.map(({ grantId, secret }) => `cuk_${grantId}:${secret}`);
}
