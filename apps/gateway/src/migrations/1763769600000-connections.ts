import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { protectTenantTable } from './tenant-table.js';

export class Connections1763769600000 implements MigrationInterface {
  name = 'Connections1763769600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE vault_keys (
        kid text CONSTRAINT vault_keys_pkey PRIMARY KEY,
        salt bytea,
        check_value bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        retired_at timestamptz
      )`);
    await runner.query(`
      CREATE TABLE tenants (
        id text CONSTRAINT tenants_pkey PRIMARY KEY,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`
      CREATE TABLE people (
        tenant_id text NOT NULL,
        id text NOT NULL,
        name text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT people_pkey PRIMARY KEY (tenant_id, id),
        CONSTRAINT people_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (id)
      )`);
    await runner.query(`
      CREATE TABLE connections (
        tenant_id text NOT NULL,
        id uuid NOT NULL,
        person_id text NOT NULL,
        sealed_credential bytea NOT NULL,
        policy jsonb NOT NULL,
        state text NOT NULL DEFAULT 'active',
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT connections_pkey PRIMARY KEY (tenant_id, id),
        CONSTRAINT connections_person FOREIGN KEY (tenant_id, person_id) REFERENCES people (tenant_id, id),
        CONSTRAINT connections_state CHECK (state IN ('active', 'needs_reauth', 'revoked'))
      )`);
    await runner.query('CREATE INDEX connections_person_id ON connections (tenant_id, person_id)');
    await runner.query(`
      CREATE TABLE access_grants (
        id text CONSTRAINT access_grants_pkey PRIMARY KEY,
        kind text NOT NULL,
        secret_hash bytea,
        tenant_id text NOT NULL,
        connection_id uuid NOT NULL,
        policy jsonb,
        client_id text,
        label text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        last_used_at timestamptz,
        expires_at timestamptz,
        revoked_at timestamptz,
        CONSTRAINT access_grants_connection FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE,
        CONSTRAINT access_grants_kind CHECK (kind IN ('session', 'api_key'))
      )`);
    await runner.query('CREATE INDEX access_grants_connection_id ON access_grants (tenant_id, connection_id)');
    await runner.query('CREATE INDEX access_grants_client_id ON access_grants (client_id)');
    await runner.query(`
      CREATE TABLE oauth_clients (
        id text CONSTRAINT oauth_clients_pkey PRIMARY KEY,
        metadata jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        last_used_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`
      CREATE TABLE oauth_artifacts (
        model text NOT NULL,
        id_hash bytea NOT NULL,
        grant_id text,
        generation integer,
        payload jsonb NOT NULL,
        expires_at timestamptz NOT NULL,
        consumed_at timestamptz,
        CONSTRAINT oauth_artifacts_pkey PRIMARY KEY (model, id_hash)
      )`);
    await runner.query('CREATE INDEX oauth_artifacts_grant_id ON oauth_artifacts (grant_id)');
    await runner.query('CREATE INDEX oauth_artifacts_expires_at ON oauth_artifacts (expires_at)');
    await runner.query(`
      CREATE TABLE proofs (
        id_hash bytea CONSTRAINT proofs_pkey PRIMARY KEY,
        sealed bytea NOT NULL,
        expires_at timestamptz NOT NULL,
        used_at timestamptz
      )`);
    await runner.query('CREATE INDEX proofs_expires_at ON proofs (expires_at)');
    for (const table of ['people', 'connections']) await protectTenantTable(runner, table);
    // From a credential's id to everything a request needs, in one round trip: the grant names the tenant, and only then is the
    // tenant's row readable. A plain statement is a transaction of its own, so the setting ends with it.
    await runner.query(`
      CREATE FUNCTION find_grant(wanted text)
      RETURNS TABLE (secret_hash bytea, expires_in_ms double precision, scope text, kind text, tenant_id text, connection_id uuid, person_id text,
        sealed_credential bytea, connection_policy jsonb, grant_policy jsonb, state text, used_lately boolean)
      LANGUAGE plpgsql AS $$
      #variable_conflict use_column
      DECLARE found_grant access_grants;
      BEGIN
        SELECT * INTO found_grant FROM access_grants WHERE id = wanted AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now());
        IF NOT FOUND THEN RETURN; END IF;
        PERFORM set_config('app.tenant_id', found_grant.tenant_id, true);
        RETURN QUERY
          SELECT s.secret_hash, extract(epoch FROM s.expires_at - now())::double precision * 1000, s.scope, found_grant.kind, c.tenant_id, c.id, c.person_id,
            c.sealed_credential, c.policy, found_grant.policy, c.state, coalesce(found_grant.last_used_at > now() - interval '1 hour', false)
          FROM connections c, (
            SELECT found_grant.secret_hash AS secret_hash, found_grant.expires_at AS expires_at, NULL AS scope WHERE found_grant.secret_hash IS NOT NULL
            UNION ALL
            SELECT a.id_hash, least(a.expires_at, found_grant.expires_at), coalesce(a.payload ->> 'scope', '') FROM oauth_artifacts a
            WHERE a.grant_id = wanted AND a.model = 'AccessToken' AND a.expires_at > now()
          ) s
          WHERE c.tenant_id = found_grant.tenant_id AND c.id = found_grant.connection_id AND c.state <> 'revoked';
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION find_grant');
    for (const table of [
      'proofs',
      'oauth_artifacts',
      'oauth_clients',
      'access_grants',
      'connections',
      'people',
      'tenants',
      'vault_keys',
    ])
      await runner.query(`DROP TABLE ${table}`);
  }
}
