import { z } from 'zod';
import { fakeContext } from '../../../../test/support/tool-context.js';
import { cursorAt, positionOf } from './paging.js';

const context = fakeContext();
const at = (args: object) => positionOf(args, z.number(), context);

test('a cursor leads back to its position, under either name, whatever the order of the arguments', () => {
  const cursor = cursorAt({ a: 1, b: [2] } as object, 7, context);
  expect([at({ b: [2], a: 1, cursor }), at({ a: 1, b: [2], next_cursor: cursor }), at({})]).toEqual([7, 7, undefined]);
});

test.each([{ a: 2 }, {}, { a: 1, b: 1 }])('not under other arguments: %j', (args) => {
  const cursor = cursorAt({ a: 1 } as object, 7, context);
  expect(() => at({ ...args, cursor })).toThrow(expect.objectContaining({ code: 'invalid_parameters' }));
});

test('a position of another shape or a forged one is refused', () => {
  expect(() => at({ cursor: cursorAt({}, 'x', context) })).toThrow(/other arguments/);
  expect(() => at({ cursor: 'AAAA' })).toThrow(expect.objectContaining({ code: 'invalid_parameters' }));
});
