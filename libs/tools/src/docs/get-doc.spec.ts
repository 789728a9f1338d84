import { fakeContext, input } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { getDoc } from './get-doc.js';

const page = (id: string, content: string) => ({
  id,
  doc_id: 'd1',
  workspace_id: 9,
  name: id,
  content,
  date_created: 1,
  creator_id: 1,
  authors: [1],
});
const DOC = {
  id: 'd1',
  name: 'Handbook',
  type: 1,
  parent: { id: '100', type: 4 },
  public: true,
  workspace_id: 9,
  creator: 1,
  date_created: 1,
};
const get = (
  args: Record<string, unknown>,
  context = fakeContext({ getDocPublic: DOC, getDocPagesPublic: [page('p', 'Hi.')] }),
) => getDoc.handler(input(getDoc, args), context);

test('by name, id and URL', async () => {
  const answer = { id: 'd1', title: 'Handbook', url: 'https://app.clickup.com/9/v/dc/d1', text: 'Hi.' };
  for (const doc of ['handbook', 'd1', 'https://app.clickup.com/9/v/dc/d1']) expect(await get({ doc })).toEqual(answer);
});

test('what does not fit is continued by the cursor', async () => {
  const long = Array.from({ length: 6_000 }, (_, index) => `w${index}`).join(' ');
  const context = fakeContext({ getDocPublic: DOC, getDocPagesPublic: [page('p', long)] });
  const words: string[] = [];
  let cursor: string | undefined;
  do {
    const piece = await get({ doc: 'd1', ...(cursor && { cursor }) }, context);
    words.push(...(piece.text.match(/\bw\d+/g) ?? []));
    cursor = piece.next_cursor;
  } while (cursor);
  expect(words.join(' ')).toBe(long);
});

test('an unknown Doc is an error that names the argument', async () =>
  expect(get({ doc: 'Handbok' })).rejects.toThrow(/^doc: /));

example(getDoc, { doc: 'd1' });
