import { Client } from 'pg';
import { type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { dangerOf, prepareConnection } from './role.js';

let database: TestDatabase;
let client: Client;

beforeAll(async () => {
  database = await testDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});
// The role is seen by this transaction only, though it belongs to the whole server.
afterEach(() => client.query('ROLLBACK'));

/** Becomes a login with these attributes, for the rest of the transaction. */
const become = (attributes: string, grants: string) =>
  client.query(`BEGIN; CREATE ROLE suspect LOGIN ${attributes}; ${grants}; SET LOCAL SESSION AUTHORIZATION suspect`);
const inDatabase = (statement: string) => `DO $$ BEGIN EXECUTE format('${statement}', current_database()); END $$`;

it.each([
  ['a superuser', 'SUPERUSER', '', /is a superuser/],
  ['BYPASSRLS', 'BYPASSRLS', '', /has BYPASSRLS/],
  ['who may make roles', 'CREATEROLE', '', /has CREATEROLE/],
  ['who may make databases', 'CREATEDB', '', /has CREATEDB/],
  ['who may replicate', 'REPLICATION', '', /has REPLICATION/],
  [
    'who can become a superuser',
    'NOINHERIT',
    'GRANT postgres TO suspect',
    /can become "postgres", which is a superuser/,
  ],
  [
    'who may run programs',
    '',
    'GRANT pg_execute_server_program TO suspect',
    /can become "pg_execute_server_program", which is a role with powers/,
  ],
  ['who reads everything', '', 'GRANT pg_read_all_data TO suspect', /can become "pg_read_all_data"/],
  ['who owns a table', '', 'ALTER TABLE confirmations OWNER TO suspect', /owns the database or something in it/],
  ['who owns a function', '', 'ALTER FUNCTION find_grant OWNER TO suspect', /owns the database or something in it/],
  ['who may make functions', '', 'GRANT CREATE ON SCHEMA public TO suspect', /may CREATE in the schema public/],
  ['who may make schemas', '', inDatabase('GRANT CREATE ON DATABASE %I TO suspect'), /may CREATE in the database/],
  ['who may empty a table', '', 'GRANT TRUNCATE ON confirmations TO suspect', /has TRUNCATE/],
  [
    'who owns the database',
    '',
    inDatabase('ALTER DATABASE %I OWNER TO suspect'),
    /owns the database|can become "pg_database_owner"/,
  ],
  [
    'who can become an owner in two steps',
    'NOINHERIT',
    'CREATE ROLE a NOINHERIT; CREATE ROLE b; ALTER TABLE confirmations OWNER TO b; GRANT b TO a; GRANT a TO suspect',
    /can become "b", which owns/,
  ],
])('a login is refused: %s', async (_what, attributes, grants, reason) => {
  await become(attributes, grants);
  expect(await dangerOf(client)).toMatch(reason);
  await expect(prepareConnection(client)).rejects.toMatchObject({
    code: 'not_configured',
    message: expect.stringMatching(reason),
  });
});

it('a login is accepted that reads and writes rows, also as a member of an ordinary role', async () => {
  await become(
    '',
    'CREATE ROLE readers; GRANT SELECT, INSERT, UPDATE, DELETE ON confirmations TO readers; GRANT readers TO suspect',
  );
  expect(await dangerOf(client)).toBeUndefined();
});
