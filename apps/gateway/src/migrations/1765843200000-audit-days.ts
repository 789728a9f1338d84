import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * The end of single days of the audit, within months that stay. As with `keep_audit_months`, whoever has the gateway's login may call it with
 * any number, and at least the last 30 days stay; of a row it reads its day, and it tells nobody anything but how many there were.
 */
export class AuditDays1765843200000 implements MigrationInterface {
  name = 'AuditDays1765843200000';

  async up(runner: QueryRunner): Promise<void> {
    // So many at a time, because a statement has five seconds. The oldest lie at the front of the month.
    await runner.query(`
      CREATE FUNCTION end_audit_days(retention_days integer, most integer) RETURNS integer
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
      DECLARE
        first_kept date := (clock_timestamp() AT TIME ZONE 'UTC')::date - greatest(retention_days, 30);
        old record;
        ended integer;
      BEGIN
        -- Neither while months are made or dropped, nor twice at a time.
        PERFORM pg_advisory_xact_lock(1635083369);
        FOR old IN SELECT c.relname FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid
          WHERE i.inhparent = 'public.audit_events'::regclass AND c.relnamespace = 'audit_months'::regnamespace
            AND to_date(substr(c.relname, 2), 'YYYYMM') < first_kept
          ORDER BY c.relname
        LOOP
          EXECUTE format('DELETE FROM audit_months.%I WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM audit_months.%I WHERE day < $1 LIMIT $2))', old.relname, old.relname) USING first_kept, most;
          GET DIAGNOSTICS ended = ROW_COUNT;
          IF ended > 0 THEN RETURN ended; END IF;
        END LOOP;
        RETURN 0;
      END $$`);
    await runner.query('REVOKE ALL ON FUNCTION end_audit_days FROM PUBLIC');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION end_audit_days');
  }
}
