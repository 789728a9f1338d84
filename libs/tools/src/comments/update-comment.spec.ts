import { type Call, fakeContext, input, PEOPLE, userOf } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { updateComment } from './update-comment.js';

const [ADA, SARAH] = PEOPLE.map(userOf);

/** A ClickUp that keeps one comment, and may ignore parts of a change. */
function world(ignored: readonly string[] = []) {
  const comment: Record<string, unknown> = {
    id: '1',
    comment: [{ text: 'old', attributes: { bold: true } }],
    comment_text: 'old',
    user: ADA,
    reactions: [],
    date: '1700000000000',
    resolved: false,
    assignee: null,
  };
  return fakeContext({
    GetTaskComments: () => ({ comments: [{ ...comment }] }),
    UpdateComment: ({ body = {} }: Call) => {
      const change = { ...body, ...(body.assignee !== undefined && { assignee: SARAH }) };
      for (const [name, value] of Object.entries(change)) if (!ignored.includes(name)) comment[name] = value;
      return {};
    },
  });
}
const update = async (args: Record<string, unknown>, ignored?: readonly string[]) => {
  const context = world(ignored);
  const handled = await updateComment.handler(
    input(updateComment, { on: '86abc1', comment_id: '1', ...args }),
    context,
  );
  return { context, handled };
};

test('says what was and is, and sends the formatting along when only something else changes', async () => {
  const { context, handled } = await update({ resolved: true });
  expect(handled).toMatchObject({ text: '**old**', applied: ['resolved: no → yes'], not_applied: undefined });
  expect(context.calls.map(({ operation }) => operation)).toEqual([
    'GetTaskComments',
    'UpdateComment',
    'GetTaskComments',
  ]);
  expect(context.calls[1]?.body).toEqual({
    comment_text: 'old',
    comment: [{ text: 'old', attributes: { bold: true } }],
    resolved: true,
  });
});

test('what was so already is unchanged', async () => {
  const { handled } = await update({ resolved: false });
  expect(updateComment.headline?.(handled)).toBe('Unchanged: it was so already');
});

test('what ClickUp ignores is said', async () => {
  const { handled } = await update({ resolved: true, text: 'new' }, ['resolved', 'comment']);
  expect(handled.not_applied).toEqual([
    { field: 'resolved', wanted: 'yes', is: 'no' },
    { field: 'text', wanted: 'new', is: '**old**' },
  ]);
  expect(updateComment.headline?.(handled)).toBe('Comment updated, but not in everything');
});

test.each([
  [{}, /there is nothing to change/],
  [{ reaction: 'heart' }, /chat only/],
  [{ assignee: 'none' }, /takes nobody off/],
  [{ comment_id: '2', resolved: true }, /is not among the newest of 86abc1/],
  [{ text: '@[Nobody]' }, /^text: /],
])('%j is refused before anything is sent', async (args, message) => {
  const context = world();
  const given = input(updateComment, { on: '86abc1', comment_id: '1', ...args });
  await expect(updateComment.handler(given, context)).rejects.toThrow(message);
  expect(context.calls.filter(({ operation }) => operation === 'UpdateComment')).toEqual([]);
});

example(updateComment, {
  on: '86abc1',
  comment_id: '1',
  resolved: true,
  assignee: 'Sarah',
  text: '**Hello** @Sarah @Tom',
});
