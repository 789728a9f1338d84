import { type ConfigError } from '#libs/core';
import { policiesIn } from './policy-file.js';

const problems = (text: string): readonly string[] => {
  try {
    policiesIn(text);
  } catch (error) {
    return (error as ConfigError).problems;
  }
  return [];
};

test('policies by Workspace, and for every other one', () => {
  const policies = policiesIn(`
# kept in git
12345:
  mode: selective
  write: { lists: [90144360426, "7"] }
  disabled_tools: [delete_task]
  clients: [api_key]
"*":
  mode: read
`);
  expect(policies.get('12345')).toEqual({
    layer: 'workspace',
    mode: 'selective',
    write: { spaces: [], folders: [], lists: ['90144360426', '7'] },
    disabledTools: ['delete_task'],
    clients: ['api_key'],
  });
  expect(policies.get('*')).toEqual({ layer: 'workspace', mode: 'read' });
});

test('an empty file says nothing', () => expect([...policiesIn('# nothing yet\n')]).toEqual([]));

test('every mistake is told with its line', () => {
  const found = problems(`12345:
  mode: reed
  methods: [get, smash]
Acme:
  mode: read
"67890":
  mode: write
  write: { spaces: [] }
  enabled_tools:
    - get_task
    - no_such_tool
  nonsense: 1
"1":
  enabled_tools: [no_such_tool]
`);
  expect(found).toEqual([
    expect.stringMatching(/^POLICY_FILE, line 2: 12345\.mode: /),
    expect.stringMatching(/^POLICY_FILE, line 3: 12345\.methods\.1: /),
    expect.stringMatching(/^POLICY_FILE, line 4: "Acme" is no id of a Workspace/),
    expect.stringMatching(/^POLICY_FILE, line \d+: 67890: .*nonsense/),
    expect.stringMatching(/^POLICY_FILE, line 8: 67890\.write: goes with `mode: selective`/),
    expect.stringMatching(/^POLICY_FILE, line 14: 1\.enabled_tools: there is no tool "no_such_tool"/),
  ]);
});

test('what is no YAML is told with its line', () => {
  expect(problems('12345:\n  mode: [read\n')).toEqual([expect.stringMatching(/^POLICY_FILE, line \d+: /)]);
  expect(problems('- 12345\n')).toEqual([expect.stringContaining('must map ids of Workspaces')]);
  expect(problems('"7": {}\n"7": {}\n')).toEqual([expect.stringMatching(/^POLICY_FILE, line 2: .*unique/i)]);
});
