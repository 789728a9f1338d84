import { type QueryRunner } from 'typeorm';
import { MIGRATIONS } from '../../apps/gateway/src/migrations/index.js';
import { breaksTheVersionBefore } from '../support/migration-check.js';

// While replicas are replaced, and while the Job of docker/kubernetes runs, the version before works with the new tables: a
// migration only adds (expand); what nothing uses any more goes a release later (contract), and is then named here.

/** Name of a migration, and why what it takes away is used by no version before. */
const CONTRACTS: Readonly<Record<string, string>> = {};

/** What a migration would send. */
async function statementsOf(migration: InstanceType<(typeof MIGRATIONS)[number]>): Promise<string[]> {
  const sent: string[] = [];
  const query = (statement: string) => Promise.resolve((sent.push(statement), []));
  await migration.up({ query } as unknown as QueryRunner);
  return sent;
}

test.each(MIGRATIONS.map((migration) => [migration.name, new migration()] as const))(
  '%s leaves the version before running',
  async (name, migration) => {
    const statements = await statementsOf(migration);
    expect(statements.length).toBeGreaterThan(0);
    if (!(name in CONTRACTS)) expect(breaksTheVersionBefore(statements)).toEqual([]);
  },
);

test('a contract names a migration that there is', () =>
  expect(Object.keys(CONTRACTS).filter((name) => !MIGRATIONS.some((migration) => migration.name === name))).toEqual(
    [],
  ));

test.each([
  'DROP TABLE jobs',
  'DROP TABLE IF EXISTS jobs CASCADE',
  'DROP FUNCTION find_job',
  'ALTER TABLE jobs DROP COLUMN told',
  'ALTER TABLE jobs ADD COLUMN a text, DROP COLUMN told',
  'ALTER TABLE jobs RENAME TO works',
  'ALTER TABLE jobs RENAME COLUMN told TO said',
  'ALTER TABLE jobs ALTER COLUMN told TYPE text USING told::text',
  'ALTER TABLE jobs ALTER told SET NOT NULL',
  'ALTER TABLE jobs ADD COLUMN more text NOT NULL',
  'ALTER TABLE jobs ADD more numeric(4, 2) NOT NULL',
  "ALTER TABLE ONLY jobs\n  ADD COLUMN a text,\n  ADD COLUMN more text CHECK (more IN ('a, b', 'c')) NOT NULL",
  'ALTER TABLE jobs ADD CONSTRAINT jobs_told CHECK (told)',
  'ALTER TABLE jobs ADD UNIQUE (told)',
  'CREATE TABLE other (a int); ALTER TABLE jobs DROP COLUMN told',
])('refused: %s', (statement) => expect(breaksTheVersionBefore([statement])).toHaveLength(1));

test.each([
  'CREATE TABLE jobs (id int NOT NULL)',
  'CREATE TABLE jobs (id int); ALTER TABLE jobs ADD COLUMN more text NOT NULL, ADD UNIQUE (more)',
  "ALTER TABLE jobs ADD COLUMN more text NOT NULL DEFAULT ''",
  'ALTER TABLE jobs ADD COLUMN more text, ADD CONSTRAINT jobs_more CHECK (more <> id)',
  "ALTER TABLE jobs DROP CONSTRAINT jobs_kind, ADD CONSTRAINT jobs_kind CHECK (kind IN ('a', 'b'))",
  'ALTER TABLE jobs ALTER COLUMN told DROP NOT NULL, ALTER COLUMN told DROP DEFAULT',
  "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DROP TABLE jobs'; END $$",
  'DROP FUNCTION find_job; CREATE FUNCTION find_job() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
  'CREATE INDEX CONCURRENTLY jobs_told ON jobs (told) -- DROP TABLE jobs',
])('taken: %s', (statement) => expect(breaksTheVersionBefore([statement])).toEqual([]));
