import { sha256 } from '#libs/core';
import { LISTENERS } from '#libs/connections';
import { type LedgerRow, type LedgerRows } from '#libs/limits';
import { type DataSource } from 'typeorm';

const READ = `
  SELECT b.ledger, coalesce(b.version, 0)::float8 AS version, (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now,
    (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE $2)::int AS replicas
  FROM (SELECT) one LEFT JOIN upstream_budgets b ON b.token_digest = $1`;
const MAKE = `INSERT INTO upstream_budgets (token_digest, version, ledger) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING 1`;
const CHANGE = `
  WITH changed AS (UPDATE upstream_budgets SET version = version + 1, ledger = $3, updated_at = now() WHERE token_digest = $1 AND version = $2 RETURNING 1)
  SELECT 1 FROM changed`;

interface Read {
  ledger: LedgerRow | null;
  version: number;
  now: number;
  replicas: number;
}

/** The ledgers of upstream budgets in PostgreSQL: one row per ClickUp token, and one statement per access, outside of any transaction. */
export class UpstreamLedgers implements LedgerRows {
  constructor(private readonly database: DataSource) {}

  async read(tokenHash: string): ReturnType<LedgerRows['read']> {
    const [read] = await this.database.query<[Read]>(READ, [sha256(tokenHash), LISTENERS]);
    const { ledger, version, now, replicas } = read;
    // One that does not listen just now, this one or another, is not counted.
    return { row: ledger ?? undefined, version, now, replicas: Math.max(1, replicas) };
  }

  async write(tokenHash: string, version: number, row: LedgerRow): Promise<boolean> {
    const written = await this.database.query<unknown[]>(version === 0 ? MAKE : CHANGE, [
      sha256(tokenHash),
      version === 0 ? 1 : version,
      JSON.stringify(row),
    ]);
    return written.length > 0;
  }
}
