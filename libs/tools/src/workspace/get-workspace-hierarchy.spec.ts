import { type Place } from '#libs/clickup';
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

test('one Space or Folder', async () => {
  expect((await get({ within: 'Backend' })).outline).toBe('# 200 Backend\n301 Sprint 42\n302 Backlog');
  expect((await get({ within: 'Marketing' })).outline).toBe('# 101 Marketing\n303 Campaigns');
  await expect(get({ within: 'Sprint 42' })).rejects.toThrow(/^within: /);
});

test('a large one is continued under its headings, without a gap', async () => {
  const list = (id: string): Place => ({ kind: 'list', id, name: `List ${id}`, path: '', children: [] });
  const folder = (id: string, children: Place[]): Place => ({ kind: 'folder', id, name: 'F', path: '', children });
  const lists = Array.from({ length: 900 }, (_, index) => list(`${100_000 + index}`));
  const context = fakeContext();
  const space: Place = { kind: 'space', id: '1', name: 'S', path: '', children: [folder('2', lists)] };
  context.directory = { ...context.directory, tree: () => Promise.resolve([space]) };
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await getWorkspaceHierarchy.handler(input(getWorkspaceHierarchy, { cursor }), context);
    const [first, second, ...rest] = page.outline.split('\n');
    expect([first, second]).toEqual(['# 1 S', '## 2 F']);
    ids.push(...rest.map((line) => line.split(' ')[0]!));
    cursor = page.next_cursor;
  } while (cursor);
  expect(ids).toEqual(lists.map(({ id }) => id));
});

example(getWorkspaceHierarchy, { team_id: '9' });
