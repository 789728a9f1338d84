import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The grants of a Workspace in the order of their age, as its lists show them. Built while others write. */
export class GrantsByAge1765411300000 implements MigrationInterface {
  name = 'GrantsByAge1765411300000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX CONCURRENTLY IF EXISTS access_grants_age');
    await runner.query('CREATE INDEX CONCURRENTLY access_grants_age ON access_grants (tenant_id, created_at, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX access_grants_age');
  }
}
