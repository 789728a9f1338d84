import { type MigrationInterface, type QueryRunner } from 'typeorm';

const MADE: readonly (readonly [name: string, on: string])[] = [
  ['access_grants_end', 'access_grants (least(revoked_at, expires_at), tenant_id)'],
  ['oauth_clients_last_used_at', 'oauth_clients (last_used_at)'],
  ['oauth_artifacts_interactions', `oauth_artifacts (expires_at) WHERE model = 'Interaction'`],
  // Of one tenant: an index on the time alone leads through what has ended of all others.
  ['confirmations_tenant_expires_at', 'confirmations (tenant_id, expires_at)'],
  ['requested_items_tenant_expires_at', 'requested_items (tenant_id, expires_at)'],
  ['jobs_tenant_expires_at', 'jobs (tenant_id, expires_at)'],
];
const REPLACED: readonly (readonly [name: string, on: string])[] = [
  ['confirmations_expires_at', 'confirmations (expires_at)'],
  ['requested_items_expires_at', 'requested_items (expires_at)'],
  ['jobs_expires_at', 'jobs (expires_at)'],
];

/**
 * Indexes for what the reaper looks for. Built while others write: a plain CREATE INDEX would hold up every write to a large table for as
 * long as it takes. That works outside of a transaction only, so each statement can be run again after an interruption.
 */
export class ReaperIndexes1765152000000 implements MigrationInterface {
  name = 'ReaperIndexes1765152000000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await build(runner, MADE);
    await drop(runner, REPLACED);
  }

  async down(runner: QueryRunner): Promise<void> {
    await build(runner, REPLACED);
    await drop(runner, MADE);
  }
}

/** An interrupted build leaves an index behind that nobody uses: it is made anew. */
async function build(runner: QueryRunner, indexes: typeof MADE): Promise<void> {
  await drop(runner, indexes);
  for (const [name, on] of indexes) await runner.query(`CREATE INDEX CONCURRENTLY ${name} ON ${on}`);
}

async function drop(runner: QueryRunner, indexes: typeof MADE): Promise<void> {
  for (const [name] of indexes) await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
}
