import { ConfigError, loadConfig } from '#libs/core';
import { checkGlobalKeys, kindOf } from './credentials.js';

test.each([
  ['cuk_a:b', 'an API key'],
  ['cuk_', 'an API key'],
  ['cus_a:b', 'a session token'],
  ['cus_', 'a session token'],
  ['a:b', 'a session token'],
  [':', 'a session token'],
  ['cuk:x', 'a session token'],
  ['cuu_a:b', 'a server URL'],
  ['aa.bb.cc', 'a JWT'],
  ['aa.bb.', 'a JWT'],
  ['a.b.c.d', 'a global key'],
  ['a.b', 'a global key'],
  ['CUK_a', 'a global key'],
  ['test-write-key-0123456789', 'a global key'],
])('%s is %s', (credential, name) => expect(kindOf(credential).name).toBe(name));

const check = (env: Record<string, string>) => () => checkGlobalKeys(loadConfig(env));

test.each([
  ['undefined', /placeholder/],
  ['null', /placeholder/],
  ['changeme', /placeholder/],
  ['CHANGEME', /placeholder/],
  ['your-api-key-goes-here', /placeholder/],
  ['fifteen-letters', /shorter than 16/],
  ['cuk_0123456789abcdef', /looks like an API key/],
  ['cus_0123456789abcdef', /looks like a session token/],
  ['user:0123456789abcdef', /looks like a session token/],
  ['cuu_0123456789abcdef', /looks like a server URL/],
  ['01234567.89abcdef.01234567', /looks like a JWT/],
  ['0123456789 abcdef', /no header can carry/],
  ['0123456789\u00e4bcdef', /no header can carry/],
])('%s stops the start, wherever it is set, and is not quoted', (key, problem) => {
  for (const env of [{ MCP_API_KEY: key }, { MCP_API_KEYS: `good-key-0123456789,${key}` }] as Record<
    string,
    string
  >[]) {
    expect(check(env)).toThrow(ConfigError);
    expect(check(env)).toThrow(problem);
    if (!['undefined', 'null'].includes(key)) expect(check(env)).not.toThrow(new RegExp(key));
  }
});

test('what openssl makes is fine, and so is none', () => {
  expect(check({ MCP_API_KEY: '8ddec8ff377e8ea6f88d223594bca495' })).not.toThrow();
  expect(check({ MCP_API_KEYS: 'sixteen-letters!,c2l4dGVlbiBsZXR0ZXJz+/==' })).not.toThrow();
  expect(check({})).not.toThrow();
});
