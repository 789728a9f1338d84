import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Who has subscribed, and which messages of Stripe have been taken. */
export class Billing1765670400000 implements MigrationInterface {
  name = 'Billing1765670400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE subscribers (
        id uuid NOT NULL,
        person_id text NOT NULL,
        customer_id text,
        status text NOT NULL DEFAULT 'none',
        wanted integer NOT NULL DEFAULT 0,
        answered integer NOT NULL DEFAULT 0,
        taken_until timestamptz,
        checked_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT subscribers_pkey PRIMARY KEY (id)
      )`);
    await runner.query('CREATE UNIQUE INDEX subscribers_person_id ON subscribers (person_id)');
    await runner.query('CREATE UNIQUE INDEX subscribers_customer_id ON subscribers (customer_id)');
    await runner.query('CREATE INDEX subscribers_due ON subscribers (checked_at) WHERE wanted > answered');
    await runner.query('CREATE INDEX subscribers_checked_at ON subscribers (checked_at)');
    await runner.query(`
      CREATE TABLE stripe_events (
        id text NOT NULL,
        received_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT stripe_events_pkey PRIMARY KEY (id)
      )`);
    await runner.query('CREATE INDEX stripe_events_received_at ON stripe_events (received_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE stripe_events');
    await runner.query('DROP TABLE subscribers');
  }
}
