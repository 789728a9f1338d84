import { type AuditEvent, type AuditHead, type AuditRow, type Batch, type Chain, type Linked } from '#libs/audit';
import { escapeLiteral } from 'pg';
import { column } from './column.js';

/** The first number of the advisory lock of a Workspace's chain; the second is a hash of the Workspace. */
const LOCK = 0x61756474;

/** What the driver's own client does: several statements in one message, with the answer to each. */
export interface Connection {
  query(statements: string): Promise<Answer[]>;
}
interface Answer {
  rows: Record<string, unknown>[];
}

/** What has to be known before events can become links. */
export interface Place {
  today: string;
  latest: AuditHead | undefined;
  pseudonyms: ReadonlyMap<string, string>;
  /** Which of the attempts was stored after all. */
  storedAlready: number | undefined;
  /** The key of the Workspace; undefined where it has none yet. */
  sealedKey: Buffer | undefined;
}

const named = (tenant: string) => `SELECT set_config('app.tenant_id', ${escapeLiteral(tenant)}, true)`;

/** Takes the lock, and asks where the chain is and who is meant. Each statement sees what was committed before the lock was had. */
export function placing(tenant: string, events: readonly AuditEvent[], attempts: Batch['attempts'] = []): string[] {
  const own = escapeLiteral(tenant);
  const tried = attempts.map(
    ({ count, day, seq, mac }) => `(${count}, ${escapeLiteral(day)}::date, ${seq}, '\\x${mac.toString('hex')}'::bytea)`,
  );
  return [
    named(tenant),
    `SELECT pg_advisory_xact_lock(${LOCK}, hashtext(${own}))`,
    naming(own, events),
    `SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS today, h.day::text AS day, h.rows, h.last_mac AS "lastMac"
     FROM (SELECT) one LEFT JOIN (SELECT * FROM audit_heads WHERE tenant_id = ${own} ORDER BY day DESC LIMIT 1) h ON true`,
    tried.length === 0
      ? 'SELECT NULL::integer AS count'
      : `SELECT max(t.count) AS count FROM (VALUES ${tried.join(', ')}) t (count, day, seq, mac)
         JOIN audit_events e ON e.tenant_id = ${own} AND e.day = t.day AND e.seq = t.seq AND e.mac = t.mac`,
    `SELECT sealed_key AS sealed FROM audit_keys WHERE tenant_id = ${own}`,
  ];
}

/** Gives each person and grant its pseudonym, a random one the first time. In one order, so that no two can wait for each other. */
function naming(own: string, events: readonly AuditEvent[]): string {
  const people = new Set<string>();
  const grants = new Map<string, string | null>();
  for (const { grant, person } of events) {
    if (person !== undefined) people.add(person);
    if (grant !== undefined && !grants.get(grant)) grants.set(grant, person ?? null);
  }
  if (people.size + grants.size === 0) return 'SELECT NULL AS pseudonyms';
  const [kinds, ids, persons] = [
    [...Array<string>(people.size).fill('person'), ...Array<string>(grants.size).fill('grant')],
    [...people, ...grants.keys()],
    [...people, ...grants.values()],
  ].map((values) => column(values, 'text'));
  return `
    WITH wanted (kind, id, person_id) AS (SELECT * FROM unnest(${kinds}, ${ids}, ${persons})),
    named AS (
      INSERT INTO audit_actors AS a (tenant_id, kind, id, person_id, pseudonym, used_on)
      SELECT ${own}, kind, id, person_id, gen_random_uuid(), (clock_timestamp() AT TIME ZONE 'UTC')::date FROM wanted ORDER BY kind, id
      ON CONFLICT (tenant_id, kind, id) DO UPDATE SET used_on = excluded.used_on, person_id = coalesce(excluded.person_id, a.person_id)
        WHERE a.used_on < excluded.used_on OR (a.person_id IS NULL AND excluded.person_id IS NOT NULL)
      RETURNING kind, id, pseudonym
    )
    SELECT json_object_agg(kind || ' ' || id, pseudonym) AS pseudonyms FROM (
      SELECT kind, id, pseudonym FROM named
      UNION SELECT a.kind, a.id, a.pseudonym FROM audit_actors a JOIN wanted USING (kind, id) WHERE a.tenant_id = ${own}) known`;
}

/** The answers, counted from the end: other statements may have been sent before them. */
export function placeOf(answers: Answer[]): Place {
  const [naming, heads, tried, keys] = answers.slice(-4) as [Answer, Answer, Answer, Answer];
  const [head] = heads.rows as [{ today: string; day: string | null; rows: number; lastMac: Buffer }];
  const { today, day, rows, lastMac } = head;
  const { count } = tried.rows[0] as { count: number | null };
  return {
    today,
    latest: day === null ? undefined : { day, rows, lastMac },
    pseudonyms: new Map(Object.entries((naming.rows[0]!.pseudonyms ?? {}) as Record<string, string>)),
    storedAlready: count ?? undefined,
    sealedKey: keys.rows[0]?.sealed as Buffer | undefined,
  };
}

/** The columns of a row beside its place: each with its type, where that is not text. */
const COLUMNS = {
  seq: 'integer',
  event: 'text',
  call: 'uuid',
  session: 'uuid',
  actor: 'uuid',
  kind: 'text',
  client: 'text',
  tool: 'text',
  operation: 'text',
  effect: 'text',
  decision: 'text',
  layer: 'text',
  reason: 'text',
  approval: 'text',
  outcome: 'text',
  requests: 'integer',
  ms: 'integer',
  detail: 'text',
  version: 'smallint',
} as const satisfies Partial<Record<keyof AuditRow, string>>;
const NAMES = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];
const LISTED = NAMES.join(', ');

/** Rows as columns. Neither the kind of an object nor its HMAC has a space. */
const columnsOf = (rows: Linked['rows']): string =>
  [
    ...NAMES.map((name) =>
      column(
        rows.map((row) => row[name]),
        COLUMNS[name],
      ),
    ),
    column(
      rows.map(({ at }) => at),
      'double precision',
    ),
    column(
      rows.map(({ targets }) => targets.join(' ')),
      'text',
    ),
    column(
      rows.map(({ mac }) => mac.toString('base64')),
      'text',
    ),
  ].join(', ');

/** What a client calls itself without its version, which would make a row of each. */
const PRODUCT = `left(client, length(client) - strpos(reverse(client), ' '))`;
const COUNTED = `actor, client, tool, outcome, layer`;

/**
 * Appends links, moves the head and counts calls; the first of a day leaves a mark for the reaper, which tells the head when the day is over.
 * @param sink name of the sink that is to hear of it
 */
export function storing(chain: Chain, { day, rows, head }: Linked, sink?: string): string[] {
  const [own, on] = [escapeLiteral(chain.tenant), escapeLiteral(day)];
  const bytes = (value: Buffer) => `'\\x${value.toString('hex')}'::bytea`;
  return [
    named(chain.tenant),
    // PostgreSQL has the calls at hand, and counts them in less time than they are counted here and sent.
    `WITH stored AS (
       INSERT INTO audit_events (tenant_id, day, ${LISTED}, at, targets, mac)
       SELECT ${own}, ${on}::date, ${LISTED}, to_timestamp(at / 1000), string_to_array(targets, ' '), decode(mac, 'base64')
       FROM unnest(${columnsOf(rows)}) AS r (${LISTED}, at, targets, mac)
       RETURNING event, ${COUNTED}, requests)
     INSERT INTO usage_days AS u (tenant_id, day, ${COUNTED}, calls, requests)
     SELECT ${own}, ${on}::date, coalesce(actor::text, ''), coalesce(${PRODUCT}, ''), coalesce(tool, ''), coalesce(outcome, ''),
       coalesce(layer, ''), count(*), coalesce(sum(requests), 0)
     FROM stored WHERE event = 'call' GROUP BY 3, 4, 5, 6, 7
     ON CONFLICT (tenant_id, day, ${COUNTED})
     DO UPDATE SET calls = u.calls + excluded.calls, requests = u.requests + excluded.requests`,
    `INSERT INTO audit_heads (tenant_id, day, rows, last_mac, mac)
     VALUES (${own}, ${on}::date, ${head.rows}, ${bytes(head.lastMac)}, ${bytes(chain.seal(head))})
     ON CONFLICT (tenant_id, day) DO UPDATE SET rows = excluded.rows, last_mac = excluded.last_mac, mac = excluded.mac`,
    ...(rows[0]?.seq === 1
      ? [
          `INSERT INTO tenant_expiries (tenant_id, hour) VALUES (${own}, (${on}::date + 1)::timestamp AT TIME ZONE 'UTC') ON CONFLICT DO NOTHING`,
        ]
      : []),
    ...(sink === undefined
      ? []
      : [
          `INSERT INTO audit_pushes (chain, sink) VALUES (${own}, ${escapeLiteral(sink)})
           ON CONFLICT (chain, sink) DO UPDATE SET news = true WHERE NOT audit_pushes.news`,
        ]),
  ];
}
