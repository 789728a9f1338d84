import { type Task } from '#libs/clickup';
import { AppError } from '#libs/core';
import {
  type Call,
  dayMs,
  fakeContext,
  input,
  PEOPLE,
  priorityOf,
  task,
  userOf,
} from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { renderText } from '../answers/render.js';
import { copyTask } from './copy-task.js';

const field = (id: string, name: string, type: string, value?: unknown, type_config = {}) => ({
  id,
  name,
  type,
  type_config,
  date_created: '1',
  hide_from_guests: false,
  ...(value !== undefined && { value }),
});
const severity = {
  options: [
    { id: 'o1', name: 'Minor', orderindex: 0 },
    { id: 'o2', name: 'Major', orderindex: 1 },
  ],
};
const original = task({
  id: 'o',
  custom_id: 'ENG-1',
  name: 'Ship it',
  status: { status: 'in progress', color: '#fff', orderindex: 1, type: 'custom' },
  markdown_description: '**Now**',
  priority: priorityOf(2),
  tags: [{ name: 'bug' }],
  time_estimate: '7200000',
  assignees: [userOf(PEOPLE[1]!)],
  due_date: String(dayMs('2026-12-01')),
  custom_fields: [
    field('f1', 'Severity', 'drop_down', 1, severity),
    field('f2', 'Sum', 'formula', '3'),
    field('f3', 'Empty', 'text'),
    field('f4', 'Price', 'currency', '12.5'),
  ],
  checklists: [
    {
      id: 'c',
      task_id: 'o',
      name: 'Steps',
      orderindex: 0,
      resolved: 1,
      unresolved: 1,
      items: [
        { id: 'i', name: 'One', resolved: true },
        { id: 'j', name: 'Below', resolved: false, parent: 'i' },
      ],
    },
  ],
  subtasks: [task({ id: 's1', name: 'First', parent: 'o' }), task({ id: 's2', name: 'Below first', parent: 's1' })],
  attachments: [{ id: 'a', title: 'a.png', extension: 'png', url: 'https://x/a.png' }],
  time_spent: 1,
});
const comment = (id: string) => ({
  id,
  comment: [{ text: 'See ' }, { type: 'tag', text: '@Sarah', user: { id: 2, username: 'Sarah Lee' } }, { text: '!' }],
  comment_text: 'See @Sarah!',
  user: userOf(PEOPLE[0]!),
  reactions: [],
  date: String(Date.parse('2026-11-20T10:00:00Z')),
  reply_count: '2',
});

type Answers = Parameters<typeof fakeContext>[0];
/** A ClickUp that makes what it is told to, but for `change`. */
function clickup(change: (made: Task) => Partial<Task> = () => ({}), more: Answers = {}) {
  let count = 0;
  const items: { id: string; name: string; resolved: boolean }[] = [];
  const list = () => ({ checklist: { ...original.checklists![0]!, id: 'n', items: [...items] } });
  return fakeContext({
    GetTask: original,
    CreateTask({ body = {} }: Call) {
      const { name, status, markdown_content, priority, tags, time_estimate, due_date, assignees, custom_fields } =
        body as {
          name: string;
          status?: string;
          markdown_content?: string;
          priority?: 1 | 2 | 3 | 4;
          tags?: string[];
          time_estimate?: number;
          due_date?: number;
          assignees?: number[];
          custom_fields?: { id: string; value: unknown }[];
        };
      const made = task({
        id: `n${++count}`,
        name,
        ...(status && { status: { ...original.status, status } }),
        text_content: markdown_content,
        priority: priority ? priorityOf(priority) : null,
        tags: (tags ?? []).map((tag) => ({ name: tag })),
        time_estimate,
        due_date: due_date ? String(due_date) : null,
        assignees: PEOPLE.filter(({ id }) => (assignees ?? []).includes(id)).map(userOf),
        custom_fields: (custom_fields ?? []).map(({ id, value }) => ({
          ...original.custom_fields!.find((each) => each.id === id)!,
          value,
        })),
      });
      return { ...made, ...change(made) };
    },
    CreateChecklist: () => list(),
    CreateChecklistItem({ body }: Call) {
      items.push({ id: `x${items.length}`, name: String(body?.name), resolved: false });
      return list();
    },
    EditChecklistItem: () => list(),
    GetTaskComments: { comments: [comment('1')] },
    CreateTaskComment: { id: '9', hist_id: '9', date: 1 },
    ...more,
  });
}
const run = async (args: Record<string, unknown> = {}, context = clickup()) => {
  const output = await copyTask.handler(input(copyTask, { task_id: 'ENG-1', ...args }), context);
  return { output, text: renderText(copyTask, output), calls: context.calls };
};
const sent = (calls: readonly Call[], operation: string) => calls.filter((call) => call.operation === operation);
const ALL = ['subtasks', 'checklists', 'fields', 'assignees', 'dates', 'comments'];

test('alone it is one read and one creation, and the answer names what was not asked for', async () => {
  const { output, text, calls } = await run();
  expect(calls.map(({ operation }) => operation)).toEqual(['GetTask', 'CreateTask']);
  expect(calls[1]).toMatchObject({
    path: { list_id: '301' },
    body: {
      name: 'Ship it (copy)',
      markdown_content: '**Now**',
      status: 'in progress',
      priority: 2,
      tags: ['bug'],
      time_estimate: 7_200_000,
    },
  });
  expect(calls[1]!.body).not.toHaveProperty('assignees');
  expect(output.copied).toEqual(['description', 'status in progress', 'priority high', 'tags bug', 'estimate 2h']);
  expect(output.not_copied).toEqual([
    'subtasks (2), checklists (1), fields (3), assignees (Sarah Lee), dates, comments, if there are any: not asked for in include',
    "files (1): ClickUp's API cannot copy them",
    'tracked time: it stays with the original',
  ]);
  expect(text).toMatch(/^Copied as n1 "Ship it \(copy\)"/);
});

test('everything that can be asked for', async () => {
  const { output, calls } = await run({ include: ALL, name: 'Again' });
  const [main, first, below] = sent(calls, 'CreateTask').map(({ body }) => body!);
  expect(main).toMatchObject({
    assignees: [2],
    due_date: dayMs('2026-12-01'),
    due_date_time: false,
    custom_fields: [
      { id: 'f1', value: 'o2' },
      { id: 'f4', value: 12.5 },
    ],
  });
  expect([first, below]).toMatchObject([
    { name: 'First', parent: 'n1' },
    { name: 'Below first', parent: 'n2' },
  ]);
  expect(sent(calls, 'EditChecklistItem').map(({ path, body }) => [path?.checklist_item_id, body])).toEqual([
    ['x0', { resolved: true }],
    ['x1', { parent: 'x0' }],
  ]);
  expect(output.copied).toEqual(
    expect.arrayContaining([
      'due 2026-12-01',
      'assignees Sarah Lee',
      'field Severity = Major',
      'field Price = 12.5',
      'checklists (1)',
      'subtasks (2)',
      'comments (1)',
    ]),
  );
  expect(output.not_copied).toEqual([
    "field Sum: ClickUp's API cannot set fields of the type formula",
    '2 replies to comments: only the comments themselves are copied',
    "files (1): ClickUp's API cannot copy them",
    'tracked time: it stays with the original',
  ]);
});

test('a copied comment says who wrote it, and notifies nobody a second time', async () => {
  const { calls } = await run({ include: ['comments'] });
  const [{ body }] = sent(calls, 'CreateTaskComment') as [Call];
  expect(body).toEqual({
    comment_text: 'Ada Lovelace, 2026-11-20T11:00+01:00:\nSee @Sarah!',
    comment: [
      { text: 'Ada Lovelace, 2026-11-20T11:00+01:00:\n', attributes: { bold: true } },
      { text: 'See ' },
      { text: '@Sarah Lee' },
      { text: '!' },
    ],
    notify_all: false,
  });
});

test('what ClickUp ignores is not said to be copied', async () => {
  const deaf = clickup(() => ({ assignees: [], tags: [], priority: null, custom_fields: [] }));
  const { output } = await run({ include: ['assignees', 'fields'] }, deaf);
  expect(output.copied).toEqual(['description', 'status in progress', 'estimate 2h']);
  expect(output.not_copied?.slice(0, 6)).toEqual([
    expect.stringMatching(/^field Sum/),
    'priority high: ClickUp made it none',
    'tags bug: ClickUp did not take them',
    expect.stringMatching(/^assignees Sarah Lee: .*no access/),
    'field Severity = Major: ClickUp made it none',
    'field Price = 12.5: ClickUp made it none',
  ]);
});

test('in another List, a status and fields that it does not have are told, and not sent', async () => {
  const context = clickup();
  const directory = {
    ...context.directory,
    statuses: () => Promise.resolve([{ name: 'to do', type: 'open' }]),
    fields: () => Promise.resolve([field('f4', 'Price', 'currency')]),
  };
  const { output, calls } = await run({ list_id: 'Backlog', include: ['fields'] }, { ...context, directory });
  const [{ path, body }] = sent(calls, 'CreateTask') as [Call];
  expect(path).toEqual({ list_id: '302' });
  expect(body).not.toHaveProperty('status');
  expect(body?.custom_fields).toEqual([{ id: 'f4', value: 12.5 }]);
  expect(output.not_copied).toEqual(
    expect.arrayContaining([
      'status in progress: Engineering / Backend / Backlog has no such status',
      'field Severity: Engineering / Backend / Backlog has no such field',
    ]),
  );
});

test('when the second creation fails, the copy is there and the answer says what is missing', async () => {
  let count = 0;
  const context = clickup();
  const call = context.clickup.call;
  const failing = (async (operation: { id: string }, args: never) => {
    if (operation.id === 'CreateTask' && ++count === 2) throw new AppError('unknown_outcome');
    return call(operation as never, args);
  }) as unknown as typeof call;
  const clumsy = { ...context, clickup: { ...context.clickup, call: failing } };
  const { output } = await run({ include: ['subtasks'] }, clumsy);
  expect(output.copied).not.toContainEqual(expect.stringMatching(/^subtasks/));
  expect(output.not_copied?.slice(0, 2)).toEqual([
    expect.stringMatching(/^subtask "First": unknown: /),
    'subtask "Below first": the subtask above it was not copied',
  ]);
});

test('when the copy itself is refused, the call fails', async () => {
  const refused = clickup(undefined, { CreateTask: () => Promise.reject(new AppError('clickup_api_error')) });
  await expect(run({}, refused)).rejects.toMatchObject({ code: 'clickup_api_error' });
});

example(copyTask, {
  task_id: '86abc1',
  include: ['subtasks', 'checklists', 'fields', 'assignees', 'dates', 'comments'],
});
