import { AppError } from '#libs/core';
import { type Call, dayMs, fakeContext, input, type FakeContext } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { savePlace } from './save-place.js';

const LIST = { id: '301', name: 'Sprint 42', orderindex: 0, content: 'Old', due_date: null };
const answered = ({ body = {} }: Call) => ({
  ...LIST,
  name: body.name as string,
  content: (body.markdown_content as string | undefined) ?? 'Old',
  due_date: body.due_date === undefined ? null : JSON.stringify(body.due_date),
});
const ANSWERS = {
  GetList: LIST,
  UpdateList: answered,
  CreateList: (call: Call) => ({ ...answered(call), id: '999' }),
  CreateFolderListFromTemplate: { id: '998' },
};
const unknown = (ref: string) => new AppError('invalid_parameters', `There is no List "${ref}" here.`);
/** The directory answers unknown names as the real one does. */
function context(answers: object = ANSWERS): FakeContext {
  const made = fakeContext(answers as never);
  const { directory } = made;
  made.directory = {
    ...directory,
    place: async (ref, kinds) => {
      const place = await directory.place(ref, kinds).catch(() => Promise.reject(unknown(ref)));
      const above = place.path.split(' / ').slice(0, -1).join(' / ');
      return above ? { ...place, parent: await directory.place(above) } : place;
    },
    object: (_, ref) => Promise.resolve({ kind: 'template', id: `t-${ref}`, name: ref, about: 'list' }),
  };
  return made;
}
const save = (args: Record<string, unknown>, made = context()) => savePlace.handler(input(savePlace, args), made);

test('what does not exist is created where it is said', async () => {
  const made = context();
  expect(
    await save(
      { place: 'Sprint 43', kind: 'list', within: 'Backend', description: 'New', due_date: '2026-12-01' },
      made,
    ),
  ).toEqual({
    outcome: 'created',
    id: '999',
    path: 'Engineering / Backend / Sprint 43',
    url: 'https://app.clickup.com/9/v/li/999',
  });
  expect(made.calls).toEqual([
    {
      operation: 'CreateList',
      path: { folder_id: '200' },
      body: { name: 'Sprint 43', markdown_content: 'New', due_date: dayMs('2026-12-01'), due_date_time: false },
    },
  ]);
});

test('a path says where by itself', async () => {
  const made = context();
  await save({ place: 'Engineering / Backend / Sprint 43', kind: 'list' }, made);
  expect(made.calls[0]).toMatchObject({ operation: 'CreateList', path: { folder_id: '200' } });
});

test('what exists is changed, was → is', async () => {
  expect(await save({ place: 'Sprint 42', kind: 'list', name: 'Sprint 44', description: 'New' })).toMatchObject({
    outcome: 'changed',
    path: 'Engineering / Backend / Sprint 44',
    applied: ['name: Sprint 42 → Sprint 44', 'description: Old → New'],
  });
});

test('nothing asked is nothing sent', async () => {
  const made = context();
  expect(await save({ place: 'Sprint 42', kind: 'list', name: 'Sprint 42' }, made)).toMatchObject({
    outcome: 'unchanged',
  });
  expect(made.calls).toEqual([]);
});

test('what ClickUp ignores is not applied', async () => {
  const made = context({ ...ANSWERS, UpdateList: LIST, CreateList: { ...LIST, content: null } });
  expect(await save({ place: 'Sprint 42', kind: 'list', name: 'X', due_date: '2026-12-01' }, made)).toMatchObject({
    outcome: 'unchanged',
    not_applied: [
      { field: 'name', wanted: 'X', is: 'Sprint 42' },
      { field: 'due_date', wanted: '2026-12-01', is: 'none' },
    ],
  });
  expect(await save({ place: 'New', kind: 'list', within: 'Backend', description: 'D' }, made)).toMatchObject({
    not_applied: [{ field: 'description', wanted: 'D', is: 'none' }],
  });
});

test("what ClickUp's API cannot do is said, and the rest done", async () => {
  const made = context({
    UpdateFolder: {
      id: '200',
      name: 'Core',
      orderindex: 0,
      override_statuses: false,
      hidden: false,
      space: { id: '100', name: 'E' },
      task_count: '0',
    },
  });
  expect(
    await save({ place: 'Backend', kind: 'folder', name: 'Core', due_date: '2026-12-01', archived: true }, made),
  ).toMatchObject({
    outcome: 'changed',
    applied: ['name: Backend → Core'],
    not_applied: [
      { field: 'archived', why: expect.stringContaining('cannot archive a Folder') },
      { field: 'due_date', why: expect.stringContaining('keeps no such thing of a Folder') },
    ],
  });
});

test('of a List that was made from a template, what failed afterwards is told and not thrown', async () => {
  const made = context({ ...ANSWERS, UpdateList: () => Promise.reject(new AppError('clickup_server_error', 'Down')) });
  expect(
    await save({ place: 'New', kind: 'list', within: 'Backend', template: 'Sprint', description: 'D' }, made),
  ).toMatchObject({
    outcome: 'created',
    id: '998',
    not_applied: [{ field: 'description', is: 'not set', why: 'Down' }],
  });
});

test.each([
  [{ place: 'Nowhere', kind: 'list' }, /^place: There is no List "Nowhere" here\. To create one/],
  [{ place: 'Nowhere', kind: 'list', within: 'Backend', name: 'X' }, /there is no List "Nowhere" to rename/],
  [{ place: 'X', kind: 'space', within: 'Backend' }, /^within: a Space lies in the Workspace itself/],
  [{ place: 'X', kind: 'space', template: 'T' }, /^template: /],
  [{ place: 'X', kind: 'list', within: 'Nowhere' }, /^within: /],
])('%j is refused before anything is sent', async (args, message) => {
  const made = context();
  await expect(save(args, made)).rejects.toThrow(message);
  expect(made.calls).toEqual([]);
});

describe('a Folder that is named by its path or id', () => {
  const lying = (place: { space?: string; parent?: string }) => ({
    GetFolder: {
      id: '200',
      name: 'Backend',
      orderindex: 0,
      override_statuses: false,
      hidden: false,
      space: { id: place.space ?? '100', name: 'E' },
      ...(place.parent && { parent_folder: place.parent }),
      task_count: '0',
      lists: [],
    },
    MoveFolder: {},
  });
  const moving = { place: 'Engineering / Backend', kind: 'folder', within: 'Marketing' };

  test('is moved where it is said to lie', async () => {
    const made = context(lying({ space: '101' }));
    expect(await save(moving, made)).toMatchObject({
      outcome: 'changed',
      path: 'Marketing / Backend',
      applied: ['within: Engineering → Marketing'],
    });
    expect(made.calls.map(({ operation, body }) => [operation, body])).toEqual([
      ['MoveFolder', { space_id: '101' }],
      ['GetFolder', undefined],
    ]);
  });

  test('and stays where ClickUp ignores that, which is said', async () =>
    expect(await save(moving, context(lying({})))).toMatchObject({
      outcome: 'unchanged',
      path: 'Engineering / Backend',
      not_applied: [{ field: 'within', wanted: 'Marketing', is: 'Engineering' }],
    }));

  test('is not sent anywhere when it lies there', async () => {
    const made = context({});
    expect(await save({ ...moving, within: 'Engineering' }, made)).toMatchObject({ outcome: 'unchanged' });
    expect(made.calls).toEqual([]);
  });

  test('when it cannot be renamed behind the move, the move is said', async () => {
    const failing = {
      ...lying({ space: '101' }),
      UpdateFolder: () => Promise.reject(new AppError('clickup_forbidden')),
    };
    expect(await save({ ...moving, name: 'Core' }, context(failing))).toMatchObject({
      path: 'Marketing / Backend',
      applied: ['within: Engineering → Marketing'],
      not_applied: [{ field: 'name', wanted: 'Core', is: 'Backend' }],
    });
  });
});

test('a List cannot be moved, and that is said', async () => {
  const made = context();
  expect(
    await save({ place: 'Engineering / Backend / Sprint 42', kind: 'list', within: 'Marketing' }, made),
  ).toMatchObject({
    outcome: 'unchanged',
    not_applied: [{ field: 'within', why: expect.stringContaining('cannot move a List') }],
  });
  expect(made.calls).toEqual([]);
});

example(savePlace, { place: 'Sprint 42', kind: 'list', name: 'Sprint 44', description: 'x', due_date: '2026-12-01' });
