import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { protectTenantTable } from './tenant-table.js';

export class RequestedItems1764374400000 implements MigrationInterface {
  name = 'RequestedItems1764374400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE requested_items (
        tenant_id text NOT NULL,
        key_hash bytea NOT NULL,
        item integer NOT NULL,
        digest bytea NOT NULL,
        state text NOT NULL,
        object_id text,
        ref text,
        begun_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        CONSTRAINT requested_items_pkey PRIMARY KEY (tenant_id, key_hash, item)
      )`);
    await runner.query('CREATE INDEX requested_items_expires_at ON requested_items (expires_at)');
    await protectTenantTable(runner, 'requested_items');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE requested_items');
  }
}
