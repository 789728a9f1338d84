import fc from 'fast-check';
import { query, type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { column } from './column.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const read = async (values: readonly (string | null)[]) =>
  (
    await query<{ read: (string | null)[] }>(
      database.url,
      `SELECT coalesce(array_agg(value ORDER BY at), '{}') AS read FROM unnest(${column(values, 'text')}) WITH ORDINALITY AS r (value, at)`,
    )
  )[0]!.read;

test('PostgreSQL reads what was written', async () => {
  // No U+0000, which it does not store, and no half of a pair, which has no bytes.
  const text = fc.string({ unit: 'binary' }).map((all) => all.replace(/[\0\ud800-\udfff]/gu, ''));
  const value = fc.oneof(
    text,
    fc.constant(null),
    fc.constantFrom('', 'NULL', '{', '"', '\\', "'", '$audit$', '\\"\n', '\t'),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(value), async (values) => expect(await read(values)).toEqual(values)),
    { numRuns: 50 },
  );
});

test.each(['$audit$', '$audit', "'); DROP TABLE audit_heads; --", '$audit$; SELECT 1; --', '\\u0041', '\n'])(
  'no text ends its literal: %j',
  async (text) => expect(await read([text, null, text])).toEqual([text, null, text]),
);

test.each([['same'], [null], ['']])('what is the same in all rows is in all rows: %j', async (value) =>
  expect(await read([value, value, value])).toEqual([value, value, value]),
);

test('numbers are numbers', async () => {
  const rows = await query(database.url, `SELECT * FROM unnest(${column([1, null, -3], 'integer')}) AS n`);
  expect(rows).toEqual([{ n: 1 }, { n: null }, { n: -3 }]);
});
