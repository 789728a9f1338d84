import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { dayMs, fakeContext, input, PEOPLE, priorityOf, task, userOf } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { present } from '../answers/render.js';
import { getTask } from './get-task.js';

const full = task({
  id: '86c4k2x9q',
  custom_id: 'ENG-123',
  name: 'Fix the memory leak in the ingestion worker',
  priority: priorityOf(2),
  assignees: [userOf(PEOPLE[1]!), userOf(PEOPLE[2]!)],
  due_date: String(dayMs('2026-12-01')),
  start_date: String(Date.parse('2026-11-20T08:30:00Z')),
  tags: [{ name: 'bug' }, { name: 'backend' }],
  time_estimate: '7200000',
  time_spent: 5_400_000,
  markdown_description: 'The worker **grows** by 40 MB per hour under load and is killed by the orchestrator. '.repeat(
    20,
  ),
  checklists: [
    {
      id: 'c',
      task_id: '86c4k2x9q',
      name: 'Steps',
      orderindex: 0,
      resolved: 1,
      unresolved: 1,
      items: [
        { id: 'i', name: 'Profile', resolved: true },
        { id: 'j', name: 'Patch', resolved: false },
      ],
    },
  ],
  subtasks: [task({ id: 'sub1', name: 'Heap dump' })],
  dependencies: [
    { task_id: '86c4k2x9q', depends_on: 'dep1', type: 1, date_created: '1', userid: '1', workspace_id: '9' },
    { task_id: 'dep2', depends_on: '86c4k2x9q', type: 1, date_created: '1', userid: '1', workspace_id: '9' },
  ],
  custom_fields: [
    {
      id: 'f1',
      name: 'Severity',
      type: 'drop_down',
      type_config: {
        options: [
          { id: 'o1', name: 'Minor', orderindex: 0 },
          { id: 'o2', name: 'Major', orderindex: 1 },
        ],
      },
      date_created: '1',
      hide_from_guests: false,
      value: 1,
    },
    { id: 'f2', name: 'Empty', type: 'text', type_config: {}, date_created: '1', hide_from_guests: false },
    {
      id: 'f3',
      name: 'Areas',
      type: 'labels',
      type_config: { options: [{ id: 'l1', label: 'API' }] },
      date_created: '1',
      hide_from_guests: false,
      value: ['l1'],
    },
  ],
});
const comment = {
  id: '7',
  comment: [{ text: 'done', attributes: { bold: true } }],
  comment_text: 'done',
  user: userOf(PEOPLE[0]!),
  reactions: [],
  date: String(Date.parse('2026-11-20T10:00:00Z')),
};
const get = async (args: Record<string, unknown>) => {
  const context = fakeContext({ GetTask: full, GetTaskComments: { comments: [comment] } });
  return { context, found: await getTask.handler(input(getTask, args), context) };
};

test('"open task ENG-123" is one request and at most 250 tokens', async () => {
  const { context, found } = await get({ task_id: 'ENG-123' });
  expect(context.calls).toEqual([
    {
      operation: 'GetTask',
      path: { task_id: 'ENG-123' },
      query: { custom_task_ids: true, team_id: '9', include_markdown_description: true },
    },
  ]);
  const { structured, text } = present(getTask, found);
  expect(Math.max(countTokens(JSON.stringify(structured)), countTokens(text))).toBeLessThanOrEqual(250);
  expect(found).toMatchObject({
    priority: 'high',
    assignees: 'Sarah Lee, David Kim',
    due: '2026-12-01',
    start: '2026-11-20T09:30+01:00',
    list: 'Backend / Sprint 42',
    estimate: '2h',
    tracked: '1h 30m',
  });
  expect(found.description).toMatch(/… \(\d+ more characters: include description\)$/);
});

test('parts come when asked for; comments cost one more request', async () => {
  const { context, found } = await get({ task_id: '86c4k2x9q', include: ['all'] });
  expect(context.calls.map(({ operation }) => operation).sort()).toEqual(['GetTask', 'GetTaskComments']);
  expect(context.calls.find(({ operation }) => operation === 'GetTask')?.query).toEqual({
    include_markdown_description: true,
    include_subtasks: true,
  });
  expect(found).toMatchObject({
    description: full.markdown_description?.trim(),
    subtasks: { columns: ['id', 'name', 'status', 'list'], rows: [['sub1', 'Heap dump', 'to do', 'Sprint 42']] },
    checklists: [{ name: 'Steps', items: ['[x] Profile', '[ ] Patch'] }],
    custom_fields: { Severity: 'Major', Areas: 'API' },
    waiting_on: ['dep1'],
    blocking: ['dep2'],
    comments: { rows: [['7', '2026-11-20T11:00+01:00', 'Ada Lovelace', '**done**']] },
  });
});

test('parts that are not asked for are not there', async () => {
  expect((await get({ task_id: '86c4k2x9q', include: ['checklists'] })).found).not.toHaveProperty('custom_fields');
});

test('a full page of comments says that there may be older ones', async () => {
  const page = (count: number) => ({
    comments: Array.from({ length: count }, (_, id) => ({ ...comment, id: String(id) })),
  });
  const found = async (count: number) =>
    getTask.handler(
      input(getTask, { task_id: '86c4k2x9q', include: ['comments'] }),
      fakeContext({ GetTask: full, GetTaskComments: page(count) }),
    );
  const full25 = await found(25);
  expect(full25).toMatchObject({
    older_comments: 'The newest 25 are shown: list_comments shows older ones, if there are any.',
  });
  expect(present(getTask, full25).text).toMatch(/^Older comments: The newest 25 are shown/m);
  expect(await found(24)).not.toHaveProperty('older_comments');
});

test('Custom Fields of one name are told apart', async () => {
  const field = (id: string, name: string, value: unknown) => ({
    id,
    name,
    type: 'text',
    type_config: {},
    date_created: '1',
    hide_from_guests: false,
    value,
  });
  const twice = {
    ...full,
    custom_fields: [
      field('f1', 'Budget', 'one'),
      field('f2', 'Budget', 'two'),
      field('f3', 'Budget', null),
      field('f4', 'Owner', 'Ada'),
    ],
  };
  const found = await getTask.handler(
    input(getTask, { task_id: '86c4k2x9q', include: ['custom_fields'] }),
    fakeContext({ GetTask: twice }),
  );
  expect(found.custom_fields).toEqual({ 'Budget (f1)': 'one', 'Budget (f2)': 'two', Owner: 'Ada' });
});

example(getTask, { task_id: '86abc1', include: ['all'] });
