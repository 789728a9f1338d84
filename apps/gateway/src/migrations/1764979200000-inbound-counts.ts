import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** How many requests each caller has sent, as all replicas count them. */
export class InboundCounts1764979200000 implements MigrationInterface {
  name = 'InboundCounts1764979200000';

  async up(runner: QueryRunner): Promise<void> {
    // Room on each page, and no index on updated_at, so that a change stays on its page and touches no index.
    await runner.query(`
      CREATE TABLE inbound_counts (
        subject bytea NOT NULL,
        minute integer[] NOT NULL,
        hour integer[] NOT NULL,
        day integer[] NOT NULL,
        month integer[] NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT inbound_counts_pkey PRIMARY KEY (subject)
      ) WITH (fillfactor = 50)`);
    // Both are the number of the newest part, then the hits of 21 parts, newest first. What is told is of now: where the stored newest part
    // is later, the clock of the database went back, and the stored hits count from now on.
    await runner.query(`
      CREATE FUNCTION add_hits(stored integer[], told integer[]) RETURNS integer[] LANGUAGE sql IMMUTABLE AS $$
        SELECT newest.part || ARRAY(
          SELECT CASE WHEN old.part >= p THEN coalesce(stored[2 + old.part - p], 0) ELSE 0 END
            + CASE WHEN told[1] >= p THEN coalesce(told[2 + told[1] - p], 0) ELSE 0 END
          FROM generate_series(newest.part, newest.part - 20, -1) p)
        FROM (SELECT CASE WHEN stored[1] > told[1] + 1 THEN told[1] ELSE stored[1] END AS part) old,
          LATERAL (SELECT greatest(old.part, told[1]) AS part) newest
      $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION add_hits');
    await runner.query('DROP TABLE inbound_counts');
  }
}
