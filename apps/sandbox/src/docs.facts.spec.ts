import { asking } from '../../../test/support/ask.js';
import { type RunningSandbox, startSandbox } from './index.js';

const NOW = 1_780_000_000_000;
const ANNA = 61_234_501;
const DOCS = '/v3/workspaces/12345/docs';
const DOC = `${DOCS}/8c9ix-13173`;
const ENGINEERING = { id: '90140201', type: 4 };

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => NOW });
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const ask = asking(() => sandbox.url);
const names = async (query: string, token?: string): Promise<string[]> =>
  (await ask(`GET ${DOCS}${query}`, undefined, token)).body.docs.map(({ name }: { name: string }) => name);
const page = async (name: string, query = '') =>
  flat((await ask(`GET ${DOC}/pages${query}`)).body).find((each) => each.name === name);
const flat = (pages: any[]): any[] => pages.flatMap((each) => [each, ...flat(each.pages ?? [])]);

describe('lists of Docs', () => {
  it('have the Doc that an agent is asked about', async () => {
    const { body } = await ask(`GET ${DOC}`);
    expect(body).toMatchObject({
      name: 'Q4 Architecture',
      parent: ENGINEERING,
      creator: ANNA,
      workspace_id: 12345,
      date_created: expect.any(Number),
    });
  });

  it('do not search for words', async () => {
    expect(await names('?query=architecture&search=architecture')).toEqual(await names(''));
  });

  it.each([
    ['a creator', `?creator=${ANNA}`, ['Salary bands', 'Board deck', 'Q4 Architecture']],
    ['a place', '?parent_id=90140203', ['Q4 launch plan', 'Brand voice']],
    ['a kind of place as a number', '?parent_type=6', ['Customer feedback', 'Sprint 42 retrospective']],
    ['a kind of place as a word', '?parent_type=WORKSPACE', ['Salary bands', 'Onboarding']],
    ['an id', '?id=8c9ix-13173', ['Q4 Architecture']],
    ['archived ones', '?archived=true', ['Old wiki']],
    ['the trash', '?deleted=true', ['Scratch']],
    ['a List that has none', '?parent_id=1&parent_type=LIST', []],
  ])('can be narrowed to %s', async (_, query, expected) => {
    expect(await names(query)).toEqual(expected);
  });

  it('come newest first, 50 at a time, further with a cursor', async () => {
    for (let index = 0; index < 60; index++) await ask(`POST ${DOCS}`, { name: `n${index}`, create_page: false });
    const seen: string[] = [];
    let cursor: string | undefined = '';
    const sizes: number[] = [];
    while (cursor !== undefined) {
      const { body }: { body: any } = await ask(`GET ${DOCS}?${cursor && `cursor=${cursor}`}`);
      sizes.push(body.docs.length);
      seen.push(...body.docs.map(({ id }: { id: string }) => id));
      cursor = body.next_cursor;
    }
    expect(sizes).toEqual([50, 22]);
    expect(new Set(seen).size).toBe(72);
    expect((await names('?limit=10'))[0]).toBe('n59');
  });

  it.each(['limit=101', 'limit=1', 'cursor=nonsense'])('refuse %s', async (query) => {
    expect((await ask(`GET ${DOCS}?${query}`)).status).toBe(400);
  });
});

describe('who sees a Doc', () => {
  it.each([
    ['pk_sandbox_owner', true, true],
    ['pk_sandbox_admin', true, false],
    ['pk_sandbox_member', false, false],
    ['pk_sandbox_guest', false, false],
  ])('%s', async (token, inPrivateSpace, ofAnna) => {
    const seen = await names('', token);
    expect([seen.includes('Board deck'), seen.includes('Salary bands')]).toEqual([inPrivateSpace, ofAnna]);
  });

  it('a guest sees those in what was shared', async () => {
    expect(await names('', 'pk_sandbox_guest')).toEqual(expect.arrayContaining(['Customer feedback']));
    expect(await names('', 'pk_sandbox_guest')).not.toContain('Onboarding');
    expect((await ask(`POST ${DOCS}`, { name: 'x' }, 'pk_sandbox_guest')).status).toBe(403);
  });

  it('nobody sees those of another Workspace', async () => {
    expect((await ask('GET /v3/workspaces/67890/docs', undefined, 'pk_sandbox_other')).body.docs).toMatchObject([
      { name: 'Reactor manual' },
    ]);
    const { body } = await ask('GET /v3/workspaces/67890/docs', undefined, 'pk_sandbox_other');
    for (const [line, status] of [
      ['GET /v3/workspaces/67890/docs', 401],
      [`GET ${DOCS}/${body.docs[0].id}`, 404],
      [`GET ${DOCS}/${body.docs[0].id}/pages`, 404],
    ] as const) {
      expect([line, (await ask(line)).status]).toEqual([line, status]);
    }
    expect((await ask(`GET ${DOC}`, undefined, 'pk_sandbox_other')).status).toBe(401);
  });

  it.each([
    ['an unknown Doc', `GET ${DOCS}/8c9ix-1`],
    ['an unknown page', `GET ${DOC}/pages/8c9ix-1`],
  ])('%s is not found', async (_, line) => {
    expect((await ask(line)).status).toBe(404);
  });

  it('a Doc in the trash is not found, though it is listed there', async () => {
    const { body } = await ask(`GET ${DOCS}?deleted=true`);
    expect((await ask(`GET ${DOCS}/${body.docs[0].id}`)).status).toBe(404);
  });
});

describe('new Docs', () => {
  it('have an empty page unless told otherwise, and lie in the Workspace unless told otherwise', async () => {
    const made = await ask(`POST ${DOCS}`, { name: 'N' });
    expect([made.status, made.body]).toMatchObject([
      201,
      { name: 'N', parent: { id: '12345', type: 12 }, public: true },
    ]);
    expect((await ask(`GET ${DOCS}/${made.body.id}/pages`)).body).toMatchObject([{ name: '', content: '' }]);
    const bare = await ask(`POST ${DOCS}`, { create_page: false, parent: ENGINEERING });
    expect((await ask(`GET ${DOCS}/${bare.body.id}/page_listing`)).body).toEqual([]);
  });

  it('are hidden from others when private', async () => {
    const { body } = await ask(`POST ${DOCS}`, { name: 'P', visibility: 'PRIVATE' });
    expect((await ask(`GET ${DOCS}/${body.id}`, undefined, 'pk_sandbox_admin')).status).toBe(404);
  });

  it.each([
    ['a place that is not seen', { id: '90140206', type: 4 }, 'pk_sandbox_member', 401],
    ['a place of another Workspace', { id: '90150301', type: 4 }, 'pk_sandbox_owner', 401],
    ['a kind of parent that does not exist', { id: '1', type: 9 }, 'pk_sandbox_owner', 400],
  ])('refuse %s', async (_, parent, token, status) => {
    expect((await ask(`POST ${DOCS}`, { name: 'N', parent }, token)).status).toBe(status);
  });
});

describe('pages', () => {
  const outline = (pages: any[]): unknown[] =>
    pages.map(({ name, pages: below }) => (below ? [name, outline(below)] : name));

  it('are nested, as deep as asked for', async () => {
    const listing = async (query = '') => outline((await ask(`GET ${DOC}/page_listing${query}`)).body);
    expect(await listing()).toEqual([
      'Overview',
      ['Services', ['Event bus', ['Session store', ['Rollback plan']], 'Export worker']],
      'Milestones',
    ]);
    expect(await listing('?max_page_depth=-1')).toEqual(await listing());
    expect(await listing('?max_page_depth=0')).toEqual(['Overview', 'Services', 'Milestones']);
    expect(await listing('?max_page_depth=1')).toEqual([
      'Overview',
      ['Services', ['Event bus', 'Session store', 'Export worker']],
      'Milestones',
    ]);
    expect((await ask(`GET ${DOC}/page_listing`)).body[0]).not.toHaveProperty('content');
  });

  it('come as Markdown, or flattened', async () => {
    expect((await page('Event bus')).content).toContain('## Work\n\n1. Choose the broker');
    expect((await page('Event bus', '?content_format=text/plain')).content).toContain('Work\n\nChoose the broker');
    expect((await ask(`GET ${DOC}/pages?content_format=text/html`)).status).toBe(400);
  });

  it('go below another page of the same Doc', async () => {
    const services = await page('Services');
    const made = await ask(`POST ${DOC}/pages`, { parent_page_id: services.id, name: 'Search', content: 'x' });
    expect([made.status, made.body]).toMatchObject([
      201,
      { parent_page_id: services.id, name: 'Search', content: 'x' },
    ]);
    expect((await page('Services')).pages.map(({ name }: { name: string }) => name)).toContain('Search');
    const [other] = (await ask(`GET ${DOCS}?creator=${ANNA + 37}`)).body.docs;
    expect((await ask(`POST ${DOCS}/${other.id}/pages`, { parent_page_id: services.id })).status).toBe(404);
  });

  it.each([
    ['nothing, which overwrites', undefined, 'new'],
    ['replace', 'replace', 'new'],
    ['append', 'append', 'old\n\nnew'],
    ['prepend', 'prepend', 'new\n\nold'],
  ])('are edited with %s', async (_, content_edit_mode, content) => {
    const { body } = await ask(`POST ${DOC}/pages`, { name: 'E', content: 'old' });
    expect((await ask(`PUT ${DOC}/pages/${body.id}`, { content: 'new', content_edit_mode })).status).toBe(200);
    expect((await ask(`GET ${DOC}/pages/${body.id}`)).body).toMatchObject({ name: 'E', content, edited_by: ANNA });
  });

  it('keep their text when only renamed, and refuse an unknown mode', async () => {
    const { id, content } = await page('Overview');
    await ask(`PUT ${DOC}/pages/${id}`, { name: 'Start' });
    expect(await page('Start')).toMatchObject({ id, content });
    expect((await ask(`PUT ${DOC}/pages/${id}`, { content: 'x', content_edit_mode: 'merge' })).status).toBe(400);
    expect((await page('Start')).content).toBe(content);
  });

  it('lose what no block can hold', async () => {
    const { body } = await ask(`POST ${DOC}/pages`, { content: '* a\n* <b>b</b>\n\n\n\nend  \n' });
    expect((await ask(`GET ${DOC}/pages/${body.id}`)).body.content).toBe('- a\n- b\n\nend');
  });
});
