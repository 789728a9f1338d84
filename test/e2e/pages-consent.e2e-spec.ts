import { startTestApp, type TestApp } from '../support/app.js';
import { callTool } from '../support/call-tool.js';
import { KillSwitches, WorkspacePolicies } from '#libs/connections';
import { JwtLogin } from '../support/jwt-login.js';
import { CALLBACK, OAuthTester, pkce } from '../support/oauth.js';
import { execute, query } from '../support/postgres.js';
import { FormBrowser, proofIn, type Seen } from '../support/form-browser.js';
import { ACME, L1, S1 } from '../support/scoped.js';

/** What the pages offer once the credential was given, and what the key that is made may do: one key per test, by forms. */
let app: TestApp;
beforeAll(
  async () => void (app = await startTestApp({ env: { API_KEY_MODE: 'user_bound', CONFIRM_DESTRUCTIVE: 'never' } })),
);
afterAll(() => app?.close());

const GLOBEX = '67890';

async function proved(key = 'pk_sandbox_owner', at = app) {
  const browser = new FormBrowser(at.url);
  await browser.get('/');
  const seen = await browser.post('/key/credential', { clickup_key: key, label: 'Consent' });
  return { browser, seen, proof: proofIn(seen) };
}

const offered = ({ html }: Seen, name: string) =>
  [...html.matchAll(new RegExp(`name="${name}" value="([^"]+)"`, 'g'))].map((match) => match[1]!);

/** Sends the last form, and returns the key from the page that it leads to. */
async function made(browser: FormBrowser, form: Record<string, string | string[]>): Promise<string> {
  const { location } = await browser.post('/key/grant', form);
  const { html } = await browser.get(location!);
  return /cuk_[\w-]{22}:[\w-]{43}/.exec(html)![0];
}

const call = (
  key: string,
  name: string,
  args: object,
  at = app,
): Promise<{ isError: boolean; content: { text: string }[] }> => callTool(at.url, key, name, args);

describe('the Workspace', () => {
  test('a person in several Workspaces chooses one; the key works there and nowhere else', async () => {
    const { browser, proof } = await proved('pk_sandbox_both');
    const page = await browser.get(`/key/access?proof=${proof}`);
    expect(page.html).toContain('Choose a Workspace');
    expect(offered(page, 'workspace')).toEqual([ACME, GLOBEX]);
    const key = await made(browser, { proof, workspace: GLOBEX, mode: 'read' });
    const [row] = await query<{ tenant_id: string }>(
      app.databaseUrl,
      'SELECT tenant_id FROM access_grants WHERE id = $1',
      [key.slice(4, 26)],
    );
    expect(row).toEqual({ tenant_id: GLOBEX });
    const { content } = await call(key, 'get_workspace_hierarchy', {});
    expect(content[0]!.text).toContain('Reactor');
    expect(content[0]!.text).not.toContain('Engineering');
  });

  test('a Workspace that the key does not reach is refused, wherever the request names it', async () => {
    const { browser, proof } = await proved('pk_sandbox_both');
    expect((await browser.get(`/key/access?proof=${proof}&workspace=99999`)).html).toContain('Choose a Workspace');
    expect((await browser.post('/key/grant', { proof, workspace: '99999', mode: 'read' })).status).toBe(400);
    const other = await proved('pk_sandbox_other');
    expect((await other.browser.post('/key/grant', { proof: other.proof, workspace: ACME, mode: 'read' })).status).toBe(
      400,
    );
  });

  test('for the key of a person in no Workspace the page says so', async () => {
    const { seen } = await proved('pk_sandbox_nowhere');
    expect(seen.status).toBe(403);
    expect(seen.html).toContain('is in no Workspace');
    expect(seen.html).toContain('name="clickup_key"');
  });

  test('a Workspace without Spaces has nothing to tick, and the page says so', async () => {
    const deleted = await fetch(`${app.sandbox.url}/api/v2/space/90150301`, {
      method: 'DELETE',
      headers: { authorization: 'pk_sandbox_other' },
    });
    expect(deleted.status).toBe(200);
    const { browser, proof } = await proved('pk_sandbox_other');
    const page = await browser.get(`/key/access?proof=${proof}&workspace=${GLOBEX}&mode=selective`);
    expect(page.html).toContain('has no Spaces that you can see');
    expect(
      (await browser.post('/key/grant', { proof, workspace: GLOBEX, mode: 'selective', places: 'shown' })).status,
    ).toBe(400);
    app.sandbox.reset();
  });
});

test('the places that were ticked hold afterwards: a write in the List works, one beside it is refused', async () => {
  const { browser, proof } = await proved();
  const page = await browser.get(`/key/access?proof=${proof}&workspace=${ACME}&mode=selective`);
  const lists = offered(page, 'place').filter((value) => value.startsWith('list:'));
  expect(lists).toHaveLength(60);
  const key = await made(browser, { proof, workspace: ACME, mode: 'selective', places: 'shown', place: `list:${L1}` });
  const beside = lists.find((value) => value !== `list:${L1}`)!.slice(5);
  const writes = () => app.sandbox.stats().writes;
  const before = writes();
  expect(await call(key, 'create_task', { list_id: beside, name: 'x' })).toMatchObject({ isError: true });
  expect(writes()).toBe(before);
  expect(await call(key, 'create_task', { list_id: L1, name: 'x' })).toMatchObject({ isError: false });
  expect(writes()).toBe(before + 1);
});

test('an expired proof is answered with a page that leads back to the start, and no key is made', async () => {
  const { browser, proof } = await proved();
  await execute(app.databaseUrl, `UPDATE proofs SET expires_at = now() - interval '1 second'`);
  const count = async () => (await query(app.databaseUrl, 'SELECT 1 FROM access_grants')).length;
  const before = await count();
  for (const seen of [
    await browser.get(`/key/access?proof=${proof}`),
    await browser.post('/key/grant', { proof, workspace: ACME, mode: 'write' }),
  ]) {
    expect(seen.status).toBe(400);
    expect(seen.html).toContain('open for more than ten minutes');
    expect(seen.html).toContain('href="/"');
  }
  expect(await count()).toBe(before);
});

test('a limit that is not understood is refused, and does not count as none', async () => {
  const { browser, proof } = await proved();
  const form = { proof, workspace: ACME, mode: 'read', limit: 'list' };
  for (const seen of [
    await browser.get(`/key/access?${new URLSearchParams(form).toString()}`),
    await browser.post('/key/grant', form),
  ])
    expect([seen.status, seen.html]).toEqual([400, expect.stringContaining('a value that is not possible there')]);
});

describe('ClickUp in a bad state', () => {
  const CASES = [
    [
      'too many requests',
      { faults: [{ operation: '*', times: 50, kind: 'status', status: 429 }] },
      429,
      'takes no more requests',
    ],
    ['an error', { faults: [{ operation: '*', times: 50, kind: 'status', status: 500 }] }, 502, 'cannot be reached'],
    [
      'a page of its proxy',
      { faults: [{ operation: '*', times: 50, kind: 'html', status: 502 }] },
      502,
      'cannot be reached',
    ],
    [
      'a broken connection',
      { faults: [{ operation: '*', times: 50, kind: 'reset_before' }] },
      502,
      'cannot be reached',
    ],
    ['silence', { latencyMs: 60_000 }, 502, 'cannot be reached'],
  ] as const;

  /** What the tree says, what somebody is told who brings a credential now, and what is stored then. */
  async function seenWith(settings: (typeof CASES)[number][1]) {
    const other = await startTestApp({ env: { API_KEY_MODE: 'user_bound', CLICKUP_TIMEOUT_MS: '300' } });
    try {
      const { browser, proof } = await proved('pk_sandbox_owner', other);
      other.sandbox.configure(settings);
      const [tree, { seen }] = await Promise.all([
        browser.get(`/key/access?proof=${proof}&workspace=${ACME}&mode=selective`),
        proved('pk_sandbox_member', other),
      ]);
      return { proof, tree, seen, stored: await query(other.databaseUrl, 'SELECT 1 FROM connections') };
    } finally {
      await other.close();
    }
  }

  // Each waits some seconds for ClickUp to come back, so all wait at once.
  const runs: Record<string, ReturnType<typeof seenWith>> = {};
  beforeAll(() => {
    for (const [name, settings] of CASES) {
      runs[name] = seenWith(settings);
      runs[name].catch(() => undefined);
    }
  });
  // Those of a failed test still run.
  afterAll(() => Promise.allSettled(Object.values(runs)));

  test.each(CASES)(
    '%s: said where one can try again; nothing is stored, and the tree says it too',
    async (name, _settings, status, text) => {
      const { proof, tree, seen, stored } = await runs[name]!;
      expect([tree.status, tree.html]).toEqual([status, expect.stringContaining(text)]);
      expect(tree.html).toContain(`href="/key/access?proof=${proof}&amp;workspace=${ACME}&amp;mode=selective"`);
      expect([seen.status, seen.html]).toEqual([status, expect.stringContaining(text)]);
      expect(seen.html).toContain('name="clickup_key"');
      expect(stored).toEqual([]);
    },
  );
});

describe('what the operator allows', () => {
  const bounded = async (env: Record<string, string>, work: (at: TestApp) => Promise<void>) => {
    const at = await startTestApp({ env: { API_KEY_MODE: 'user_bound', ...env } });
    await work(at).finally(() => at.close());
  };

  test('reading only: nothing else is offered or taken, and the page says why', () =>
    bounded({ WRITE_MODE: 'read' }, async (at) => {
      const { browser, proof } = await proved('pk_sandbox_owner', at);
      const page = await browser.get(`/key/access?proof=${proof}`);
      expect(offered(page, 'mode')).toEqual(['read']);
      expect(page.html).toContain('This server allows reading only');
      for (const mode of ['write', 'selective'])
        expect((await browser.post('/key/grant', { proof, workspace: ACME, mode })).status).toBe(400);
      expect((await browser.get(`/key/access?proof=${proof}&mode=selective`)).html).not.toContain('name="place"');
    }));

  test('some places: only those can be ticked, whatever is sent', () =>
    bounded({ WRITE_MODE: 'selective', WRITE_ALLOWED_LISTS: L1 }, async (at) => {
      const { browser, proof } = await proved('pk_sandbox_owner', at);
      const access = await browser.get(`/key/access?proof=${proof}`);
      expect(offered(access, 'mode')).toEqual(['read', 'selective']);
      expect(access.html).toContain('writing in some places only');
      expect((await browser.post('/key/grant', { proof, workspace: ACME, mode: 'write' })).status).toBe(400);
      const page = await browser.get(`/key/access?proof=${proof}&workspace=${ACME}&mode=selective`);
      expect(offered(page, 'place')).toEqual([`list:${L1}`]);
      for (const name of ['Engineering', 'Backend', 'Sprint 42']) expect(page.html).toContain(name);
      expect(page.html).not.toContain('Marketing');
      await browser.post('/key/grant', {
        proof,
        workspace: ACME,
        mode: 'selective',
        places: 'shown',
        place: [`space:${S1}`, `list:${L1}`],
      });
      expect(await query(at.databaseUrl, 'SELECT policy FROM connections')).toEqual([
        { policy: { mode: 'selective', write: { spaces: [], folders: [], lists: [L1] } } },
      ]);
    }));

  test('places of another Workspace: nothing to tick, and why', () =>
    bounded({ WRITE_MODE: 'selective', WRITE_ALLOWED_LISTS: '1' }, async (at) => {
      const { browser, proof } = await proved('pk_sandbox_owner', at);
      const page = await browser.get(`/key/access?proof=${proof}&workspace=${ACME}&mode=selective`);
      expect(offered(page, 'place')).toEqual([]);
      expect(page.html).toContain('may be written to through this server');
    }));
});

describe('which clients a Workspace lets in', () => {
  const OPERATOR = { id: 'operator', kind: 'operator' };
  const allow = (clients: string[] | undefined, workspaceId = ACME) =>
    app.gateway.app.get(WorkspacePolicies).store(workspaceId, { mode: 'write', ...(clients && { clients }) }, OPERATOR);
  afterEach(() => Promise.all([allow(undefined), allow(undefined, GLOBEX)]));
  const grants = async () => (await query(app.databaseUrl, 'SELECT 1 FROM access_grants')).length;
  const disabled = ({ html }: Seen) =>
    [...html.matchAll(/name="workspace" value="([^"]+)" required disabled/g)].map((match) => match[1]!);

  /** A person at the step of the Workspace, sent there by a client. */
  async function asked(key: string) {
    const client = await OAuthTester.registered(app);
    const browser = new FormBrowser(app.url);
    const query = { response_type: 'code', client_id: client.clientId, redirect_uri: CALLBACK, state: 'st' };
    const begun = await browser.get(
      `/authorize?${new URLSearchParams({ ...query, code_challenge: pkce().challenge, code_challenge_method: 'S256' }).toString()}`,
    );
    const path = begun.location!;
    await browser.get(path);
    const shown = await browser.post(`${path}/credential`, { clickup_key: key });
    return { client, browser, path, proof: proofIn(shown), page: await browser.get(shown.location!) };
  }

  test('of two Workspaces one does not: it is shown with the reason, a forged form is refused, the other connects', async () => {
    await allow(['api_key'], GLOBEX);
    const { browser, path, proof, page } = await asked('pk_sandbox_both');
    expect([offered(page, 'workspace'), disabled(page)]).toEqual([[ACME, GLOBEX], [GLOBEX]]);
    expect(page.html).toContain('the administrators of this Workspace do not let in this app');
    const before = await grants();
    const chosen = await browser.get(`${path}/access?proof=${proof}&workspace=${GLOBEX}`);
    expect([chosen.html.includes('name="mode"'), disabled(chosen)]).toEqual([false, [GLOBEX]]);
    const forged = await browser.post(`${path}/grant`, { proof, workspace: GLOBEX, mode: 'write' });
    expect([forged.status, disabled(forged), await grants()]).toEqual([403, [GLOBEX], before]);
    const connected = await browser.post(`${path}/grant`, { proof, workspace: ACME, mode: 'write' });
    expect((await browser.get(connected.location!)).location).toMatch(/[?&]code=/);
    expect(await grants()).toBe(before + 1);
  });

  test('no Workspace does: the page says so and offers nothing, and the client is told access_denied with the reason', async () => {
    await allow(['another-client']);
    const { browser, path, proof, page } = await asked('pk_sandbox_owner');
    expect(page.html).toContain('Not possible in your Workspace');
    expect(offered(page, 'mode')).toEqual([]);
    const forged = await browser.post(`${path}/grant`, { proof, workspace: ACME, mode: 'read' });
    expect([forged.status, forged.html]).toEqual([403, expect.stringContaining('do not let in this app')]);
    const back = await browser.post(`${path}/cancel`, { proof });
    const { searchParams } = new URL((await browser.get(back.location!)).location!);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      error: 'access_denied',
      error_description: 'No Workspace of this person lets in this client',
      state: 'st',
    });
    expect((await browser.get(path)).html).toContain('This app was not let in');
  });

  test('a client that is named by its id is let in, and one that was named until the form came is not', async () => {
    const { client, browser, path, proof } = await asked('pk_sandbox_owner');
    await allow([client.clientId]);
    expect(offered(await browser.get(`${path}/access?proof=${proof}`), 'mode')).toContain('write');
    await allow([]);
    expect((await browser.post(`${path}/grant`, { proof, workspace: ACME, mode: 'write' })).status).toBe(403);
    // Whoever goes back by themselves has declined, as far as the client is concerned, unless nothing was left.
    await allow([client.clientId]);
    const back = await browser.post(`${path}/cancel`, { proof });
    expect((await browser.get(back.location!)).location).toContain('error_description=The+person+declined');
  });

  test('keys, server URLs and JWT sessions alike, by pages and over REST', async () => {
    const first = await proved();
    const key = await made(first.browser, { proof: first.proof, workspace: ACME, mode: 'write' });
    await allow(['session']);
    const { browser, proof } = await proved();
    const page = await browser.get(`/key/access?proof=${proof}`);
    expect(page.html).toContain('do not let in API keys');
    const before = await grants();
    expect((await browser.post('/key/grant', { proof, workspace: ACME, mode: 'read' })).status).toBe(403);

    const login = new JwtLogin(app, 'text/html');
    const { location } = await login.begin();
    await login.browser.get(location!);
    const shown = await login.browser.post(`${location}/credential`, { clickup_key: 'pk_sandbox_owner' });
    expect((await login.browser.get(shown.location!)).html).toContain('do not let in JWT sessions');
    const taken = await login.browser.post(`${location}/grant`, {
      proof: proofIn(shown),
      workspace: ACME,
      mode: 'read',
    });
    expect([taken.status, await grants()]).toEqual([403, before]);

    await allow(['api_key']);
    const [row] = await query<{ id: string }>(
      app.databaseUrl,
      'SELECT connection_id AS id FROM access_grants WHERE id = $1',
      [key.slice(4, 26)],
    );
    const urls = await fetch(`${app.url}/api/v1/connections/${row!.id}/mcp-servers`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Door', config: {} }),
    });
    const reason = 'this Workspace does not let in this client';
    expect([urls.status, ((await urls.json()) as any).error.details]).toEqual([403, { reason }]);
    await browser.get('/sessions');
    const list = await browser.post('/sessions/credential', { clickup_key: 'pk_sandbox_owner' });
    const begun = await browser.post('/sessions/urls/begin', { proof: proofIn(list) });
    const form = await browser.get(begun.location!);
    expect(form.html).toMatch(new RegExp(`name="connection" value="${row!.id}" required disabled`));
    const asked = { proof: proofIn(begun), name: 'Door', connection: row!.id, mode: 'read', expires_days: '' };
    const refused = await browser.post('/sessions/urls/grant', asked);
    expect([refused.status, refused.html]).toEqual([400, expect.stringContaining('do not let in server URLs')]);
    expect(await grants()).toBe(before);
  });

  test('a client that is switched off is told as such', async () => {
    const switches = app.gateway.app.get(KillSwitches);
    const off = await switches.set(
      { kind: 'client', target: 'api_key', workspaceId: ACME, reason: 'incident' },
      OPERATOR,
    );
    const { browser, proof } = await proved();
    expect((await browser.get(`/key/access?proof=${proof}`)).html).toContain('an administrator has switched this off');
    expect((await browser.post('/key/grant', { proof, workspace: ACME, mode: 'read' })).status).toBe(403);
    await switches.lift(off.id, ACME, OPERATOR);
    await made(browser, { proof, workspace: ACME, mode: 'read' });
  });
});
