import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Browser sessions of those who administer, and the answers to requests that may be sent twice. */
export class Administration1765411200000 implements MigrationInterface {
  name = 'Administration1765411200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE admin_sessions (
        id_hash bytea NOT NULL,
        kind text NOT NULL,
        person_id text,
        sealed_token bytea,
        created_at timestamptz NOT NULL DEFAULT now(),
        last_used_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        CONSTRAINT admin_sessions_pkey PRIMARY KEY (id_hash),
        CONSTRAINT admin_sessions_kind CHECK (kind IN ('operator', 'person')),
        CONSTRAINT admin_sessions_person CHECK ((kind = 'person') = (person_id IS NOT NULL AND sealed_token IS NOT NULL))
      )`);
    await runner.query('CREATE INDEX admin_sessions_expires_at ON admin_sessions (expires_at)');
    await runner.query('CREATE INDEX admin_sessions_last_used_at ON admin_sessions (last_used_at)');
    await runner.query(`
      CREATE TABLE idempotent_answers (
        id_hash bytea NOT NULL,
        request_hash bytea NOT NULL,
        sealed_answer bytea,
        expires_at timestamptz NOT NULL,
        CONSTRAINT idempotent_answers_pkey PRIMARY KEY (id_hash)
      )`);
    await runner.query('CREATE INDEX idempotent_answers_expires_at ON idempotent_answers (expires_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE idempotent_answers');
    await runner.query('DROP TABLE admin_sessions');
  }
}
