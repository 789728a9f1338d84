import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The tenant tables whose rows end by themselves. */
const ENDING = ['confirmations', 'requested_items', 'jobs'];

/** Which tenants have something that ends, for the reaper: it can see the rows of one tenant at a time only. */
export class TenantExpiries1765065600000 implements MigrationInterface {
  name = 'TenantExpiries1765065600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE tenant_expiries (
        tenant_id text NOT NULL,
        hour timestamptz NOT NULL,
        CONSTRAINT tenant_expiries_pkey PRIMARY KEY (tenant_id, hour)
      )`);
    await runner.query('CREATE INDEX tenant_expiries_hour ON tenant_expiries (hour)');
    // With the rights of who writes the row, so nothing in the database can see the rows of two tenants. Except for the first row of an
    // hour it finds the mark and writes nothing.
    await runner.query(`
      CREATE FUNCTION note_expiry() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO tenant_expiries (tenant_id, hour) VALUES (NEW.tenant_id, date_trunc('hour', NEW.expires_at, 'UTC')) ON CONFLICT DO NOTHING;
        RETURN NULL;
      END $$`);
    for (const table of ENDING)
      await runner.query(
        `CREATE TRIGGER note_expiry AFTER INSERT OR UPDATE OF expires_at ON ${table} FOR EACH ROW EXECUTE FUNCTION note_expiry()`,
      );
    // What is there already ends within a day; the owner cannot see whose it is.
    await runner.query(
      `INSERT INTO tenant_expiries SELECT id, date_trunc('hour', now() + interval '1 day', 'UTC') FROM (SELECT id FROM tenants UNION SELECT '-') t (id)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ENDING) await runner.query(`DROP TRIGGER note_expiry ON ${table}`);
    await runner.query('DROP FUNCTION note_expiry');
    await runner.query('DROP TABLE tenant_expiries');
  }
}
