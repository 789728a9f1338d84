import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { findGrant } from './1765022400000-server-urls.js';
import { protectTenantTable } from './tenant-table.js';

/** What a Workspace allows at most, what is switched off, and by which client a grant is used. */
export class WorkspacePolicies1765497600000 implements MigrationInterface {
  name = 'WorkspacePolicies1765497600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE workspace_policies (
        tenant_id text CONSTRAINT workspace_policies_pkey PRIMARY KEY,
        version integer NOT NULL,
        policy jsonb NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now(),
        updated_by text NOT NULL,
        CONSTRAINT workspace_policies_version CHECK (version > 0)
      )`);
    await protectTenantTable(runner, 'workspace_policies');
    // In one round trip, as find_grant: it names the tenant, and only then is its row readable.
    await runner.query(`
      CREATE FUNCTION workspace_policy(tenant text) RETURNS TABLE (version integer, policy jsonb, updated_at timestamptz, updated_by text)
      LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM set_config('app.tenant_id', tenant, true);
        RETURN QUERY SELECT w.version, w.policy, w.updated_at, w.updated_by FROM workspace_policies w WHERE w.tenant_id = tenant;
      END $$`);
    await runner.query(`
      CREATE TABLE kill_switches (
        id uuid CONSTRAINT kill_switches_pkey PRIMARY KEY,
        kind text NOT NULL,
        target text NOT NULL,
        workspace_id text,
        reason text NOT NULL,
        set_by text NOT NULL,
        set_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT kill_switches_kind CHECK (kind IN ('workspace', 'client', 'tool', 'connection')),
        CONSTRAINT kill_switches_reason CHECK (reason IN ('incident', 'compromised', 'misuse', 'offboarding', 'maintenance', 'other')),
        CONSTRAINT kill_switches_workspace CHECK (kind NOT IN ('workspace', 'connection') OR workspace_id IS NOT NULL)
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX kill_switches_once ON kill_switches (kind, target, coalesce(workspace_id, ''))`,
    );
    // A replica of the version before goes on calling it: it does not look at the column that is new.
    await runner.query('DROP FUNCTION find_grant');
    await runner.query(findGrant({ column: 'client_id text', value: 'found_grant.client_id' }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION find_grant');
    await runner.query(findGrant());
    await runner.query('DROP TABLE kill_switches');
    await runner.query('DROP FUNCTION workspace_policy');
    await runner.query('DROP TABLE workspace_policies');
  }
}
