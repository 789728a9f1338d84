import { violation } from './protocol-check.js';

const list = { id: 1, jsonrpc: '2.0', method: 'tools/list' };
const answer = (result: object) => ({ jsonrpc: '2.0', id: 1, result });

test('what is right passes', () => {
  expect(violation(list, answer({ tools: [] }))).toBeUndefined();
  expect(violation(list, { jsonrpc: '2.0', id: null, error: { code: -32700, message: 'x' } } as never)).toBeUndefined();
  expect(violation(list, { error: 'unauthorized' } as never)).toBeUndefined();
});

test.each([
  ['a tool without a schema', answer({ tools: [{ name: 'x' }] })],
  ['no list', answer({})],
  ['an error without a code', { jsonrpc: '2.0', id: 1, error: { message: 'x' } }],
])('%s is found', (_, wrong) => expect(violation(list, wrong as never)).toContain('tools/list'));
