import { loadConfig } from '#libs/core';
import { GlobalKeys } from './global-keys.js';

const keys = (environment: Record<string, string>) => new GlobalKeys(loadConfig(environment), Buffer.alloc(32, 1));

test('each configured key is found, with what the configuration grants', () => {
  const configured = keys({
    MCP_API_KEY: 'first',
    MCP_API_KEYS: 'second, third',
    CLICKUP_API_TOKEN: 'pk_1',
    TEAM_ID: '9',
  });
  for (const key of ['first', 'second', 'third'])
    expect(configured.find(key)).toMatchObject({ kind: 'global_key', policies: [{ mode: 'read' }], workspaceId: '9' });
  expect(keys({ MCP_API_KEY: 'first', MCP_API_KEY_WRITE_MODE: 'write' }).find('first')?.policies[0]?.mode).toBe(
    'write',
  );
});

test.each(['', 'undefined', 'First', 'first ', 'fourth', '__proto__', 'second, third'])('%p is not a key', (wrong) => {
  expect(keys({ MCP_API_KEY: 'first', MCP_API_KEYS: 'second,third' }).find(wrong)).toBeUndefined();
});

test('an unset key matches nothing, not even the empty string (SEC-119)', () => {
  for (const wrong of ['', 'undefined', 'null']) expect(keys({}).find(wrong)).toBeUndefined();
});

test('a caller is a pseudonym that does not hold the key', () => {
  const caller = keys({ MCP_API_KEY: 'canary-key', CLICKUP_API_TOKEN: 'pk_canary' }).find('canary-key');
  expect(JSON.stringify(caller)).not.toMatch(/canary/);
  expect(caller?.id).toMatch(/^[\w-]{16}$/);
});
