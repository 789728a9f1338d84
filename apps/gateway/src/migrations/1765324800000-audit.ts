import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { protectTenantTable } from './tenant-table.js';

/** Months lie here, where the gateway's login has no rights at all: it reaches rows through `audit_events` only. */
const SCHEMA = 'audit_months';

/** What a search can ask for. */
const SEARCHED = {
  actor: '(tenant_id, actor, day, seq)',
  tool: '(tenant_id, tool, day, seq)',
  client: '(tenant_id, client text_pattern_ops, day, seq)',
  event: "(tenant_id, event, day, seq) WHERE event <> 'call'",
  outcome: "(tenant_id, outcome, day, seq) WHERE outcome <> 'ok'",
  refused: "(tenant_id, day, seq) WHERE decision = 'refused'",
} as const;

/**
 * The audit. What is appended is never changed: `grantRows` gives the gateway's login no UPDATE and no DELETE on events and keys, and the
 * two things that it cannot do itself, a new month and the end of an old one, are a function of the owner that can do nothing else.
 */
export class Audit1765324800000 implements MigrationInterface {
  name = 'Audit1765324800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_events (
        tenant_id text NOT NULL,
        day date NOT NULL,
        seq integer NOT NULL,
        at timestamptz NOT NULL,
        event text NOT NULL,
        call uuid,
        session uuid,
        actor uuid,
        kind text,
        client text,
        tool text,
        operation text,
        effect text,
        targets text[] NOT NULL DEFAULT '{}',
        decision text NOT NULL,
        layer text,
        reason text,
        approval text,
        outcome text,
        requests integer,
        ms integer,
        detail text,
        version smallint NOT NULL,
        mac bytea NOT NULL,
        CONSTRAINT audit_events_pkey PRIMARY KEY (tenant_id, day, seq),
        CONSTRAINT audit_events_decision CHECK (decision IN ('allowed', 'refused'))
      ) PARTITION BY RANGE (day)`);
    await protectTenantTable(runner, 'audit_events');
    // To find the outcome of a call that was begun, and what was done to one object.
    await runner.query('CREATE INDEX audit_events_call ON audit_events (call)');
    // In the order in which pages of a search go; what most events have in common is found without an index.
    for (const [name, columns] of Object.entries(SEARCHED))
      await runner.query(`CREATE INDEX audit_events_${name} ON audit_events ${columns}`);
    await runner.query(`
      CREATE TABLE audit_heads (
        tenant_id text NOT NULL,
        day date NOT NULL,
        rows integer NOT NULL,
        last_mac bytea NOT NULL,
        mac bytea NOT NULL,
        told_at timestamptz,
        CONSTRAINT audit_heads_pkey PRIMARY KEY (tenant_id, day)
      )`);
    await protectTenantTable(runner, 'audit_heads');
    await runner.query(`
      CREATE TABLE audit_actors (
        tenant_id text NOT NULL,
        kind text NOT NULL,
        id text NOT NULL,
        person_id text,
        pseudonym uuid NOT NULL,
        used_on date NOT NULL,
        CONSTRAINT audit_actors_pkey PRIMARY KEY (tenant_id, kind, id),
        CONSTRAINT audit_actors_kind CHECK (kind IN ('person', 'grant'))
      )`);
    await runner.query('CREATE INDEX audit_actors_person ON audit_actors (tenant_id, person_id)');
    await protectTenantTable(runner, 'audit_actors');
    await runner.query(`
      CREATE TABLE audit_keys (
        tenant_id text NOT NULL,
        sealed_key bytea NOT NULL,
        CONSTRAINT audit_keys_pkey PRIMARY KEY (tenant_id)
      )`);
    await protectTenantTable(runner, 'audit_keys');
    await runner.query(`
      CREATE TABLE usage_days (
        tenant_id text NOT NULL,
        day date NOT NULL,
        actor text NOT NULL,
        client text NOT NULL,
        tool text NOT NULL,
        outcome text NOT NULL,
        layer text NOT NULL,
        calls bigint NOT NULL,
        requests bigint NOT NULL,
        CONSTRAINT usage_days_pkey PRIMARY KEY (tenant_id, day, actor, client, tool, outcome, layer)
      ) WITH (fillfactor = 80)`);
    await protectTenantTable(runner, 'usage_days');
    await runner.query(`
      CREATE TABLE audit_pushes (
        chain text NOT NULL,
        sink text NOT NULL,
        day date NOT NULL DEFAULT '0001-01-01',
        seq integer NOT NULL DEFAULT 0,
        news boolean NOT NULL DEFAULT true,
        claim uuid,
        again_at timestamptz,
        failures integer NOT NULL DEFAULT 0,
        CONSTRAINT audit_pushes_pkey PRIMARY KEY (chain, sink),
        CONSTRAINT audit_pushes_claim CHECK ((claim IS NULL) OR (again_at IS NOT NULL))
      )`);
    await runner.query('CREATE INDEX audit_pushes_due ON audit_pushes (sink) WHERE news OR claim IS NOT NULL');
    await runner.query(`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`);
    await runner.query(`REVOKE ALL ON SCHEMA ${SCHEMA} FROM PUBLIC`);
    // Whoever has the gateway's login may call it with any number: at least the last 30 days stay. It sees no row.
    await runner.query(`
      CREATE FUNCTION keep_audit_months(retention_days integer) RETURNS TABLE (made integer, dropped integer)
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
      DECLARE
        today date := (clock_timestamp() AT TIME ZONE 'UTC')::date;
        month date := date_trunc('month', today)::date;
        old record;
      BEGIN
        made := 0;
        dropped := 0;
        -- One at a time: two replicas would make the same month.
        PERFORM pg_advisory_xact_lock(1635083369);
        FOR ahead IN 0..2 LOOP
          IF to_regclass(format('${SCHEMA}.%I', to_char(month, '"m"YYYYMM'))) IS NULL THEN
            EXECUTE format('CREATE TABLE ${SCHEMA}.%I PARTITION OF public.audit_events FOR VALUES FROM (%L) TO (%L)',
              to_char(month, '"m"YYYYMM'), month, (month + interval '1 month')::date);
            made := made + 1;
          END IF;
          month := (month + interval '1 month')::date;
        END LOOP;
        FOR old IN SELECT c.relname FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid
          WHERE i.inhparent = 'public.audit_events'::regclass AND c.relnamespace = '${SCHEMA}'::regnamespace
            AND (to_date(substr(c.relname, 2), 'YYYYMM') + interval '1 month')::date <= today - greatest(retention_days, 30)
        LOOP
          EXECUTE format('DROP TABLE ${SCHEMA}.%I', old.relname);
          dropped := dropped + 1;
        END LOOP;
        RETURN NEXT;
      END $$`);
    // Connecting waits for its place in the chain, so meeting a person and counting what they have is one statement. The row stays locked
    // until the commit; each statement of the function sees what others had committed before it was.
    await runner.query(`
      CREATE FUNCTION meet_person(tenant text, person text, called text) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
      BEGIN
        INSERT INTO tenants (id) VALUES (tenant) ON CONFLICT DO NOTHING;
        INSERT INTO people (tenant_id, id, name) VALUES (tenant, person, called)
          ON CONFLICT ON CONSTRAINT people_pkey DO UPDATE SET name = excluded.name;
        RETURN (SELECT count(*) FROM own_grants(tenant, person));
      END $$`);
    await runner.query('REVOKE ALL ON FUNCTION keep_audit_months FROM PUBLIC');
    await runner.query('SELECT keep_audit_months(36500)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION meet_person');
    await runner.query('DROP FUNCTION keep_audit_months');
    for (const table of ['audit_events', 'audit_heads', 'audit_actors', 'audit_keys', 'usage_days', 'audit_pushes'])
      await runner.query(`DROP TABLE ${table}`);
    await runner.query(`DROP SCHEMA ${SCHEMA}`);
  }
}
