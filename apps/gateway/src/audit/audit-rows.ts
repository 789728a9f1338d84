import {
  type AuditEvent,
  type AuditHead,
  type AuditRows,
  type Batch,
  type Chain,
  type Linked,
  linked,
} from '#libs/audit';
import { withTenant } from '#libs/connections';
import { AppError } from '#libs/core';
import { escapeLiteral } from 'pg';
import { type DataSource, type EntityManager } from 'typeorm';
import { type AuditKeys } from './audit-keys.js';

/** The first number of the advisory lock of a Workspace's chain; the second is a hash of the Workspace. */
const LOCK = 0x61756474;
/** SQLSTATE of a row for which there is no partition. */
const NO_MONTH = '23514';

/** What the driver's own client does: several statements in one message, with the answer to each. */
interface Connection {
  query(statements: string): Promise<Answer[]>;
}
interface Answer {
  rows: Record<string, unknown>[];
}

/** What has to be known before events can become links. */
interface Place {
  today: string;
  latest: AuditHead | undefined;
  pseudonyms: ReadonlyMap<string, string>;
  /** Which of the attempts was stored after all. */
  storedAlready: number | undefined;
}

const text = (value: string | null) => (value === null ? 'NULL' : escapeLiteral(value));

/** Events in PostgreSQL. The chain of a Workspace grows under a lock; two messages to the database are one batch. */
export class PostgresAuditRows implements AuditRows<EntityManager> {
  constructor(
    private readonly database: DataSource,
    private readonly keys: AuditKeys,
  ) {}

  async append(batch: Batch): Promise<void> {
    const chain = this.keys.known(batch.tenant) ?? (await this.keyed(batch.tenant));
    const runner = this.database.createQueryRunner();
    try {
      const connection = (await runner.connect()) as Connection;
      try {
        await this.store(connection, chain, batch);
      } catch (error) {
        await connection.query('ROLLBACK').catch(() => undefined);
        if ((error as { code?: string }).code === NO_MONTH) await this.database.query(KEEP_MONTHS);
        throw error;
      }
    } finally {
      await runner.release();
    }
  }

  async within(manager: EntityManager, events: readonly AuditEvent[]): Promise<void> {
    const [{ tenant } = { tenant: '' }] = events;
    if (events.some((event) => event.tenant !== tenant))
      throw new AppError('internal_error', undefined, { cause: new Error('events of several Workspaces') });
    // Not kept: the transaction that makes it may yet be undone.
    const chain = this.keys.known(tenant) ?? (await this.keys.storedOrNew(manager, tenant));
    const connection = (await manager.queryRunner!.connect()) as Connection;
    const place = placeOf(await connection.query(placing(tenant, events, []).join(';\n')));
    await connection.query(storing(chain, linkedAt(chain, place, events)).join(';\n'));
  }

  private async store(connection: Connection, chain: Chain, { tenant, events, attempts }: Batch): Promise<void> {
    const named = `SELECT set_config('app.tenant_id', ${escapeLiteral(tenant)}, true)`;
    const place = placeOf(await connection.query(['BEGIN', named, ...placing(tenant, events, attempts)].join(';\n')));
    if (place.storedAlready !== undefined) events.splice(0, place.storedAlready);
    // Whoever has the lock knows that none of them is under way any more.
    attempts.length = 0;
    if (events.length === 0) return void (await connection.query('ROLLBACK'));
    const made = linkedAt(chain, place, events);
    attempts.push({ count: events.length, day: made.day, seq: made.head.rows, mac: made.head.lastMac });
    await connection.query([...storing(chain, made), 'COMMIT'].join(';\n'));
  }

  /** The chain, with its key in a transaction of its own: what is kept must be committed. */
  private async keyed(tenant: string): Promise<Chain> {
    const chain = await withTenant(this.database, tenant, (manager) => this.keys.storedOrNew(manager, tenant));
    this.keys.keep(chain);
    return chain;
  }
}

/** Makes the months that are missing, and drops none. */
const KEEP_MONTHS = 'SELECT keep_audit_months(36500)';

function linkedAt(chain: Chain, { today, latest, pseudonyms }: Place, events: readonly AuditEvent[]): Linked {
  // Where the clock of the database went back, the newest day goes on.
  const day = latest && latest.day > today ? latest.day : today;
  return linked(chain, day, latest, events, (subject) => pseudonyms.get(subject) ?? null);
}

/** Takes the lock, and asks where the chain is and who is meant. Each statement sees what was committed before the lock was had. */
function placing(tenant: string, events: readonly AuditEvent[], attempts: Batch['attempts']): string[] {
  const own = escapeLiteral(tenant);
  const tried = attempts.map(
    ({ count, day, seq, mac }) => `(${count}, ${escapeLiteral(day)}::date, ${seq}, '\\x${mac.toString('hex')}'::bytea)`,
  );
  return [
    `SELECT pg_advisory_xact_lock(${LOCK}, hashtext(${own}))`,
    naming(own, events),
    `SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS today, h.day::text AS day, h.rows, h.last_mac AS "lastMac"
     FROM (SELECT) one LEFT JOIN (SELECT * FROM audit_heads WHERE tenant_id = ${own} ORDER BY day DESC LIMIT 1) h ON true`,
    tried.length === 0
      ? 'SELECT NULL::integer AS count'
      : `SELECT max(t.count) AS count FROM (VALUES ${tried.join(', ')}) t (count, day, seq, mac)
         JOIN audit_events e ON e.tenant_id = ${own} AND e.day = t.day AND e.seq = t.seq AND e.mac = t.mac`,
  ];
}

/** Gives each person and grant its pseudonym, a random one the first time. In one order, so that no two can wait for each other. */
function naming(own: string, events: readonly AuditEvent[]): string {
  const subjects = new Map<string, string>();
  for (const { grant, person } of events) {
    if (person !== undefined) subjects.set(`person ${person}`, `('person', ${text(person)}, ${text(person)})`);
    if (grant !== undefined) subjects.set(`grant ${grant}`, `('grant', ${text(grant)}, ${text(person ?? null)})`);
  }
  if (subjects.size === 0) return 'SELECT NULL AS subject, NULL AS pseudonym WHERE false';
  const wanted = [...subjects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, values]) => values);
  return `
    WITH wanted (kind, id, person_id) AS (VALUES ${wanted.join(', ')}),
    named AS (
      INSERT INTO audit_actors AS a (tenant_id, kind, id, person_id, pseudonym, used_on)
      SELECT ${own}, kind, id, person_id, gen_random_uuid(), (clock_timestamp() AT TIME ZONE 'UTC')::date FROM wanted
      ON CONFLICT (tenant_id, kind, id) DO UPDATE SET used_on = excluded.used_on WHERE a.used_on < excluded.used_on
      RETURNING kind, id, pseudonym
    )
    SELECT kind || ' ' || id AS subject, pseudonym FROM named
    UNION SELECT a.kind || ' ' || a.id, a.pseudonym FROM audit_actors a JOIN wanted USING (kind, id) WHERE a.tenant_id = ${own}`;
}

/** The answers, counted from the end: a transaction of its own has two before them. */
function placeOf(answers: Answer[]): Place {
  const [naming, heads, tried] = answers.slice(-3) as [Answer, Answer, Answer];
  const [head] = heads.rows as [{ today: string; day: string | null; rows: number; lastMac: Buffer }];
  const { today, day, rows, lastMac } = head;
  const { count } = tried.rows[0] as { count: number | null };
  return {
    today,
    latest: day === null ? undefined : { day, rows, lastMac },
    pseudonyms: new Map(naming.rows.map(({ subject, pseudonym }) => [subject as string, pseudonym as string])),
    storedAlready: count ?? undefined,
  };
}

const COLUMNS =
  'seq integer, at double precision, event text, call uuid, session uuid, actor uuid, kind text, client text, tool text, operation text, effect text, targets text[], decision text, layer text, reason text, approval text, outcome text, requests integer, ms integer, detail text, version smallint';

/** Appends links and moves the head; the first of a day leaves a mark for the reaper, which tells the head when the day is over. */
function storing(chain: Chain, { day, rows, head }: Linked): string[] {
  const [own, on] = [escapeLiteral(chain.tenant), escapeLiteral(day)];
  const json = JSON.stringify(rows.map(({ mac, ...row }) => ({ ...row, mac: mac.toString('hex') })));
  const bytes = (value: Buffer) => `'\\x${value.toString('hex')}'::bytea`;
  return [
    `INSERT INTO audit_events (tenant_id, day, seq, at, event, call, session, actor, kind, client, tool, operation, effect, targets, decision,
       layer, reason, approval, outcome, requests, ms, detail, version, mac)
     SELECT ${own}, ${on}::date, seq, to_timestamp(at / 1000), event, call, session, actor, kind, client, tool, operation, effect, targets, decision,
       layer, reason, approval, outcome, requests, ms, detail, version, decode(mac, 'hex')
     FROM json_to_recordset(${escapeLiteral(json)}::json) AS r (${COLUMNS}, mac text)`,
    `INSERT INTO audit_heads (tenant_id, day, rows, last_mac, mac)
     VALUES (${own}, ${on}::date, ${head.rows}, ${bytes(head.lastMac)}, ${bytes(chain.seal(head))})
     ON CONFLICT (tenant_id, day) DO UPDATE SET rows = excluded.rows, last_mac = excluded.last_mac, mac = excluded.mac`,
    ...(rows[0]?.seq === 1
      ? [
          `INSERT INTO tenant_expiries (tenant_id, hour) VALUES (${own}, (${on}::date + 1)::timestamp AT TIME ZONE 'UTC') ON CONFLICT DO NOTHING`,
        ]
      : []),
  ];
}
