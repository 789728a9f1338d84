import fc from 'fast-check';
import { serializeQuery } from './query.js';

const pairs = (text: string) => [...new URLSearchParams(text)];

describe('the wire form', () => {
  test.each([
    [{}, ''],
    [{ a: undefined }, ''],
    [{ a: [] }, ''],
    [
      { page: 0, archived: false, reverse: true, order_by: 'due_date' },
      '?page=0&archived=false&reverse=true&order_by=due_date',
    ],
    [{ statuses: ['to do', 'é'] }, '?statuses%5B%5D=to+do&statuses%5B%5D=%C3%A9'],
    [{ 'list_ids[]': ['1'] }, '?list_ids%5B%5D=1'],
  ])('%j is %j', (query, text) => expect(serializeQuery(query)).toBe(text));

  test('csv names are joined', () =>
    expect(pairs(serializeQuery({ assignee: [1, 2], statuses: ['a'] }, ['assignee']))).toEqual([
      ['assignee', '1,2'],
      ['statuses[]', 'a'],
    ]));
  test('repeated names have no brackets', () =>
    expect(pairs(serializeQuery({ task_ids: ['a', 'b,c'] }, [], ['task_ids']))).toEqual([
      ['task_ids', 'a'],
      ['task_ids', 'b,c'],
    ]));
});

test.each([
  [{ a: {} }],
  [{ a: null }],
  [{ a: NaN }],
  [{ a: Infinity }],
  [{ a: [['b']] }],
  [{ a: [{ b: 1 }] }],
  [{ a: Array.from({ length: 101 }, String) }],
])('%j has no wire form', (query) => {
  expect(() => serializeQuery(query)).toThrow(
    expect.objectContaining({ code: 'invalid_parameters', details: { parameter: 'a' } }),
  );
});

test('a comma cannot smuggle a second csv value', () => {
  expect(() => serializeQuery({ assignee: ['1,2'] }, ['assignee'])).toThrow(
    expect.objectContaining({ code: 'invalid_parameters' }),
  );
});

test('no value becomes a second parameter', () => {
  const text = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(
      fc.dictionary(text, fc.oneof(text, fc.array(text, { maxLength: 5 }), fc.integer(), fc.boolean())),
      (query) => {
        const expected = Object.entries(query).flatMap(([name, value]) =>
          Array.isArray(value)
            ? value.map((item) => [name.endsWith('[]') ? name : `${name}[]`, item])
            : [[name, String(value)]],
        );
        expect(pairs(serializeQuery(query))).toEqual(expected);
      },
    ),
  );
});
