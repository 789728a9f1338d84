import { Connections, Grants, Invalidations, vaultOf } from '#libs/connections';
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ENTITIES } from '../apps/gateway/src/app.module.js';
import { openDatabase } from '../apps/gateway/src/database/database.js';
import { migrate } from '../apps/gateway/src/database/migrate.js';
import { dataSourceOptions } from '../apps/gateway/src/database/options.js';
import { idleConnections } from './idle-connections.js';
import { median } from './load.js';

const TENANTS = 1000;
/** Checks and hashes take turns in batches of a few milliseconds, so that what else the machine does falls on both alike. */
const [BATCH, BATCHES, WARM_UP] = [2000, 300, 50];
const TARGET = { megabytes: 40, micros: 5, ratio: 2, roundTrips: 1, idleBytes: 20_000 };
const log = { info: () => undefined, warn: () => undefined };

/** What tenants cost that are connected and idle, and what checking a credential costs. */
export async function memory(): Promise<boolean> {
  const dataDir = mkdtempSync(join(tmpdir(), 'clickup-mcp-bench-'));
  // When root starts it, the embedded PostgreSQL runs as another user, who has to be able to enter the folder.
  chmodSync(dataDir, 0o755);
  const database = await openDatabase({ DATABASE_URL: undefined, DATA_DIR: dataDir, NODE_ENV: 'test' }, log);
  const url = await migrate(database, log);
  const dataSource = await new DataSource(
    dataSourceOptions({ url, entities: ENTITIES, poolSize: 4, log }),
  ).initialize();
  let held: boolean;
  try {
    held = await measure(dataSource);
  } finally {
    await dataSource.destroy();
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
  return (await idle()) && held;
}

/** What clients cost that are connected and silent. */
async function idle(): Promise<boolean> {
  const costs = await idleConnections();
  console.log('\n1,000 idle connections of each kind');
  console.table(
    Object.fromEntries(
      Object.entries(costs).map(([kind, { heap, rss }]) => [
        kind,
        { 'held, kB': round(heap / 1000, 1), 'RSS, kB': round(rss / 1000, 1), target: TARGET.idleBytes / 1000 },
      ]),
    ),
  );
  const held = Object.values(costs).every(({ heap, rss }) => Math.max(heap, rss) <= TARGET.idleBytes);
  console.log(held ? 'held' : 'MISSED');
  return held;
}

async function measure(dataSource: DataSource): Promise<boolean> {
  const vault = vaultOf(Buffer.alloc(32, 7));
  const invalidations = new Invalidations(dataSource, { DATABASE_URL_DIRECT: undefined }, log as never);
  const store = new Connections(dataSource, vault, invalidations, { MAX_GRANTS_PER_PERSON: 10_000 });
  const grants = new Grants(
    dataSource,
    vault,
    invalidations,
    { BASE_URL: undefined, ALLOWED_WORKSPACES: [], ALLOWED_PEOPLE: [] },
    log,
  );
  const keys: [id: string, secret: string][] = [];
  const connect = async (workspaceId: string) => {
    const policy = {
      mode: 'selective',
      write: { spaces: ['1', '2', '3'], folders: [], lists: ['4', '5', '6'] },
    } as const;
    const { grantId, secret = '' } = await store.connect({
      workspaceId,
      person: { id: '183', name: 'Ada Lovelace' },
      credential: `pk_183_${workspaceId.padEnd(32, 'X')}`,
      policy,
      grant: { kind: 'api_key', label: 'bench' },
    });
    return [grantId, secret] as const;
  };
  for (let tenant = 0; tenant < TENANTS; tenant += 1) keys.push([...(await connect(String(tenant + 1)))]);
  const [warmId, warmSecret] = await connect('999999');
  await grants.find('api_key', warmId, warmSecret);

  const before = used();
  const queries = await countQueries(dataSource, async () => {
    for (const [id, secret] of keys) await grants.find('api_key', id, secret);
  });
  const after = used();
  const cached = keys.filter(([id, secret]) => !(grants.find('api_key', id, secret) instanceof Promise)).length;
  const megabytes = { heap: (after.heap - before.heap) / 2 ** 20, rss: (after.rss - before.rss) / 2 ** 20 };
  const roundTrips = queries / TENANTS;

  const { floor, check, ratio } = checkCosts(
    () => void createHash('sha256').update(warmSecret).digest(),
    (index) => void grants.find('api_key', ...keys[index % TENANTS]!),
  );
  const held =
    cached === TENANTS &&
    Math.max(megabytes.heap, megabytes.rss) <= TARGET.megabytes &&
    ratio <= TARGET.ratio &&
    check <= TARGET.micros &&
    roundTrips <= TARGET.roundTrips;
  console.log(`\n${TENANTS} connected, idle tenants; ${cached} of them remembered`);
  console.table({
    'added heap, MB': { measured: round(megabytes.heap, 1), target: TARGET.megabytes },
    'added RSS, MB': { measured: round(megabytes.rss, 1), target: TARGET.megabytes },
    'checking a remembered credential, CPU µs': { measured: round(check, 2), target: TARGET.micros },
    'a bare SHA-256 (createHash), CPU µs': { measured: round(floor, 2) },
    'the one to the other': { measured: round(ratio, 2), target: TARGET.ratio },
    'round trips for one that is not': { measured: roundTrips, target: TARGET.roundTrips },
  });
  console.log(held ? 'held' : 'MISSED');
  return held;
}

/** Statements that a caller waits for; noting the last use is not one. */
async function countQueries(dataSource: DataSource, work: () => Promise<void>): Promise<number> {
  const query = dataSource.query.bind(dataSource);
  let count = 0;
  dataSource.query = ((...args: Parameters<typeof query>) => {
    if (!args[0].startsWith('UPDATE access_grants SET last_used_at')) count += 1;
    return query(...args);
  }) as typeof dataSource.query;
  await work();
  dataSource.query = query;
  return count;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function used() {
  collect();
  const { heapUsed: heap, rss } = process.memoryUsage();
  return { heap, rss };
}

/** Medians over alternating batches: CPU microseconds of each, and the ratio of each check to the floor measured beside it. */
function checkCosts(floor: () => void, check: (index: number) => void) {
  const [floors, checks]: [number[], number[]] = [[], []];
  for (let batch = -WARM_UP; batch < BATCHES; batch += 1) {
    const costs = [cpuOf(floor), cpuOf(check)] as const;
    if (batch < 0) continue;
    floors.push(costs[0]);
    checks.push(costs[1]);
  }
  return {
    floor: median(floors),
    check: median(checks),
    ratio: median(checks.map((cost, index) => cost / floors[index]!)),
  };
}

function cpuOf(work: (index: number) => void): number {
  const started = process.cpuUsage();
  for (let index = 0; index < BATCH; index += 1) work(index);
  const { user, system } = process.cpuUsage(started);
  return (user + system) / BATCH;
}

const round = (value: number, digits: number) => Number(value.toFixed(digits));
