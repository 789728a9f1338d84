import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Which creations are under way or were answered, on all replicas. */
export class BegunCreations1764806400000 implements MigrationInterface {
  name = 'BegunCreations1764806400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE begun_creations (
        id uuid NOT NULL,
        trace bytea NOT NULL,
        sent bytea NOT NULL,
        state text NOT NULL,
        object bytea,
        expires_at timestamptz NOT NULL,
        CONSTRAINT begun_creations_pkey PRIMARY KEY (id),
        CONSTRAINT begun_creations_state CHECK (state IN ('under_way', 'answered', 'unnamed', 'lost', 'undone'))
      )`);
    await runner.query('CREATE INDEX begun_creations_trace ON begun_creations (trace)');
    await runner.query('CREATE INDEX begun_creations_object ON begun_creations (object)');
    await runner.query('CREATE INDEX begun_creations_expires_at ON begun_creations (expires_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE begun_creations');
  }
}
