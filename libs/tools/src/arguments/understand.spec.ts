import fc from 'fast-check';
import { z } from 'zod';
import { Priority, Ref, Refs } from './inputs.js';
import { inputSchemaOf } from './schema.js';
import { understand } from './understand.js';

const input = z.strictObject({
  task_id: Ref,
  add_assignees: Refs.optional(),
  priority: Priority.optional(),
  archived: z.boolean().optional(),
  count: z.number().optional(),
  include: z.array(z.enum(['comments', 'status_history'])).optional(),
  fields: z.array(z.strictObject({ name: z.string(), value: z.string() })).optional(),
  args: z.record(z.string(), z.unknown()).optional(),
});
const read = (args: Record<string, unknown>) => understand(args, inputSchemaOf(input));

test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
  ['null is absent', { task_id: 'a', archived: null }, { task_id: 'a' }],
  ['an empty text is absent', { task_id: 'a', priority: '' }, { task_id: 'a' }],
  ['an empty list is absent', { task_id: 'a', add_assignees: [] }, { task_id: 'a' }],
  ['a number is an id', { task_id: 86123 }, { task_id: '86123' }],
  ['one where a list is expected', { add_assignees: 'Lee, Sarah' }, { add_assignees: ['Lee, Sarah'] }],
  ['a list of one', { task_id: ['a'] }, { task_id: 'a' }],
  ['a list of two stays one', { task_id: ['a', 'b'] }, { task_id: ['a', 'b'] }],
  ['one number where a list is expected', { add_assignees: 7 }, { add_assignees: ['7'] }],
  ['holes in a list', { add_assignees: ['a', null, ''] }, { add_assignees: ['a'] }],
  ['a list as JSON', { add_assignees: '["a", 7]' }, { add_assignees: ['a', '7'] }],
  ['words in any case', { include: ['Comments', 'STATUS HISTORY'] }, { include: ['comments', 'status_history'] }],
  ['words between commas', { include: 'comments, status-history' }, { include: ['comments', 'status_history'] }],
  ['an object as JSON', { fields: '{"name": "Points", "value": 3}' }, { fields: [{ name: 'Points', value: '3' }] }],
  ['objects in a list as JSON', { fields: ['{"name":"a","value":"b"}'] }, { fields: [{ name: 'a', value: 'b' }] }],
  ['truth as text', { archived: 'True' }, { archived: true }],
  ['truth as number', { archived: 0 }, { archived: false }],
  ['a number as text', { count: '-2.5' }, { count: -2.5 }],
  ['camelCase', { taskId: 'a', addAssignees: ['b'] }, { task_id: 'a', add_assignees: ['b'] }],
  ['without _id', { task: 'a' }, { task_id: 'a' }],
  ['id, where there is one', { id: 'a' }, { task_id: 'a' }],
  ['in the singular', { field: [{ name: 'a', value: 'b' }] }, { fields: [{ name: 'a', value: 'b' }] }],
  ['two spellings of one stay two', { task_id: 'a', taskId: 'b' }, { task_id: 'a', taskId: 'b' }],
  ['free-form arguments stay as they are', { args: { a: null, b: [], c: '' } }, { args: { a: null, b: [], c: '' } }],
  ['text that is no JSON', { args: '{no' }, { args: '{no' }],
  ['what nobody knows', { nonsense: 1 }, { nonsense: 1 }],
])('%s', (_, given, understood) => expect(read(given)).toEqual(understood));

test('numbers of priorities are words', () => {
  expect(input.parse(read({ task_id: 'a', priority: 2 })).priority).toBe(2);
  expect(input.parse(read({ task_id: 'a', priority: 'HIGH' })).priority).toBe(2);
  expect(input.parse(read({ task_id: 'a', priority: 'none' })).priority).toBeNull();
});

test('what is right stays as it is, and hostile names stay names', () => {
  const right = { task_id: 'x', add_assignees: ['a'], archived: true, fields: [{ name: 'n', value: 'v' }] };
  expect(read(right)).toEqual(right);
  const hostile = read(JSON.parse('{"__proto__":{"isAdmin":true},"constructor":1}') as Record<string, unknown>);
  expect(Object.keys(hostile).sort()).toEqual(['__proto__', 'constructor']);
  expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
});

test('any JSON is read without an exception, and twice is as once', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('task_id', 'fields', 'include', 'args', 'x'), fc.jsonValue()),
      (given) => {
        const once = read(given);
        expect(read(once)).toEqual(once);
      },
    ),
  );
});

test('a text of more than 200,000 characters is no list and no object: what it spells would have to be built first', () => {
  const list = (length: number) => `[${' '.repeat(length - 5)}"a"]`;
  expect(read({ add_assignees: list(200_000) })).toEqual({ add_assignees: ['a'] });
  expect(read({ add_assignees: list(200_001) })).toEqual({ add_assignees: [list(200_001)] });
  const object = (length: number) => `{"name":"a","value":"b"${' '.repeat(length - 24)}}`;
  expect(read({ fields: object(200_000) })).toEqual({ fields: [{ name: 'a', value: 'b' }] });
  expect(read({ fields: object(200_001) })).toEqual({ fields: [object(200_001)] });
});
