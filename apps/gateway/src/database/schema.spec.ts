import { readFileSync } from 'node:fs';
import { DataSource } from 'typeorm';
import { query, type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { ENTITIES } from '../app.module.js';
import { describedColumns } from './columns.js';
import { baseOptions } from './options.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

it('migrations make exactly the tables that the entities describe', async () => {
  const dataSource = await new DataSource({ ...baseOptions(database.url), entities: ENTITIES }).initialize();
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  await dataSource.destroy();
  expect(upQueries.map(({ query: statement }) => statement)).toEqual([]);
});

it('docs/storage.md names every table once, and says tenant of those that have a tenant_id (access_grants leads to it, tenant_expiries tells the reaper of it)', async () => {
  const tables = await query<{ name: string; tenant: boolean }>(
    database.url,
    `
    SELECT relname AS name, EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'tenant_id') AND relname NOT IN ('access_grants', 'tenant_expiries') AS tenant
    FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY relname`,
  );
  const rows = [...readFileSync('docs/storage.md', 'utf8').matchAll(/^\| `(\w+)` \| (global|tenant) \|/gm)].map(
    ([, name, kind]) => ({ name, tenant: kind === 'tenant' }),
  );
  expect(rows.sort((a, b) => (a.name ?? '').localeCompare(b.name ?? ''))).toEqual(tables);
});

it('every column of the real database is described, with its type and of which kind its values are', async () => {
  const columns = await query<{ table: string; name: string; type: string; nullable: boolean }>(
    database.url,
    `
    SELECT relname AS table, attname AS name, format_type(atttypid, atttypmod) AS type, NOT attnotnull AS nullable
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped`,
  );
  const described = describedColumns();
  const keyed = (all: readonly { table: string; name: string; type: string; nullable: boolean }[]) =>
    all.map(({ table, name, type, nullable }) => `${table}.${name} ${type}${nullable ? ' null' : ''}`).sort();
  expect(keyed(described)).toEqual(keyed(columns));
  // When this fails: @Holds of the column's entity.
  expect(described.filter(({ holding }) => !holding?.what).map(({ table, name }) => `${table}.${name}`)).toEqual([]);
});
