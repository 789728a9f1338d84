import { Connections, PersonGrants } from '#libs/connections';
import { startTestApp, type TestApp } from '../support/app.js';
import { asking } from '../support/ask.js';
import { apiKey, type Connected, OTHER, OWNER, session } from '../support/connect.js';
import { type Seen } from '../support/form-browser.js';
import { Person } from '../support/person.js';
import { execute, query } from '../support/postgres.js';
import { ACME, L1, S1 } from '../support/scoped.js';

let app: TestApp;
let site: string;
let me: typeof OWNER;
let key: Connected;

beforeAll(async () => {
  app = await startTestApp({ env: { API_KEY_MODE: 'user_bound', TRUST_PROXY: 'loopback' } });
  site = app.url.replace('127.0.0.1', 'localhost');
  const { user } = (await asking(() => app.sandbox.url, '/api/v2')('GET /user')).body;
  me = { ...OWNER, workspaceId: ACME, person: { id: String(user.id), name: user.username } } as unknown as typeof OWNER;
});
afterAll(() => app.close());
beforeEach(async () => {
  await execute(app.databaseUrl, 'UPDATE access_grants SET revoked_at = now() WHERE revoked_at IS NULL');
  key = await apiKey(app.gateway, me, { label: 'Laptop' });
});

/** Each from a network of its own: the pages bound what comes from one. */
let people = 0;
const somebody = (at = site) => new Person(at, { 'x-forwarded-for': `10.0.${(people += 1)}.1` });

const BEGIN = '/sessions/urls/begin';
const CHOICE = { name: 'Report', mode: 'all', expires_days: '' };

/** The form, and whoever is in front of it. */
async function begun(at = site): Promise<{ person: Person; list: Seen; form: Seen }> {
  const person = somebody(at);
  const list = await person.show('/sessions');
  return { person, list, form: await person.press(list.html, BEGIN, {}) };
}
const fill = ({ person, form }: { person: Person; form: Seen }, fields: object = {}) =>
  person.submit(form, { ...CHOICE, connection: key.connectionId, ...fields });
const addressIn = ({ html }: Seen): string | undefined => /\/mcp\/cuu_[\w-]{22}:[\w-]{43}/.exec(html)?.[0];

/** From nothing to the URL. */
async function made(fields: object = {}): Promise<string> {
  const shown = await fill(await begun(), fields);
  const address = addressIn(shown);
  if (address === undefined) throw new Error(`no URL: ${shown.status} ${shown.html.slice(0, 3000)}`);
  return address;
}

const send = async (path: string, method: string, params = {}, token?: string, at = app.url) => {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json',
    ...(token && { authorization: `Bearer ${token}` }),
  };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const answer = await fetch(at + path, { method: 'POST', headers, body });
  return { status: answer.status, body: (await answer.json()) as any };
};
const names = async (path: string, at = app.url): Promise<string[]> =>
  (await send(path, 'tools/list', {}, undefined, at)).body.result.tools.map(({ name }: { name: string }) => name);
const status = async (path: string, token?: string) => (await send(path, 'tools/list', {}, token)).status;
const stored = async () => {
  const [row] = await query<Record<string, any>>(
    app.databaseUrl,
    `SELECT id, label, config, made_by, token_required, expires_at FROM access_grants WHERE kind = 'server_url' AND revoked_at IS NULL`,
  );
  return row;
};

describe('making one', () => {
  test('a person makes a URL that works, is shown once and with texts to copy, and is in the list', async () => {
    const at = await begun();
    const shown = await fill(at);
    const address = addressIn(shown)!;
    expect(await names(address)).toContain('create_task');
    for (const client of ['mcp-remote', 'claude mcp add --transport http clickup', 'gemini mcp add', 'serverUrl'])
      expect(shown.html).toContain(client);
    expect(shown.headers.get('cache-control')).toBe('no-store');
    // In no address of a page: only the page itself has it.
    expect(at.person.browser.visited.join('\n')).not.toContain(address.split(':')[1]);
    expect(await at.person.open(at.person.browser.visited.at(-1)!)).toMatchObject({
      status: 404,
      html: expect.stringContaining('cannot be shown again'),
    });
    expect(await stored()).toMatchObject({ label: 'Report', config: {}, made_by: null, expires_at: null });
    const back = await at.person.open(
      /href="(\/sessions\/access[^"]+)"/.exec(shown.html)![1]!.replaceAll('&amp;', '&'),
    );
    expect(back.html).toContain('Report');
    expect(back.html).not.toContain(address.split(':')[1]);
  });

  test('a form that is sent twice makes one URL', async () => {
    const at = await begun();
    const fields = { ...CHOICE, connection: key.connectionId };
    const [, proof = ''] = /name="proof" value="([^"]+)"/.exec(at.form.html)!;
    const answers = await Promise.all(
      [1, 2, 3].map(() => at.person.browser.post('/sessions/urls/grant', { ...fields, proof })),
    );
    expect(new Set(answers.map(({ location }) => location))).toEqual(new Set([`/sessions/urls/done?proof=${proof}`]));
    expect(
      await query(app.databaseUrl, `SELECT 1 FROM access_grants WHERE kind = 'server_url' AND revoked_at IS NULL`),
    ).toHaveLength(1);
  });

  test.each<[string, object, object, string[], string[]]>([
    ['reading', { mode: 'read' }, { methods: ['read'] }, ['find_tasks'], ['create_task', 'update_task']],
    [
      'some kinds of change',
      { method: ['create'] },
      { methods: ['read', 'create'] },
      ['find_tasks', 'create_task'],
      ['update_task', 'delete_task'],
    ],
    ['some areas', { toolset: ['docs'] }, { tags: ['docs'] }, ['write_doc'], ['create_task', 'log_time']],
    ['to be told of the rate limit', { upstream_retry: 'off' }, { upstream_retry: 'off' }, ['create_task'], []],
  ])('%s: what was ticked is what holds, in the words of the REST door', async (_, fields, config, has, lacks) => {
    const tools = await names(await made(fields));
    expect(await stored()).toMatchObject({ config });
    expect(tools).toEqual(expect.arrayContaining(has));
    for (const name of lacks) expect(tools).not.toContain(name);
  });

  test('a further credential is needed where that was ticked, and the page says so', async () => {
    const shown = await fill(await begun(), { token_required: 'yes' });
    expect(shown.html).toContain('put your key where cuk_');
    const address = addressIn(shown)!;
    expect([await status(address), await status(address, key.token)]).toEqual([401, 200]);
  });

  test.each<[string, object, (end: Date | null) => boolean]>([
    ['never', {}, (end) => end === null],
    ['after 30 days', { expires_days: '30' }, (end) => Math.round((end!.getTime() - Date.now()) / 864e5) === 30],
    ['after 90 days', { expires_days: '90' }, (end) => Math.round((end!.getTime() - Date.now()) / 864e5) === 90],
    [
      'at the end of a day, in the zone of the person, whatever else is chosen',
      { expires_days: '30', until: '2998-07-01' },
      (end) => end!.toISOString().startsWith('2998-07-0'),
    ],
  ])('it ends %s', async (_, fields, holds) => {
    await made(fields);
    expect(holds((await stored())!.expires_at)).toBe(true);
  });

  test.each<[string, object, string]>([
    ['no name', { name: ' ' }, 'at most 100 characters'],
    ['a name with a line break', { name: 'a\nb' }, 'on one line'],
    ['another connection', { connection: '00000000-0000-7000-8000-000000000000' }, 'Choose the connection'],
    ['a day that has passed', { until: '2020-01-01' }, 'has passed'],
    ['a day that no calendar has', { until: '2998-02-30' }, 'YYYY-MM-DD'],
    ['no day', { until: 'soon' }, 'YYYY-MM-DD'],
    [
      'reading an area in which there is nothing to read',
      { mode: 'read', toolset: ['checklists'] },
      'could do nothing',
    ],
  ])('%s: the form comes again with what to do, filled in as it was', async (_, fields, text) => {
    const at = await begun();
    const again = await fill(at, { until: '', expires_days: '90', ...fields });
    expect(again).toMatchObject({ status: 400, html: expect.stringContaining(text) });
    expect(again.html).toContain('<option value="90" selected>');
    // It is a page of its own, which the browser can come back to.
    expect(at.person.browser.visited.at(-1)).toMatch(/^\/sessions\/urls\/access\?proof=.*&form=/);
    expect(await at.person.open(at.person.browser.visited.at(-1)!)).toMatchObject({
      status: 400,
      html: expect.stringContaining(text),
    });
    expect(await stored()).toBeUndefined();
    const shown = await at.person.submit(again, { ...CHOICE, until: '', connection: key.connectionId });
    expect(addressIn(shown)).toBeDefined();
  });

  test.each<[string, object]>([
    ['another mode', { mode: 'write' }],
    ['no mode', { mode: '' }],
    ['a method that is not offered', { method: ['everything'] }],
    ['an area that is not offered', { toolset: ['auth'] }],
    ['another number of days', { expires_days: '31' }],
    ['another word for a tick', { token_required: 'no' }],
    ['a name twice', { name: ['a', 'b'] }],
  ])('what no page of ours sends is refused: %s', async (_, fields) => {
    expect(await fill(await begun(), fields)).toMatchObject({ status: 400 });
    expect(await stored()).toBeUndefined();
  });
});

describe('nothing is widened', () => {
  test.each<[string, object, object]>([
    ['a read-only connection', { mode: 'read' }, { method: ['create'] }],
    ['an area of a connection without it', { mode: 'write', toolsets: ['tasks'] }, { toolset: ['docs'] }],
  ])('%s gives no more than it has', async (_, policy, fields) => {
    key = await apiKey(app.gateway, { ...me, policy } as never, { label: 'Narrow' });
    const again = await fill(await begun(), fields);
    expect(again).toMatchObject({ status: 400, html: expect.stringContaining('may not do all that you ticked') });
    const tools = await names(await made());
    expect(tools.filter((name) => name.includes('doc') || (policy as any).mode === name)).toEqual([]);
    if ((policy as any).mode === 'read') expect(tools).not.toContain('create_task');
  });

  test('places that bound the connection bound its URL', async () => {
    const places = { spaces: [S1], folders: [], lists: [] };
    const policy = { mode: 'selective', write: { ...places, spaces: [], lists: [L1] }, read: places };
    key = await apiKey(app.gateway, { ...me, policy } as never, { label: 'Placed' });
    const path = await made();
    const create = async (list_id: string) =>
      (await send(path, 'tools/call', { name: 'create_task', arguments: { list_id, name: 'x' } })).body.result.isError;
    expect([await create(L1), await create('90144360432')]).toEqual([false, true]);
  });

  test.each([
    ['wider', 'read', 'write'],
    ['narrower', 'write', 'read'],
  ] as const)('rights of the connection that become %s later are not those of its URL', async (_, before, after) => {
    key = await apiKey(app.gateway, { ...me, policy: { mode: before } }, { label: 'Changing' });
    const path = await made();
    const had = await names(path);
    await app.gateway.app
      .get(PersonGrants)
      .changeRights({ id: key.grantId, workspaceId: ACME }, me.person.id, { mode: after }, () => Promise.resolve(true));
    expect(await names(path)).toEqual(had);
    expect(had.includes('create_task')).toBe(before === 'write');
  });

  test('what the operator narrows is narrower at once', async () => {
    const path = await made();
    const bound = await startTestApp({ beside: app, env: { API_KEY_MODE: 'user_bound', WRITE_MODE: 'read' } });
    try {
      expect(await names(path, bound.url)).not.toContain('create_task');
    } finally {
      await bound.close();
    }
  });

  test('connections of others, of the closed, and such as ClickUp refuses are not offered and not taken', async () => {
    const foreign = [
      await apiKey(app.gateway, OTHER),
      await apiKey(app.gateway, { ...me, person: { id: '184', name: 'Colleague' } }),
    ];
    const refused = await session(app.gateway, app.databaseUrl, me, { label: 'Refused' });
    await app.gateway.app.get(Connections).needsReauth(ACME, refused.connectionId);
    const at = await begun();
    expect(at.form.html).toContain(key.connectionId);
    for (const { connectionId } of [...foreign, refused]) {
      expect(at.form.html).not.toContain(connectionId);
      expect(await fill(at, { connection: connectionId })).toMatchObject({ status: 400 });
    }
    expect(await stored()).toBeUndefined();
  });

  test('the longest life of keys is that of URLs', async () => {
    const env = { API_KEY_MODE: 'user_bound', API_KEY_MAX_AGE_DAYS: '60' };
    const capped = await startTestApp({ beside: app, env });
    try {
      const at = await begun(capped.url.replace('127.0.0.1', 'localhost'));
      for (const [fields, code] of [
        [{}, 400],
        [{ expires_days: '90' }, 400],
        [{ expires_days: '60', until: '2998-01-01' }, 400],
      ] as const)
        expect(await fill(at, fields)).toMatchObject({ status: code });
      expect(await stored()).toBeUndefined();
      expect(addressIn(await fill(at, { expires_days: '60' }))).toBeDefined();
      expect((await stored())!.expires_at.getTime()).toBeLessThanOrEqual(Date.now() + 60 * 864e5);
    } finally {
      await capped.close();
    }
  });

  test('where people make no keys, they make no URLs, and end those that they have', async () => {
    const path = await made();
    const closed = await startTestApp({ beside: app });
    try {
      const person = new Person(closed.url.replace('127.0.0.1', 'localhost'));
      const list = await person.show('/sessions');
      expect(list.html).not.toContain(BEGIN);
      expect(await person.press(list.html, BEGIN, {})).toMatchObject({ status: 404 });
      await person.press(list.html, '/sessions/revoke', { grant: (await stored())!.id });
      expect(await status(path)).toBe(404);
    } finally {
      await closed.close();
    }
  });

  test('a proof is of use for what it was made for only', async () => {
    const { person, list, form } = await begun();
    const path = await made();
    const { id } = (await stored())!;
    const proofIn = (html: string) => /name="proof" value="([^"]+)"/.exec(html)![1]!;
    const fields = { ...CHOICE, connection: key.connectionId };
    for (const [action, proof] of [
      ['/sessions/urls/grant', proofIn(list.html)],
      [`/sessions/urls/${id}/rotate`, proofIn(list.html)],
      [`/sessions/urls/${id}/rotate`, proofIn(form.html)],
      [`/sessions/urls/${id}/rename`, proofIn(form.html)],
      ['/sessions/revoke', proofIn(form.html)],
    ] as const)
      expect(await person.browser.post(action, { ...fields, grant: id, proof })).toMatchObject({ status: 400 });
    const stranger = somebody();
    await stranger.open('/sessions');
    expect(await stranger.browser.post('/sessions/urls/grant', { ...fields, proof: proofIn(form.html) })).toMatchObject(
      { status: 400 },
    );
    expect(await status(path)).toBe(200);
  });
});

describe('looking after it', () => {
  const opened = async () => {
    const path = await made();
    const { id } = (await stored())!;
    const person = somebody();
    const list = await person.show('/sessions');
    const page = await person.press(list.html, `/sessions/urls/${id}/begin`, {});
    return { path, id, person, list, page };
  };

  test('it is renamed, and a name that is none is told', async () => {
    const { path, person, page } = await opened();
    const again = await person.submit(page, { name: ' ' });
    expect(again).toMatchObject({ status: 400, html: expect.stringContaining('at most 100 characters') });
    const list = await person.submit(again, { name: 'Weekly <b>' });
    expect(list.html).toContain('Renamed.');
    expect(list.html).toContain('Weekly &lt;b&gt;');
    expect(await status(path)).toBe(200);
  });

  test('it is replaced: the URL before is refused at once, and a form that is sent twice replaces it once', async () => {
    const { path, id, person, page } = await opened();
    const [, proof = ''] = /name="proof" value="([^"]+)"/.exec(page.html)!;
    const answers = await Promise.all([1, 2].map(() => person.browser.post(`/sessions/urls/${id}/rotate`, { proof })));
    const done = `/sessions/urls/${id}/done?proof=${proof}`;
    expect(answers.map(({ location }) => location)).toEqual([done, done]);
    const address = addressIn(await person.open(done))!;
    expect([await status(path), await status(address)]).toEqual([404, 200]);
    expect(await person.open(done)).toMatchObject({ status: 404 });
  });

  test('the person replaces one that a key of theirs has made; it stays bound to that key', async () => {
    const answer = await fetch(`${app.url}/api/v1/connections/${key.connectionId}/mcp-servers`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key.token}` },
      body: JSON.stringify({ name: 'By key', config: {} }),
    });
    const { id } = (await answer.json()) as { id: string };
    const person = somebody();
    const page = await person.press((await person.show('/sessions')).html, `/sessions/urls/${id}/begin`, {});
    const [, proof = ''] = /name="proof" value="([^"]+)"/.exec(page.html)!;
    await person.browser.post(`/sessions/urls/${id}/rotate`, { proof });
    const address = addressIn(await person.open(`/sessions/urls/${id}/done?proof=${proof}`))!;
    expect(await status(address)).toBe(200);
    await app.gateway.app.get(PersonGrants).revoke(key.grantId, me.person.id, [ACME]);
    expect(await status(address)).toBe(404);
  });

  test('it goes on when the session that it was made on ends, and ends by itself', async () => {
    const { path, id, person, list } = await opened();
    await person.press(list.html, '/sessions/revoke', { grant: key.grantId });
    expect(await status(path)).toBe(200);
    await person.press(list.html, '/sessions/revoke', { grant: id });
    expect(await status(path)).toBe(404);
  });

  test('what is of others, has ended, or is no server URL is not there', async () => {
    const { person, list, id } = await opened();
    await app.gateway.app.get(PersonGrants).revoke(id, me.person.id, [ACME]);
    const theirs = await apiKey(app.gateway, OTHER);
    for (const each of [id, key.grantId, theirs.grantId, 'nothing'])
      expect(await person.press(list.html, `/sessions/urls/${each}/begin`, {})).toMatchObject({ status: 404 });
  });

  test('cancelling leads back to the list', async () => {
    const { person, page, id } = await opened();
    const [, proof = ''] = /name="proof" value="([^"]+)"/.exec(page.html)!;
    const seen = await person.browser.post(`/sessions/urls/${id}/cancel`, { proof });
    expect(seen.location).toMatch(/^\/sessions\/access\?proof=/);
  });
});

test.each(['/', '/sessions'])(
  'a key that ClickUp refuses at %s leads to a page that one can come back to',
  async (start) => {
    const person = somebody();
    const refused = await person.show(start, 'pk_wrong_0123456789');
    const at = person.browser.visited.at(-1)!;
    expect(at).toMatch(/\?note=[\w-]{22}$/);
    for (const seen of [refused, await person.open(at)])
      expect([seen.status, seen.html]).toEqual([400, expect.stringContaining('ClickUp does not accept this key')]);
    expect(refused.html).not.toContain('pk_wrong');
    // To another browser it is the page as it is for everybody.
    const other = await somebody().open(at);
    expect([other.status, other.html.includes('does not accept')]).toEqual([200, false]);
    expect((await person.submit(refused, { clickup_key: 'pk_sandbox_owner' })).status).toBe(200);
  },
);
