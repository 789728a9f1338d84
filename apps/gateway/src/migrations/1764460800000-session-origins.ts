import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Both columns may be empty, so that a replica of the version before can still store sessions. */
export class SessionOrigins1764460800000 implements MigrationInterface {
  name = 'SessionOrigins1764460800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE access_grants
        ADD COLUMN address text,
        ADD COLUMN asked text CONSTRAINT access_grants_asked CHECK (asked IN ('read', 'write'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE access_grants DROP COLUMN address, DROP COLUMN asked');
  }
}
