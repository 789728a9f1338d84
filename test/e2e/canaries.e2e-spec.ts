import { Connections, Grants } from '#libs/connections';
import { MASTER_KEY } from '#libs/core';
import { registry } from '#libs/audit';
import { createHash } from 'node:crypto';
import { CLIENT } from '../../apps/sandbox/src/index.js';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { Answers, type Sighting, sightings, writings } from '../support/canaries.js';
import { apiKey, OTHER } from '../support/connect.js';
import { dump } from '../support/dump.js';
import { FormBrowser, proofIn, type Seen } from '../support/form-browser.js';
import { CALLBACK, OAuthTester, pkce } from '../support/oauth.js';
import { execute } from '../support/postgres.js';

const [TYPED, BROUGHT, WRONG] = ['pk_sandbox_owner', 'pk_sandbox_other', 'pk_90_CANARYWRONGKEY0123456789'];
const LIST = '90144360426';
/** The marked texts that stand in tasks: none may appear where it does not belong. */
const CONTENT = ['canary-name', 'canary-description', 'canary-comment', 'canary-argument'];

/** Every place where a secret is, and why it has to be there. Whatever else is found fails the test, and so does a row that is not needed. */
const ALLOWED: Readonly<Record<Sighting, string>> = {
  'client state in location of GET /authorize/:id': 'RFC 6749 4.1.2: the redirect to the client gives back its state',
  'code in location of GET /authorize/:id': 'RFC 6749 4.1.2: and its code',
  'client state in body of GET /authorize/:id': 'a redirect says in words where it leads',
  'code in body of GET /authorize/:id': 'a redirect says in words where it leads',
  'access token in body of POST /token': 'RFC 6749 5.1',
  'refresh token in body of POST /token': 'RFC 6749 5.1',
  'API key in body of GET /key/done': 'shown once to the person who made it',
  'ClickUp state in location of POST /key/clickup': 'RFC 6749 4.1.1: the redirect to ClickUp carries our state',
  'content in body of POST /mcp': 'what was asked for',
  'confirmation in body of POST /mcp': 'the model repeats the call with it',
  'client state in dump':
    'an authorization that is under way; it protects the client, who checks it together with its PKCE verifier, and is deleted with the interaction',
};

let app: TestApp;
/** This gateway takes global keys and ClickUp keys of clients; the other one makes API keys. */
let open: TestApp;
let answers: Answers;
const secrets = new Map<string, Set<string>>();
const dumps: string[] = [];
const keep = (name: string, ...values: string[]) =>
  values.forEach((value) => secrets.set(name, (secrets.get(name) ?? new Set()).add(value)));

beforeAll(async () => {
  app = await startTestApp({
    env: {
      API_KEY_MODE: 'user_bound',
      CLICKUP_CLIENT_ID: CLIENT.id,
      CLICKUP_CLIENT_SECRET: CLIENT.secret,
      LOG_LEVEL: 'trace',
    },
  });
  open = await startTestApp({ beside: app, env: { ALLOW_CLIENT_CREDENTIALS: 'true', LOG_LEVEL: 'trace' } });
  answers = new Answers([app.url, open.url]);
  keep('master key', '5e'.repeat(32), app.gateway.app.get<Buffer>(MASTER_KEY).toString('latin1'));
  keep('global key', WRITE_KEY);
  keep('client secret', CLIENT.secret);
  keep('ClickUp key', TYPED, BROUGHT, WRONG);
  keep('content', ...CONTENT);
});
afterAll(async () => {
  answers.restore();
  await open.close();
  await app.close();
});

const rpc = async (
  token: string,
  method: string,
  params: object,
  headers: Record<string, string> = {},
): Promise<any> => {
  const answer = await fetch(`${token === WRITE_KEY ? open.url : app.url}/mcp?note=canary-argument`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'a-client/1.0 (canary-argument)',
      ...(token && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  return answer.json();
};
const call = (token: string, name: string, args: object, headers?: Record<string, string>) =>
  rpc(token, 'tools/call', { name, arguments: args }, headers);
const remember = async () => void dumps.push(await dump(app.databaseUrl));
const cookiesOf = ({ cookies }: FormBrowser) => [...cookies.values()].filter((value) => value.length > 20);

/** From the client's link through the pages, a wrong key first, to the redirect with the code. */
async function throughThePages(client: OAuthTester, challenge: string, state: string): Promise<URL> {
  const browser = new FormBrowser(app.url);
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: CALLBACK,
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  });
  const begun = await browser.get(`/authorize?${query.toString()}`);
  const page = begun.location!;
  await browser.get(page);
  await browser.post(`${page}/credential`, { clickup_key: WRONG });
  const proof = proofIn(await browser.post(`${page}/credential`, { clickup_key: TYPED }));
  const { html } = await browser.get(`${page}/access?proof=${proof}`);
  const workspace = /name="workspace" value="(\d+)"/.exec(html)![1]!;
  await remember();
  const granted = await browser.post(`${page}/grant`, { proof, workspace, mode: 'write' });
  const resumed = await browser.get(granted.location!);
  keep('cookie', ...cookiesOf(browser));
  return new URL(resumed.location!);
}

async function makeKey(browser: FormBrowser, seen: Seen): Promise<string> {
  const { html } = await browser.get(seen.location!);
  const workspace = /name="workspace" value="(\d+)"/.exec(html)![1]!;
  await remember();
  const done = await browser.get(
    (await browser.post('/key/grant', { proof: proofIn(seen), workspace, mode: 'write' })).location!,
  );
  const token = /cuk_[\w-]{22}:[\w-]{43}/.exec(done.html)![0];
  keep('API key', token.slice(27));
  return token;
}

/** Signs in at ClickUp's stand-in. */
async function signedIn(browser: FormBrowser): Promise<Seen> {
  await browser.get('/');
  const there = new URL((await browser.post('/key/clickup', { label: 'Signed in' })).location!);
  keep('ClickUp state', there.searchParams.get('state')!);
  const page = await (await fetch(there)).text();
  const [, person] = /name="user" value="([^"]+)"/.exec(page)!;
  const [, box, workspace] = /name="(workspace_\d+)" value="(\d+)"/.exec(page)!;
  const agreed = await fetch(`${app.sandbox.url}/api`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ...Object.fromEntries(there.searchParams), user: person!, [box!]: workspace! }),
  });
  const { pathname, search, searchParams } = new URL(agreed.headers.get('location')!);
  const code = searchParams.get('code')!;
  keep('ClickUp code', code);
  // These have the form that the sandbox gives them.
  keep('ClickUp key', createHash('sha256').update(`token ${code}`).digest('hex'));
  return browser.get(pathname + search);
}

async function work(token: string): Promise<void> {
  const { id } = (
    await call(token, 'create_task', { list_id: LIST, name: 'canary-name', description: 'canary-description' })
  ).result.structuredContent;
  await call(token, 'add_comment', { task_id: id, text: 'canary-comment' });
  await call(token, 'get_task', { task_id: id });
  const { confirm_token } = (await call(token, 'delete_task', { task_id: id })).result.structuredContent;
  keep('confirmation', confirm_token);
  await remember();
  await call(token, 'delete_task', { task_id: id, confirm_token });
  await call(token, 'get_task', { task_id: 'canary-argument' });
  await call(token, 'no_such_canary-argument', {});
  await call(token, 'update_task', { task_id: id, status: 'canary-argument' });
  await rpc(token, 'canary-argument', { name: 'canary-argument' });
  for (const kind of ['html', 'truncate', 'status', 'reset_after'] as const) {
    app.sandbox.configure({
      faults: [
        { operation: 'CreateTask', times: 1, kind, ...(kind === 'status' || kind === 'html' ? { status: 400 } : {}) },
      ],
    });
    await call(token, 'create_task', { list_id: LIST, name: 'canary-name' });
  }
}

test('SEC-217: a whole life leaves no secret in log, answers, metrics and database, except where it belongs', async () => {
  const client = await OAuthTester.registered(app);
  const pair = pkce();
  keep('verifier', pair.verifier);
  const state = 'canary-state-0123456789';
  keep('client state', state);
  const redirect = await throughThePages(client, pair.challenge, state);
  const code = redirect.searchParams.get('code')!;
  keep('code', code);
  await client.redeem(code, pkce());
  const form = (parameters: Record<string, string>) => client.token(parameters);
  const { body: first } = await client.redeem(code, pair);
  // Whether a wrong verifier uses the code up does not matter here: go on with a new code.
  const secondPair = pkce();
  keep('verifier', secondPair.verifier);
  const secondCode = (await throughThePages(client, secondPair.challenge, state)).searchParams.get('code')!;
  keep('code', secondCode);
  await remember();
  const tokens = [
    first,
    (
      await client.json('/token', {
        grant_type: 'authorization_code',
        client_id: client.clientId,
        code: secondCode,
        redirect_uri: CALLBACK,
        code_verifier: secondPair.verifier,
      })
    ).body,
  ];
  const last = tokens.filter(({ access_token }) => access_token).at(-1)!;
  const { body: refreshed } = await form({ grant_type: 'refresh_token', refresh_token: last.refresh_token });
  for (const issued of [...tokens, refreshed]) {
    if (issued.access_token) keep('access token', issued.access_token.split(':')[1]);
    if (issued.refresh_token) keep('refresh token', issued.refresh_token.split(':').at(-1));
  }
  expect(secrets.get('access token')?.size).toBeGreaterThanOrEqual(2);
  await work(refreshed.access_token);
  await remember();

  const browser = new FormBrowser(app.url);
  await browser.get('/');
  await browser.post('/key/credential', { clickup_key: WRONG, label: 'Laptop' });
  const typed = await makeKey(browser, await browser.post('/key/credential', { clickup_key: TYPED, label: 'Laptop' }));
  const other = new FormBrowser(app.url);
  const signed = await makeKey(other, await signedIn(other));
  keep('cookie', ...cookiesOf(browser), ...cookiesOf(other));
  for (const key of [typed, signed]) await work(key);
  await call(WRITE_KEY, 'get_workspace_hierarchy', {}, { 'x-clickup-key': BROUGHT, 'x-clickup-team-id': '67890' });
  await rpc(WRITE_KEY, 'tools/list', {}, { 'x-clickup-key': `Bearer ${BROUGHT}` });
  await fetch(`${app.url}/mcp?apiKey=${encodeURIComponent(typed)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
  });

  // Failures: reuse, refusals of all kinds, and internal errors.
  await form({ grant_type: 'refresh_token', refresh_token: last.refresh_token });
  await client.redeem(secondCode, secondPair);
  await call(refreshed.access_token, 'get_workspace_hierarchy', {});
  await call(`${typed}x`, 'get_workspace_hierarchy', {});
  await client.revoke(refreshed.refresh_token);
  await fetch(`${app.url}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"code":"${secondCode}"`,
  });
  const refused = await apiKey(app.gateway, OTHER);
  keep('API key', refused.token.slice(27));
  app.sandbox.configure({ faults: [{ operation: '*', times: 2, kind: 'status', status: 401 }] });
  for (let time = 0; time < 2; time += 1) await call(refused.token, 'get_workspace_hierarchy', {});
  const broken = await apiKey(app.gateway, OTHER);
  keep('API key', broken.token.slice(27));
  await execute(
    app.databaseUrl,
    'UPDATE connections SET sealed_credential = set_byte(sealed_credential, 90, 255 - get_byte(sealed_credential, 90)) WHERE id = $1',
    [broken.connectionId],
  );
  expect((await call(broken.token, 'get_workspace_hierarchy', {})).error.code).toBe('internal_error');
  await execute(app.databaseUrl, 'ALTER TABLE oauth_artifacts RENAME TO hidden');
  app.gateway.app.get(Grants).flush();
  await form({ grant_type: 'refresh_token', refresh_token: refreshed.refresh_token });
  await call(signed, 'get_workspace_hierarchy', {});
  await execute(app.databaseUrl, 'ALTER TABLE hidden RENAME TO oauth_artifacts');

  await browser.get('/sessions');
  const own = proofIn(await browser.post('/sessions/credential', { clickup_key: TYPED }));
  await browser.get(`/sessions/access?proof=${own}`);
  await browser.post('/sessions/revoke', { proof: own, grant: typed.slice(4, 26) });
  await app.gateway.app.get(Connections).revokeConnection('67890', refused.connectionId);
  await remember();

  // The search means something only where these lines were written.
  for (const line of ['"msg":"tool call"', '"security":"credential_refused"', '"msg":"request to ClickUp"'])
    expect(app.log()).toContain(line);
  const found = sightings(secrets, [
    ['log', app.log() + open.log()],
    ['metrics', await registry.metrics()],
    ...dumps.map((text) => ['dump', text] as const),
    ...answers.parts,
  ]);
  const cookies = [...found].filter((sighting) => !/^cookie in set-cookie of /.test(sighting));
  expect(cookies.sort()).toEqual(Object.keys(ALLOWED).sort());
  expect([...secrets.keys()].sort()).toEqual([
    'API key',
    'ClickUp code',
    'ClickUp key',
    'ClickUp state',
    'access token',
    'client secret',
    'client state',
    'code',
    'confirmation',
    'content',
    'cookie',
    'global key',
    'master key',
    'refresh token',
    'verifier',
  ]);
});

test('the search finds a secret in every disguise', () => {
  const secret = 'cus_AbC-0123456789/+ü"';
  const inside = (bytes: Buffer) =>
    Buffer.concat([Buffer.from('before'.slice(0, bytes.length % 5)), bytes, Buffer.from('after')]);
  for (const text of [
    secret,
    JSON.stringify({ a: secret }),
    encodeURIComponent(secret),
    `\\x${inside(Buffer.from(secret)).toString('hex')}`,
  ])
    expect(writings(secret).some((writing) => text.includes(writing))).toBe(true);
  for (const before of ['', 'a', 'ab', 'abc']) {
    for (const encoding of ['base64', 'base64url'] as const) {
      const text = Buffer.from(`${before}${secret}after`).toString(encoding);
      expect(writings(secret).some((writing) => text.includes(writing))).toBe(true);
    }
  }
});
