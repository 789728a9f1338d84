import { type MigrationInterface, type QueryRunner } from 'typeorm';

const COLUMNS = `secret_hash bytea, expires_in_ms double precision, scope text, kind text, tenant_id text, connection_id uuid, person_id text,
  sealed_credential bytea, connection_policy jsonb, grant_policy jsonb, state text, used_lately boolean`;

/** The secrets that are live for a grant: its own, or the access tokens of a session. */
const SECRETS = `
  SELECT found_grant.secret_hash AS secret_hash, found_grant.expires_at AS expires_at, NULL AS scope WHERE found_grant.secret_hash IS NOT NULL
  UNION ALL
  SELECT a.id_hash, least(a.expires_at, found_grant.expires_at), coalesce(a.payload ->> 'scope', '') FROM oauth_artifacts a
  WHERE a.grant_id = wanted AND a.model = 'AccessToken' AND a.expires_at > now()`;

const FOUND = `s.secret_hash, extract(epoch FROM s.expires_at - now())::double precision * 1000, s.scope, found_grant.kind, c.tenant_id, c.id, c.person_id,
  c.sealed_credential, c.policy, found_grant.policy, c.state, coalesce(found_grant.last_used_at > now() - interval '1 hour', false)`;

const LIVE = `revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`;

/** The function `find_grant` as it is from this migration on. @param more a further column, as a later one adds it */
export const findGrant = (more?: { column: string; value: string }): string => `
  CREATE FUNCTION find_grant(wanted text)
  RETURNS TABLE (${COLUMNS}, token_required boolean, maker_connection_id uuid, maker_connection_policy jsonb, maker_grant_policy jsonb${more ? `, ${more.column}` : ''})
  LANGUAGE plpgsql AS $$
  #variable_conflict use_column
  DECLARE
    found_grant access_grants;
    maker access_grants;
  BEGIN
    SELECT * INTO found_grant FROM access_grants WHERE id = wanted AND ${LIVE};
    IF NOT FOUND THEN RETURN; END IF;
    IF found_grant.made_by IS NOT NULL THEN
      SELECT * INTO maker FROM access_grants WHERE id = found_grant.made_by AND tenant_id = found_grant.tenant_id AND ${LIVE};
      IF NOT FOUND THEN RETURN; END IF;
    END IF;
    PERFORM set_config('app.tenant_id', found_grant.tenant_id, true);
    RETURN QUERY
      SELECT ${FOUND}, found_grant.token_required, m.id, m.policy, maker.policy${more ? `, ${more.value}` : ''}
      FROM connections c LEFT JOIN connections m ON m.tenant_id = maker.tenant_id AND m.id = maker.connection_id, (${SECRETS}) s
      WHERE c.tenant_id = found_grant.tenant_id AND c.id = found_grant.connection_id AND c.state <> 'revoked'
        AND (found_grant.made_by IS NULL OR m.state <> 'revoked');
  END $$`;

/** Server URLs: grants that an API key has made. They live as long as their maker does, and within its rights as they are at each moment. */
export class ServerUrls1765022400000 implements MigrationInterface {
  name = 'ServerUrls1765022400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE access_grants
        DROP CONSTRAINT access_grants_kind,
        ADD CONSTRAINT access_grants_kind CHECK (kind IN ('session', 'api_key', 'server_url')),
        ADD COLUMN config jsonb,
        ADD COLUMN token_required boolean NOT NULL DEFAULT false,
        ADD COLUMN made_by text,
        ADD CONSTRAINT access_grants_maker FOREIGN KEY (made_by) REFERENCES access_grants (id) ON DELETE CASCADE`);
    await runner.query('CREATE INDEX access_grants_made_by ON access_grants (made_by)');
    // A replica of the version before goes on calling it: it does not look at the columns that are new.
    await runner.query('DROP FUNCTION find_grant');
    await runner.query(findGrant());
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION find_grant');
    await runner.query(`DELETE FROM access_grants WHERE kind = 'server_url'`);
    await runner.query(`
      ALTER TABLE access_grants
        DROP COLUMN made_by, DROP COLUMN token_required, DROP COLUMN config,
        DROP CONSTRAINT access_grants_kind,
        ADD CONSTRAINT access_grants_kind CHECK (kind IN ('session', 'api_key'))`);
    await runner.query(`
      CREATE FUNCTION find_grant(wanted text) RETURNS TABLE (${COLUMNS})
      LANGUAGE plpgsql AS $$
      #variable_conflict use_column
      DECLARE found_grant access_grants;
      BEGIN
        SELECT * INTO found_grant FROM access_grants WHERE id = wanted AND ${LIVE};
        IF NOT FOUND THEN RETURN; END IF;
        PERFORM set_config('app.tenant_id', found_grant.tenant_id, true);
        RETURN QUERY
          SELECT ${FOUND}
          FROM connections c, (${SECRETS}) s
          WHERE c.tenant_id = found_grant.tenant_id AND c.id = found_grant.connection_id AND c.state <> 'revoked';
      END $$`);
  }
}
