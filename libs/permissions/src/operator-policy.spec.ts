import { loadConfig } from '#libs/core';
import { fakeContext } from '../../../test/support/tool-context.js';
import { operatorPolicy } from './operator-policy.js';

const policy = (env: Record<string, string>, directory = fakeContext().directory as never) =>
  operatorPolicy(loadConfig(env), directory);

test.each<[Record<string, string>, object]>([
  [{}, { mode: 'write', confirm: 'always' }],
  [
    { READ_ONLY_MODE: 'true', CONFIRM_DESTRUCTIVE: 'never' },
    { mode: 'read', confirm: 'never' },
  ],
  [
    { SELECTIVE_WRITE: 'true' },
    { mode: 'selective', confirm: 'always', write: { spaces: [], folders: [], lists: [] } },
  ],
  [
    {
      WRITE_MODE: 'selective',
      WRITE_ALLOWED_SPACES: '9, Engineering',
      WRITE_ALLOWED_LISTS: 'Marketing / Campaigns,301',
    },
    { mode: 'selective', confirm: 'always', write: { spaces: ['9', '100'], folders: [], lists: ['303', '301'] } },
  ],
  [
    {
      ENABLED_TOOLS: 'get_task',
      DISABLED_TOOLS: 'delete_task',
      ENABLED_TOOLSETS: 'tasks',
      DISABLED_TOOLSETS: 'chat',
      ALLOWED_RISKS: 'normal',
    },
    {
      mode: 'write',
      confirm: 'always',
      enabledTools: ['get_task'],
      disabledTools: ['delete_task'],
      toolsets: ['tasks'],
      disabledToolsets: ['chat'],
      risks: ['normal'],
    },
  ],
])('%j', async (env, expected) => expect(await policy(env)).toEqual({ layer: 'operator', ...expected }));

test.each<[Record<string, string>, RegExp]>([
  [
    { WRITE_MODE: 'selective', WRITE_ALLOWED_SPACES: 'Enginering', WRITE_ALLOWED_LISTS: 'Nowhere' },
    /WRITE_ALLOWED_SPACES: "Enginering": .*\n.*WRITE_ALLOWED_LISTS: "Nowhere"/,
  ],
  [{ WRITE_MODE: 'selective', WRITE_ALLOWED_LISTS: 'Engineering' }, /WRITE_ALLOWED_LISTS: "Engineering"/],
  [{ WRITE_ALLOWED_SPACES: '1' }, /are for WRITE_MODE=selective, but it is write/],
  [{ READ_ONLY_MODE: 'true', WRITE_ALLOWED_LISTS: '1' }, /but it is read/],
])('%j stops the start', async (env, message) => {
  await expect(policy(env)).rejects.toMatchObject({ name: 'ConfigError', message: expect.stringMatching(message) });
});

test('a name needs a credential to look it up with, an id does not', async () => {
  const config = (spaces: string) => loadConfig({ WRITE_MODE: 'selective', WRITE_ALLOWED_SPACES: spaces });
  await expect(operatorPolicy(config('Engineering'))).rejects.toThrow(/CLICKUP_API_TOKEN/);
  expect(await operatorPolicy(config('100'))).toMatchObject({ write: { spaces: ['100'] } });
});

test.each<[Record<string, string>, RegExp]>([
  [{ WRITE_MODE: 'write', READ_ONLY_MODE: 'true' }, /WRITE_MODE and READ_ONLY_MODE are the same key/],
  [{ READ_ONLY_MODE: 'true', SELECTIVE_WRITE: '1' }, /READ_ONLY_MODE and SELECTIVE_WRITE are the same key/],
  [{ READ_ONLY_MODE: 'maybe' }, /READ_ONLY_MODE: must be true or false/],
  [{ WRITE_MODE: 'admin' }, /WRITE_MODE/],
  [{ ALLOWED_RISKS: 'normal,some' }, /ALLOWED_RISKS/],
])('%j is no configuration', (env, message) => expect(() => loadConfig(env)).toThrow(message));

test('flags that say the same, or nothing, agree', () => {
  expect(loadConfig({ WRITE_MODE: 'read', READ_ONLY_MODE: 'true', SELECTIVE_WRITE: 'false' }).WRITE_MODE).toBe('read');
  expect(loadConfig({ READ_ONLY_MODE: 'false' }).WRITE_MODE).toBe('write');
});

test.each([
  { CLICKUP_MCP_MODE: 'read' },
  { CLICKUP_READ_ONLY: 'true' },
  { CLICKUP_READONLY: 'true' },
  { CLICKUP_READONLY: 'true', READ_ONLY_MODE: 'true' },
])('%j, as other servers have it, only reads', (env) => expect(loadConfig(env).WRITE_MODE).toBe('read'));

test('a mode of another server that there is not here stops the start, rather than letting write', () => {
  expect(() => loadConfig({ CLICKUP_MCP_MODE: 'read-minimal' })).toThrow(/WRITE_MODE: .*read-minimal/);
});
