import { fakeContext, input } from '../../../../test/support/tool-context.js';
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
  expect(added).toEqual({ id: '458', task_id: 'ENG-1', date: '2026-11-21T13:00+01:00' });
  expect(context.calls).toEqual([
    {
      operation: 'CreateTaskComment',
      path: { task_id: 'ENG-1' },
      query: { custom_task_ids: true, team_id: '9' },
      body: {
        comment_text: 'Hi @Sarah, please look',
        comment: [
          { text: 'Hi ' },
          { type: 'tag', user: { id: 2, username: 'Sarah' } },
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
  await addComment.handler(input(addComment, { task_id: 't', text: '@[Sarah] '.repeat(1_000) }), counting);
  expect(asked).toBe(1);
  const many = Array.from({ length: 101 }, (_, id) => `@[P${id}]`).join(' ');
  await expect(addComment.handler(input(addComment, { task_id: 't', text: many }), counting)).rejects.toMatchObject({
    code: 'invalid_parameters',
    message: 'text: mentions 101 people; a comment may mention 100.',
  });
  expect(asked).toBe(1);
});

example(addComment, { task_id: '86abc1', text: '**Hello**' });
