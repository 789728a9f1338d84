import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Browser sessions of those who have come through the identity provider: whose they are, and of which groups. */
export class SingleSignOn1765756800000 implements MigrationInterface {
  name = 'SingleSignOn1765756800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE admin_sessions
        ADD COLUMN actor text,
        ADD COLUMN groups text[],
        DROP CONSTRAINT admin_sessions_kind,
        ADD CONSTRAINT admin_sessions_kind CHECK (kind IN ('operator', 'person', 'sso')),
        ADD CONSTRAINT admin_sessions_sso CHECK ((kind = 'sso') = (actor IS NOT NULL AND groups IS NOT NULL))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM admin_sessions WHERE kind = 'sso'`);
    await runner.query(`
      ALTER TABLE admin_sessions
        DROP CONSTRAINT admin_sessions_sso,
        DROP CONSTRAINT admin_sessions_kind,
        ADD CONSTRAINT admin_sessions_kind CHECK (kind IN ('operator', 'person')),
        DROP COLUMN groups,
        DROP COLUMN actor`);
  }
}
