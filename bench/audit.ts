import { eventsOf, searchEvents } from '#libs/admin';
import { type AuditEvent, AuditTrail, encodeRow } from '#libs/audit';
import { vaultOf, withTenant } from '#libs/connections';
import { createHash, createHmac } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DataSource } from 'typeorm';
import { AuditKeys, PostgresAuditRows, verifyTenant } from '../apps/gateway/src/audit/index.js';
import { openEmbedded } from '../apps/gateway/src/database/embedded/embedded.js';
import { openPool } from '../test/support/pool.js';
import { execute } from '../test/support/postgres.js';
import { median } from './load.js';

const ROWS = Number(process.env.AUDIT_BENCH_ROWS ?? 1_000_000);
const [CALLS, ROUNDS, LOOKUPS, BATCH] = [20_000, 5, 40, 5_000];
const TARGET = { microsPerCall: 15, rowsPerSecond: 50_000, toSha256: 3, searchToLookup: 5 };
const TENANT = '12345';
const FIRST_AT = Date.parse('2026-11-01T00:00:00Z');

/** What the audit costs a call, how fast a chain of a million rows is verified, beside bare SHA-256 over the same bytes, and what a search costs, beside one row by its key. */
export async function audit(): Promise<boolean> {
  const dataDir = mkdtempSync(join(tmpdir(), 'clickup-mcp-bench-'));
  // When root starts it, the embedded PostgreSQL runs as another user, who has to be able to enter the folder.
  chmodSync(dataDir, 0o755);
  const database = await openEmbedded(dataDir, { info: () => undefined, warn: console.error });
  const pool = await openPool(database.url);
  const keys = new AuditKeys(vaultOf(Buffer.alloc(32, 7)));
  const rows = new PostgresAuditRows(pool, keys);
  try {
    const { micros, floor } = await costOfCalls(rows);
    await fill(rows);
    // As autovacuum has done with every month of some size: without statistics PostgreSQL sorts what it could read in order.
    await execute(database.url, 'ANALYZE audit_events');
    const { rowsPerSecond, toFloor, findings } = await verified(pool, keys);
    const searches = await searched(pool);
    const worst = Math.max(...searches.map(({ ratio }) => ratio));
    const isFast = rowsPerSecond >= TARGET.rowsPerSecond || toFloor <= TARGET.toSha256;
    const held = micros <= TARGET.microsPerCall && findings === 0 && isFast && worst <= TARGET.searchToLookup;
    console.table({
      'CPU µs per call': { measured: round(micros), target: `≤ ${TARGET.microsPerCall}` },
      'to JSON and an HMAC of each event': { measured: round(micros / floor), target: '–' },
      [`verify ${ROWS} rows, rows per second`]: {
        measured: Math.round(rowsPerSecond),
        target: `≥ ${TARGET.rowsPerSecond}, or`,
      },
      'verify, to bare SHA-256': { measured: round(toFloor), target: `≤ ${TARGET.toSha256}` },
      ...Object.fromEntries(
        searches.map(({ name, ms, ratio }) => [
          `search ${name}: ms, to one row by its key`,
          { measured: `${ms.toFixed(2)}, ${ratio.toFixed(2)}×`, target: `≤ ${TARGET.searchToLookup}×` },
        ]),
      ),
    });
    console.log(held ? 'held' : 'MISSED');
    return held;
  } finally {
    await pool.destroy();
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const TOOLS = ['get_task', 'find_tasks', 'update_task', 'create_task', 'add_comment', 'get_list'];
/** What calls leave, with a few that are rare. */
function event(n: number): AuditEvent {
  const refused = n % 5_000 === 0;
  return {
    event: 'call',
    tenant: TENANT,
    at: FIRST_AT + n * 100,
    call: '00000000-0000-4000-8000-000000000000',
    grant: `g${n % 200}`,
    person: String(n % 100),
    kind: 'session',
    client: n % 9_999 === 0 ? 'rare-client 1.0' : 'claude-ai 1.2.3',
    tool: n % 10_000 === 0 ? 'delete_task' : TOOLS[n % TOOLS.length],
    effect: 'get',
    objects: [`task:86a${n % 10_000}`],
    decision: refused ? 'refused' : 'allowed',
    layer: refused ? 'grant' : undefined,
    outcome: refused ? 'forbidden' : 'ok',
    requests: 1,
    ms: 120,
    detail: { read: 1 },
  };
}

/** CPU of this process, from the event to the end of the message that stores it; the database has its own. */
async function costOfCalls(rows: PostgresAuditRows) {
  const trail = new AuditTrail(rows, { warn: console.error });
  const costs: number[] = [];
  for (let measured = 0; measured <= ROUNDS; measured += 1) {
    const before = process.cpuUsage();
    for (let n = 0; n < CALLS; n += 1) {
      trail.note(event(n));
      // As calls come, so that they are gathered and stored as they are in a gateway.
      if (n % 500 === 499) await trail.durable(event(n));
    }
    const { user, system } = process.cpuUsage(before);
    // The first round is to get warm.
    if (measured > 0) costs.push((user + system) / CALLS);
  }
  await trail.close();
  return { micros: median(costs), floor: floorOfCalls() };
}

/** The least that a chain of events costs: to write each down, and to make its link. */
function floorOfCalls(): number {
  const costs: number[] = [];
  for (let measured = 0; measured <= ROUNDS; measured += 1) {
    const before = process.cpuUsage();
    let mac = Buffer.alloc(32);
    for (let n = 0; n < CALLS; n += 1)
      mac = createHmac('sha256', 'key')
        .update(mac)
        .update(JSON.stringify(event(n)))
        .digest();
    const { user, system } = process.cpuUsage(before);
    if (measured > 0) costs.push((user + system) / CALLS);
  }
  return median(costs);
}

async function fill(rows: PostgresAuditRows): Promise<void> {
  for (let n = 0; n < ROWS; n += BATCH)
    await rows.append({
      tenant: TENANT,
      events: Array.from({ length: BATCH }, (_, at) => event(n + at)),
      attempts: [],
    });
}

async function verified(pool: DataSource, keys: AuditKeys) {
  const begun = performance.now();
  const found = await verifyTenant(pool, keys, TENANT, { retentionDays: 400, anchored: [] });
  const seconds = (performance.now() - begun) / 1000;
  // The floor: the same bytes through SHA-256, and nothing else; reading them is not part of it.
  let floor = 0;
  for await (const page of eventsOf(pool, TENANT)) {
    const bytes = page.map((row) => encodeRow(TENANT, row.day, row));
    const from = performance.now();
    for (const each of bytes) createHash('sha256').update(each).digest();
    floor += performance.now() - from;
  }
  return {
    rowsPerSecond: found.rows / seconds,
    toFloor: (seconds * 1000) / floor,
    findings: found.findings.length,
  };
}

const QUESTIONS = {
  newest: {},
  'by tool (1 in 10,000)': { tool: 'delete_task' },
  'by person': { person: '7' },
  'by client (1 in 9,999)': { client: 'rare-client' },
  'by outcome': { outcome: 'forbidden' },
  'by decision': { decision: 'refused' },
  'by a person whom nobody knows': { person: 'nobody' },
  'by tool and person': { tool: 'get_task', person: '18' },
  'by time': { from: new Date(FIRST_AT), to: new Date(FIRST_AT + 3_600_000) },
} as const;

async function searched(pool: DataSource) {
  await withTenant(pool, TENANT, (manager) => manager.query('SELECT count(*) FROM audit_events'));
  const lookup = () =>
    withTenant(pool, TENANT, (manager) =>
      manager.query(
        'SELECT * FROM audit_events WHERE tenant_id = $1 AND day = (now() AT TIME ZONE $2)::date AND seq = $3',
        [TENANT, 'UTC', Math.ceil(Math.random() * ROWS)],
      ),
    );
  const results = [];
  for (const [name, question] of Object.entries(QUESTIONS)) {
    const search = () => searchEvents(pool, TENANT, question, { order: 'newest', limit: 50 });
    // One after the other, so that whatever else the machine does is in both.
    const times: { search: number; lookup: number }[] = [];
    for (let n = 0; n < LOOKUPS; n += 1) times.push({ lookup: await timed(lookup), search: await timed(search) });
    const ms = median(times.map((each) => each.search));
    results.push({ name, ms, ratio: ms / median(times.map((each) => each.lookup)) });
  }
  return results;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

const round = (value: number) => Number(value.toFixed(2));
