import { methodOf, originOf } from './origin.js';

const modern = (clientInfo: unknown) => ({ params: { _meta: { 'io.modelcontextprotocol/clientInfo': clientInfo } } });

test.each<[string, unknown, string | undefined, string | undefined, string | undefined]>([
  ['the message', modern({ name: 'claude-ai', version: '1.2' }), 'curl/8', 'claude-ai', '1.2'],
  [
    'initialize',
    { params: { clientInfo: { name: 'Visual Studio Code', version: '1.99.0' } } },
    'node',
    'Visual Studio Code',
    '1.99.0',
  ],
  ['the first product of the User-Agent', {}, 'Claude-User/1.0 (canary; +https://canary)', 'Claude-User', '1.0'],
  ['a product without version', {}, 'node', 'node', undefined],
  ['a User-Agent that is a sentence', {}, 'canary: text', undefined, undefined],
  ['nothing', [], undefined, undefined, undefined],
  ['what would break a line', modern({ name: 'a"\n{b}\u202e', version: 7 }), 'x', 'a?b?', undefined],
])('the client comes from %s', (_, message, userAgent, client, version) => {
  expect(originOf('r', message, userAgent)).toEqual({ reqId: 'r', client, client_version: version });
});

test('a long name does not fill the log', () => {
  const { client = '', client_version: version = '' } = originOf(
    'r',
    modern({ name: 'x'.repeat(9999), version: '1'.repeat(999) }),
    '',
  );
  expect([client.length, version.length]).toEqual([64, 32]);
});

test('a method that does not exist is not written down', () => {
  expect(methodOf({ method: 'tools/list' })).toBe('tools/list');
  expect(methodOf({ method: 'canary' })).toBe('unknown');
  expect(methodOf([{ method: 'tools/list' }])).toBe('batch');
  expect(methodOf({ result: {} })).toBeUndefined();
});
