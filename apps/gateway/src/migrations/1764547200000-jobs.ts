import { QUEUE, QUEUE_OPTIONS, QUEUE_SCHEMA } from '#libs/jobs';
import PgBoss from 'pg-boss';
import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { protectTenantTable } from './tenant-table.js';

/** Calls that go on without their caller, and the queue that says which is next. */
export class Jobs1764547200000 implements MigrationInterface {
  name = 'Jobs1764547200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE jobs (
        tenant_id text NOT NULL,
        id text NOT NULL,
        caller_kind text NOT NULL,
        caller_id text NOT NULL,
        tool text NOT NULL,
        call_hash bytea NOT NULL,
        sealed_work bytea NOT NULL,
        state text NOT NULL DEFAULT 'working',
        done integer NOT NULL DEFAULT 0,
        total integer NOT NULL,
        sealed_answer bytea,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        CONSTRAINT jobs_pkey PRIMARY KEY (tenant_id, id),
        CONSTRAINT jobs_state CHECK (state IN ('working', 'completed', 'failed', 'cancelled'))
      )`);
    await runner.query('CREATE INDEX jobs_expires_at ON jobs (expires_at)');
    // The same call, made again while its job is at work, gets that job.
    await runner.query(`CREATE UNIQUE INDEX jobs_working ON jobs (tenant_id, call_hash) WHERE state = 'working'`);
    await protectTenantTable(runner, 'jobs');
    await runner.query('ALTER TABLE requested_items ADD COLUMN holder text');
    // What pg-boss would make itself, were it the owner. The transaction is ours.
    await runner.query(PgBoss.getConstructionPlans(QUEUE_SCHEMA).replace(/^\s*BEGIN;|COMMIT;\s*$/g, ''));
    await runner.query(`SELECT ${QUEUE_SCHEMA}.create_queue($1, $2)`, [QUEUE, QUEUE_OPTIONS]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP SCHEMA ${QUEUE_SCHEMA} CASCADE`);
    await runner.query('ALTER TABLE requested_items DROP COLUMN holder');
    await runner.query('DROP TABLE jobs');
  }
}
