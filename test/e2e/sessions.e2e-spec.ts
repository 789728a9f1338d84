import { Client } from 'pg';
import { type NewConnection } from '#libs/connections';
import { startTestApp, type TestApp } from '../support/app.js';
import { asking } from '../support/ask.js';
import { accessToken, apiKey, OWNER, session } from '../support/connect.js';
import { FormBrowser, proofIn, type Seen } from '../support/form-browser.js';
import { CALLBACK, OAuthTester, pkce } from '../support/oauth.js';
import { execute, query } from '../support/postgres.js';
import { ACME, L1, S1 } from '../support/scoped.js';

/** What people see of their sessions and keys, change and end, as a browser without scripts does it. */
let app: TestApp;
let replica: TestApp;
/** The person of pk_sandbox_owner, as ClickUp names them. */
let me: Omit<NewConnection, 'grant'>;
beforeAll(async () => {
  app = await startTestApp({ env: { API_KEY_MODE: 'user_bound' } });
  replica = await startTestApp({ beside: app });
  const { user } = (await asking(() => app.sandbox.url, '/api/v2')('GET /user')).body;
  me = { ...OWNER, person: { id: String(user.id), name: user.username } };
});
afterAll(async () => {
  await replica?.close();
  await app?.close();
});
afterEach(() => execute(app.databaseUrl, 'UPDATE access_grants SET revoked_at = now() WHERE revoked_at IS NULL'));

let networks = 0;
const newBrowser = (headers: Record<string, string> = {}) =>
  new FormBrowser(app.url, { 'x-forwarded-for': `100.72.${(networks += 1)}.1`, ...headers });

/** Shows the credential at /sessions. */
async function managing(browser = newBrowser(), clickup_key = 'pk_sandbox_owner') {
  await browser.get('/sessions');
  const proof = proofIn(await browser.post('/sessions/credential', { clickup_key }));
  const list = await browser.get(`/sessions/access?proof=${proof}`);
  return { browser, proof, list };
}

/** Opens the pages that change one grant. */
async function changing(grant: string) {
  const { browser, proof: listed } = await managing();
  const begun = await browser.post(`/sessions/${grant}/begin`, { proof: listed });
  const proof = proofIn(begun);
  const page = await browser.get(begun.location!);
  return { browser, listed, proof, page, base: `/sessions/${grant}` };
}

/** Approves a client in a browser. `fields` are those of the last form. */
async function approved(client: OAuthTester, fields: Record<string, string | string[]>, scope?: string) {
  const browser = newBrowser();
  const pair = pkce();
  const url = new URLSearchParams({
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: CALLBACK,
    state: 'st',
    code_challenge: pair.challenge,
    code_challenge_method: 'S256',
    ...(scope && { scope }),
  });
  const base = new URL((await browser.get(`/authorize?${url.toString()}`)).location!, 'http://x').pathname;
  await browser.get(base);
  const proof = proofIn(await browser.post(`${base}/credential`, { clickup_key: 'pk_sandbox_owner' }));
  const page = await browser.get(`${base}/access?proof=${proof}`);
  const done = await browser.post(`${base}/grant`, { proof, workspace: ACME, ...fields });
  const { pathname } = new URL(done.location!, 'http://x');
  if (!pathname.startsWith('/authorize')) return { browser, base, proof, page, done };
  const back = await browser.get(pathname);
  const { body } = await client.redeem(new URL(back.location!).searchParams.get('code')!, pair);
  const token = body.access_token as string;
  return { browser, base, proof, page, done, token, grant: token.slice(4, 26), refresh: body.refresh_token as string };
}

async function tools(token: string, url = app.url): Promise<string[]> {
  const answer = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
  });
  if (answer.status !== 200) return [String(answer.status)];
  const { result } = (await answer.json()) as { result: { tools: { name: string }[] } };
  return result.tools.map(({ name }) => name);
}
const mayWrite = async (token: string, url?: string) => (await tools(token, url)).includes('create_task');
const until = async (holds: () => Promise<boolean>) => {
  for (let tries = 0; tries < 200 && !(await holds()); tries++) await query(app.databaseUrl, 'SELECT pg_sleep(0.02)');
  expect(await holds()).toBe(true);
};
const policyOf = async (grant: string) =>
  (
    await query<{ policy: unknown }>(
      app.databaseUrl,
      'SELECT c.policy FROM connections c JOIN access_grants g ON g.connection_id = c.id WHERE g.id = $1',
      [grant],
    )
  )[0]!.policy;
const textOf = ({ html }: Seen) =>
  html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&#39;', "'");

describe('the list', () => {
  test('tells client, address, mode, places with whole paths, areas, and times in the zone and language of the person', async () => {
    const places = { spaces: ['999999'], folders: [], lists: [L1] };
    const policy = { mode: 'selective', write: places, read: places, toolsets: ['tasks', 'docs'] } as const;
    const { grantId } = await session(
      app.gateway,
      app.databaseUrl,
      { ...me, policy },
      { label: 'Claude', address: 'claude.ai' },
    );
    await execute(
      app.databaseUrl,
      `UPDATE access_grants SET created_at = '2026-11-03T23:30Z', last_used_at = '2026-11-04T12:00Z' WHERE id = $1`,
      [grantId],
    );
    const english = textOf((await managing()).list);
    const path = 'Engineering / Backend / Sprint 42';
    for (const part of [
      'Claude claude.ai Selective write',
      `It sees only these, and may change things there: ${path} 1 place whose name ClickUp does not show you now Only`,
      'Only these areas: Tasks, Docs',
      // The sandbox's owner has set Europe/Berlin.
      'Since 4 Nov 2026 · last used 4 Nov 2026, 13:00',
      'Times are those of Europe/Berlin',
    ])
      expect(english).toContain(part);
    const german = textOf((await managing(newBrowser({ 'accept-language': 'de' }))).list);
    expect(german).toContain('Seit 04.11.2026 · zuletzt benutzt 04.11.2026, 13:00');
  });

  test('tells times in UTC, and says so, where ClickUp names no zone that there is', async () => {
    const user = app.sandbox.world.users.get(Number(me.person.id))!;
    const { timezone } = user;
    const { grantId } = await apiKey(app.gateway, me);
    await execute(app.databaseUrl, `UPDATE access_grants SET created_at = '2026-11-03T23:30Z' WHERE id = $1`, [
      grantId,
    ]);
    try {
      for (const unknown of ['Mars/Phobos', '', null]) {
        Object.assign(user, { timezone: unknown });
        const text = textOf((await managing()).list);
        expect(text).toContain('Since 3 Nov 2026');
        expect(text).toContain('Times are UTC, because ClickUp does not tell your time zone');
      }
    } finally {
      Object.assign(user, { timezone });
    }
  });

  test('shows a mode that the operator does not allow as what it comes to', async () => {
    const bounded = await startTestApp({ beside: app, env: { WRITE_MODE: 'read' } });
    try {
      await apiKey(app.gateway, me, { label: 'Script' });
      const browser = new FormBrowser(bounded.url);
      const { list } = await managing(browser);
      expect(textOf(list)).toContain('Script API key Read only');
    } finally {
      await bounded.close();
    }
  });

  test('opens while ClickUp does not answer with the places, and says how many there are', async () => {
    const policy = { mode: 'selective', write: { spaces: [], folders: [], lists: [L1, '17'] } } as const;
    await apiKey(app.gateway, { ...me, policy });
    // With a credential whose places were not read before.
    const browser = newBrowser();
    await browser.get('/sessions');
    const proof = proofIn(await browser.post('/sessions/credential', { clickup_key: 'oauth_sandbox_owner' }));
    app.sandbox.configure({ faults: [{ operation: '*', times: 50, kind: 'status', status: 500 }] });
    const list = await browser.get(`/sessions/access?proof=${proof}`);
    app.sandbox.configure({ faults: [] });
    expect(list.status).toBe(200);
    expect(textOf(list)).toContain('2 places whose names ClickUp does not show you now');
    expect(list.html).toContain('Change rights');
  });
});

describe('a change of rights', () => {
  test('narrows and widens a key, on each replica with the next call; the credential is shown once', async () => {
    const { token, grantId } = await apiKey(app.gateway, me);
    const other = await apiKey(app.gateway, me);
    expect([await mayWrite(token), await mayWrite(token, replica.url)]).toEqual([true, true]);
    const { browser, base, proof, page } = await changing(grantId);
    expect(page.html).toMatch(/name="mode" value="write" required checked/);

    const narrowed = await browser.post(`${base}/grant`, { proof, workspace: ACME, mode: 'read' });
    const list = await browser.get(narrowed.location!);
    expect(textOf(list)).toContain('in force from the next call');
    expect(await mayWrite(token)).toBe(false);
    await until(async () => !(await mayWrite(token, replica.url)));
    expect(await mayWrite(other.token)).toBe(true);

    const again = await browser.post(`${base}/begin`, { proof: proofIn(narrowed) });
    expect((await browser.get(again.location!)).html).toMatch(/name="mode" value="read" required checked/);
    await browser.post(`${base}/grant`, { proof: proofIn(again), workspace: ACME, mode: 'write' });
    expect(await mayWrite(token)).toBe(true);
    await until(() => mayWrite(token, replica.url));
  });

  test('a double click, Back and Cancel change nothing further', async () => {
    const { grantId } = await apiKey(app.gateway, me);
    const { browser, base, proof, page } = await changing(grantId);
    const form = { proof, workspace: ACME, mode: 'read' };
    await execute(
      app.databaseUrl,
      `CREATE TABLE noted (policy jsonb);
       CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN INSERT INTO noted VALUES (NEW.policy); RETURN NEW; END $$;
       CREATE TRIGGER note AFTER UPDATE ON connections FOR EACH ROW EXECUTE FUNCTION note()`,
    );
    // Both clicks arrive before either is stored: the row is held until both wait for it.
    const holder = new Client({ connectionString: app.databaseUrl });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM access_grants WHERE id = $1 FOR UPDATE', [grantId]);
    const clicks = ['read', 'write'].map((mode) => browser.post(`${base}/grant`, { ...form, mode }));
    await until(
      async () =>
        (
          await query(
            app.databaseUrl,
            `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
          )
        ).length === 2,
    );
    await holder.query('COMMIT');
    await holder.end();
    const [one, two] = (await Promise.all(clicks)) as [Seen, Seen];
    const noted = await query(app.databaseUrl, 'SELECT policy FROM noted');
    await execute(app.databaseUrl, 'DROP TRIGGER note ON connections; DROP FUNCTION note(); DROP TABLE noted');
    expect(noted).toHaveLength(1);
    expect([one.status, two.status]).toEqual([303, 303]);
    expect(one.location).toBe(two.location);
    const policy = await policyOf(grantId);
    expect((await browser.post(`${base}/grant`, { ...form, mode: 'write' })).location).toBe(one.location);
    const back = await browser.get(`${base}/access?proof=${proof}`);
    expect(textOf(back)).toContain('That was changed already');
    expect(await policyOf(grantId)).toEqual(policy);
    expect(page.status).toBe(200);

    const begun = await browser.post(`${base}/begin`, { proof: proofIn(one) });
    const cancelled = await browser.post(`${base}/cancel`, { proof: proofIn(begun) });
    expect((await browser.get(cancelled.location!)).status).toBe(200);
    expect(await policyOf(grantId)).toEqual(policy);
  });

  test('begins with the places that were granted, keeps what the pages do not show, and stays in the Workspace', async () => {
    const policy = {
      mode: 'selective',
      write: { spaces: [], folders: [], lists: [L1] },
      disabledTools: ['add_comment'],
    } as const;
    const { grantId } = await apiKey(app.gateway, { ...me, policy });
    const { browser, base, proof } = await changing(grantId);
    const form = { proof, workspace: '67890', mode: 'selective', limit: 'places' };
    const places = await browser.get((await browser.post(`${base}/grant`, form)).location!);
    expect(places.html).toContain(`value="list:${L1}" checked`);
    const done = await browser.post(`${base}/grant`, { ...form, places: 'shown', place: [`list:${L1}`] });
    expect(done.status).toBe(303);
    const lists = { spaces: [], folders: [], lists: [L1] };
    expect(await policyOf(grantId)).toEqual({ ...policy, write: lists, read: lists });
  });

  describe('where a grant sees other places than it may change', () => {
    const [write, read] = [
      { spaces: [S1], folders: [], lists: [] },
      { spaces: [], folders: [], lists: [L1, '17'] },
    ];
    const form = { workspace: ACME, mode: 'selective', limit: 'places', places: 'shown' };
    async function opened() {
      const { grantId } = await apiKey(app.gateway, me, {});
      await execute(
        app.databaseUrl,
        `UPDATE connections SET policy = $2 WHERE id = (SELECT connection_id FROM access_grants WHERE id = $1)`,
        [grantId, { mode: 'selective', write, read }],
      );
      const { browser, base, proof } = await changing(grantId);
      const first = await browser.post(`${base}/grant`, { ...form, proof, places: '' });
      return {
        grantId,
        page: await browser.get(first.location!),
        send: (more: object) => browser.post(`${base}/grant`, { ...form, proof, ...more }),
      };
    }

    test('the page shows both, and leaves them when something else is changed', async () => {
      const { grantId, page, send } = await opened();
      expect(textOf(page)).toContain(
        'It may change things in: Engineering It sees only: Engineering / Backend / Sprint 42 1 place whose name',
      );
      expect(page.html).toContain('name="apart" value="keep" required checked');
      expect((await send({ apart: 'keep', toolset: 'tasks', place: `space:${S1}` })).status).toBe(303);
      expect(await policyOf(grantId)).toEqual({ mode: 'selective', write, read, toolsets: ['tasks'] });
    });

    test('one choice for both begins with what both allow, and nothing is joined unasked', async () => {
      const { grantId, page, send } = await opened();
      expect(page.html.match(/value="[^"]+" checked(?=><span class="name")/g)).toEqual([`value="list:${L1}" checked`]);
      for (const apart of [{}, { apart: 'both' }])
        expect((await send({ ...apart, place: `space:${S1}` })).status).toBe(400);
      expect(await policyOf(grantId)).toEqual({ mode: 'selective', write, read });
      expect((await send({ apart: 'join', place: `list:${L1}` })).status).toBe(303);
      const both = { spaces: [], folders: [], lists: [L1] };
      expect(await policyOf(grantId)).toEqual({ mode: 'selective', write: both, read: both });
    });
  });

  test('keeps places that ClickUp does not name, unless they are taken away, and takes no others', async () => {
    const write = { spaces: [], folders: [], lists: [L1, '17'] };
    const { grantId } = await apiKey(app.gateway, { ...me, policy: { mode: 'selective', write } });
    const form = { workspace: ACME, mode: 'selective' };
    for (const [place, lists] of [
      [
        [`list:${L1}`, 'list:17', 'list:18'],
        [L1, '17'],
      ],
      [[`list:${L1}`], [L1]],
    ] as const) {
      const { browser, base, proof } = await changing(grantId);
      const page = await browser.get((await browser.post(`${base}/grant`, { ...form, proof })).location!);
      expect(page.html).toContain('value="list:17" checked');
      expect(textOf(page)).toContain('Name not shown by ClickUp (17) List');
      await browser.post(`${base}/grant`, { ...form, proof, places: 'shown', place: [...place] });
      expect(((await policyOf(grantId)) as { write: { lists: string[] } }).write.lists.toSorted()).toEqual(
        [...lists].sort(),
      );
    }
  });

  test('does not widen when the operator has withdrawn the only area', async () => {
    const { grantId } = await apiKey(app.gateway, { ...me, policy: { mode: 'write', toolsets: ['time'] } });
    const bounded = await startTestApp({ beside: app, env: { DISABLED_TOOLSETS: 'time' } });
    try {
      const { browser, proof: listed } = await managing(new FormBrowser(bounded.url));
      const begun = await browser.post(`/sessions/${grantId}/begin`, { proof: listed });
      const page = await browser.get(begun.location!);
      expect(page.html).toContain('name="toolset" value="time" checked');
      const form = { proof: proofIn(begun), workspace: ACME, mode: 'read', toolset: 'time' };
      expect((await browser.post(`/sessions/${grantId}/grant`, form)).status).toBe(303);
      expect(await policyOf(grantId)).toEqual({ mode: 'read', toolsets: ['time'] });
    } finally {
      await bounded.close();
    }
  });

  test('of one grant leaves another on the same connection as it is', async () => {
    const { grantId, connectionId, token } = await session(app.gateway, app.databaseUrl, {
      ...me,
      policy: { mode: 'read' },
    });
    const sibling = 'A'.repeat(22);
    await execute(
      app.databaseUrl,
      `INSERT INTO access_grants (id, kind, tenant_id, connection_id, label) SELECT $2, kind, tenant_id, connection_id, 'Sibling' FROM access_grants WHERE id = $1`,
      [grantId, sibling],
    );
    const others = await accessToken(app.databaseUrl, sibling);
    const { browser, base, proof } = await changing(grantId);
    await browser.post(`${base}/grant`, { proof, workspace: ACME, mode: 'write' });
    expect([await mayWrite(token), await mayWrite(others)]).toEqual([true, false]);
    const [row] = await query<{ id: string }>(app.databaseUrl, 'SELECT id FROM connections WHERE id = $1', [
      connectionId,
    ]);
    expect(row).toBeDefined();
    // The copy opens: what is called needs the ClickUp credential.
    const answer = await fetch(`${app.url}/mcp`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_workspace_hierarchy","arguments":{}}}',
    });
    expect(await answer.text()).toContain('Engineering');
  });

  test('is refused to other people, for what has ended, and without the proof of this very grant', async () => {
    const { grantId, token } = await apiKey(app.gateway, me);
    const another = await apiKey(app.gateway, me);
    const stranger = await managing(newBrowser(), 'pk_sandbox_member');
    const tried = await stranger.browser.post(`/sessions/${grantId}/begin`, { proof: stranger.proof });
    expect([tried.status, tried.location]).toEqual([404, undefined]);
    const { browser, listed, proof } = await changing(grantId);
    for (const wrong of [listed, 'x'])
      expect(
        (await browser.post(`/sessions/${grantId}/grant`, { proof: wrong, workspace: ACME, mode: 'read' })).status,
      ).toBe(400);
    expect(
      (await browser.post(`/sessions/${another.grantId}/grant`, { proof, workspace: ACME, mode: 'read' })).status,
    ).toBe(400);
    expect([await mayWrite(token), await mayWrite(another.token)]).toEqual([true, true]);
    await browser.post('/sessions/revoke', { proof: listed, grant: grantId });
    const gone = await browser.post(`/sessions/${grantId}/grant`, { proof, workspace: ACME, mode: 'read' });
    expect([gone.status, textOf(gone).includes('That has ended')]).toEqual([404, true]);
  });

  test('of a session that was approved for less than its client asked for reaches its tokens, and those that follow', async () => {
    const client = await OAuthTester.registered(app);
    const { token, grant, refresh } = await approved(client, { mode: 'read' }, 'read write');
    expect(await mayWrite(token!)).toBe(false);
    const { browser, base, proof } = await changing(grant!);
    await browser.post(`${base}/grant`, { proof, workspace: ACME, mode: 'write' });
    expect(await mayWrite(token!)).toBe(true);
    const { body } = await client.refresh(refresh!);
    expect(String(body.scope).split(' ').sort()).toEqual(expect.arrayContaining(['read', 'write']));
    expect(await mayWrite(body.access_token as string)).toBe(true);
  });

  test('of a client that asked for reading only says so, and offers no more', async () => {
    const client = await OAuthTester.registered(app);
    const { grant, token } = await approved(client, { mode: 'read' }, 'read');
    const { browser, base, proof, page } = await changing(grant!);
    expect(textOf(page)).toContain('The app asked for reading only');
    expect(page.html).not.toContain('value="write"');
    expect((await browser.post(`${base}/grant`, { proof, workspace: ACME, mode: 'write' })).status).toBe(400);
    expect(await mayWrite(token!)).toBe(false);
  });

  test('is not stored while the database is away, and can be sent again', async () => {
    const { grantId, token } = await apiKey(app.gateway, me);
    const { browser, base, proof } = await changing(grantId);
    const form = { proof, workspace: ACME, mode: 'read' };
    // As a failure in the middle of the transaction: neither the use of the proof nor the change may stay.
    await execute(
      app.databaseUrl,
      `CREATE FUNCTION away() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'away' USING ERRCODE = '57P01'; END $$;
       CREATE TRIGGER away BEFORE UPDATE ON connections FOR EACH ROW EXECUTE FUNCTION away()`,
    );
    const failed = await browser.post(`${base}/grant`, form);
    await execute(app.databaseUrl, 'DROP TRIGGER away ON connections; DROP FUNCTION away()');
    expect([failed.status, failed.html.includes('Confirm it once more')]).toEqual([503, true]);
    expect(await mayWrite(token)).toBe(true);
    expect((await browser.post(`${base}/grant`, form)).status).toBe(303);
    expect(await mayWrite(token)).toBe(false);
  });
});

test('everything is ended after a question', async () => {
  const own = [await apiKey(app.gateway, me), await session(app.gateway, app.databaseUrl, me)];
  const { browser, proof, list } = await managing();
  expect(list.html).toContain('action="/sessions/end-all"');
  expect(list.html).not.toContain('value="all"');
  const question = await browser.get(`/sessions/end-all?proof=${proof}`);
  expect(textOf(question)).toContain('End all 2');
  expect(await Promise.all(own.map(({ token }) => mayWrite(token)))).toEqual([true, true]);
  const done = await browser.post('/sessions/revoke', { proof, grant: 'all' });
  expect(textOf(await browser.get(done.location!))).toContain('All of them have ended');
  expect(await Promise.all(own.map(({ token }) => tools(token)))).toEqual([['401'], ['401']]);
});

describe('who connects a client again', () => {
  test('is offered to end the older session, which ends with the new one and not before', async () => {
    const client = await OAuthTester.registered(app);
    const first = await approved(client, { mode: 'write' });
    const key = await apiKey(app.gateway, me, { label: 'Test client' });
    expect(first.page.html).not.toContain('name="replace"');
    // A hosted client registers anew: it is the same by its name and address.
    const second = await approved(await OAuthTester.registered(app), { mode: 'selective', replace: first.grant! });
    expect(second.page.html).toContain(`name="replace" value="${first.grant}">`);
    expect(second.page.html).not.toContain(key.grantId);
    expect(await mayWrite(first.token!)).toBe(true);
    const places = await second.browser.get(second.done.location!);
    expect(places.html).toContain(`name="replace" value="${first.grant}" checked`);
    const form = { proof: second.proof, workspace: ACME, mode: 'selective', places: 'shown', place: `list:${L1}` };
    // Whatever the form says, only what was offered ends.
    const done = await second.browser.post(`${second.base}/grant`, { ...form, replace: [first.grant!, key.grantId] });
    expect(done.status).toBe(303);
    expect([await tools(first.token!), await mayWrite(key.token)]).toEqual([['401'], true]);
    await until(async () => (await tools(first.token!, replica.url))[0] === '401');
  });

  test('may leave it, and is not offered those of others', async () => {
    const client = await OAuthTester.registered(app);
    const first = await approved(client, { mode: 'write' });
    const foreign = await OAuthTester.registered(app, { client_name: 'Another' });
    // A name alone is nobody: anybody may take it.
    await session(app.gateway, app.databaseUrl, me, { label: 'Another', address: 'another.example' });
    expect((await approved(foreign, { mode: 'read' })).page.html).not.toContain('name="replace"');
    const second = await approved(client, { mode: 'write' });
    expect([await mayWrite(first.token!), await mayWrite(second.token!)]).toEqual([true, true]);
  });
});
