import { Client } from 'pg';
import { emptyDatabase, execute, type TestDatabase } from '../../../../test/support/postgres.js';
import { contentsOf, grantsOf, missingFrom, readWhole } from './contents.js';

const TABLES = `CREATE TABLE things (id int, at timestamptz, secret bytea); CREATE SEQUENCE numbers; CREATE SCHEMA apart; CREATE TABLE apart.things (id int)`;
const ROWS = [1, 2, 3].map((id) => `INSERT INTO things VALUES (${id}, '2026-11-30 0${id}:00+01', '\\xff0${id}')`);

let databases: TestDatabase[];
beforeEach(async () => {
  databases = [await emptyDatabase(), await emptyDatabase()];
  await execute(databases[0]!.url, [TABLES, ...ROWS].join(';'));
  // The same in another order, for people in another zone.
  await execute(databases[1]!.url, [TABLES, `SET TimeZone = 'Asia/Tokyo'`, ...ROWS.toReversed()].join(';'));
});
afterEach(() => Promise.all(databases.map((database) => database.drop())));

async function read<T>({ url }: TestDatabase, what: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await readWhole(client);
    return await what(client);
  } finally {
    await client.end();
  }
}
const differing = async (): Promise<string[]> => {
  const [one, other] = await Promise.all(databases.map((database) => read(database, contentsOf)));
  return [...one!.keys()].filter((name) => one!.get(name)!.text !== other!.get(name)?.text);
};

test('the same rows in another order are the same', async () => {
  expect(await differing()).toEqual([]);
  expect((await read(databases[0]!, contentsOf)).get('things')).toMatchObject({ rows: 3 });
});

test.each([
  ['a value', `UPDATE things SET secret = '\\xff00' WHERE id = 2`, ['things']],
  ['a row less', 'DELETE FROM things WHERE id = 1', ['things']],
  ['a row twice', 'INSERT INTO things SELECT * FROM things WHERE id = 1', ['things']],
  ['a null', 'UPDATE things SET at = NULL WHERE id = 3', ['things']],
  ['a sequence', `SELECT nextval('numbers')`, ['numbers']],
  ['a table of another schema', 'INSERT INTO apart.things VALUES (1)', ['apart.things']],
])('%s that differs is found', async (_, change, found) => {
  await execute(databases[1]!.url, change);
  expect(await differing()).toEqual(found);
});

test('rights are told by who has them, what everybody has by default too', async () => {
  await execute(databases[1]!.url, 'GRANT SELECT ON things TO PUBLIC; CREATE FUNCTION f() RETURNS int RETURN 1');
  const [one, other] = await Promise.all(
    databases.map(async (database) => (await read(database, grantsOf)).get('PUBLIC')!),
  );
  expect(missingFrom(other!, one!)).toEqual(['function f(): EXECUTE', 'table things: SELECT']);
});

test('what is there more often is missing elsewhere', () =>
  expect(missingFrom(['a', 'b', 'b', 'c'], ['b', 'c', 'd'])).toEqual(['a', 'b']));
