import { type AuditRow, type SealedHead } from '#libs/audit';
import { withTenant } from '#libs/connections';
import { type DataSource } from 'typeorm';

/** Where reading goes on: after this row. */
export interface EventPosition {
  /** YYYY-MM-DD */
  day: string;
  seq: number;
}

/** A stored event, as the chain is made over it. */
export interface StoredEvent extends AuditRow {
  day: string;
  mac: Buffer;
}

/** Rows of one statement: a megabyte, well within the 5 seconds that a statement has, on a busy machine too. */
const PAGE = 2_000;

/** What `eventIn` reads of a row. Order by `audit_events.day`: `day` alone is the text of this list, which no index has. */
export const EVENT_COLUMNS = `day::text, seq, round(extract(epoch FROM at) * 1000)::float8, event, call::text, session::text, actor::text, kind, client, tool,
    operation, effect, CASE WHEN targets = '{}' THEN NULL ELSE to_json(targets)::text END, decision, layer, reason, approval, outcome,
    requests, ms, detail, version, mac`;
const READ = `SELECT ${EVENT_COLUMNS} FROM audit_events
  WHERE tenant_id = $1 AND (day, seq) > ($2::date, $3) AND day <= $4::date ORDER BY audit_events.day, seq LIMIT ${PAGE}`;

/** A month that nobody has counted yet looks small to PostgreSQL: it would read and sort all of it for each page. */
const IN_ORDER = 'SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off';

const READ_BACK = `SELECT ${EVENT_COLUMNS} FROM audit_events
  WHERE tenant_id = $1 AND day = $2::date AND seq < $3 ORDER BY seq DESC LIMIT ${PAGE}`;
const DAY_MS = 86_400_000;
/** The largest `seq` that the column holds. */
const MOST_SEQ = 2 ** 31 - 1;

interface Connection {
  query(statement: string | { text: string; values: unknown[]; rowMode: 'array' }): Promise<{ rows: unknown[][] }>;
}

/**
 * The events of a Workspace in the order of their chain, a page at a time.
 * @param after where to go on; the first event of all when left out
 * @param to the last day, YYYY-MM-DD
 */
export async function* eventsOf(
  database: DataSource,
  tenant: string,
  after: EventPosition = { day: '0001-01-01', seq: 0 },
  to = '9999-12-31',
): AsyncGenerator<StoredEvent[]> {
  let next: Promise<StoredEvent[]> | undefined = pageOf(database, tenant, after, to);
  try {
    while (next) {
      const page: StoredEvent[] = await next;
      // The database reads one page while the one before it is worked on.
      next = page.length < PAGE ? undefined : pageOf(database, tenant, page.at(-1)!, to);
      // It is awaited in the next round; whoever does not come back for it has no use for its error.
      next?.catch(() => undefined);
      if (page.length > 0) yield page;
    }
  } finally {
    await next?.catch(() => undefined);
  }
}

function pageOf(database: DataSource, tenant: string, { day, seq }: EventPosition, to: string): Promise<StoredEvent[]> {
  return withTenant(database, tenant, async (manager) => {
    const connection = (await manager.queryRunner!.connect()) as Connection;
    await connection.query(IN_ORDER);
    // As arrays: objects take twice as long, and a million rows are to be gone through.
    const { rows } = await connection.query({ text: READ, values: [tenant, day, seq, to], rowMode: 'array' });
    return rows.map(eventIn);
  });
}

/**
 * The events of a Workspace since a moment, the newest first, a page of one day at a time: a page costs the same wherever it is.
 * @param from the day before it is read, too, because the clocks of replicas and of the database may differ
 */
export async function* latestOf(database: DataSource, tenant: string, from: Date): AsyncGenerator<StoredEvent[]> {
  for (let moment = Date.now() + DAY_MS; moment > from.getTime() - 2 * DAY_MS; moment -= DAY_MS) {
    const day = new Date(moment).toISOString().slice(0, 10);
    for (let before: number | undefined = MOST_SEQ; before !== undefined;) {
      const values: unknown[] = [tenant, day, before];
      const page = await withTenant(database, tenant, async (manager) => {
        const connection = (await manager.queryRunner!.connect()) as Connection;
        return (await connection.query({ text: READ_BACK, values, rowMode: 'array' })).rows.map(eventIn);
      });
      if (page.length > 0) yield page;
      before = page.length < PAGE ? undefined : page.at(-1)?.seq;
    }
  }
}

/** A row that was read as an array of `EVENT_COLUMNS`. */
export function eventIn(row: unknown[]): StoredEvent {
  const targets = row[12] as string | null;
  // One by one, and not by taking the array apart: that costs more than to read it from the database.
  return {
    day: row[0],
    seq: row[1],
    at: row[2],
    event: row[3],
    call: row[4],
    session: row[5],
    actor: row[6],
    kind: row[7],
    client: row[8],
    tool: row[9],
    operation: row[10],
    effect: row[11],
    targets: targets === null ? [] : (JSON.parse(targets) as string[]),
    decision: row[13],
    layer: row[14],
    reason: row[15],
    approval: row[16],
    outcome: row[17],
    requests: row[18],
    ms: row[19],
    detail: row[20],
    version: row[21],
    mac: row[22],
  } as StoredEvent;
}

/** The heads of a Workspace, oldest first. */
export function headsOf(database: DataSource, tenant: string): Promise<SealedHead[]> {
  return withTenant(database, tenant, (manager) =>
    manager.query<SealedHead[]>(
      `SELECT day::text, rows, last_mac AS "lastMac", mac FROM audit_heads WHERE tenant_id = $1 ORDER BY day`,
      [tenant],
    ),
  );
}

/** The Workspaces that have an audit, and `-` if there are events of none. */
export async function auditedTenants(database: DataSource): Promise<string[]> {
  const tenants = await database.query<{ id: string }[]>('SELECT id FROM tenants ORDER BY id');
  return tenants.map(({ id }) => id);
}
