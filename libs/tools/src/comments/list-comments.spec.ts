import { type Call, fakeContext, input, PEOPLE, userOf } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { listComments } from './list-comments.js';

const comment = (id: number) => ({
  id: String(id),
  comment: [{ text: `Comment ${id}` }],
  comment_text: `Comment ${id}`,
  user: userOf(PEOPLE[0]!),
  reactions: [],
  date: String(1_700_000_000_000 + id),
  reply_count: id === 60 ? '2' : '0',
});
const all = Array.from({ length: 60 }, (_, index) => comment(60 - index));
/** ClickUp: 25 from the reference on, the reference included. */
const pages = ({ query }: Call) => {
  const at =
    query?.start_id === undefined
      ? 0
      : all.findIndex(({ id, date }) => id === query.start_id && Number(date) === query.start);
  return { comments: all.slice(at, at + 25) };
};

test('newest first, 25 per request, every comment once', async () => {
  const context = fakeContext({ GetTaskComments: pages });
  const seen: unknown[] = [];
  let cursor: string | undefined;
  do {
    const { columns, rows, next_cursor } = await listComments.handler(
      input(listComments, { task_id: '86abc1', cursor }),
      context,
    );
    expect(columns.slice(0, 4)).toEqual(['id', 'date', 'author', 'text']);
    seen.push(...rows.map(([id]) => id));
    cursor = next_cursor;
  } while (cursor);
  expect(seen).toEqual(all.map(({ id }) => id));
  expect(context.calls[0]).toEqual({ operation: 'GetTaskComments', path: { task_id: '86abc1' }, query: {} });
});

test('a comment that ClickUp repeats for ever ends the list', async () => {
  const context = fakeContext({ GetTaskComments: { comments: Array(25).fill(comment(1)) } });
  const first = await listComments.handler(input(listComments, { task_id: '86abc1' }), context);
  const second = await listComments.handler(
    input(listComments, { task_id: '86abc1', cursor: first.next_cursor }),
    context,
  );
  expect(second).toMatchObject({ rows: [], next_cursor: undefined });
});

test('only those since a time are shown, and behind an older one there is nothing more', async () => {
  const context = fakeContext({ GetTaskComments: pages });
  const since = new Date(1_700_000_000_000).toISOString();
  const first = await listComments.handler(input(listComments, { on: '86abc1', since }), context);
  expect(first).toMatchObject({ rows: { length: 25 }, next_cursor: expect.any(String) });
  const none = await listComments.handler(input(listComments, { on: '86abc1', since: 'yesterday' }), context);
  expect(none).toMatchObject({ rows: [], next_cursor: undefined });
  expect(none.scope).toBe('comments on 86abc1; since 2026-11-20T00:00+01:00 (Europe/Berlin); newest first; complete');
});

test('a very long comment is continued by the cursor, to the last letter', async () => {
  const words = Array.from({ length: 9_000 }, (_, index) => `word${index}`).join(' ');
  const long = { ...comment(2), comment: [{ text: words }], comment_text: words };
  const context = fakeContext({ GetTaskComments: { comments: [comment(3), long, comment(1)] } });
  let cursor: string | undefined;
  let text = '';
  const ids: unknown[] = [];
  do {
    const answer = await listComments.handler(input(listComments, { on: '86abc1', cursor }), context);
    for (const row of answer.rows) {
      ids.push(row[0]);
      if (row[0] === '2') text += ` ${String(row[answer.columns.indexOf('text')])}`;
    }
    cursor = answer.next_cursor;
  } while (cursor);
  expect(text.replace(/…/g, '').trim().split(/\s+/)).toEqual(words.split(' '));
  expect([ids.at(0), ids.at(-1)]).toEqual(['3', '1']);
});

example(listComments, { on: '86abc1' });
