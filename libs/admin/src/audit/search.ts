import { withTenant } from '#libs/connections';
import { type DataSource, type EntityManager } from 'typeorm';
import { clientsCalled, MOST_NAMES } from './clients-called.js';
import { type EventPosition, EVENT_COLUMNS, eventIn, type StoredEvent } from './stored-events.js';

/** What is looked for; everything that is given has to hold. */
export interface AuditQuestion {
  /** Moments (by the clock of the replica), the second one excluded. */
  from?: Date | undefined;
  to?: Date | undefined;
  event?: string | undefined;
  tool?: string | undefined;
  /** A pseudonym, or a ClickUp user id. */
  person?: string | undefined;
  /** The beginning of what the client calls itself. */
  client?: string | undefined;
  outcome?: string | undefined;
  decision?: 'allowed' | 'refused' | undefined;
}

/** Columns that are compared as they are. */
const EQUAL = ['event', 'tool', 'outcome', 'decision'] as const;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/**
 * Events of a Workspace in the order in which they were stored, which is that of time but for the half second in which they are gathered.
 * Each filter has an index in that order, so a page costs the same wherever it is.
 * @param after the last event of the page before
 * @returns `limit` events at most
 */
export function searchEvents(
  database: DataSource,
  tenant: string,
  question: AuditQuestion,
  { order, limit, after }: { order: 'newest' | 'oldest'; limit: number; after?: EventPosition | undefined },
): Promise<StoredEvent[]> {
  return withTenant(database, tenant, async (manager) => {
    const values: unknown[] = [tenant];
    const value = (one: unknown) => `$${values.push(one)}`;
    const { client, ...others } = question;
    const where = ['tenant_id = $1', ...(await conditions(manager, tenant, others, value))];
    if (after)
      where.push(`(day, seq) ${order === 'newest' ? '<' : '>'} (${value(after.day)}::date, ${value(after.seq)})`);
    const direction = order === 'newest' ? 'DESC' : 'ASC';
    const page = `ORDER BY audit_events.day ${direction}, seq ${direction} LIMIT ${limit}`;
    const from = await source(manager, tenant, client, { where, page, value });
    const connection = (await manager.queryRunner!.connect()) as {
      query(statement: object): Promise<{ rows: unknown[][] }>;
    };
    const { rows } = await connection.query({
      text: `SELECT ${EVENT_COLUMNS} FROM ${from} ${page}`,
      values,
      rowMode: 'array',
    });
    return rows.map(eventIn);
  });
}

/** What events are read from: all that fit, or, where a client is asked for, a page of each name that begins so. */
async function source(
  manager: EntityManager,
  tenant: string,
  client: string | undefined,
  { where, page, value }: { where: readonly string[]; page: string; value: (one: unknown) => string },
): Promise<string> {
  if (client === undefined) return `audit_events WHERE ${where.join(' AND ')}`;
  // As it is stored.
  const beginning = client.replace(/[^\x20-\x7e]/g, '?');
  const names = await clientsCalled(manager, tenant, beginning);
  if (names.length > MOST_NAMES)
    return `audit_events WHERE ${[...where, `starts_with(client, ${value(beginning)})`].join(' AND ')}`;
  return `unnest(${value(names)}::text[]) AS called (name)
    CROSS JOIN LATERAL (SELECT * FROM audit_events WHERE ${[...where, 'client = called.name'].join(' AND ')} ${page}) AS audit_events`;
}

async function conditions(
  manager: EntityManager,
  tenant: string,
  { from, to, person, ...equal }: Omit<AuditQuestion, 'client'>,
  value: (one: unknown) => string,
): Promise<string[]> {
  const found = EQUAL.flatMap((name) => (equal[name] === undefined ? [] : [`${name} = ${value(equal[name])}`]));
  // The day, by the clock of the database, tells which months to look in; the two clocks may be on two sides of midnight.
  if (from) found.push(`at >= ${value(from)}`, `day >= (${value(from)}::timestamptz AT TIME ZONE 'UTC')::date - 1`);
  if (to) found.push(`at < ${value(to)}`, `day <= (${value(to)}::timestamptz AT TIME ZONE 'UTC')::date + 1`);
  if (person === undefined) return found;
  const pseudonym = await pseudonymOf(manager, tenant, person);
  return [...found, pseudonym === undefined ? 'false' : `actor = ${value(pseudonym)}::uuid`];
}

/** The pseudonym of a person; undefined for somebody who has done nothing, or whose it is was erased. @param person a ClickUp user id; a pseudonym is its own */
export async function pseudonymOf(manager: EntityManager, tenant: string, person: string): Promise<string | undefined> {
  if (UUID.test(person)) return person;
  const [row] = await manager.query<{ pseudonym: string }[]>(
    `SELECT pseudonym FROM audit_actors WHERE tenant_id = $1 AND kind = 'person' AND id = $2`,
    [tenant, person],
  );
  return row?.pseudonym;
}

/** Which people (ClickUp user ids) pseudonyms are of; those that were erased are not there. */
export async function peopleBehind(
  database: DataSource,
  tenant: string,
  pseudonyms: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const known = [...new Set(pseudonyms)].filter((one) => UUID.test(one));
  if (known.length === 0) return new Map();
  const rows = await withTenant(database, tenant, (manager) =>
    manager.query<{ pseudonym: string; id: string }[]>(
      `SELECT pseudonym, id FROM audit_actors WHERE tenant_id = $1 AND kind = 'person' AND pseudonym = ANY($2::uuid[])`,
      [tenant, known],
    ),
  );
  return new Map(rows.map(({ pseudonym, id }) => [pseudonym, id]));
}
