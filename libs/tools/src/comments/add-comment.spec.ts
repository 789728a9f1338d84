import { AppError } from '#libs/core';
import { type Call, fakeContext, input } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { addComment } from './add-comment.js';

const add = async (args: Record<string, unknown>) => {
  const context = fakeContext({
    CreateTaskComment: { id: '458', hist_id: '1', date: Date.parse('2026-11-21T12:00:00Z') },
  });
  return { context, added: await addComment.handler(input(addComment, { task_id: 'ENG-1', ...args }), context) };
};

test('Markdown goes as rich text, mentions with their ids, in one request', async () => {
  const { context, added } = await add({ text: 'Hi @[Sarah], **please** look', assignee: 'David' });
  expect(added).toMatchObject({ rows: [['ENG-1', '458']], mentioned: ['Sarah Lee'], not_mentioned: undefined });
  expect(context.calls).toEqual([
    {
      operation: 'CreateTaskComment',
      path: { task_id: 'ENG-1' },
      query: { custom_task_ids: true, team_id: '9' },
      body: {
        comment_text: 'Hi @Sarah Lee, please look',
        comment: [
          { text: 'Hi ' },
          { type: 'tag', user: { id: 2, username: 'Sarah Lee' } },
          { text: ', ' },
          { text: 'please', attributes: { bold: true } },
          { text: ' look' },
        ],
        assignee: 3,
        notify_all: false,
      },
    },
  ]);
});

test('a mention of nobody is a mistake', async () => {
  await expect(add({ text: 'Hi @[Nobody]' })).rejects.toThrow(/^text: /);
});

test('a person mentioned a thousand times is looked up once; more people than a call may name are refused', async () => {
  const context = fakeContext({ CreateTaskComment: { id: '458', hist_id: '1', date: 1 } });
  let asked = 0;
  const counting = {
    ...context,
    directory: { ...context.directory, person: (ref: string | number) => (asked++, context.directory.person(ref)) },
  };
  await addComment.handler(input(addComment, { task_id: '86abc1', text: '@[Sarah] '.repeat(1_000) }), counting);
  expect(asked).toBe(1);
  const many = Array.from({ length: 101 }, (_, id) => `@[P${id}]`).join(' ');
  await expect(
    addComment.handler(input(addComment, { task_id: '86abc1', text: many }), counting),
  ).rejects.toMatchObject({
    code: 'invalid_parameters',
    message: 'text: mentions 101 people; a comment may mention 100.',
  });
  expect(asked).toBe(1);
});

const sent = (context: Awaited<ReturnType<typeof add>>['context']) =>
  context.calls[0]?.body as { comment: unknown; comment_text: string };

test.each<[string, string[] | undefined, string[] | undefined, string]>([
  ['@Sarah Lee, look', ['Sarah Lee'], undefined, '@Sarah Lee, look'],
  ['(@sarah)', ['Sarah Lee'], undefined, '(@Sarah Lee)'],
  ["@David's idea", ['David Kim'], undefined, "@David Kim's idea"],
  [
    '@Sarah Kim, look',
    undefined,
    ['@Sarah Kim: nobody is called so; write @[Sarah Lee] if that is who is meant'],
    '@Sarah Kim, look',
  ],
  ['@Tom and @tom', undefined, ['@Tom: nobody is called so', '@tom: nobody is called so'], '@Tom and @tom'],
  ['mail ada@example.com, use @nestjs/common', undefined, undefined, 'mail ada@example.com, use @nestjs/common'],
  ['`@Sarah` and [@Sarah](https://a.b)', undefined, undefined, '@Sarah and @Sarah'],
])('%j mentions %j, not %j', async (text, mentioned, not_mentioned, plain) => {
  const { context, added } = await add({ text });
  expect([added.mentioned, added.not_mentioned, sent(context).comment_text]).toEqual([mentioned, not_mentioned, plain]);
});

test('two people of one first name are told apart by their whole names', async () => {
  const people = [
    { id: 4, username: 'Kim Ray', email: 'a@b.c' },
    { id: 5, username: 'Kim Roe', email: 'd@e.f' },
  ];
  const context = fakeContext({ CreateTaskComment: { id: '458', hist_id: '1', date: 1 } }, people);
  const args = input(addComment, { on: ['86abc1'], text: '@Kim Roe not @Kim' });
  expect(await addComment.handler(args, context)).toMatchObject({
    mentioned: ['Kim Roe'],
    not_mentioned: ['@Kim: 2 people are called so (Kim Ray, Kim Roe); write @[whole name]'],
  });
});

const failing = (code: 'clickup_not_found' | 'unknown_outcome') => (call: Call) => {
  if (call.path?.task_id === '86bad1') throw new AppError(code);
  return { id: '458', hist_id: '1', date: 1 };
};

test('what became of each of several is said; an unknown outcome is not a failure', async () => {
  const answer = async (code: Parameters<typeof failing>[0], on: string[]) =>
    addComment.handler(input(addComment, { on, text: 'x' }), fakeContext({ CreateTaskComment: failing(code) }));
  expect(await answer('clickup_not_found', ['86abc1', '86bad1'])).toMatchObject({ failed: 1, unknown: undefined });
  const unknown = await answer('unknown_outcome', ['86abc1', '86bad1']);
  expect(unknown).toMatchObject({ failed: undefined, unknown: 1 });
  expect(unknown.columns).toContain('outcome');
  expect(addComment.headline?.(unknown)).toBe('Comment added, 1 unknown: look for them before you write them again');
  await expect(answer('clickup_not_found', ['86bad1'])).rejects.toMatchObject({ code: 'clickup_not_found' });
});

test('nothing is sent when one of several cannot be resolved, or when nothing can be read', async () => {
  const context = fakeContext({
    CreateTaskComment: { id: '458', hist_id: '1', date: 1 },
    GetFilteredTeamTasks: { tasks: [] },
  });
  const refused = (args: Record<string, unknown>) =>
    expect(addComment.handler(input(addComment, args), context)).rejects.toMatchObject({ code: 'invalid_parameters' });
  await refused({ on: ['86abc1', 'Backend'], text: 'x' });
  await refused({ on: ['86abc1', 'ENG-2'], text: 'x', reply_to: '1' });
  await refused({ on: ['86abc1'], text: ' \n ' });
  await refused({ text: 'x' });
  expect(context.calls.filter(({ operation }) => operation !== 'GetFilteredTeamTasks')).toEqual([]);
});

example(addComment, { on: ['86abc1'], text: '**Hello** @Sarah @Tom' });
