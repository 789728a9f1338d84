import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { protectTenantTable } from './tenant-table.js';

export class Confirmations1763683200000 implements MigrationInterface {
  name = 'Confirmations1763683200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE confirmations (
        tenant_id text NOT NULL,
        token_hash bytea NOT NULL,
        expires_at timestamptz NOT NULL,
        used_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT confirmations_pkey PRIMARY KEY (tenant_id, token_hash)
      )`);
    await runner.query('CREATE INDEX confirmations_expires_at ON confirmations (expires_at)');
    await protectTenantTable(runner, 'confirmations');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE confirmations');
  }
}
