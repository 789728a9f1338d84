import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Which process holds which stream, and what is on its way there. */
export class Streams1765022600000 implements MigrationInterface {
  name = 'Streams1765022600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE open_streams (
        stream_hash bytea NOT NULL,
        owner text NOT NULL,
        process uuid NOT NULL,
        mirrors boolean NOT NULL,
        opened_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT open_streams_pkey PRIMARY KEY (stream_hash)
      )`);
    await runner.query('CREATE INDEX open_streams_owner ON open_streams (owner)');
    await runner.query('CREATE INDEX open_streams_opened_at ON open_streams (opened_at)');
    await runner.query(`
      CREATE TABLE stream_letters (
        id uuid NOT NULL,
        stream_hash bytea NOT NULL,
        seq bigint GENERATED ALWAYS AS IDENTITY,
        sealed bytea NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT stream_letters_pkey PRIMARY KEY (id)
      )`);
    await runner.query('CREATE INDEX stream_letters_stream ON stream_letters (stream_hash, seq)');
    await runner.query('CREATE INDEX stream_letters_expires_at ON stream_letters (expires_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE stream_letters');
    await runner.query('DROP TABLE open_streams');
  }
}
