import { LISTENERS } from '#libs/connections';
import { type Counts, type InboundRows } from '#libs/limits';
import { type DataSource } from 'typeorm';

/**
 * One statement for all subjects that have something to tell, in the order of their keys, so that two replicas cannot wait for each other.
 * How counts are added up is the function `add_hits`.
 */
const ADD = `
  WITH told AS (
    SELECT decode(t.subject, 'hex') AS subject, t.minute, t.hour, t.day, t.month
    FROM json_to_recordset($1::json) AS t (subject text, minute integer[], hour integer[], day integer[], month integer[])
  ), counted AS (
    INSERT INTO inbound_counts AS c (subject, minute, hour, day, month) SELECT * FROM told ORDER BY subject
    ON CONFLICT (subject) DO UPDATE SET minute = add_hits(c.minute, excluded.minute), hour = add_hits(c.hour, excluded.hour),
      day = add_hits(c.day, excluded.day), month = add_hits(c.month, excluded.month), updated_at = now()
    RETURNING encode(c.subject, 'hex') AS subject, c.minute, c.hour, c.day, c.month
  )
  SELECT counted.*, state.* FROM (
    SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now,
      (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE $2)::int AS replicas
  ) state LEFT JOIN counted ON true`;

type Told = Counts & { subject: string | null; now: number; replicas: number };

/** The counts of inbound requests in PostgreSQL: one row per subject. */
export class InboundCounts implements InboundRows {
  constructor(private readonly database: DataSource) {}

  async add(hits: Parameters<InboundRows['add']>[0]): ReturnType<InboundRows['add']> {
    const told = hits.map(({ subject, counts }) => ({ subject: subject.toString('hex'), ...counts }));
    const rows = await this.database.query<Told[]>(ADD, [JSON.stringify(told), LISTENERS]);
    const bySubject = new Map(rows.map((row) => [row.subject, row]));
    const { now, replicas } = rows[0]!;
    return { now, replicas: Math.max(1, replicas), counts: told.map(({ subject }) => bySubject.get(subject)!) };
  }
}
