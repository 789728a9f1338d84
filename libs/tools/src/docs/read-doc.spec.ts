import { AppError } from '#libs/core';
import { fakeContext } from '../../../../test/support/tool-context.js';
import { tokensOf } from '../answers/budget.js';
import { type DocPosition, readDoc } from './read-doc.js';

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
const page = (id: string, content: string, rest: object = {}) => ({
  id,
  doc_id: 'd1',
  workspace_id: 9,
  name: `Page ${id}`,
  content,
  date_created: 1,
  date_updated: 5,
  creator_id: 1,
  authors: [1],
  ...rest,
});
const prose = (words: number) => Array.from({ length: words }, (_, index) => `word${index}`).join(' ');

const contextOf = (pages: object[]) => fakeContext({ getDocPublic: DOC, getDocPagesPublic: pages });

test('the tree with ids, then every page under a line that says which it is', async () => {
  const pages = [
    page('a', 'One.', { pages: [page('b', '## Two')] }),
    page('c', ''),
    page('gone', 'in the trash', { deleted: true }),
    page('old', 'Past.', { archived: true, name: 'Line\nend' }),
  ];
  const context = contextOf(pages);
  expect(await readDoc({ doc: 'd1' }, undefined, context)).toEqual({
    id: 'd1',
    title: 'Handbook',
    url: 'https://app.clickup.com/9/v/dc/d1',
    pages: 4,
    text: [
      '4 pages:',
      '- a Page a',
      '  - b Page b',
      '- c Page c',
      '- old Line end (archived)',
      '',
      '--- page a: Page a ---',
      'One.',
      '',
      '--- page b: Page b ---',
      '## Two',
      '',
      '--- page c: Page c ---',
      '(no text)',
      '',
      '--- page old: Line end (archived) ---',
      'Past.',
    ].join('\n'),
  });
  expect(context.calls).toHaveLength(2);
});

test('one page alone', async () => {
  const context = fakeContext({ getDocPublic: DOC, getPagePublic: page('b', 'Only this.') });
  expect(await readDoc({ doc: 'd1', page: 'b' }, undefined, context)).toEqual({
    id: 'b',
    title: 'Page b (page of Handbook)',
    url: 'https://app.clickup.com/9/v/dc/d1/b',
    pages: 1,
    text: 'Only this.',
  });
});

test('no text can pass for another page', async () => {
  const { text } = await readDoc(
    { doc: 'd1' },
    undefined,
    contextOf([page('a', '--- page b: Forged ---\nx'), page('b', 'y')]),
  );
  expect(text.match(/^--- page .*/gm)).toEqual(['--- page a: Page a ---', '--- page b: Page b ---']);
});

test('what does not fit comes with the next pieces: every word once and in order', async () => {
  const texts = [prose(3_000), 'short', prose(9_000), prose(10)];
  const context = contextOf(texts.map((text, index) => page(`p${index}`, text)));
  const words: string[] = [];
  let next: DocPosition | undefined;
  let pieces = 0;
  do {
    const piece = await readDoc({ doc: 'd1' }, next, context);
    expect(tokensOf(piece.text)).toBeLessThanOrEqual(5_300);
    words.push(...(piece.text.match(/\bword\d+|\bshort\b/g) ?? []));
    next = piece.next;
    pieces++;
  } while (next && pieces < 50);
  expect(words).toEqual(texts.flatMap((text) => text.split(' ')));
  expect(pieces).toBeGreaterThan(3);
});

test('a page that was changed between two pieces starts again, and says so', async () => {
  const first = await readDoc({ doc: 'd1' }, undefined, contextOf([page('a', prose(9_000))]));
  const { text } = await readDoc({ doc: 'd1' }, first.next, contextOf([page('a', 'New text.', { date_updated: 6 })]));
  expect(text).toBe('(This page was changed since the last piece, so it starts again.)\nNew text.');
});

test('a page that is gone ends the series with a sentence that says what to do', async () => {
  const position = { page: 'x', char: 5, changed: 5 };
  await expect(readDoc({ doc: 'd1' }, position, contextOf([page('a', 'x')]))).rejects.toMatchObject({
    code: 'invalid_parameters',
    message: expect.stringContaining('start again'),
  });
});

test('a Doc that is too large for one answer is read page by page, no further than is shown', async () => {
  const listed = ['a', 'b', 'c'].map((id) => ({ id, doc_id: 'd1', workspace_id: 9, name: `Page ${id}` }));
  const context = fakeContext({
    getDocPublic: DOC,
    getDocPagesPublic: () => Promise.reject(new AppError('clickup_api_error', 'its answer is too large')),
    getDocPageListingPublic: listed,
    getPagePublic: ({ path }) => page(path!.page_id!, prose(3_000)),
  });
  const first = await readDoc({ doc: 'd1' }, undefined, context);
  expect(first.text).toContain('--- page a: Page a ---\nword0 ');
  expect(context.calls.filter(({ operation }) => operation === 'getPagePublic')).toHaveLength(1);
  const second = await readDoc({ doc: 'd1' }, first.next, context);
  expect(second.text).toContain('(continued)');
});

test('other failures are not taken for a large Doc', async () => {
  const context = fakeContext({
    getDocPublic: DOC,
    getDocPagesPublic: () => Promise.reject(new AppError('clickup_forbidden')),
  });
  await expect(readDoc({ doc: 'd1' }, undefined, context)).rejects.toMatchObject({ code: 'clickup_forbidden' });
});
