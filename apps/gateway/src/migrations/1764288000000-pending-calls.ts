import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** A confirmation is stored when it is asked for, with the call that it is for, and not only when it is used. */
export class PendingCalls1764288000000 implements MigrationInterface {
  name = 'PendingCalls1764288000000';

  async up(runner: QueryRunner): Promise<void> {
    // Tokens live for five minutes: those of before are asked for once more. A replica of the version before, which knows no sealed call,
    // goes on storing what it uses up.
    await runner.query('TRUNCATE confirmations');
    await runner.query(`
      ALTER TABLE confirmations
        ADD COLUMN sealed_call bytea NOT NULL DEFAULT '',
        ALTER COLUMN used_at DROP DEFAULT,
        ALTER COLUMN used_at DROP NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('TRUNCATE confirmations');
    await runner.query(`
      ALTER TABLE confirmations
        DROP COLUMN sealed_call,
        ALTER COLUMN used_at SET NOT NULL,
        ALTER COLUMN used_at SET DEFAULT now()`);
  }
}
