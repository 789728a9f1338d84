import { plainRequest } from './plain-request.js';

const META = 'io.modelcontextprotocol/';
const envelope = { [`${META}protocolVersion`]: '2026-07-28', [`${META}clientCapabilities`]: {} };
const legacy = (params?: object) => ({
  jsonrpc: '2.0',
  id: 7,
  method: 'tools/call',
  params: { name: 'get_task', ...params },
});
const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'a', version: '1' } },
};
const modern = (meta: object = envelope) => legacy({ _meta: meta });
const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'get_task' };

test('a call of the older era is plain with and without the version header', () => {
  expect(plainRequest(legacy(), {})).toMatchObject({
    era: 'legacy',
    id: 7,
    method: 'tools/call',
    params: { name: 'get_task' },
  });
  expect(plainRequest(legacy(), { 'mcp-protocol-version': '2025-06-18' })?.era).toBe('legacy');
  expect(plainRequest({ jsonrpc: '2.0', id: 1, method: 'tools/list' }, {})?.method).toBe('tools/list');
});

test('a call of 2026-07-28 is plain when headers and body agree', () => {
  expect(plainRequest(modern(), headers)?.era).toBe('modern');
  expect(plainRequest(modern({ ...envelope, [`${META}clientInfo`]: { name: 'a', version: '1' } }), headers)?.era).toBe(
    'modern',
  );
});

test('a progress token, a batch of one, initialize and ping are plain', () => {
  expect(plainRequest(legacy({ _meta: { progressToken: 'p' } }), {})?.progressToken).toBe('p');
  expect(plainRequest(modern({ ...envelope, progressToken: 0 }), headers)).toMatchObject({
    era: 'modern',
    progressToken: 0,
  });
  expect(plainRequest([legacy()], { 'mcp-protocol-version': '2025-03-26' })).toMatchObject({ era: 'legacy', id: 7 });
  expect(plainRequest(initialize, {})?.method).toBe('initialize');
  expect(plainRequest({ jsonrpc: '2.0', id: 1, method: 'ping' }, {})?.method).toBe('ping');
});

// Each of these needs the SDK's judgement; taking one for plain would skip a check that the specification demands.
test.each<[string, unknown, Record<string, string>]>([
  ['a notification', { jsonrpc: '2.0', method: 'tools/list' }, {}],
  ['a batch of two', [legacy(), { ...legacy(), id: 8 }], {}],
  ['a batch of the newer era', [modern()], headers],
  ['a batch of initialize', [{ ...initialize, id: 1 }], {}],
  ['another method', { jsonrpc: '2.0', id: 1, method: 'resources/list' }, {}],
  ['initialize without params', { jsonrpc: '2.0', id: 1, method: 'initialize' }, {}],
  ['initialize without capabilities', { ...initialize, params: { ...initialize.params, capabilities: undefined } }, {}],
  [
    'initialize with capabilities of a wrong kind',
    { ...initialize, params: { ...initialize.params, capabilities: { sampling: true } } },
    {},
  ],
  [
    'ping of the newer era, which has none',
    { jsonrpc: '2.0', id: 1, method: 'ping', params: { _meta: envelope } },
    { ...headers, 'mcp-method': 'ping' },
  ],
  ['a progress token that is none', legacy({ _meta: { progressToken: {} } }), {}],
  ['a progress token with a fraction', legacy({ _meta: { progressToken: 1.5 } }), {}],
  ['an unknown version header', legacy(), { 'mcp-protocol-version': '1999-01-01' }],
  ['a modern header without envelope', legacy(), headers],
  ['an envelope without version', modern({ [`${META}clientCapabilities`]: {} }), {}],
  ['an unknown version in the envelope', modern({ ...envelope, [`${META}protocolVersion`]: '2099-01-01' }), headers],
  ['no version header', modern(), { 'mcp-method': 'tools/call', 'mcp-name': 'get_task' }],
  ['no method header', modern(), { 'mcp-protocol-version': '2026-07-28', 'mcp-name': 'get_task' }],
  ['another method header', modern(), { ...headers, 'mcp-method': 'tools/list' }],
  ['no name header', modern(), { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call' }],
  ['another name header', modern(), { ...headers, 'mcp-name': 'delete_task' }],
  ['no client capabilities', modern({ [`${META}protocolVersion`]: '2026-07-28' }), headers],
  ['broken client info', modern({ ...envelope, [`${META}clientInfo`]: 'x' }), headers],
])('%s is not plain', (_, body, sent) => {
  expect(plainRequest(body, sent)).toBeUndefined();
});
