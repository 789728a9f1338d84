import fc from 'fast-check';
import { answerId, checkShape, CODES, RpcError, withDetails } from './jsonrpc.js';

const ok = { jsonrpc: '2.0', id: 1, method: 'tools/list' };

test.each<[string, unknown]>([
  ['a number', 1],
  ['null', null],
  ['a string', 'x'],
  ['an empty batch', []],
  ['a batch of 51', Array.from({ length: 51 }, () => ok)],
  ['a batch with one bad item', [ok, { ...ok, id: null }]],
  ['another version', { ...ok, jsonrpc: '1.0' }],
  ['no version', { id: 1, method: 'tools/list' }],
  ['no method', { jsonrpc: '2.0', id: 1 }],
  ['a number as method', { ...ok, method: 1 }],
  ['a string as params', { ...ok, params: 'x' }],
  ['an array as params', { ...ok, params: [] }],
  ['id null', { ...ok, id: null }],
  ['an object as id', { ...ok, id: {} }],
  ['a fraction as id', { ...ok, id: 1.5 }],
  ['an endless id', { ...ok, id: 'x'.repeat(257) }],
])('%s is an invalid request', (_, body) => {
  expect(() => checkShape(body)).toThrow(expect.objectContaining({ code: CODES.request }));
});

test('no body at all cannot be parsed', () => {
  expect(() => checkShape(undefined)).toThrow(expect.objectContaining({ code: CODES.parse }));
});

test.each<[string, unknown]>([
  ['a request', ok],
  ['a string id', { ...ok, id: 'a' }],
  ['a notification', { jsonrpc: '2.0', method: 'notifications/initialized' }],
  ['a response', { jsonrpc: '2.0', id: 1, result: {} }],
  ['a batch', [ok, { ...ok, id: 2 }]],
])('%s passes', (_, body) => {
  expect(() => checkShape(body)).not.toThrow();
});

test('no value whatever makes the check throw anything but its own error', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      try {
        checkShape(value);
      } catch (error) {
        expect(error).toBeInstanceOf(RpcError);
      }
    }),
  );
});

test('an error is answered with the id of its request, or null', () => {
  expect(answerId({ ...ok, id: 'a', method: 1 })).toBe('a');
  expect(answerId({ ...ok, id: {} })).toBeNull();
  expect(answerId([ok])).toBeNull();
});

test('every error carries details as a string, and what it carried before', () => {
  const error = (data?: unknown) => ({
    jsonrpc: '2.0',
    id: 1,
    error: { code: -32_022, message: 'Unsupported', ...(data === undefined ? {} : { data }) },
  });
  expect(withDetails(error())).toMatchObject({ error: { data: { details: 'Unsupported' } } });
  expect(withDetails(error({ supported: ['x'] }))).toMatchObject({
    error: { data: { supported: ['x'], details: 'Unsupported' } },
  });
  expect(withDetails(error({ details: 'mine' }))).toMatchObject({ error: { data: { details: 'mine' } } });
  expect(withDetails([error(), { jsonrpc: '2.0', id: 2, result: {} }])).toMatchObject([
    { error: { data: { details: 'Unsupported' } } },
    { result: {} },
  ]);
});
