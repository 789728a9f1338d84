import { DataSource } from 'typeorm';
import { execute, query, type TestDatabase, testDatabase } from '../../../../../test/support/postgres.js';
import { makeRoom } from './make-room.js';

let database: TestDatabase;
let dataSource: DataSource;
beforeAll(async () => {
  database = await testDatabase();
  dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

const ago = (hours: number) => `now() - interval '${hours} hours'`;
const left = async () =>
  (await query<{ id: string }>(database.url, 'SELECT id FROM oauth_clients ORDER BY id')).map(({ id }) => id);

test('never used ones go first, the oldest first; then those that were unused longest; never one with a grant', async () => {
  await execute(
    database.url,
    `
    INSERT INTO tenants VALUES ('1'); INSERT INTO people VALUES ('1', '1', 'x');
    INSERT INTO connections (tenant_id, id, person_id, sealed_credential, policy) VALUES ('1', '00000000-0000-7000-8000-000000000001', '1', '', '{}');
    INSERT INTO access_grants (id, kind, tenant_id, connection_id, client_id, label) VALUES ('g', 'session', '1', '00000000-0000-7000-8000-000000000001', 'granted', 'x');
    INSERT INTO oauth_clients (id, metadata, created_at, last_used_at) VALUES ('granted', '{}', ${ago(99)}, ${ago(99)}), ('used long ago', '{}', ${ago(99)}, ${ago(50)}), ('used', '{}', ${ago(99)}, ${ago(40)}),
      ('oldest', '{}', ${ago(9)}, ${ago(9)}), ('old', '{}', ${ago(8)}, ${ago(8)}), ('new', '{}', ${ago(1)}, ${ago(1)})`,
  );
  const [size] = await query<{ n: number }>(
    database.url,
    `SELECT pg_column_size(metadata) + 200 AS n FROM oauth_clients LIMIT 1`,
  );
  const order: string[][] = [];
  for (let rows = 6; rows >= 0; rows -= 1) {
    const before = await left();
    await makeRoom(dataSource, rows * size!.n);
    const after = await left();
    order.push(before.filter((id) => !after.includes(id)));
  }
  expect(order).toEqual([[], ['oldest'], ['old'], ['new'], ['used long ago'], ['used'], []]);
  expect(await left()).toEqual(['granted']);
});
