import { OPERATIONS } from '#libs/clickup';
import { Permissions, type Policy } from '#libs/permissions';
import { CATALOGUE, wireTool } from '#libs/tools';
import { checkNames } from './check-names.js';
import { limitInWords } from './limit-in-words.js';
import { barredOperations } from './offered.js';
import { ToolLists } from './tool-lists.js';

const lists = (operator: Policy = { mode: 'write' }) => new ToolLists(new Permissions(operator));
const names = (layers: Policy[], operator?: Policy) => [...lists(operator).of(layers).tools.keys()];
const WRITE: Policy = { mode: 'write' };
/** Without a layer that asks for confirmations there is nothing to confirm. */
const ALL = CATALOGUE.map(({ name }) => name).filter((name) => name !== 'confirm_change');
const LISTED = CATALOGUE.filter(({ name, listed }) => listed !== false && name !== 'confirm_change');
/** All that these do deletes, merges, invites, shares, or reads what only admins may; of the long tail the rest stays. */
const RISKY = [
  'audit_log',
  'delete_task',
  'manage_channel',
  'manage_group',
  'manage_guest',
  'manage_webhook',
  'merge_tasks',
  'save_key_result',
  'set_access',
];
const at = (...ids: string[]): Policy => ({ mode: 'selective', write: { spaces: [], folders: [], lists: ids } });

test('full access changes no byte of the list', () =>
  expect(lists().of([WRITE]).json).toBe(JSON.stringify(LISTED.map((tool) => wireTool(tool)))));

test.each<[string, Policy, string[]]>([
  [
    'one toolset keeps the long tail for its operations',
    { ...WRITE, toolsets: ['comments'] },
    [
      'add_comment',
      'call_read_operation',
      'call_write_operation',
      'list_comments',
      'search_operations',
      'update_comment',
    ],
  ],
  [
    'a toolset without tools of its own',
    { ...WRITE, toolsets: ['templates'] },
    ['call_read_operation', 'call_write_operation', 'search_operations'],
  ],
  [
    'a toolset that only reads',
    { ...WRITE, toolsets: ['audit'] },
    ['audit_log', 'call_read_operation', 'search_operations'],
  ],
  ['no toolset', { ...WRITE, toolsets: [] }, []],
  [
    'the toolset of the long tail disabled',
    { ...WRITE, toolsets: ['comments', 'longtail'], disabledToolsets: ['longtail'] },
    ['add_comment', 'list_comments', 'update_comment'],
  ],
  ['both lists', { ...WRITE, enabledTools: ['get_task', 'create_task'], disabledTools: ['create_task'] }, ['get_task']],
  ['a name that nothing has', { ...WRITE, enabledTools: ['GET_TASK'] }, []],
  [
    'methods',
    { ...WRITE, methods: ['delete'] },
    ['call_write_operation', 'delete_task', 'get_job', 'search_operations', 'stop_job'],
  ],
  ['risks', { ...WRITE, risks: [] }, ALL.filter((name) => !RISKY.includes(name))],
])('%s', (_, policy, expected) => {
  expect(names([policy])).toEqual(expected);
  expect(names([WRITE], policy.enabledTools?.includes('GET_TASK') ? undefined : policy)).toEqual(
    policy.enabledTools?.includes('GET_TASK') ? ALL : expected,
  );
});

test('there is a tool to confirm with where something is shown first', () => {
  expect(names([{ ...WRITE, confirm: 'always' }])).toContain('confirm_change');
  expect(names([{ mode: 'read', confirm: 'always' }])).not.toContain('confirm_change');
  expect(names([WRITE])).not.toContain('confirm_change');
});

test('what only disabled tools cover is barred, what another covers too is not', () => {
  const barred = (...disabledTools: string[]) => [...barredOperations([{ ...WRITE, disabledTools }])].sort();
  expect(barred('bulk_create_tasks')).toEqual([]);
  expect(barred('create_task', 'bulk_create_tasks', 'copy_task')).toEqual(['CreateTask', 'CreateTaskFromTemplate']);
  expect(barred('update_task')).toEqual([]);
  expect(barred('update_task', 'bulk_update_tasks')).toEqual([
    'AddTagToTask',
    'RemoveCustomFieldValue',
    'RemoveTagFromTask',
    'SetCustomFieldValue',
    'UpdateTask',
    'moveTask',
  ]);
  expect(
    lists()
      .of([{ ...WRITE, disabledTools: ['delete_task'] }])
      .policies.at(-1),
  ).toEqual({ mode: 'write', disabledOperations: new Set(['DeleteTask']) });
  expect(OPERATIONS.some(({ id }) => id === 'DeleteTask')).toBe(true);
});

test.each<[Policy, RegExp]>([
  [{ ...WRITE, enabledTools: ['get_*'] }, /ENABLED_TOOLS: there is no tool "get_\*"; there are add_comment/],
  [{ ...WRITE, disabledTools: ['Delete_Task'] }, /DISABLED_TOOLS: there is no tool "Delete_Task"/],
  [{ ...WRITE, toolsets: ['task'] }, /ENABLED_TOOLSETS: there is no toolset "task"; there are .*tasks/],
  [{ ...WRITE, disabledToolsets: ['*'] }, /DISABLED_TOOLSETS/],
])("an unknown name in the operator's layer stops the start: %j", (operator, message) => {
  expect(() => checkNames(operator)).toThrow(
    expect.objectContaining({ name: 'ConfigError', message: expect.stringMatching(message) }),
  );
});

test('one list for one shape, however many callers have it', () => {
  const shared = lists();
  const [a, b, other] = [shared.of([at('1')]), shared.of([at('1')]), shared.of([at('2')])];
  expect(a.json).toBe(b.json);
  expect(a.tools).toBe(b.tools);
  expect(other.json).not.toBe(a.json);
});

test.each<[Policy[], boolean, string]>([
  [[WRITE, { mode: 'read' }], false, ''],
  [[at('1')], true, ''],
  [[at('1')], false, 'Only in List 1.'],
  [[at('1', '2'), WRITE], false, 'Only in Lists 1, 2.'],
  [
    [{ mode: 'selective', write: { spaces: ['9'], folders: ['7'], lists: ['1', '2'] } }],
    false,
    'Only in Space 9 or Folder 7 or Lists 1, 2.',
  ],
  [[at('1', '2', '3', '4', '5')], false, 'Only in 5 Lists.'],
  [
    [at('1'), { mode: 'write', read: { spaces: ['9'], folders: [], lists: [] } }],
    false,
    'Only in List 1 and there only in Space 9.',
  ],
  [[{ mode: 'write', read: { spaces: ['9'], folders: [], lists: [] } }], true, 'Only in Space 9.'],
])('%j in words (reads: %s): %s', (layers, reads, words) => expect(limitInWords(layers, reads)).toBe(words));
