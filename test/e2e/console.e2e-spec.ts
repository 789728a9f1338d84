import { WorkspacePolicies } from '#libs/connections';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ADMIN_ENV, ADMIN_TOKEN, keyOf, keysByRole } from '../support/administrators.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { type Connected, OWNER, session } from '../support/connect.js';
import { FormBrowser, proofIn } from '../support/form-browser.js';
import { until } from '../support/killed-programs.js';
import { heardBy } from '../support/notices.js';
import { execute, query } from '../support/postgres.js';

const MINE = '/console/12345';
const THEIRS = '/console/67890';
const LIST = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
const SIGN_IN = /\/console\/sign-in$/;
const MARKUP = `<script>alert(1)</script><img src=x onerror="alert(2)">`;

let app: TestApp;
/** Another replica. */
let second: TestApp;
/** Of somebody in the other Workspace. */
let other: Connected & { personId: string };

beforeAll(async () => {
  app = await startTestApp({ env: ADMIN_ENV });
  const POLICY_FILE = path.join(mkdtempSync(path.join(tmpdir(), 'policies-')), 'policies.yaml');
  writeFileSync(POLICY_FILE, '"67890": { clients: [api_key] }\n');
  second = await startTestApp({ env: { ...ADMIN_ENV, POLICY_FILE }, beside: app });
  await keysByRole(app);
  other = await keyOf(app, 'pk_sandbox_other', '67890');
});
afterAll(async () => {
  await second.close();
  await app.close();
});

let networks = 0;
/** A browser from a network of its own, because pages are counted per network. */
function newBrowser(where = app): FormBrowser {
  networks += 1;
  return new FormBrowser(where.url, { 'x-forwarded-for': `100.80.${networks}.1` });
}

/** A browser in which somebody has signed in with their ClickUp key. */
async function signedIn(clickupKey: string, where = app): Promise<FormBrowser> {
  const browser = newBrowser(where);
  await browser.get('/console/sign-in');
  const proved = await browser.post('/console/credential', { clickup_key: clickupKey });
  expect(proofIn(proved)).not.toBe('');
  expect((await browser.get(proved.location!)).location).toBe('/console');
  return browser;
}

async function asOperator(where = app): Promise<FormBrowser> {
  const browser = newBrowser(where);
  await browser.get('/console/sign-in');
  expect((await browser.post('/console/token', { admin_token: ADMIN_TOKEN })).location).toBe('/console');
  return browser;
}

const works = async ({ token }: Connected, where = second) => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return (await fetch(`${where.url}/mcp`, { method: 'POST', headers, body: LIST })).status === 200;
};

test('whoever is not signed in is led to sign in, and changes nothing', async () => {
  const browser = newBrowser();
  for (const path of ['/console', MINE, `${MINE}/connections`])
    expect((await browser.get(path)).location).toMatch(SIGN_IN);
  await browser.get('/console/sign-in');
  const [grant] = await query<{ id: string }>(app.databaseUrl, `SELECT id FROM access_grants LIMIT 1`);
  expect((await browser.post(`${MINE}/grants/${grant!.id}/end`, {})).status).toBe(401);
});

test('another token is not the operator’s; what was shown signs in once; signing out ends it on every replica', async () => {
  const stranger = newBrowser();
  await stranger.get('/console/sign-in');
  expect((await stranger.post('/console/token', { admin_token: `${ADMIN_TOKEN}x` })).status).toBe(403);
  expect((await stranger.get(MINE)).location).toMatch(SIGN_IN);

  const browser = newBrowser();
  await browser.get('/console/sign-in');
  const proved = await browser.post('/console/credential', { clickup_key: 'pk_sandbox_owner' });
  await browser.get(proved.location!);
  expect((await browser.get(proved.location!)).status).toBe(400);
  expect((await browser.get(MINE)).status).toBe(200);

  const elsewhere = newBrowser(second);
  for (const [name, value] of browser.cookies) elsewhere.cookies.set(name, value);
  expect((await elsewhere.get(MINE)).status).toBe(200);
  await browser.post('/console/sign-out', {});
  expect((await elsewhere.get(MINE)).location).toMatch(SIGN_IN);
});

test.each([
  ['pk_sandbox_owner', true, true],
  ['pk_sandbox_admin', true, true],
  // The auditor.
  ['pk_sandbox_both', true, false],
  ['pk_sandbox_member', false, true],
  ['pk_sandbox_guest', false, true],
])('%s sees everybody: %s, and may end something: %s', async (key, everybody, ends) => {
  const browser = await signedIn(key);
  const { html } = await browser.get(`${MINE}/people`);
  expect((html.match(/\/people\/\d+"/g) ?? []).length > 1).toBe(everybody);
  const grants = (await browser.get(`${MINE}/grants`)).html;
  expect(grants.includes('/end"')).toBe(ends);
  const [grant] = await query<{ id: string }>(
    app.databaseUrl,
    `SELECT id FROM access_grants WHERE tenant_id = '12345' AND revoked_at IS NULL LIMIT 1`,
  );
  if (!ends) expect((await browser.post(`${MINE}/grants/${grant!.id}/end`, {})).status).toBe(403);
  // Of the other Workspace nothing is there.
  for (const path of [
    THEIRS,
    `${THEIRS}/connections`,
    `${THEIRS}/people/${other.personId}`,
    `${MINE}/people/${other.personId}`,
    `${MINE}/connections/${other.connectionId}`,
    `${MINE}/grants/${other.grantId}/end`,
  ])
    // This one is in both Workspaces.
    if (key !== 'pk_sandbox_both') expect([path, (await browser.get(path)).status]).toEqual([path, 404]);
});

test('one question, and a session, a connection or all of a person end on every replica; without its form nothing does', async () => {
  const browser = await signedIn('pk_sandbox_owner');
  const [one, two, three] = await Promise.all([1, 2, 3].map(() => keyOf(app, 'pk_sandbox_member')));
  for (const [key, path, say] of [
    [one!, `/grants/${one!.grantId}`, 'stops working at once'],
    [two!, `/connections/${two!.connectionId}`, 'stops working at once'],
    [three!, `/people/${three!.personId}`, 'stops working at once'],
  ] as const) {
    expect(await works(key)).toBe(true);
    expect((await browser.get(`${MINE}${path}/end`)).html).toContain(say);
    const { csrf } = browser;
    browser.csrf = 'x'.repeat(43);
    expect((await browser.post(`${MINE}${path}/end`, {})).status).toBe(403);
    browser.csrf = csrf;
    expect((await browser.post(`${MINE}${path}/end`, {}, { origin: 'https://elsewhere.example' })).status).toBe(403);
    expect(await works(key)).toBe(true);
    const done = await browser.post(`${MINE}${path}/end`, {});
    expect((await browser.get(done.location!)).html).toContain('Ended, on every replica.');
    expect(await works(key, app)).toBe(false);
    await until(async () => !(await works(key)));
  }
});

test('what is switched off in the console stops on every replica, and goes on again; everybody sees only what they may', async () => {
  const browser = await signedIn('pk_sandbox_owner');
  const key = await keyOf(app, 'pk_sandbox_member');
  const call = async (name: string) => {
    const headers = { authorization: `Bearer ${key.token}`, 'content-type': 'application/json' };
    const params = { name, arguments: {} };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
    return (await fetch(`${second.url}/mcp`, { method: 'POST', headers, body })).text();
  };
  expect(await call('get_workspace_hierarchy')).toContain('"isError":false');
  const wanted = { kind: 'tool', target: 'get_workspace_hierarchy', reason: 'incident' };
  const question = await browser.get(`${MINE}/switches/off?${new URLSearchParams(wanted).toString()}`);
  expect(question.html).toContain('Switch this off?');
  expect(await call('get_workspace_hierarchy')).toContain('"isError":false');
  let done = '';
  await heardBy(second, 'switch', async () => (done = (await browser.post(`${MINE}/switches`, wanted)).location!));
  const { html } = await browser.get(done);
  expect(await call('get_workspace_hierarchy')).not.toContain('"isError":false');
  const id = /switches\/([\da-f-]{36})\/on"/.exec(html)![1]!;
  // A member looks after nothing but what is their own; an auditor sees, and presses nothing.
  const [member, auditor] = await Promise.all([signedIn('pk_sandbox_member'), signedIn('pk_sandbox_both')]);
  expect((await member.get(`${MINE}/switches`)).status).toBe(403);
  expect((await member.get(`${MINE}/audit`)).status).toBe(403);
  expect((await auditor.get(`${MINE}/switches`)).html).not.toContain('/on"');
  expect((await auditor.post(`${MINE}/switches/${id}/on`, {})).status).toBe(403);
  expect((await browser.get(`${THEIRS}/switches`)).status).toBe(404);
  await heardBy(second, 'switch', () => browser.post(`${MINE}/switches/${id}/on`, {}));
  expect(await call('get_workspace_hierarchy')).toContain('"isError":false');
  for (const wrong of [
    'kind=tool&target=no_such_tool&reason=incident',
    'kind=tool&target=get_workspace_hierarchy&reason=mine',
  ])
    expect((await browser.get(`${MINE}/switches/off?${wrong}`)).status).toBe(400);

  // What was done stands in the audit, and is counted.
  while (!(await browser.get(`${MINE}/audit?tool=get_workspace_hierarchy`)).html.includes('Tool call'));
  expect((await browser.get(`${MINE}/audit`)).html).toContain('Switched off');
  while (!(await browser.get(`${MINE}/audit?decision=refused`)).html.includes('get_workspace_hierarchy'));
  const usage = (await browser.get(`${MINE}/usage?by=tool`)).html;
  expect(usage).toMatch(/<bdi>get_workspace_hierarchy<\/bdi><\/th><td>\d+<\/td><td>[1-9]/);
  expect(usage).toContain('<rect ');
  expect((await member.get(`${MINE}/usage?by=person`)).html).toContain(`/people/${key.personId}"`);
  expect((await browser.get(`/api/v1/audit/export?workspace=12345&format=csv`)).html).toContain(
    'get_workspace_hierarchy',
  );
});

describe('clients', () => {
  const CLIENTS = `${MINE}/clients`;
  const policies = () => app.gateway.app.get(WorkspacePolicies);
  afterEach(() => policies().store('12345', { mode: 'write' }, { id: 'operator', kind: 'operator' }));
  const version = ({ html }: { html: string }) => /name="version" value="(\d+)"/.exec(html)![1]!;
  const change = async (browser: FormBrowser, fields: Record<string, string>) => {
    const done = await browser.post(CLIENTS, { version: version(await browser.get(CLIENTS)), ...fields });
    expect(done.location).toBe(`${CLIENTS}?done=clients`);
  };

  test('a list begins with what is in use; what is taken from it is refused on every replica, and told in the audit', async () => {
    const browser = await signedIn('pk_sandbox_owner');
    const used = await session(app.gateway, app.databaseUrl, OWNER, { clientId: 'in-use', label: 'In use' });
    const later = await session(app.gateway, app.databaseUrl, OWNER, { clientId: 'later', label: 'Later' });
    await execute(app.databaseUrl, 'UPDATE access_grants SET revoked_at = now() WHERE id = $1', [later.grantId]);
    const before = await browser.get(CLIENTS);
    expect(before.html).toContain('Every app may be connected');
    expect(before.html).toMatch(/in-use[^]*1 session · 1 person/);
    expect(before.html).not.toContain('value="disallow"');
    // What else the policy says stays.
    await policies().store('12345', { mode: 'write', approve: 'tainted' }, { id: 'operator', kind: 'operator' });

    await change(browser, { what: 'list' });
    const { policy } = (await policies().stored('12345'))!;
    expect(policy).toMatchObject({ approve: 'tainted', clients: expect.arrayContaining(['in-use', 'api_key']) });
    expect(policy.clients).not.toContain('later');
    expect(policy.clients).not.toContain('session');
    while (!(await works(used)));
    const question = await browser.get(`${CLIENTS}/disallow?client=in-use`);
    expect(question.html).toContain('It is refused with its next call');
    expect(await works(used)).toBe(true);
    await change(browser, { what: 'disallow', client: 'in-use' });
    while (await works(used));
    const { html } = await browser.get(CLIENTS);
    expect(html).toMatch(/In use<\/bdi> <span class="badge ">Not let in/);
    const listed = await browser.get('/api/v1/workspaces/12345/clients');
    expect(JSON.parse(listed.html).data).toContainEqual(expect.objectContaining({ id: 'in-use', let_in: false }));
    await change(browser, { what: 'allow', client: 'in-use' });
    while (!(await works(used)));
    await change(browser, { what: 'allow', client: 'https://agent.example/client.json' });
    expect((await browser.get(CLIENTS)).html).toMatch(/used by nobody[^]*agent\.example/);
    await change(browser, { what: 'all' });
    expect((await policies().stored('12345'))!.policy).toEqual({ mode: 'write', approve: 'tainted' });
    const [told] = await query<{ n: number }>(
      app.databaseUrl,
      `SELECT count(*)::int AS n FROM audit_events WHERE event = 'policy_changed' AND tenant_id = '12345' AND kind = 'person' AND detail LIKE '%in-use%'`,
    );
    expect(told!.n).toBeGreaterThanOrEqual(3);
  });

  test('of two who change it at once the second is told, and nothing is lost', async () => {
    const [one, two] = await Promise.all([signedIn('pk_sandbox_owner'), signedIn('pk_sandbox_admin')]);
    const seen = version(await two.get(CLIENTS));
    await change(one, { what: 'list' });
    const late = await two.post(CLIENTS, { version: seen, what: 'all' });
    expect([late.status, late.html]).toEqual([412, expect.stringContaining('Somebody has changed the policy')]);
    expect((await policies().stored('12345'))!.policy.clients).toContain('api_key');
    const wrongs: Record<string, string>[] = [
      { what: 'allow' },
      { what: 'allow', client: 'x'.repeat(3000) },
      { what: 'everything', client: 'x' },
      { what: 'allow', client: 'x', version: 'x' },
    ];
    for (const wrong of wrongs)
      expect((await one.post(CLIENTS, { version: version(await one.get(CLIENTS)), ...wrong })).status).toBe(400);
  });

  test('auditors read, members do not, and what POLICY_FILE says is changed there', async () => {
    const [auditor, member] = await Promise.all([signedIn('pk_sandbox_both'), signedIn('pk_sandbox_member')]);
    const { status, html } = await auditor.get(CLIENTS);
    expect([status, html.includes('name="what"')]).toEqual([200, false]);
    expect((await auditor.post(CLIENTS, { what: 'list', version: '0' })).status).toBe(403);
    expect((await member.get(CLIENTS)).status).toBe(403);
    expect((await (await signedIn('pk_sandbox_owner')).get(`${THEIRS}/clients`)).status).toBe(404);
    const filed = await asOperator(second);
    const page = await filed.get(`${THEIRS}/clients`);
    expect(page.html).toContain('POLICY_FILE on the server');
    expect(page.html).not.toContain('name="what"');
    expect((await filed.post(`${THEIRS}/clients`, { what: 'all', version: '0' })).status).toBe(409);
  });
});

const POLICY = `${MINE}/policy`;
/** The values of a page's fields of one name. */
const valuesOf = (html: string, name: string): string[] =>
  [...html.matchAll(new RegExp(`name="${name}" value="([^"]*)"`, 'g'))].map(([, value]) =>
    value!.replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
  );

test('what a Workspace allows is changed among its places, after what that would have refused was shown', async () => {
  const browser = await signedIn('pk_sandbox_owner');
  const { html } = await browser.get(POLICY);
  expect(html).toContain('Engineering');
  const everything = {
    toolset: valuesOf(html, 'toolset'),
    risk: valuesOf(html, 'risk'),
    etag: valuesOf(html, 'etag')[0]!,
  };
  const wanted = {
    ...everything,
    mode: 'selective',
    place: ['list:90144360426'],
    disabled: 'delete_task, merge_tasks',
    confirm: 'always',
  };
  const tried = await browser.post(`${POLICY}/try`, wanted);
  expect([tried.status, tried.html.includes('90144360426')]).toEqual([200, true]);
  const written = valuesOf(tried.html, 'policy')[0]!;
  expect(JSON.parse(written)).toEqual({
    mode: 'selective',
    write: { spaces: [], folders: [], lists: ['90144360426'] },
    disabled_tools: ['delete_task', 'merge_tasks'],
    confirm: 'always',
  });
  const policies = second.gateway.app.get(WorkspacePolicies);
  expect((await policies.stored('12345'))?.policy.mode).not.toBe('selective');
  const stored = await browser.post(POLICY, { policy: written, etag: everything.etag });
  expect(stored.location).toBe(`${POLICY}?done=policy`);
  expect((await policies.stored('12345'))?.policy).toMatchObject({ mode: 'selective', confirm: 'always' });
  const [told] = await query<{ detail: string }>(
    app.databaseUrl,
    `SELECT detail FROM audit_events WHERE event = 'policy_changed' AND detail LIKE '%selective%'`,
  );
  expect(told?.detail).toContain('selective');
  // What was chosen stands in the form again, and who has seen what was before changes nothing.
  expect((await browser.get(POLICY)).html).toMatch(/value="list:90144360426" checked/);
  expect((await browser.post(POLICY, { policy: '{"mode":"write"}', etag: everything.etag })).status).toBe(412);
  expect((await browser.post(`${POLICY}/try`, { ...wanted, disabled: 'no_such_tool' })).status).toBe(400);
  const again = valuesOf((await browser.get(POLICY)).html, 'etag')[0]!;
  await browser.post(POLICY, { policy: '{"mode":"write"}', etag: again });
  expect((await policies.stored('12345'))?.policy).toEqual({ mode: 'write' });
});

test('an auditor sees what a Workspace allows, asks what would become of a call, and changes nothing', async () => {
  const key = await keyOf(app, 'pk_sandbox_owner');
  const browser = await signedIn('pk_sandbox_both');
  const { status, html } = await browser.get(POLICY);
  expect([status, html.includes('policy/try'), html.includes(key.grantId)]).toEqual([200, false, true]);
  expect((await browser.post(POLICY, { policy: '{"mode":"read"}', etag: '*' })).status).toBe(403);
  const call = { grant: key.grantId, tool: 'create_task', arguments: '{"list_id": "<b>9</b>", "name": "x"}' };
  const explained = await browser.post(`${POLICY}/explain`, call);
  expect([explained.status, explained.html.includes('id="explained"')]).toEqual([200, true]);
  expect(explained.html).not.toContain('<b>9</b>');
  expect((await browser.post(`${POLICY}/explain`, { ...call, arguments: '[1]' })).status).toBe(400);
});

test('what people and clients are called is text, and no other site frames a page', async () => {
  const key = await keyOf(app, 'pk_sandbox_guest');
  await execute(app.databaseUrl, 'UPDATE access_grants SET label = $1 WHERE id = $2', [MARKUP, key.grantId]);
  await execute(app.databaseUrl, 'UPDATE people SET name = $1 WHERE id = $2', [MARKUP, key.personId]);
  const browser = await asOperator();
  await session(app.gateway, app.databaseUrl, OWNER, { clientId: MARKUP, label: MARKUP });
  for (const path of [
    '/grants',
    '/people',
    '/connections',
    '/clients',
    '/policy',
    `/people/${key.personId}`,
    `/grants/${key.grantId}/end`,
    `/clients/disallow?${new URLSearchParams({ client: MARKUP }).toString()}`,
    `/switches?${new URLSearchParams({ kind: 'client', target: MARKUP }).toString()}`,
  ]) {
    const { html, headers } = await browser.get(MINE + path);
    expect(html).toContain('&lt;script&gt;');
    expect(html).not.toContain('<script>');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('cache-control')).toContain('no-store');
  }
});

test('10,000 connections stay readable: pages of bounded size lead to the next ones, and people are found by name', async () => {
  await execute(
    app.databaseUrl,
    `INSERT INTO people (tenant_id, id, name) SELECT '12345', (700000 + n)::text, 'Person number ' || n FROM generate_series(1, 10000) n`,
  );
  await execute(
    app.databaseUrl,
    `INSERT INTO connections (tenant_id, id, person_id, sealed_credential, policy)
     SELECT '12345', gen_random_uuid(), (700000 + n)::text, '\\x00', '{"mode":"read"}' FROM generate_series(1, 10000) n`,
  );
  const browser = await asOperator();
  let path: string | undefined = `${MINE}/connections`;
  const seen = new Set<string>();
  for (let pages = 0; pages < 3; pages += 1) {
    const { html }: { html: string } = await browser.get(path);
    expect(Buffer.byteLength(html)).toBeLessThan(300_000);
    const ids = [...html.matchAll(/\/connections\/([\da-f-]{36})"/g)].map((match) => match[1]!);
    expect(ids).toHaveLength(50);
    for (const id of ids) seen.add(id);
    path = `${MINE}/connections${/href="(\?cursor=[^"]+)"/.exec(html)![1]!}`;
  }
  expect(seen.size).toBe(150);
  const widest = await browser.get(`${MINE}/people?limit=200`);
  expect(Buffer.byteLength(widest.html)).toBeLessThan(300_000);
  const found = (await browser.get(`${MINE}/people?search=number+7777`)).html;
  expect([...found.matchAll(/<bdi>Person number (\d+)<\/bdi>/g)].map((match) => match[1])).toEqual(['7777']);
}, 60_000);
