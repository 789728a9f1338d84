import { AppError } from '#libs/core';
import { type Call, type FakeContext, fakeContext, input } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { saveView } from './save-view.js';

const VIEW = {
  id: 'v1',
  name: 'Bugs',
  type: 'list',
  parent: { id: '200', type: 5 },
  grouping: { field: 'none', dir: 1, collapsed: [], ignore: false },
  divide: { field: null, dir: null, collapsed: [] },
  sorting: { fields: [] },
  filters: {
    op: 'AND',
    fields: [{ field: 'priority', op: 'ANY', values: [1] }],
    search: '',
    show_closed: false,
    groups: [[0]],
  },
  columns: { fields: [{ field: 'cf_1' }] },
  team_sidebar: { assignees: [], assigned_comments: false, unassigned_tasks: false },
  settings: {
    show_task_locations: true,
    show_subtasks: 3,
    show_subtask_parent_names: false,
    show_closed_subtasks: false,
    show_assignees: true,
    show_images: true,
    collapse_empty_columns: null,
    me_comments: true,
    me_subtasks: true,
    me_checklists: true,
  },
};
const stored = ({ body }: Call) => ({ view: { ...VIEW, ...body } });
function context(answers: object = {}): FakeContext {
  const made = fakeContext({
    GetView: { view: VIEW },
    UpdateView: stored,
    CreateFolderView: stored,
    CreateTeamView: stored,
    ...answers,
  });
  made.directory = {
    ...made.directory,
    object: (_, ref) =>
      ref === 'Bugs'
        ? Promise.resolve({ kind: 'view', id: 'v1', name: 'Bugs' })
        : Promise.reject(new AppError('invalid_parameters', 'There is no view')),
  };
  return made;
}
const save = (args: Record<string, unknown>, made = context()) => saveView.handler(input(saveView, args), made);

test('a new view is whole, with the filters that were asked for', async () => {
  const made = context();
  const args = { view: 'Blocked', within: 'Backend', type: 'board', statuses: ['In Progress'], assignees: ['me'] };
  expect(await save(args, made)).toEqual({
    outcome: 'created',
    view: 'Blocked',
    view_id: 'v1',
    where: 'Engineering / Backend',
  });
  expect(made.calls.at(-1)).toMatchObject({
    operation: 'CreateFolderView',
    body: {
      type: 'board',
      filters: {
        fields: [
          { field: 'status', op: 'ANY', values: ['In Progress'] },
          { field: 'assignee', op: 'ANY', values: [1] },
        ],
      },
    },
  });
});

test('of a view that is changed, everything else goes back as it was', async () => {
  const made = context();
  expect(await save({ view: 'Bugs', group_by: 'status', tags: ['bug'] }, made)).toMatchObject({
    outcome: 'changed',
    applied: [
      'group_by: none → status',
      expect.stringMatching(/^filters: priority ANY \[1\] → .*; tag ANY \["bug"\]$/),
    ],
  });
  const { id: _, ...rest } = VIEW;
  expect(made.calls.at(-1)!.body).toEqual({
    ...rest,
    grouping: { ...VIEW.grouping, field: 'status' },
    filters: { ...VIEW.filters, fields: [...VIEW.filters.fields, { field: 'tag', op: 'ANY', values: ['bug'] }] },
  });
});

test('nothing asked is nothing sent', async () => {
  const made = context();
  expect(await save({ view: 'Bugs' }, made)).toMatchObject({ outcome: 'unchanged' });
  expect(made.calls.map(({ operation }) => operation)).toEqual(['GetView']);
});

test('what ClickUp ignored is not applied', async () =>
  expect(await save({ view: 'Bugs', show_closed: true }, context({ UpdateView: { view: VIEW } }))).toMatchObject({
    outcome: 'unchanged',
    not_applied: [{ field: 'show_closed', wanted: 'true', is: 'false' }],
  }));

test.each([
  [{ view: 'New', within: 'Backend', statuses: ['blckd'] }, /^statuses: .* has no status "blckd"\. It has to do/],
  [{ view: 'New', name: 'Newer' }, /^view: There is no view/],
  [{ view: 'Bugs', type: 'board' }, /^type: this view is a list/],
  [{ view: 'New', assignees: ['Nobody'] }, /^assignees: /],
])('%j is refused before anything is changed', async (args, message) => {
  const made = context();
  await expect(save(args, made)).rejects.toThrow(message);
  expect(made.calls.filter(({ operation }) => operation !== 'GetView')).toEqual([]);
});

example(saveView, { view: 'Blocked', statuses: ['blocked'] });
