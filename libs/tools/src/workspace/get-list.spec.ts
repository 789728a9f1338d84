import { AppError } from '#libs/core';
import { dayMs, fakeContext, input, NOW, task } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { getList } from './get-list.js';

const GetList = {
  id: '301',
  name: 'Sprint 42',
  orderindex: 0,
  content: 'Goals',
  task_count: '9',
  due_date: String(Date.parse('2026-12-01T03:00:00Z')),
  priority: { priority: 'high', color: '#f50000' },
  status: { status: 'red', color: '#e50000' },
  folder: { id: '200', name: 'Backend', hidden: false },
  space: { id: '100', name: 'Engineering' },
};
/** One was due yesterday, one is due today, one an hour ago. */
const TASKS = [dayMs('2026-11-20'), dayMs('2026-11-21'), NOW - 3_600_000].map((due, index) =>
  task({ id: `t${index}`, due_date: String(due), parent: index ? null : 'p' }),
);
/** ClickUp counts it among the open ones. */
const DONE = task({ id: 'd', status: { status: 'fixed', color: '#fff', orderindex: 2, type: 'done' } });
const get = async (args: Record<string, unknown>) => {
  const context = fakeContext({ GetList, GetFilteredTeamTasks: { tasks: [...TASKS, DONE] } });
  return { context, found: await getList.handler(input(getList, args), context) };
};
const STATUSES = ['to do (open)', 'in progress (custom)', 'complete (closed)'];

test('what the directory knows costs no request', async () => {
  const { context, found } = await get({ list_id: 'Engineering / Backend / Sprint 42' });
  expect(found).toEqual({
    id: '301',
    kind: 'list',
    path: 'Engineering / Backend / Sprint 42',
    url: 'https://app.clickup.com/9/v/li/301',
    task_count: 7,
    counts: 'open: 7 (as ClickUp counts: without subtasks)',
    statuses: STATUSES,
  });
  expect(context.calls).toEqual([]);
});

test('a Folder or Space shows what lies in it, and counts that together', async () => {
  expect((await get({ list_id: 'Backend' })).found).toMatchObject({
    kind: 'folder',
    counts: expect.stringMatching(/^open: 14 /),
    inside: ['301 Sprint 42', '302 Backlog'],
  });
  expect((await get({ list_id: 'Engineering' })).found).toMatchObject({
    kind: 'space',
    counts: expect.stringMatching(/^open: 21 /),
    inside: ['300 Inbox', '# 200 Backend', '301 Sprint 42', '302 Backlog'],
  });
});

test('what ClickUp counts as open is told with what it leaves out and what it keeps', async () => {
  expect((await get({ list_id: 'Sprint 42' })).found.counts).toBe('open: 7 (as ClickUp counts: without subtasks)');
  expect((await get({ list_id: 'Backend' })).found.counts).toBe(
    'open: 14 (as ClickUp counts: without subtasks, with what is done and not closed)',
  );
});

test.each([{ include: ['details'] }, { details: true }])('details are read afresh: %j', async (args) => {
  const { context, found } = await get({ list_id: '301', ...args });
  expect(found).toMatchObject({
    task_count: 9,
    // What is due today without a time of day is not overdue yet.
    counts: 'open: 3 (1 of them subtasks), overdue: 2, to do: 3',
    statuses: STATUSES,
    description: 'Goals',
    due: '2026-12-01',
    priority: { name: 'high', color: '#f50000' },
    color: '#e50000',
  });
  expect(context.calls.map(({ operation }) => operation)).toEqual(['GetFilteredTeamTasks', 'GetList']);
});

test('what is no place is refused, by the name of the argument', async () =>
  expect(get({ list_id: 'Nowhere' })).rejects.toThrow(/^list_id: /));

test('a failure that is none of the name is not taken for one', async () => {
  const context = fakeContext();
  context.directory = { ...context.directory, place: () => Promise.reject(new AppError('clickup_server_error')) };
  await expect(getList.handler(input(getList, { list_id: 'x' }), context)).rejects.toMatchObject({
    code: 'clickup_server_error',
  });
});

example(getList, { list_id: '301', include: ['details'] });
