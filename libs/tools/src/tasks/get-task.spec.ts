import { AppError } from '#libs/core';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
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
import { present } from '../answers/render.js';
import { argumentsOf } from '../arguments/refusals.js';
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
  markdown_description: 'The worker **grows** by 40 MB per hour under load and is killed by the orchestrator.',
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
const spent = (by_minute: number, since: string) => ({ by_minute, since: String(Date.parse(since)) });
const ANSWERS = {
  GetTask: ({ path }: Call) =>
    path?.task_id === 'dep1'
      ? task({ id: 'dep1', custom_id: 'ENG-7', name: 'Heap profiler' })
      : path?.task_id === 'dep2'
        ? Promise.reject(new AppError('clickup_not_found'))
        : full,
  GetTaskComments: { comments: [comment] },
  Gettrackedtime: {
    data: [
      {
        user: userOf(PEOPLE[1]!),
        time: 5_400_000,
        intervals: [
          {
            id: 'x',
            start: String(Date.parse('2026-11-20T08:00:00Z')),
            end: '1',
            time: '1',
            source: 'c',
            date_added: '1',
          },
        ],
      },
    ],
  },
  "GetTask'sTimeinStatus": {
    current_status: { status: 'to do', color: '#fff', total_time: spent(120, '2026-11-21T10:00:00Z') },
    status_history: [
      { status: 'to do', color: '#fff', type: 'open', total_time: spent(180, '2026-11-21T10:00:00Z'), orderindex: 0 },
      {
        status: 'in progress',
        color: '#fff',
        type: 'custom',
        total_time: spent(90, '2026-11-20T10:00:00Z'),
        orderindex: 1,
      },
    ],
  },
};
const get = async (args: Record<string, unknown>, answers: Record<string, unknown> = {}) => {
  const context = fakeContext({ ...ANSWERS, ...answers });
  return { context, found: await getTask.handler(input(getTask, argumentsOf(getTask, args)), context) };
};
type Found = Awaited<ReturnType<typeof get>>['found'];
const part = ({ parts = [] }: Found, name: string) => parts.find((each) => each.part === name);
const cost = (found: Found) => {
  const { structured, text } = present(getTask, found);
  return Math.max(countTokens(JSON.stringify(structured)), countTokens(text));
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
  expect(cost(found)).toBeLessThanOrEqual(250);
  expect(found).toMatchObject({
    priority: 'high',
    assignees: 'Sarah Lee, David Kim',
    due: '2026-12-01',
    start: '2026-11-20T09:30+01:00',
    list: 'Backend / Sprint 42',
    estimate: '2h',
    tracked: '1h 30m',
    creator: 'Ada Lovelace',
    description: full.markdown_description,
  });
  expect(found).not.toHaveProperty('parts');
});

test('all parts, one request for each that needs one and for each related task', async () => {
  const { context, found } = await get({ task_id: '86c4k2x9q', include: ['all'] });
  expect(context.calls.map(({ operation }) => operation).sort()).toEqual([
    'GetTask',
    'GetTask',
    'GetTask',
    "GetTask'sTimeinStatus",
    'GetTaskComments',
    'Gettrackedtime',
  ]);
  expect(part(found, 'fields')?.rows).toEqual([
    ['Severity', 'Major'],
    ['Empty', '–'],
    ['Areas', 'API'],
  ]);
  expect(part(found, 'relations')).toMatchObject({
    columns: ['relation', 'ref', 'name', 'status'],
    rows: [
      ['waits_on', 'ENG-7', 'Heap profiler', 'to do'],
      ['blocks', 'dep2', '(you may not see it)', ''],
    ],
  });
  expect(part(found, 'checklists')?.rows).toEqual([
    ['Steps', '[x] Profile'],
    ['Steps', '[ ] Patch'],
  ]);
  expect(part(found, 'subtasks')?.rows[0]).toContain('Heap dump');
  expect(part(found, 'attachments')?.rows).toEqual([]);
  expect(part(found, 'time')?.rows).toEqual([['Sarah Lee', '1h 30m', '1', '2026-11-20T09:00+01:00']]);
  expect(part(found, 'status_history')?.rows).toEqual([
    ['in progress', '1h 30m', '2026-11-20T11:00+01:00', ''],
    ['to do', '3h', '2026-11-21T11:00+01:00', 'current, for 2h'],
  ]);
  expect(part(found, 'comments')?.rows).toEqual([['7', '2026-11-20T11:00+01:00', 'Ada Lovelace', '**done**']]);
  const { text } = present(getTask, found);
  for (const line of ['Fields:\nfield\tvalue\nSeverity\tMajor', 'Attachments:\n(none)']) expect(text).toContain(line);
});

test('parts that are not asked for are not there; former names mean the same', async () => {
  const { found } = await get({ task_id: '86c4k2x9q', include: ['custom_fields', 'links', 'description'] });
  expect(found.parts?.map((each) => each.part)).toEqual(['fields', 'relations']);
});

test('a part that ClickUp refuses says so, and the others are shown', async () => {
  const refused = () =>
    Promise.reject(new AppError('clickup_api_error', 'ClickUp API returned error: ClickApp is off'));
  const { found } = await get(
    { task_id: '86c4k2x9q', include: ['status_history', 'comments'] },
    { "GetTask'sTimeinStatus": refused },
  );
  expect(found.parts).toMatchObject([
    { part: 'status_history', columns: ['not_known'], rows: [[expect.stringContaining('ClickApp is off')]] },
    { part: 'comments', rows: [expect.arrayContaining(['**done**'])] },
  ]);
});

test.each([
  ['ENG-999', 'no task with the custom id "ENG-999" in this Workspace'],
  ['86zzz', 'no task "86zzz" here'],
])('a task that is not there is said to be so in words about tasks: %s', async (task_id, words) => {
  const refused = () =>
    Promise.reject(new AppError('clickup_not_found', 'Resource not found in ClickUp: Team not authorized'));
  const error = await get({ task_id, include: ['all'] }, { GetTask: refused }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'clickup_not_found', message: expect.stringContaining(words) });
  expect((error as Error).message).not.toMatch(/authorized/);
  expect((error as Error).message).toMatch(/^task_id: /);
});

/** Every page, and fails rather than never ending. */
async function pages(args: Record<string, unknown>, answers: Record<string, unknown>): Promise<Found[]> {
  const all: Found[] = [];
  for (let cursor: string | undefined; all.length < 60;) {
    const { found } = await get(cursor ? { ...args, cursor } : args, answers);
    expect(cost(found)).toBeLessThanOrEqual(6_000);
    all.push(found);
    cursor = found.next_cursor;
    if (!cursor) return all;
  }
  throw new Error('it never ends');
}

test('a long description comes in pages of at most 6,000 tokens, and nothing of it is lost', async () => {
  const words = Array.from({ length: 12_000 }, (_, index) => `w${index}`);
  const long = task({ ...full, markdown_description: words.join(' ') });
  const all = await pages({ task_id: '86c4k2x9q', include: ['fields'] }, { GetTask: long });
  expect(all.length).toBeGreaterThan(3);
  expect(all.flatMap(({ description = '' }) => description.split(/\s+/)).filter(Boolean)).toEqual(words);
  expect(part(all.at(-1)!, 'fields')?.rows).toContainEqual(['Severity', 'Major']);
  expect(all[1]).toEqual({
    id: long.id,
    name: long.name,
    description: expect.any(String),
    next_cursor: expect.any(String),
  });
});

test('a description that has changed meanwhile is not continued as if it were the same', async () => {
  const long = (word: string) => ({ GetTask: task({ markdown_description: `${word} `.repeat(9_000) }) });
  const { found } = await get({ task_id: '86abc1' }, long('one'));
  await expect(get({ task_id: '86abc1', cursor: found.next_cursor }, long('two'))).rejects.toThrow(/has changed/);
});

test('more comments than fit go on, page of ClickUp after page of ClickUp, each once', async () => {
  const all = Array.from({ length: 60 }, (_, index) => ({
    ...comment,
    id: String(index),
    comment: [{ text: `${index}: ${'long text '.repeat(index === 3 ? 9_000 : 200)}` }],
    date: String(1_700_000_000_000 - index),
  }));
  const GetTaskComments = ({ query }: Call) => {
    const from = query?.start_id === undefined ? 0 : all.findIndex(({ id }) => id === query.start_id);
    return { comments: all.slice(from, from + 25) };
  };
  const seen = await pages({ task_id: '86c4k2x9q', include: ['comments'] }, { GetTaskComments });
  const ids = seen.flatMap((found) => part(found, 'comments')?.rows.map(([id]) => id) ?? []);
  expect([...new Set(ids)]).toEqual(all.map(({ id }) => id));
  expect(ids.filter((id) => id !== '3')).toHaveLength(59);
});

describe('files beside the text', () => {
  const file = (name: string, mimetype: string, size: number) => ({
    id: name,
    title: name,
    extension: 'x',
    mimetype,
    size,
    url: `https://x/${name}`,
  });
  const attachments = [
    file('heap.png', 'image/png', 1_500_000),
    file('one.png', 'image/png', 1_000),
    file('gone.jpg', 'image/jpeg', 1_000),
    file('drawing.svg', 'image/svg+xml', 1_000),
    file('two.gif', 'image/gif', 1_000),
    file('fourth.png', 'image/png', 1_000),
  ];
  const link = ({ url: uri, title: name, mimetype: mimeType }: ReturnType<typeof file>) => ({
    type: 'resource_link',
    uri,
    name,
    mimeType,
  });
  const shownFor = async (include: string[]) => {
    const shown: object[] = [];
    const asked: string[] = [];
    const context = {
      ...fakeContext({ ...ANSWERS, GetTask: task({ ...full, attachments }) }),
      show: (content: object) => void shown.push(content),
      picture: (url: string) => {
        asked.push(url);
        return Promise.resolve(url.includes('gone') ? undefined : { data: url, mimeType: 'image/png' });
      },
    };
    await getTask.handler(input(getTask, { task_id: '86c4k2x9q', include }), context);
    return { shown, asked };
  };

  test('are pictures, where these are small and files were asked for, and links otherwise', async () => {
    const { shown, asked } = await shownFor(['attachments']);
    const [heap, one, gone, drawing, two, fourth] = attachments;
    expect(asked).toEqual([one!.url, gone!.url, two!.url]);
    expect(shown).toEqual([
      link(heap!),
      { type: 'image', data: one!.url, mimeType: 'image/png' },
      link(gone!),
      link(drawing!),
      { type: 'image', data: two!.url, mimeType: 'image/png' },
      link(fourth!),
    ]);
  });

  test('are links where everything was asked for, and nothing where they were not', async () => {
    expect(await shownFor(['all'])).toEqual({ shown: attachments.map(link), asked: [] });
    expect(await shownFor([])).toEqual({ shown: [], asked: [] });
  });
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
  const custom_fields = [field('f1', 'Budget', 'one'), field('f2', 'Budget', null), field('f4', 'Owner', 'Ada')];
  const { found } = await get({ task_id: '86c4k2x9q', include: ['fields'] }, { GetTask: task({ custom_fields }) });
  expect(part(found, 'fields')?.rows).toEqual([
    ['Budget (f1)', 'one'],
    ['Budget (f2)', '–'],
    ['Owner', 'Ada'],
  ]);
});

example(getTask, { task_id: '86abc1', include: ['all'] });
