import { type Call, type FakeContext, fakeContext, input } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { saveTag } from './save-tag.js';

interface Kept {
  name: string;
  tag_fg: string;
  tag_bg: string;
}
/** Tags as ClickUp keeps them: in lower case. */
function context(ignores = false): FakeContext {
  const tags: Kept[] = [
    { name: 'bug', tag_fg: '#ffffff', tag_bg: '#ff0000' },
    { name: 'idea', tag_fg: '#ffffff', tag_bg: '#00ff00' },
  ];
  return fakeContext({
    GetSpaceTags: () => ({ tags: tags.map((tag) => ({ ...tag })) }),
    CreateSpaceTag: ({ body }: Call) => {
      if (!ignores) tags.push(body!.tag as Kept);
      return {};
    },
    EditSpaceTag: ({ path, body }: Call) => {
      const { name, fg_color, bg_color } = body!.tag as Record<string, string>;
      const at = tags.findIndex((tag) => tag.name === path!.tag_name);
      if (!ignores) tags[at] = { name: name!, tag_fg: fg_color!, tag_bg: bg_color! };
      return { tag: { name, fg_color, bg_color } };
    },
  });
}
const save = (args: Record<string, unknown>, made = context()) =>
  saveTag.handler(input(saveTag, { within: 'Engineering', ...args }), made);

test('a new tag is made in the Space, in lower case', async () =>
  expect(await save({ tag: 'Urgent' })).toEqual({ outcome: 'created', tag: 'urgent', space: 'Engineering' }));

test('a tag is renamed and keeps its colours', async () =>
  expect(await save({ tag: 'Bug', name: 'Defect' })).toEqual({
    outcome: 'changed',
    tag: 'defect',
    space: 'Engineering',
    applied: ['name: bug → defect'],
  }));

test('nothing asked is nothing sent', async () => {
  const made = context();
  expect(await save({ tag: 'bug', color: '#ff0000' }, made)).toMatchObject({ outcome: 'unchanged' });
  expect(made.calls.map(({ operation }) => operation)).toEqual(['GetSpaceTags']);
});

test('what ClickUp ignored is not applied, although it answers as if it were', async () => {
  expect(await save({ tag: 'bug', color: '#000000' }, context(true))).toMatchObject({
    outcome: 'unchanged',
    not_applied: [{ field: 'color', wanted: '#000000', is: '#ff0000' }],
  });
  expect(await save({ tag: 'new' }, context(true))).toMatchObject({
    outcome: 'unchanged',
    not_applied: [{ field: 'tag', wanted: 'new', is: 'none' }],
  });
});

test.each([
  [{ tag: 'nothing', name: 'x' }, /^tag: there is no tag "nothing" in Engineering to rename/],
  [{ tag: 'bug', name: 'idea' }, /^name: Engineering has a tag "idea" already/],
  [{ tag: 'bug', within: 'Nowhere' }, /^within: /],
])('%j is refused before anything is changed', async (args, message) => {
  const made = context();
  await expect(save(args, made)).rejects.toThrow(message);
  expect(made.calls.every(({ operation }) => operation === 'GetSpaceTags')).toBe(true);
});

example(saveTag, { tag: 'urgent', within: 'Engineering', color: '#ff0000' });
