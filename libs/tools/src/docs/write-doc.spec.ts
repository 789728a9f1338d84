import { AppError } from '#libs/core';
import { type Call, fakeContext, input } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { present } from '../answers/render.js';
import { type Content } from '../tool/tool.js';
import { writeDoc } from './write-doc.js';

const page = (id: string, name: string, content: string, rest: object = {}) => ({
  id,
  doc_id: 'd1',
  workspace_id: 9,
  name,
  content,
  date_created: 1,
  creator_id: 1,
  authors: [1],
  ...rest,
});
const DOC = {
  id: 'd9',
  name: 'Plan',
  type: 1,
  parent: { id: '100', type: 4 },
  public: true,
  workspace_id: 9,
  creator: 1,
  date_created: 1,
};

/** A Doc that keeps what is written, as ClickUp does; `keep` is what becomes of a text. */
function world(
  pages: ReturnType<typeof page>[] = [page('p1', 'Notes', 'Old text.')],
  answers: Parameters<typeof fakeContext>[0] = {},
  keep = (text: string) => text,
) {
  const by = (id: string | undefined) => pages.find((each) => each.id === id)!;
  return fakeContext({
    getDocPagesPublic: () => pages,
    getPagePublic: ({ path }) => by(path?.page_id),
    editPagePublic: ({ path, body }: Call) => {
      const [old, text] = [by(path?.page_id), keep(String(body?.content))];
      const mode = body?.content_edit_mode;
      const parts = mode === 'append' ? [old.content, text] : mode === 'prepend' ? [text, old.content] : [text];
      old.content = parts.filter(Boolean).join('\n\n');
      return {};
    },
    createDocPublic: ({ body }: Call) => ({ ...DOC, name: String(body?.name) }),
    createPagePublic: ({ body }: Call) => page('p9', String(body?.name), keep(String(body?.content))),
    ...answers,
  });
}
const sent = ({ calls }: ReturnType<typeof world>) =>
  calls
    .filter(({ operation }) => /^(create|edit)/.test(operation))
    .map(({ operation, body }) => ({ operation, ...body }));
const write = async (args: Record<string, unknown>, context = world()) => {
  const answer = await writeDoc.handler(input(writeDoc, args), context);
  return { ...answer, headline: present(writeDoc, answer).text.split('\n')[0], context };
};
const append = { doc: 'Handbook', mode: 'append', text: 'New.' };

test('appends to the only page and says how long it was and is: three requests', async () => {
  const { context, headline, ...answer } = await write(append);
  expect(answer).toEqual({
    doc: 'Handbook',
    page: 'Notes',
    url: 'https://app.clickup.com/9/v/dc/d1/p1',
    applied: ['characters: 9 → 15'],
    not_applied: undefined,
  });
  expect(headline).toBe('Written');
  expect(context.calls.map(({ operation }) => operation)).toEqual([
    'getDocPagesPublic',
    'editPagePublic',
    'getPagePublic',
  ]);
  expect(sent(context)).toEqual([
    { operation: 'editPagePublic', content: 'New.', content_edit_mode: 'append', content_format: 'text/md' },
  ]);
});

test('shows the page as a link to open', async () => {
  const shown: Content[] = [];
  const context = { ...world(), show: (content: Content) => void shown.push(content) };
  await writeDoc.handler(input(writeDoc, append), context);
  expect(shown).toEqual([
    { type: 'resource_link', uri: 'https://app.clickup.com/9/v/dc/d1/p1', name: 'Handbook / Notes' },
  ]);
});

test.each([
  ['by name', { page: 'other' }],
  ['by id', { page: 'p2' }],
  ['by the URL of the page', { doc: 'https://app.clickup.com/9/v/dc/d1/p2' }],
])('one page of several %s', async (_, args) => {
  const context = world([page('p1', 'Notes', 'a'), page('p2', 'Other', 'b')]);
  expect(await write({ ...append, ...args }, context)).toMatchObject({ page: 'Other', applied: ['characters: 1 → 7'] });
});

test.each([
  [
    'several pages and none named',
    [page('p1', 'Notes', ''), page('p2', 'Other', '')],
    {},
    /2 pages.*Notes \(p1\); Other \(p2\)/,
  ],
  [
    'two of one name',
    [page('p1', 'Notes', ''), page('p2', 'notes', '')],
    { page: 'Notes' },
    /more than one page.*p1.*p2/,
  ],
  [
    'an unknown page',
    [page('p1', 'Notes', '')],
    { page: 'Nots' },
    /no page "Nots" in the Doc "Handbook".*Notes \(p1\)/,
  ],
  ['no page at all', [], {}, /no page yet: mode create/],
  ['an unknown Doc', [], { doc: 'Handbok' }, /^doc: /],
  ['within where nothing is made', [page('p1', 'Notes', '')], { within: 'Engineering' }, /^within: only mode create/],
])('%s is refused before anything is written', async (_, pages, args, message) => {
  const context = world(pages);
  await expect(write({ ...append, ...args }, context)).rejects.toThrow(message);
  expect(sent(context)).toEqual([]);
});

test('a Doc with a first page, in a place', async () => {
  const { context, ...answer } = await write({
    doc: 'Plan',
    mode: 'create',
    within: 'Engineering / Backend',
    text: '# Hi',
  });
  expect(answer).toMatchObject({
    doc: 'Plan',
    page: 'Plan',
    url: 'https://app.clickup.com/9/v/dc/d9/p9',
    applied: ['created: Doc "Plan" in Engineering / Backend', 'characters: 0 → 4'],
  });
  expect(sent(context)).toEqual([
    { operation: 'createDocPublic', name: 'Plan', parent: { id: '200', type: 5 }, create_page: false },
    { operation: 'createPagePublic', name: 'Plan', content: '# Hi', content_format: 'text/md' },
  ]);
});

test('a page below another one', async () => {
  const { context, ...answer } = await write({
    doc: 'Handbook',
    mode: 'create',
    page: 'Sub',
    within: 'Notes',
    text: 'x',
  });
  expect(answer.applied).toEqual(['created: page "Sub" below "Notes"', 'characters: 0 → 1']);
  expect(sent(context)).toEqual([
    { operation: 'createPagePublic', parent_page_id: 'p1', name: 'Sub', content: 'x', content_format: 'text/md' },
  ]);
});

test('with a place, a name that no Doc bears is that of a new one with a page; without, it is refused', async () => {
  const args = { doc: 'Plan', mode: 'create', page: 'First', text: 'x' };
  const { context, page: name } = await write({ ...args, within: 'Marketing' });
  expect([name, sent(context).length]).toEqual(['First', 2]);
  const other = world();
  await expect(write(args, other)).rejects.toThrow(/^doc: /);
  expect(sent(other)).toEqual([]);
});

test.each([
  ['a Doc', { doc: 'handbook', within: 'Engineering' }, /Doc "Handbook" \(d1\) in Engineering already/],
  ['a Doc of the Workspace', { doc: 'Minutes' }, /Doc "Minutes" \(d2\) in Acme already/],
  ['a page', { doc: 'Handbook', page: 'NOTES' }, /page "Notes" \(p1\) there already/],
])('%s is not made twice', async (_, args, message) => {
  const context = world();
  await expect(write({ mode: 'create', text: 'x', ...args }, context)).rejects.toThrow(message);
  expect(sent(context)).toEqual([]);
});

test('one of the same name elsewhere is no reason against it', async () => {
  expect((await write({ doc: 'Handbook', mode: 'create', within: 'Marketing', text: 'x' })).applied?.[0]).toContain(
    'Marketing',
  );
});

test.each([
  ['clickup_forbidden', 'none'],
  ['unknown_outcome', 'unknown: read the Doc before you write again'],
] as const)('when the page of a new Doc fails with %s, the answer says what was made', async (code, is) => {
  const context = world([], { createPagePublic: () => Promise.reject(new AppError(code)) });
  const answer = await write({ doc: 'Plan', mode: 'create', text: 'abc' }, context);
  expect(answer).toMatchObject({
    headline: 'Written, but not in everything',
    applied: ['created: Doc "Plan" in Acme'],
    url: 'https://app.clickup.com/9/v/dc/d9',
    not_applied: [{ field: 'text', wanted: '3 characters', is }],
  });
});

test('what ClickUp did not keep is named', async () => {
  const context = world(undefined, {}, (text) => text.replace(/<[^>]*>/g, ''));
  expect((await write({ ...append, text: 'Look: <blink>now</blink>' }, context)).not_applied).toEqual([
    expect.objectContaining({ field: 'text', is: 'without blink', why: expect.stringContaining('HTML') }),
  ]);
});

test('a text that vanished while something was appended is told', async () => {
  const context = world([page('p1', 'Notes', 'precious words')], {
    getPagePublic: () => page('p1', 'Notes', 'somebody else, New.'),
  });
  expect((await write(append, context)).not_applied).toEqual([
    expect.objectContaining({ field: 'earlier text', is: 'without precious, words' }),
  ]);
});

test('ClickUp that takes a text and keeps nothing of it is not called success', async () => {
  const context = world(undefined, { editPagePublic: {} });
  expect(await write(append, context)).toMatchObject({
    headline: 'Unchanged',
    applied: [],
    not_applied: [{ field: 'text', is: 'as it was' }],
  });
});

test('the same text again is unchanged', async () => {
  expect(await write({ ...append, mode: 'replace', text: 'Old text.' })).toMatchObject({
    headline: 'Unchanged',
    not_applied: undefined,
  });
});

describe('when ClickUp does not answer', () => {
  const lost = new AppError('unknown_outcome');
  const written = [page('p1', 'Notes', 'Old text.\n\nNew.')];

  test('the page says that it was written', async () => {
    const context = world([page('p1', 'Notes', 'Old text.')], {
      editPagePublic: () => Promise.reject(lost),
      getPagePublic: written[0]!,
    });
    expect(await write(append, context)).toMatchObject({ headline: 'Written', applied: ['characters: 9 → 15'] });
  });
  test('the page says that it was not', async () => {
    const context = world(undefined, { editPagePublic: () => Promise.reject(lost) });
    expect(await write(append, context)).toMatchObject({
      headline: 'Unchanged',
      not_applied: [{ why: expect.stringContaining('did not answer') }],
    });
  });
  test('nor to the question afterwards, the outcome stays unknown', async () => {
    const answers = {
      editPagePublic: () => Promise.reject(lost),
      getPagePublic: () => Promise.reject(new AppError('clickup_server_error')),
    };
    await expect(write(append, world(undefined, answers))).rejects.toMatchObject({ code: 'unknown_outcome' });
  });
  test('to the question alone, the text counts as sent and not as verified', async () => {
    const context = world(undefined, { getPagePublic: () => Promise.reject(new AppError('clickup_server_error')) });
    expect(await write(append, context)).toMatchObject({
      applied: ['characters: 9 → unknown'],
      not_applied: [{ is: 'sent, not verified' }],
    });
  });
  test('a refusal is a refusal', async () => {
    const context = world(undefined, { editPagePublic: () => Promise.reject(new AppError('clickup_forbidden')) });
    await expect(write(append, context)).rejects.toMatchObject({ code: 'clickup_forbidden' });
  });
});

describe('replacing', () => {
  const preview = (args: Record<string, unknown>, context = world()) =>
    writeDoc.preview!(input(writeDoc, { doc: 'Handbook', mode: 'replace', text: 'New', ...args }), context);

  test('a text is shown first, with how it begins', async () => {
    expect(await preview({})).toMatchObject({
      summary: expect.stringContaining('all 9 characters of the page "Notes" of the Doc "Handbook"'),
      current: { characters: 9, begins: 'Old text.' },
    });
  });
  test('nothing needs no confirmation, nor does what keeps the text', async () => {
    expect(await preview({}, world([page('p1', 'Notes', '')]))).toBeUndefined();
    expect(await preview({ mode: 'append' })).toBeUndefined();
    expect(await preview({ mode: 'create' })).toBeUndefined();
  });
  test('"none" clears', async () => {
    const { context, applied } = await write({ ...append, mode: 'replace', text: 'none' });
    expect([sent(context)[0], applied]).toEqual([expect.objectContaining({ content: '' }), ['characters: 9 → 0']]);
  });
});

test('what is kept of the Doc for searches is forgotten', async () => {
  const context = world();
  await context.cache.read('docs/d1', 1, () => Promise.resolve('old'));
  await write(append, context);
  expect(context.cache.peek('docs/d1')).toBeUndefined();
});

example(writeDoc, { doc: 'd1', mode: 'append', page: 'Notes', text: 'New' });
