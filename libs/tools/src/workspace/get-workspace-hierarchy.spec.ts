import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
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
    const places = rest.filter((line) => /^\d/.test(line));
    ids.push(...places.map((line) => line.split(' ')[0]!));
    if (page.next_cursor)
      expect(rest.slice(places.length)).toEqual([
        'Left out; see one by within, or all by the cursor:',
        `… ## 2 F: ${900 - ids.length} more Lists`,
      ]);
    cursor = page.next_cursor;
  } while (cursor);
  expect(ids).toEqual(lists.map(({ id }) => id));
});

describe('a tree of 3,000 Lists', () => {
  const list = (id: number): Place => ({
    kind: 'list',
    id: `9015${id}`,
    name: `Sprint backlog ${id}`,
    path: '',
    children: [],
  });
  const place = (kind: 'space' | 'folder', id: number, children: Place[]): Place => ({
    kind,
    id: `9014${id}`,
    name: `${kind} of team ${id}`,
    path: '',
    children,
  });
  const tree = (spaces: number, folders: number, lists: number): Place[] =>
    Array.from({ length: spaces }, (_, space) =>
      place(
        'space',
        space,
        Array.from({ length: folders }, (__, folder) =>
          place(
            'folder',
            space * folders + folder,
            Array.from({ length: lists }, (___, index) => list((space * folders + folder) * lists + index)),
          ),
        ),
      ),
    );
  const answer = async (spaces: Place[], args: Record<string, unknown> = {}) => {
    const context = fakeContext();
    context.directory = {
      ...context.directory,
      tree: () => Promise.resolve(spaces),
      place: (ref) => Promise.resolve(spaces.find(({ name }) => name === ref)!),
    };
    const output = await getWorkspaceHierarchy.handler(input(getWorkspaceHierarchy, args), context);
    return { ...output, text: getWorkspaceHierarchy.text!(output) };
  };

  test.each([
    [10, 10, 30],
    [1, 300, 10],
    [1, 1, 3000],
    [1500, 1, 2],
  ])(
    '%d Spaces of %d Folders of %d Lists: no answer is larger than 6,000 tokens, and each says how much it leaves out',
    async (spaces, folders, lists) => {
      const whole = tree(spaces, folders, lists);
      let [seen, cursor] = [0, undefined as string | undefined];
      do {
        const { outline, text, next_cursor } = await answer(whole, { cursor });
        expect(Math.max(countTokens(text), countTokens(JSON.stringify({ outline, next_cursor })))).toBeLessThanOrEqual(
          6000,
        );
        const lines = outline.split('\n');
        seen += lines.filter((line) => /^\d/.test(line)).length;
        const left = lines
          .filter((line) => line.startsWith('…'))
          .map((line) => Number(/([\d,]+) (?:more )?Lists?$/.exec(line)![1]!.replace(',', '')));
        expect(left.reduce((sum, each) => sum + each, 0)).toBe(3000 - seen);
        cursor = next_cursor;
      } while (cursor);
      expect(seen).toBe(3000);
    },
  );

  test('what is left out of a Space is told by its Folders, of a Workspace by its Spaces', async () => {
    const whole = tree(3, 20, 50);
    expect((await answer(whole)).outline).toContain('… # 90142 space of team 2: 1,000 Lists');
    const within = await answer(whole, { within: 'space of team 2' });
    expect(within.outline).toContain('… ## 901459 folder of team 59: 50 Lists');
  });
});

example(getWorkspaceHierarchy, { team_id: '9' });
