import { fakeContext, input } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { getWorkspaceHierarchy } from './get-workspace-hierarchy.js';

const get = (args: Record<string, unknown>) =>
  getWorkspaceHierarchy.handler(input(getWorkspaceHierarchy, args), fakeContext());

test('every place with its id, under what it lies in', async () => {
  expect(await get({ team_id: '9' })).toEqual({
    id: '9',
    name: 'Acme',
    outline: [
      '# 100 Engineering',
      '300 Inbox',
      '## 200 Backend',
      '301 Sprint 42',
      '302 Backlog',
      '# 101 Marketing',
      '303 Campaigns',
    ].join('\n'),
  });
});

test('the Workspace need not be named, and a wrong one is', async () => {
  expect((await get({})).id).toBe('9');
  await expect(get({ team_id: '12345' })).rejects.toThrow(/^team_id: /);
});

example(getWorkspaceHierarchy, { team_id: '9' });
