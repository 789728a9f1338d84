import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** With a default, so that a replica of the version before can still store jobs. */
export class JobsTold1764892800000 implements MigrationInterface {
  name = 'JobsTold1764892800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE jobs ADD COLUMN told boolean NOT NULL DEFAULT false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE jobs DROP COLUMN told');
  }
}
