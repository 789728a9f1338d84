import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The live grants of a person in one round trip, as `find_grant` finds one: it names the tenant, and only then are its rows readable. */
export class OwnGrants1765238400000 implements MigrationInterface {
  name = 'OwnGrants1765238400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION own_grants(tenant text, person text)
      RETURNS TABLE (id text, kind text, label text, client_id text, address text, asked text, config jsonb, token_required boolean, made_by text,
        connection_id uuid, state text, created_at timestamptz, last_used_at timestamptz, expires_at timestamptz, connection_policy jsonb,
        grant_policy jsonb, maker_connection_id uuid, maker_connection_policy jsonb, maker_grant_policy jsonb)
      LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM set_config('app.tenant_id', tenant, true);
        RETURN QUERY
          SELECT g.id, g.kind, g.label, g.client_id, g.address, g.asked, g.config, g.token_required, g.made_by, g.connection_id, c.state, g.created_at,
            g.last_used_at, g.expires_at, c.policy, g.policy, mc.id, mc.policy, m.policy
          FROM connections c JOIN access_grants g ON g.tenant_id = c.tenant_id AND g.connection_id = c.id
            LEFT JOIN access_grants m ON m.id = g.made_by LEFT JOIN connections mc ON mc.tenant_id = m.tenant_id AND mc.id = m.connection_id
          WHERE c.tenant_id = tenant AND c.person_id = person AND c.state <> 'revoked' AND g.revoked_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > now())
            AND (g.made_by IS NULL OR (m.revoked_at IS NULL AND (m.expires_at IS NULL OR m.expires_at > now()) AND mc.state <> 'revoked'));
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION own_grants');
  }
}
