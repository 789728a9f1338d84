import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** JWT sessions are grants whose secret is the `jti` of the one token that is good now. */
export class JwtSessions1765022500000 implements MigrationInterface {
  name = 'JwtSessions1765022500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE access_grants
        DROP CONSTRAINT access_grants_kind,
        ADD CONSTRAINT access_grants_kind CHECK (kind IN ('session', 'api_key', 'server_url', 'jwt'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM access_grants WHERE kind = 'jwt'`);
    await runner.query(`
      ALTER TABLE access_grants
        DROP CONSTRAINT access_grants_kind,
        ADD CONSTRAINT access_grants_kind CHECK (kind IN ('session', 'api_key', 'server_url'))`);
  }
}
