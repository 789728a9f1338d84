import { applied, type Call, dayMs, fakeContext, input, task } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { renderText } from '../answers/render.js';
import { createTask } from './create-task.js';

const create = (
  args: Record<string, unknown>,
  answer: (call: Call) => object = (call) => applied(call, task({ id: 'abc123xyz' })),
) => {
  const context = fakeContext({ CreateTask: answer, GetTask: task({ id: 'parent1' }) });
  return { context, result: createTask.handler(input(createTask, args), context) };
};

test('the call of the API reference works word for word, in one request', async () => {
  const { context, result } = create({
    list_id: '90144360426',
    name: 'Implement OAuth authentication',
    description: 'Add OAuth 2.0 + PKCE flow',
    priority: 1,
    due_date: '2025-02-15',
  });
  expect(renderText(createTask, await result)).toBe(
    '✅ Task created successfully\n\nID: abc123xyz\nName: Implement OAuth authentication\nStatus: to do\nPriority: urgent\nDue: 2025-02-15 (Sat)\nURL: https://app.clickup.com/t/abc123xyz\nList: Backend / Sprint 42',
  );
  expect(context.calls).toEqual([
    {
      operation: 'CreateTask',
      path: { list_id: '90144360426' },
      body: {
        name: 'Implement OAuth authentication',
        markdown_content: 'Add OAuth 2.0 + PKCE flow',
        priority: 1,
        due_date: dayMs('2025-02-15'),
        due_date_time: false,
      },
    },
  ]);
});

test('names become ids, words become dates, a parent by custom id becomes the canonical one', async () => {
  const { context, result } = create({
    list_id: 'Engineering / Backend / Backlog',
    name: 'x',
    priority: 'low',
    due_date: 'tomorrow 3pm',
    assignees: ['me', 'Sarah Lee', 'me'],
    tags: ['Bug'],
    parent: 'ENG-7',
  });
  expect((await result).not_applied).toBeUndefined();
  expect(context.calls.map(({ operation }) => operation)).toEqual(['GetTask', 'CreateTask']);
  expect(context.calls[1]).toMatchObject({
    path: { list_id: '302' },
    body: {
      priority: 4,
      due_date: Date.parse('2026-11-22T15:00:00+01:00'),
      due_date_time: true,
      assignees: [1, 2],
      tags: ['Bug'],
      parent: 'parent1',
    },
  });
});

test('what ClickUp ignored is told', async () => {
  const { result } = create(
    {
      list_id: '301',
      name: 'x',
      description: 'text',
      priority: 2,
      due_date: '2026-12-01',
      assignees: ['Sarah'],
      tags: ['bug'],
    },
    () => task({ name: 'x' }),
  );
  const { not_applied } = await result;
  expect(not_applied).toEqual([
    { field: 'description', wanted: '"text" (4 characters)', is: 'none' },
    { field: 'priority', wanted: 'high', is: 'none' },
    { field: 'due_date', wanted: '2026-12-01 (Tue)', is: 'none' },
    { field: 'assignees', wanted: 'Sarah Lee', is: 'none' },
    { field: 'tags', wanted: 'bug', is: 'none' },
  ]);
});

test.each([
  [{ list_id: '301', name: 'x', due_date: 'soonish' }, /^due_date: /],
  [{ list_id: 'Nowhere', name: 'x' }, /^list_id: /],
  [{ list_id: '301', name: 'x', assignees: ['Nobody'] }, /^assignees: /],
  [{ list_id: '301', name: 'x', status: 'closed' }, /^status: the List "Sprint 42" has no status "closed"/],
  [{ list_id: '301', name: 'x', estimate: '3' }, /^estimate: /],
  [{ list_id: '301', name: 'x', template: 'None' }, /^template: /],
  [{ list_id: '301', name: 'x', template: 'None', tags: ['a'] }, /^template: the template decides about tags/],
])('a mistake is named and nothing is sent: %j', async (args, message) => {
  const { context, result } = create(args);
  await expect(result).rejects.toThrow(message);
  expect(context.calls).toEqual([]);
});

const WRONG: Record<string, unknown>[] = [
  { name: '' },
  { name: 'x'.repeat(2049) },
  { description: 'x'.repeat(100_001) },
  { assignees: Array(101).fill('me') },
  { priority: 5 },
  { isAdmin: true },
  { constructor: 'x' },
];
test.each(WRONG)('the schema refuses %.60j', (wrong) => {
  expect(createTask.input.safeParse({ list_id: '301', name: 'x', ...wrong }).success).toBe(false);
});

example(createTask, {
  list_id: '301',
  name: 'x',
  priority: 'high',
  due_date: 'tomorrow',
  assignees: ['me'],
  tags: ['a'],
});
