import { AppError } from '#libs/core';
import { type Call, fakeContext, input, task } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { renderText } from '../answers/render.js';
import { type Checklist } from '../task-parts/checklists.js';
import { editChecklist } from './edit-checklist.js';

const item = (id: string, name: string, resolved = false) => ({ id, name, resolved });
const checklist = (id: string, name: string, items: Checklist['items']): Checklist => ({
  id,
  task_id: '86abc1',
  name,
  orderindex: 0,
  resolved: 0,
  unresolved: 0,
  items,
});

/** A ClickUp that keeps checklists, and fails where it is told to: by operation, and the how manieth request of it. */
function clickup(lists: Checklist[], fails: Record<string, AppError> = {}) {
  const counts: Record<string, number> = {};
  const act =
    (work: (call: Call) => object) =>
    (call: Call): object => {
      const count = (counts[call.operation] = (counts[call.operation] ?? 0) + 1);
      const error = fails[`${call.operation} ${count}`];
      if (error) throw error;
      return structuredClone(work(call));
    };
  const at = ({ path }: Call) => lists.find(({ id }) => id === path?.checklist_id)!;
  const items = (call: Call) => at(call).items;
  return fakeContext({
    GetTask: act(() => task({ custom_id: 'ENG-1', checklists: lists })),
    CreateChecklist: act(({ body }) => {
      lists.push(checklist(`c${lists.length + 1}`, String(body?.name), []));
      return { checklist: lists.at(-1)! };
    }),
    CreateChecklistItem: act((call) => {
      items(call).push(item(`i${items(call).length + 1}`, String(call.body?.name)));
      return { checklist: at(call) };
    }),
    EditChecklistItem: act((call) => {
      const found = items(call).find(({ id }) => id === call.path?.checklist_item_id)!;
      found.resolved = call.body?.resolved === true;
      return { checklist: at(call) };
    }),
    DeleteChecklistItem: act((call) => {
      at(call).items = items(call).filter(({ id }) => id !== call.path?.checklist_item_id);
      return {};
    }),
  });
}
const release = () => [checklist('c1', 'Release', [item('i1', 'Tag'), item('i2', 'Announce', true)])];
const run = async (args: Record<string, unknown>, context = clickup(release())) => {
  const output = await editChecklist.handler(input(editChecklist, { task_id: 'ENG-1', ...args }), context);
  return { output, text: renderText(editChecklist, output), sent: context.calls.map(({ operation }) => operation) };
};
const unknown = () => new AppError('unknown_outcome');
const refused = () => new AppError('clickup_api_error', 'ClickUp API returned error: no');

test('makes a checklist with its items and checks one of them: one read, and one request for each', async () => {
  const { output, text, sent } = await run(
    { checklist: 'Release', add: ['Tag', 'Build', 'Announce'], check: ['tag'] },
    clickup([]),
  );
  expect(sent).toEqual([
    'GetTask',
    'CreateChecklist',
    ...Array.from({ length: 3 }, () => 'CreateChecklistItem'),
    'EditChecklistItem',
  ]);
  expect(output).toMatchObject({
    rows: [
      ['Release', '[x] Tag'],
      ['Release', '[ ] Build'],
      ['Release', '[ ] Announce'],
    ],
    applied: [
      'checklist: none → Release',
      'Tag: none → added',
      'Build: none → added',
      'Announce: none → added',
      'Tag: open → checked',
    ],
  });
  expect(text).toMatch(/^Changed: ENG-1/);
});

test('changes items by name, without case', async () => {
  const { output, sent } = await run({ checklist: 'release', check: ['TAG'], uncheck: ['announce'] });
  expect(sent).toEqual(['GetTask', 'EditChecklistItem', 'EditChecklistItem']);
  expect(output.rows).toEqual([
    ['Release', '[x] Tag'],
    ['Release', '[ ] Announce'],
  ]);
});

test('after a removal, which ClickUp answers with nothing, the checklist is read', async () => {
  const { output, sent } = await run({ checklist: 'Release', remove: ['Tag'] });
  expect(sent).toEqual(['GetTask', 'DeleteChecklistItem', 'GetTask']);
  expect(output).toMatchObject({ rows: [['Release', '[x] Announce']], applied: ['Tag: there → removed'] });
});

test.each([
  [{ add: ['tag'] }, '"tag" is there'],
  [{ check: ['Announce'] }, '"Announce" is checked'],
  [{ uncheck: ['Tag'] }, '"Tag" is not checked'],
  [{ remove: ['Nothing'] }, '"Nothing" is not there'],
  [{}, ''],
])('what is so already is not sent: %j', async (args, words) => {
  const { output, text, sent } = await run({ checklist: 'Release', ...args });
  expect(sent).toEqual(['GetTask']);
  expect(output.applied).toBeUndefined();
  expect(text).toMatch(/^Unchanged/);
  expect(text).toContain(words);
});

test.each([
  [{ checklist: 'Relase', check: ['Tag'] }, /^checklist: .*none "Relase".*"Release"/],
  [{ checklist: 'Release', check: ['Tagg'] }, /^check: there is no item "Tagg".*"Tag", "Announce"/],
  [{ checklist: 'Release', check: ['Tag'], uncheck: ['tag'] }, /^uncheck: "Tag" is in check, too/],
])('a name that is not there is refused with those that are, before anything is sent: %j', async (args, message) => {
  const context = clickup(release());
  await expect(run(args, context)).rejects.toMatchObject({
    code: 'invalid_parameters',
    message: expect.stringMatching(message),
  });
  expect(context.calls).toHaveLength(1);
});

test('a name of two items is refused with their ids, and an id is understood', async () => {
  const twice = () => clickup([checklist('c1', 'Release', [item('i1', 'Test'), item('i2', 'test')])]);
  await expect(run({ checklist: 'Release', check: ['Test'] }, twice())).rejects.toThrow(/i1 or i2/);
  const { output } = await run({ checklist: 'Release', check: ['i2'] }, twice());
  expect(output.rows).toEqual([
    ['Release', '[ ] Test'],
    ['Release', '[x] test'],
  ]);
});

test('when the second request fails, the answer says what was done and what was not', async () => {
  const { output, text } = await run(
    { checklist: 'Release', add: ['A', 'B', 'C'] },
    clickup(release(), { 'CreateChecklistItem 2': refused() }),
  );
  expect(text).toMatch(/^Changed, but not in everything/);
  expect(output).toMatchObject({
    applied: ['A: none → added'],
    not_applied: [
      { field: 'add', wanted: 'B', is: 'unchanged', why: expect.stringContaining('no') },
      { field: 'add', wanted: 'C', is: 'unchanged', why: expect.stringContaining('not tried') },
    ],
  });
  expect(output.rows).toContainEqual(['Release', '[ ] A']);
});

test('when the first item fails after the checklist was made, that is said', async () => {
  const { output } = await run({ checklist: 'New', add: ['A'] }, clickup([], { 'CreateChecklistItem 1': refused() }));
  expect(output).toMatchObject({ applied: ['checklist: none → New'], not_applied: [{ wanted: 'A' }] });
});

test('when nothing was done, the call fails', async () => {
  await expect(
    run({ checklist: 'Release', check: ['Tag'] }, clickup(release(), { 'EditChecklistItem 1': refused() })),
  ).rejects.toMatchObject({ code: 'clickup_api_error' });
  await expect(
    run({ checklist: 'New', add: ['A'] }, clickup([], { 'CreateChecklist 1': unknown() })),
  ).rejects.toMatchObject({ code: 'unknown_outcome' });
});

test('an unknown outcome is settled by reading, or said to be unknown', async () => {
  const lists = release();
  const { output } = await run(
    { checklist: 'Release', add: ['A'] },
    clickup(lists, { 'CreateChecklistItem 1': unknown() }),
  );
  expect(output).toMatchObject({
    not_applied: [{ wanted: 'A', is: 'unchanged', why: expect.stringMatching(/^unknown/) }],
  });
  const blind = clickup(release(), { 'CreateChecklistItem 1': unknown(), 'GetTask 2': refused() });
  const { output: dark, text } = await run({ checklist: 'Release', add: ['A'] }, blind);
  expect(dark).toMatchObject({ columns: ['not_known'], not_applied: [{ wanted: 'A', is: 'not known' }] });
  expect(text).toMatch(/could not be read afterwards/);
});

test('what ClickUp ignores is not said to be done', async () => {
  const context = clickup(release());
  const call = context.clickup.call;
  const deaf = (async (operation: { id: string }, args: never) =>
    operation.id === 'EditChecklistItem' ? { checklist: release()[0] } : call(operation as never, args)) as typeof call;
  const { output, text } = await run(
    { checklist: 'Release', check: ['Tag'] },
    { ...context, clickup: { ...context.clickup, call: deaf } },
  );
  expect(output).toMatchObject({ not_applied: [{ field: 'check', wanted: 'Tag' }] });
  expect(text).toMatch(/^Unchanged, not as wanted/);
});

describe('a removal', () => {
  const previewed = (args: Record<string, unknown>, context = clickup(release())) =>
    editChecklist.preview!(input(editChecklist, { task_id: 'ENG-1', checklist: 'Release', ...args }), context);

  test('is shown first, with what else is done', async () =>
    expect(await previewed({ remove: ['tag'], check: [], add: ['Build'] })).toMatchObject({
      summary: expect.stringMatching(
        /^Remove from the checklist "Release" of ENG-1 ".*": "Tag", and make 1 other changes\./,
      ),
      current: { items: 2, removed: ['Tag'] },
    }));

  test('of what is not there, and any other change, needs no confirmation', async () => {
    expect(await previewed({ remove: ['Nothing'] })).toBeUndefined();
    expect(await previewed({ add: ['Build'], check: ['Tag'] })).toBeUndefined();
  });

  test('is shown anew when an item was changed meanwhile', async () => {
    const lists = release();
    const before = await previewed({ remove: ['Tag'] }, clickup(lists));
    lists[0]!.items[0]!.resolved = true;
    expect((await previewed({ remove: ['Tag'] }, clickup(lists)))?.state).not.toBe(before?.state);
  });
});

example(editChecklist, { task_id: '86abc1', checklist: 'Steps', add: ['Two'], check: ['One'], remove: ['Three'] });
