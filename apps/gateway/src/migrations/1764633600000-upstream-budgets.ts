import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** What replicas share of the budget of a ClickUp token. */
export class UpstreamBudgets1764633600000 implements MigrationInterface {
  name = 'UpstreamBudgets1764633600000';

  async up(runner: QueryRunner): Promise<void> {
    // No index on updated_at, so that a change, of which there are several a second, touches none. The rows are few.
    await runner.query(`
      CREATE TABLE upstream_budgets (
        token_digest bytea NOT NULL,
        ledger jsonb NOT NULL,
        version bigint NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT upstream_budgets_pkey PRIMARY KEY (token_digest)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE upstream_budgets');
  }
}
