import { AppError } from '#libs/core';
import { type Call, fakeContext, input, NOW, PEOPLE, userOf } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { timeEntryTags } from './time-entry-tags.js';

const label = (name: string) => ({ name, tag_fg: '#fff', tag_bg: '#000' });

/** Two entries: the first is tagged `Client`. */
function world(more: Record<string, object> = {}) {
  const tags = new Map([
    ['1', ['Client']],
    ['2', []],
  ] as [string, string[]][]);
  let labels = ['Client', 'travel'];
  const ids = ({ body }: Call) => body?.time_entry_ids as string[];
  const names = ({ body }: Call) => (body?.tags as { name: string }[]).map(({ name }) => name);
  return fakeContext({
    Getalltagsfromtimeentries: () => ({ data: labels.map(label) }),
    Getsingulartimeentry: ({ path }: Call) => ({
      data: {
        id: path?.timer_id,
        wid: '9',
        user: userOf(PEOPLE[0]!),
        billable: false,
        start: NOW,
        duration: 5,
        description: '',
        at: NOW,
        tags: (tags.get(path?.timer_id ?? '') ?? []).map(label),
      },
    }),
    Addtagsfromtimeentries: (call: Call) => {
      for (const id of ids(call)) tags.set(id, [...(tags.get(id) ?? []), ...names(call)]);
      return {};
    },
    Removetagsfromtimeentries: (call: Call) => {
      for (const id of ids(call))
        tags.set(
          id,
          (tags.get(id) ?? []).filter((name) => !names(call).includes(name)),
        );
      return {};
    },
    Changetagnamesfromtimeentries: ({ body }: Call) => {
      labels = labels.map((name) => (name === body?.name ? String(body.new_name) : name));
      return {};
    },
    ...more,
  });
}
const run = async (args: Record<string, unknown>, context = world()) => ({
  context,
  output: await timeEntryTags.handler(input(timeEntryTags, args), context),
});

test('labels come and go, in the spelling that they have', async () => {
  const { output } = await run({ entry_ids: ['1', '2'], add_tags: ['TRAVEL', 'new'], remove_tags: ['client'] });
  expect(output).toEqual({
    applied: ['entry 1: Client → travel, new', 'entry 2: none → travel, new'],
    new_tags: ['new'],
    not_applied: undefined,
  });
});

test('what is so already is unchanged, and what is nowhere is told', async () => {
  const { output, context } = await run({ entry_ids: ['2'], remove_tags: ['client'] });
  expect(timeEntryTags.headline?.(output)).toBe('Unchanged');
  expect(output.not_applied).toEqual([
    { field: 'remove_tags', wanted: 'client', is: 'none', why: 'none of the entries has it' },
  ]);
  expect(context.calls.every(({ operation }) => operation.startsWith('Get'))).toBe(true);
});

test('when the second request fails, the first stays said', async () => {
  const fails = () => Promise.reject(new AppError('clickup_server_error', 'No.'));
  const { output } = await run(
    { entry_ids: ['1'], add_tags: ['travel'], remove_tags: ['client'] },
    world({ Removetagsfromtimeentries: fails }),
  );
  expect(output).toMatchObject({
    applied: ['entry 1: Client → Client, travel'],
    not_applied: [{ field: 'entry 1', wanted: 'not Client', is: 'Client, travel', why: 'No.' }],
  });
});

test('a tag is renamed everywhere after a preview', async () => {
  const context = world();
  const args = { rename: 'client', to: 'Customer' };
  expect(await timeEntryTags.preview?.(input(timeEntryTags, args), context)).toMatchObject({
    summary: 'The tag "Client" would be called "Customer" on all time entries of the Workspace, of everyone.',
  });
  expect(context.calls.every(({ operation }) => operation.startsWith('Get'))).toBe(true);
  expect((await run(args, context)).output).toEqual({ applied: ['tag: Client → Customer'] });
});

test('a rename that ClickUp takes with 200 and ignores is told', async () => {
  const { output } = await run({ rename: 'client', to: 'x' }, world({ Changetagnamesfromtimeentries: {} }));
  expect(output).toEqual({ not_applied: [{ field: 'rename', wanted: 'x', is: 'Client' }] });
});

test.each([
  [{}, /^add_tags: nothing to change/],
  [{ add_tags: ['x'] }, /^entry_ids: which entries/],
  [{ rename: 'client' }, /^to: rename and to belong together/],
  [{ rename: 'klient', to: 'x' }, /^rename: no time entry has a tag "klient"; there are Client, travel/],
  [{ rename: 'client', to: 'Travel' }, /^to: there is a tag "travel" already/],
  [{ rename: 'client', to: 'x', entry_ids: ['1'], add_tags: ['y'] }, /^rename: renames a tag everywhere/],
])('%j is refused', async (args, message) => {
  const context = world();
  await expect(run(args, context)).rejects.toThrow(message);
  expect(context.calls.every(({ operation }) => operation.startsWith('Get'))).toBe(true);
});

example(timeEntryTags, { entry_ids: ['t1'], add_tags: ['x'] });
