import { AppError } from '#libs/core';
import { type NamedObject } from '#libs/clickup';
import { fakeContext } from '../../../../test/support/tool-context.js';
import { searchDocs } from './search-docs.js';

const page = (doc: string, id: string, name: string, content: string) => ({
  id,
  doc_id: doc,
  workspace_id: 9,
  name,
  content,
  date_created: 1,
  creator_id: 1,
  authors: [1],
});
const PAGES: Record<string, object[]> = {
  d1: [
    page('d1', 'p1', 'Overview', 'We limit nothing.\nThe rate of change of the API guidelines is limited.'),
    page('d1', 'p2', 'Limits', 'See the **API Rate Limiting Guidelines**: 100 per minute.'),
  ],
  d2: [page('d2', 'p3', 'Rules', 'Résumé of the Größe')],
  d3: [page('d3', 'p4', 'API rate limiting guidelines', '')],
};
const doc = (id: string, name: string): NamedObject => ({ kind: 'doc', id, name });
const DOCS = [doc('d1', 'Handbook'), doc('d2', 'Notes'), doc('d3', 'Old')];

function contextOf(docs = DOCS, pages: (id: string) => object = (id) => PAGES[id]!) {
  const context = fakeContext({ getDocPagesPublic: ({ path }) => pages(path!.doc_id!) });
  context.directory = { ...context.directory, objects: () => Promise.resolve(docs) };
  return context;
}
const found = async (text: string, context = contextOf()) =>
  (await searchDocs(text, context)).hits.map(({ page: { id }, fits }) => `${id} ${fits}`);

test('pages whose title or text contains all words, word for word before anywhere', async () => {
  expect(await found('API Rate Limiting Guidelines')).toEqual(['p4 phrase', 'p2 phrase']);
  expect(await found('limit rate guidelines')).toEqual(['p4 words', 'p1 words', 'p2 words']);
  expect(await found('handbook minute')).toEqual(['p2 words']);
  expect(await found('resume grosse')).toEqual([]);
  expect(await found('resume größe')).toEqual(['p3 words']);
  expect(await found('nothing of this')).toEqual([]);
  expect(await found('?!')).toEqual([]);
});

test('shows the line, and the URL of the page', async () => {
  const { hits, searched, complete } = await searchDocs('rate minute', contextOf());
  expect(hits).toMatchObject([
    {
      url: 'https://app.clickup.com/9/v/dc/d1/p2',
      excerpt: 'See the **API Rate Limiting Guidelines**: 100 per minute.',
    },
  ]);
  expect([searched, complete]).toEqual(['searched all 4 pages of 3 Docs', true]);
});

test('each Doc is read once, and again when it was forgotten', async () => {
  const context = contextOf();
  await searchDocs('rate', context);
  await searchDocs('minute', context);
  expect(context.calls).toHaveLength(3);
  context.cache.forget('docs/d1');
  await searchDocs('rate', context);
  expect(context.calls).toHaveLength(4);
});

test('past its budget it says what was not searched; Docs of that name come first, and the next search goes on', async () => {
  const docs = Array.from({ length: 100 }, (_, index) =>
    doc(`x${index}`, index === 99 ? 'Budget plan' : `Doc ${index}`),
  );
  const context = contextOf(docs, (id) => [page(id, `p-${id}`, 'Page', 'text')]);
  const first = await searchDocs('budget', context, 40);
  expect(first).toMatchObject({ hits: [{ doc: { id: 'x99' } }], complete: false });
  expect(first.searched).toBe('searched 40 pages in 40 of 100 Docs');
  expect((await searchDocs('budget', context, 40)).searched).toBe('searched 80 pages in 80 of 100 Docs');
  expect((await searchDocs('budget', context, 40)).searched).toBe('searched all 100 pages of 100 Docs');
});

test('a Doc that cannot be read does not end the search, and is not counted as searched', async () => {
  const context = contextOf(DOCS, (id) =>
    id === 'd2' ? Promise.reject(new AppError('clickup_not_found')) : PAGES[id]!,
  );
  const { searched, complete, hits } = await searchDocs('minute', context);
  expect([searched, complete, hits.length]).toEqual(['searched 3 pages in 2 of 3 Docs', false, 1]);
  const failing = contextOf(DOCS, () => Promise.reject(new AppError('invalid_credentials')));
  await expect(searchDocs('minute', failing)).rejects.toMatchObject({ code: 'invalid_credentials' });
});

test('what is kept is not shown to somebody who may not read it any more', async () => {
  const context = contextOf();
  await searchDocs('rate', context);
  const answer = await searchDocs('rate', {
    ...context,
    permits: () => ({ allowed: false, reason: 'no' }),
  });
  expect(answer).toMatchObject({ hits: [], complete: false, searched: expect.stringContaining('not searched') });
});

test('a long page is looked through without holding up others', async () => {
  const long = 'lorem ipsum dolor '.repeat(20_000);
  const context = contextOf([doc('d1', 'Handbook')], () => [page('d1', 'p1', 'Long', long)]);
  const started = performance.now();
  expect(await found('dolor sit amet', context)).toEqual([]);
  expect(performance.now() - started).toBeLessThan(1_000);
});
