import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { protectTenantTable } from './tenant-table.js';

const TABLES = ['approvals', 'readers'];

/** Changes that wait for a person, and who has read what others wrote. */
export class Approvals1765584000000 implements MigrationInterface {
  name = 'Approvals1765584000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE approvals (
        tenant_id text NOT NULL,
        id text NOT NULL,
        person_id text NOT NULL,
        caller_kind text NOT NULL,
        caller_id text NOT NULL,
        tool text NOT NULL,
        risk text NOT NULL,
        call_hash bytea NOT NULL,
        like_hash bytea,
        sealed_call bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        decision text,
        decided_at timestamptz,
        decided_by text,
        for_hour boolean NOT NULL DEFAULT false,
        used_at timestamptz,
        CONSTRAINT approvals_pkey PRIMARY KEY (tenant_id, id),
        CONSTRAINT approvals_decision CHECK (decision IN ('approved', 'refused', 'outdated')),
        CONSTRAINT approvals_risk CHECK (risk IN ('normal', 'destructive', 'admin'))
      )`);
    await runner.query('CREATE INDEX approvals_tenant_expires_at ON approvals (tenant_id, expires_at)');
    await runner.query('CREATE INDEX approvals_person_id ON approvals (tenant_id, person_id)');
    // The same call, made again while it waits or before its approval was used, is the one that waits.
    await runner.query(
      `CREATE UNIQUE INDEX approvals_open ON approvals (tenant_id, call_hash) WHERE used_at IS NULL AND decision IS DISTINCT FROM 'outdated'`,
    );
    await runner.query(`
      CREATE TABLE readers (
        tenant_id text NOT NULL,
        caller_id text NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT readers_pkey PRIMARY KEY (tenant_id, caller_id)
      )`);
    await runner.query('CREATE INDEX readers_tenant_expires_at ON readers (tenant_id, expires_at)');
    for (const table of TABLES) {
      await protectTenantTable(runner, table);
      await runner.query(
        `CREATE TRIGGER note_expiry AFTER INSERT OR UPDATE OF expires_at ON ${table} FOR EACH ROW EXECUTE FUNCTION note_expiry()`,
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`DROP TABLE ${table}`);
  }
}
