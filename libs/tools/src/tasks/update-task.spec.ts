import { applied, type Call, dayMs, fakeContext, input, task, userOf, PEOPLE } from '../../../../test/support/tool-context.js';
import { updateTask } from './update-task.js';

const before = task({ id: '86abc1', assignees: [userOf(PEOPLE[2]!)], due_date: String(dayMs('2026-12-01')) });
const update = (args: Record<string, unknown>, answer: (call: Call) => object = (call) => applied(call, before), tagged = before) => {
  const context = fakeContext({ UpdateTask: answer, GetTask: tagged, AddTagToTask: {}, RemoveTagFromTask: {} });
  return { context, result: updateTask.handler(input(updateTask, { task_id: '86abc1', ...args }), context) };
};

test('sends the given fields only, in one request, and shows the task as it now is', async () => {
  const { context, result } = update({ status: 'In Progress', priority: 'high', add_assignees: ['Sarah'], remove_assignees: ['David Kim'] });
  expect(await result).toMatchObject({ id: '86abc1', status: 'in progress', priority: 'high', assignees: 'Sarah Lee', due: '2026-12-01', not_applied: undefined });
  expect(context.calls).toEqual([{ operation: 'UpdateTask', path: { task_id: '86abc1' }, query: {}, body: { status: 'In Progress', priority: 2, assignees: { add: [2], rem: [3] } } }]);
});

test('a custom id goes along with the Workspace', async () => {
  const { context, result } = update({ task_id: 'ENG-123', name: 'New' });
  await result;
  expect(context.calls[0]).toMatchObject({ path: { task_id: 'ENG-123' }, query: { custom_task_ids: true, team_id: '9' } });
});

test('values can be taken away', async () => {
  const { context, result } = update({ description: '', priority: 'none', due_date: 'none' });
  expect(await result).toMatchObject({ due: undefined, priority: undefined, not_applied: undefined });
  expect(context.calls[0]?.body).toEqual({ markdown_content: ' ', priority: null, due_date: null });
});

test('tags are requests of their own, and then the task is read', async () => {
  const { context, result } = update({ add_tags: ['bug'], remove_tags: ['old'] }, undefined, { ...before, tags: [{ name: 'bug' }, { name: 'old' }] });
  expect((await result).not_applied).toEqual([{ field: 'tags', wanted: 'not old', got: 'bug, old' }]);
  expect(context.calls.map(({ operation }) => operation)).toEqual(['AddTagToTask', 'RemoveTagFromTask', 'GetTask']);
});

test('what ClickUp ignored is told', async () => {
  const { result } = update({ name: 'New', status: 'done', due_date: '2026-12-24', add_assignees: ['Sarah'], remove_assignees: ['David'] }, () => before);
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
