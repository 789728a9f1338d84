import {
  applied,
  type Call,
  dayMs,
  fakeContext,
  input,
  task,
  userOf,
  PEOPLE,
} from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { AppError } from '#libs/core';
import { renderText } from '../answers/render.js';
import { updateTask } from './update-task.js';

const before = task({ id: '86abc1', assignees: [userOf(PEOPLE[2]!)], due_date: String(dayMs('2026-12-01')) });
const update = (
  args: Record<string, unknown>,
  answer: (call: Call) => object = (call) => applied(call, before),
  tagged = before,
) => {
  const context = fakeContext({ UpdateTask: answer, GetTask: tagged, AddTagToTask: {}, RemoveTagFromTask: {} });
  return { context, result: updateTask.handler(input(updateTask, { task_id: '86abc1', ...args }), context) };
};

test('sends the given fields only, in one request, and shows the task as it now is', async () => {
  const { context, result } = update({
    status: 'In Progress',
    priority: 'high',
    add_assignees: ['Sarah'],
    remove_assignees: ['David Kim'],
  });
  expect(await result).toMatchObject({
    id: '86abc1',
    status: 'in progress',
    priority: 'high',
    assignees: 'Sarah Lee',
    due: '2026-12-01',
    not_applied: undefined,
  });
  expect(context.calls).toEqual([
    {
      operation: 'UpdateTask',
      path: { task_id: '86abc1' },
      query: {},
      body: { status: 'In Progress', priority: 2, assignees: { add: [2], rem: [3] } },
    },
  ]);
});

test('a custom id goes along with the Workspace', async () => {
  const { context, result } = update({ task_id: 'ENG-123', name: 'New' });
  await result;
  expect(context.calls[0]).toMatchObject({
    path: { task_id: 'ENG-123' },
    query: { custom_task_ids: true, team_id: '9' },
  });
});

test('values can be taken away', async () => {
  const { context, result } = update({ description: '', priority: 'none', due_date: 'none' });
  expect(await result).toMatchObject({ due: undefined, priority: undefined, not_applied: undefined });
  expect(context.calls[0]?.body).toEqual({ markdown_content: ' ', priority: null, due_date: null });
});

test('tags are requests of their own, and then the task is read', async () => {
  const { context, result } = update({ add_tags: ['bug'], remove_tags: ['old'] }, undefined, {
    ...before,
    tags: [{ name: 'bug' }, { name: 'old' }],
  });
  expect((await result).not_applied).toEqual([{ field: 'tags', wanted: 'not old', got: 'bug, old' }]);
  expect(context.calls.map(({ operation }) => operation)).toEqual(['AddTagToTask', 'RemoveTagFromTask', 'GetTask']);
});

test('what ClickUp ignored is told', async () => {
  const { result } = update(
    { name: 'New', status: 'done', due_date: '2026-12-24', add_assignees: ['Sarah'], remove_assignees: ['David'] },
    () => before,
  );
  expect((await result).not_applied).toEqual([
    { field: 'name', wanted: 'New', got: 'Fix the memory leak' },
    { field: 'status', wanted: 'done', got: 'to do' },
    { field: 'due_date', wanted: '2026-12-24', got: '2026-12-01' },
    { field: 'assignees', wanted: '2, not 3', got: 'David Kim' },
  ]);
});

test('nothing to change is a mistake', async () => {
  const { context, result } = update({});
  await expect(result).rejects.toMatchObject({ code: 'invalid_parameters' });
  expect(context.calls).toEqual([]);
});

const forbidden = () => {
  throw new AppError('clickup_forbidden');
};
const halfway = (args: Record<string, unknown>, answers: Parameters<typeof fakeContext>[0]) => {
  const context = fakeContext({
    UpdateTask: (call) => applied(call, before),
    GetTask: before,
    AddTagToTask: {},
    RemoveTagFromTask: {},
    ...answers,
  });
  return { context, result: updateTask.handler(input(updateTask, { task_id: '86abc1', ...args }), context) };
};

test('a tag that fails after the fields were changed does not hide that they were', async () => {
  const { context, result } = halfway(
    { name: 'New', add_tags: ['bug', 'ui'], remove_tags: ['old'] },
    {
      AddTagToTask: ({ path }) => (path?.tag_name === 'ui' ? forbidden() : {}),
      GetTask: { ...before, name: 'New', tags: [{ name: 'bug' }, { name: 'old' }] },
    },
  );
  const answer = await result;
  expect(answer).toMatchObject({
    name: 'New',
    tags: ['bug', 'old'],
    not_applied: [
      { field: 'tags', wanted: 'ui, not old', got: 'bug, old (stopped there: No permission to access resource)' },
    ],
  });
  expect(renderText(updateTask, answer)).toMatch(/^Task updated, but not in everything/);
  expect(context.calls.map(({ operation }) => operation)).toEqual([
    'UpdateTask',
    'AddTagToTask',
    'AddTagToTask',
    'GetTask',
  ]);
});

test('what could not be read afterwards is told from what was answered', async () => {
  const { result } = halfway(
    { name: 'New', add_tags: ['bug'], remove_tags: ['old'] },
    {
      UpdateTask: (call) => applied(call, { ...before, tags: [{ name: 'old' }] }),
      RemoveTagFromTask: forbidden,
      GetTask: forbidden,
    },
  );
  expect(await result).toMatchObject({
    name: 'New',
    tags: ['old', 'bug'],
    not_applied: [
      { field: 'tags', wanted: 'not old', got: 'old, bug (stopped there: No permission to access resource)' },
    ],
  });
});

test('with nothing to show, the error says what was done', async () => {
  const { result } = halfway(
    { add_tags: ['bug', 'ui'] },
    { AddTagToTask: ({ path }) => (path?.tag_name === 'ui' ? forbidden() : {}), GetTask: forbidden },
  );
  await expect(result).rejects.toMatchObject({
    code: 'unknown_outcome',
    message:
      'Done: tag "bug" added. Not done: tag "ui" added. The task could not be read afterwards. No permission to access resource',
  });
});

test('a first tag that fails is a failure: nothing was changed', async () => {
  const { context, result } = halfway({ add_tags: ['bug', 'ui'] }, { AddTagToTask: forbidden });
  await expect(result).rejects.toMatchObject({ code: 'clickup_forbidden' });
  expect(context.calls.map(({ operation }) => operation)).toEqual(['AddTagToTask']);
});

test('a tag that was added after all, although ClickUp did not say so, is no difference', async () => {
  const { result } = halfway(
    { add_tags: ['bug'] },
    {
      AddTagToTask: () => {
        throw new AppError('unknown_outcome');
      },
      GetTask: { ...before, tags: [{ name: 'bug' }] },
    },
  );
  expect(await result).toMatchObject({ tags: ['bug'], not_applied: undefined });
});

example(updateTask, { task_id: '86abc1', name: 'New', due_date: 'none', add_tags: ['x'] });
