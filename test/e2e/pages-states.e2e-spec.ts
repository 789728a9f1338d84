import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Browser, type Page } from 'playwright-core';
import { type NewConnection, WorkspacePolicies } from '#libs/connections';
import { type Language, translator } from '../../libs/web/src/language.js';
import { ADMIN_TOKEN } from '../support/administrators.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { asking } from '../support/ask.js';
import { describeWithBrowser, faultsOf, launch, openPage } from '../support/browser.js';
import { callTool } from '../support/call-tool.js';
import { apiKey, OWNER, session } from '../support/connect.js';
import { TestIdentityProvider } from '../support/identity-provider.js';
import { foreignTexts } from '../support/page-texts.js';
import { execute } from '../support/postgres.js';
import { ACME, L1, S1 } from '../support/scoped.js';

const CLAUDE = 'https://claude.ai/api/mcp/auth_callback';
/** An address on the operator's list that is no vendor's. */
const ELSEWHERE = 'https://agent.example/callback';
const LONG = 'A client with a rather long name that has to wrap somewhere on a phone';
const SIGN_IN = { CLICKUP_CLIENT_ID: 'sandbox_client', CLICKUP_CLIENT_SECRET: 'sandbox_secret' };

/** An identity provider that does not answer. */
const SSO = {
  ADMIN_OIDC_ISSUER: 'http://127.0.0.1:9',
  ADMIN_OIDC_CLIENT_ID: 'console',
  ADMIN_OIDC_ROLES: 'platform=operator',
};

/** The installations of the states. */
const APPS = {
  /** Everything is configured. */
  full: {
    API_KEY_MODE: 'user_bound',
    ADMIN_TOKEN,
    OPERATOR_NAME: 'Acme IT',
    OPERATOR_CONTACT_URL: 'mailto:it@acme.example',
    PRIVACY_URL: 'https://acme.example/privacy',
    REDIRECT_URI_ALLOWLIST: ELSEWHERE,
    ...SIGN_IN,
  },
  /** Nothing is; the operator lets nobody of the sandbox in any more. */
  closed: { ALLOWED_PEOPLE: '1' },
  /** Writing is possible in one List, and keys end. */
  bound: {
    API_KEY_MODE: 'user_bound',
    WRITE_MODE: 'selective',
    WRITE_ALLOWED_LISTS: L1,
    API_KEY_MAX_AGE_DAYS: '60',
    ...SSO,
  },
  unconfigured: { NODE_ENV: 'production', MASTER_KEY: '' },
} as const;
type AppName = keyof typeof APPS;

const apps = {} as Record<AppName, TestApp>;
let browser: Browser;
let client: Server;
let idp: TestIdentityProvider;
let callback: string;
let me: Omit<NewConnection, 'grant'>;

/** Has a change wait for the person. */
async function waitingChange(): Promise<void> {
  const { token } = await apiKey(apps.full.gateway, { ...me, policy: { mode: 'write', approve: 'all_writes' } });
  await callTool(apps.full.url, token, 'create_task', { list_id: L1, name: LONG });
}

/** Somebody in front of a browser of one language. */
class Visit {
  readonly t;
  constructor(
    readonly page: Page,
    readonly language: Language,
  ) {
    this.t = translator(language);
  }

  open = (path: string, app: AppName = 'full') => this.page.goto(apps[app].url + path);
  press = (key: string, values = {}, of?: string) =>
    this.page
      .getByRole('button', { name: this.t(key, values) + (of ? `: ${of}` : '') })
      .first()
      .click();

  follow = (key: string) =>
    this.page
      .getByRole('link', { name: this.t(key), exact: true })
      .first()
      .click();

  async showKey(key = 'pk_sandbox_owner') {
    await this.page.locator('#clickup_key').fill(key);
    await this.press('action.continue');
  }

  /** Registers a client, and goes where it sends people. */
  async authorize(
    client_name: string,
    redirect_uri = callback,
    { scope = '', app = 'full' }: { scope?: string; app?: AppName } = {},
  ) {
    const body = JSON.stringify({ client_name, redirect_uris: [redirect_uri], token_endpoint_auth_method: 'none' });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${apps[app].url}/register`, { method: 'POST', headers, body });
    const { client_id } = (await answer.json()) as { client_id: string };
    return this.authorizeAs(client_id, redirect_uri, { scope, app });
  }

  async authorizeAs(
    client_id: string,
    redirect_uri = callback,
    { scope = '', app = 'full' }: { scope?: string; app?: AppName } = {},
  ) {
    const code_challenge = createHash('sha256').update('v'.repeat(50)).digest('base64url');
    const query = {
      response_type: 'code',
      client_id,
      redirect_uri,
      state: 'st',
      code_challenge,
      code_challenge_method: 'S256',
      scope,
    };
    await this.open(`/authorize?${new URLSearchParams(query).toString()}`, app);
    return client_id;
  }

  async sessions(app: AppName = 'full') {
    await this.open('/sessions', app);
    await this.showKey();
  }
}

/** A session that is limited in every way, one that asked for reading only, and a key. */
async function connected() {
  const seen = { spaces: ['17'], folders: [], lists: [L1] };
  const policy = {
    mode: 'selective',
    write: { ...seen, spaces: [S1] },
    read: seen,
    toolsets: ['tasks', 'docs', 'time'],
  } as const;
  const at = [apps.full.gateway, apps.full.databaseUrl] as const;
  await session(...at, { ...me, policy }, { label: 'Claude', address: 'claude.ai' });
  await session(...at, { ...me, policy: { mode: 'read' } }, { label: LONG, address: '127.0.0.1', asked: 'read' });
  await apiKey(apps.full.gateway, me, { label: 'Script', expiresInSeconds: 86_400 });
}

/** Which clients these Workspaces let in; all without a list. */
async function lettingIn(workspaces: readonly string[], clients?: readonly string[]) {
  const policies = apps.full.gateway.app.get(WorkspacePolicies);
  for (const id of workspaces)
    await policies.store(id, { mode: 'write', ...(clients && { clients }) }, { id: 'operator', kind: 'operator' });
}

/** A state of the pages: what it is, the key of its heading, and how somebody gets there from the state before it. */
type State = readonly [name: string, heading: string, go: (at: Visit) => Promise<unknown>];

const FLOWS: Record<string, readonly State[]> = {
  'who asks': [
    ['a known vendor', 'credential.title.authorize', (at) => at.authorize('Claude', CLAUDE)],
    ['an unknown address', 'credential.title.authorize', (at) => at.authorize(LONG, ELSEWHERE)],
    ['an imitated name', 'credential.title.authorize', (at) => at.authorize('Cl\u0430ude', ELSEWHERE)],
    ['a program on the own computer', 'credential.title.authorize', (at) => at.authorize('Tool')],
  ],
  'Workspaces that do not let in the app': [
    [
      'one of two',
      'workspace.title',
      async (at) => {
        await lettingIn(['67890'], ['api_key']);
        await at.authorize('Kept out');
        await at.showKey('pk_sandbox_both');
      },
    ],
    [
      'both',
      'workspace.none.title',
      async (at) => {
        await lettingIn([ACME, '67890'], ['api_key']);
        await at.page.reload();
      },
    ],
    [
      'back afterwards',
      'problem.kept_out.heading',
      async (at) => {
        const [here] = at.page.url().split('/access');
        await at.press('action.back_to_app');
        await at.page.waitForURL(`${callback}?*`);
        await at.page.goto(here!);
        await lettingIn([ACME, '67890']);
      },
    ],
  ],
  'the choice': [
    [
      'a wrong key',
      'credential.title.authorize',
      async (at) => {
        await at.authorize('Choice');
        await at.showKey('pk_wrong_0123456789');
        await at.page.getByRole('alert').waitFor();
      },
    ],
    ['the Workspace', 'workspace.title', (at) => at.showKey('pk_sandbox_both')],
    [
      'rights, none of them chosen, areas open',
      'access.title',
      async (at) => {
        await at.page.getByLabel('Acme').check();
        await at.press('action.continue');
        await at.page.getByText(at.t('tools.title')).click();
      },
    ],
    [
      'places, some half ticked',
      'places.title.limited',
      async (at) => {
        await at.page.locator('[value=selective]').check();
        await at.page.locator('[name=limit]').check();
        await at.press('action.choose_places');
        await at.page.waitForURL('**mode=selective**');
        await at.press('places.inside', { name: 'Engineering' });
        await at.press('places.inside', { name: 'Engineering / Backend' });
        for (const value of [`list:${L1}`, 'space:90140202']) await at.page.locator(`[value="${value}"]`).check();
      },
    ],
    [
      'places, nothing ticked',
      'places.title.limited',
      async (at) => {
        for (let left = 2; left > 0; left--) await at.press('places.remove');
        await at.press('action.connect');
        await at.page.getByRole('alert').waitFor();
      },
    ],
    [
      'back after success',
      'problem.connected.heading',
      async (at) => {
        const here = at.page.url().replace(/\/grant$/, '');
        await at.page.locator('.tree input').first().check();
        await at.press('action.connect');
        await at.page.waitForURL(`${callback}?*`);
        await at.page.goto(here);
      },
    ],
  ],
  'what the client asked for': [
    ['reading', 'access.title', (at) => at.authorize('Asks', callback, { scope: 'read' }).then(() => at.showKey())],
    ['writing', 'access.title', (at) => at.authorize('Asks', callback, { scope: 'write' }).then(() => at.showKey())],
  ],
  'the offer to replace': [
    [
      'an older session of a website',
      'access.title',
      async (at) => {
        await connected();
        await at.authorize('Claude', CLAUDE);
        await at.showKey();
      },
    ],
    [
      'an older session of a program',
      'access.title',
      async (at) => {
        const address = new URL(callback).host;
        await session(apps.full.gateway, apps.full.databaseUrl, me, { label: 'Tool', address });
        await at.authorize('Tool');
        await at.showKey();
      },
    ],
  ],
  'a key': [
    ['the start page', 'credential.title.key', (at) => at.open('/')],
    ['rights', 'access.title', (at) => at.showKey()],
    [
      'the key',
      'key.title',
      async (at) => {
        await at.page.locator('[value=read]').check();
        await at.press('action.make_key');
      },
    ],
    ['the key again', 'problem.key_shown.heading', (at) => at.page.reload()],
    ['rights within what the operator allows', 'access.title', (at) => at.open('/', 'bound').then(() => at.showKey())],
    [
      'places within what the operator allows',
      'places.title',
      async (at) => {
        await at.page.locator('[value=selective]').check();
        await at.press('action.choose_places');
      },
    ],
  ],
  'own sessions': [
    ['the account', 'credential.title.manage', (at) => at.open('/sessions')],
    ['none', 'credential.title.manage', (at) => at.showKey()],
    ['several, with places', 'credential.title.manage', (at) => connected().then(() => at.page.reload())],
    ['rights of one that asked for reading', 'access.title', (at) => at.press('sessions.change', {}, LONG)],
    [
      'places of one that sees other places than it may change',
      'places.title.limited',
      async (at) => {
        await at.press('action.cancel');
        await at.press('sessions.change', {}, 'Claude');
        await at.press('action.choose_places');
      },
    ],
    ['the same places for both', 'places.title.limited', (at) => at.page.locator('[value=join]').check()],
    ['changed', 'credential.title.manage', (at) => at.press('action.change')],
    ['one ended', 'credential.title.manage', (at) => at.press('sessions.end', {}, 'Script')],
    ['the question', 'sessions.end_all.title', (at) => at.press('sessions.end_all')],
    ['all ended', 'credential.title.manage', (at) => at.press('sessions.end_all.count', { count: 2 })],
    [
      'of somebody who is no longer let in',
      'credential.title.manage',
      (at) => connected().then(() => at.sessions('closed')),
    ],
  ],
  'server URLs': [
    [
      'the offer',
      'credential.title.manage',
      async (at) => {
        await connected();
        await apiKey(
          apps.full.gateway,
          { ...me, policy: { mode: 'read', toolsets: ['docs', 'time'] } },
          { label: LONG },
        );
        await at.sessions();
      },
    ],
    [
      'the choice, all of it open',
      'url.new.title',
      async (at) => {
        await at.press('sessions.make_url');
        await at.page.getByText(at.t('url.more')).click();
      },
    ],
    [
      'more than the connection may do',
      'url.new.title',
      async (at) => {
        await at.page.locator('#name').fill(LONG);
        await at.page.locator('[name=connection]').first().check();
        await at.page.locator('[name=mode][value=all]').check();
        for (const value of ['create', 'tasks']) await at.page.locator(`[value=${value}]`).check();
        await at.press('action.make_url');
        await at.page.getByRole('alert').waitFor();
      },
    ],
    [
      'the URL',
      'url.title',
      async (at) => {
        for (const value of ['create', 'tasks']) await at.page.locator(`[value=${value}]`).uncheck();
        for (const value of ['docs', 'yes', 'off']) await at.page.locator(`[value=${value}]`).check();
        await at.page.locator('#until').fill('2998-05-06');
        await at.press('action.make_url');
      },
    ],
    ['the URL again', 'problem.url_shown.heading', (at) => at.page.reload()],
    ['in the list', 'credential.title.manage', (at) => at.sessions()],
    ['its name', 'url.own.title', (at) => at.press('sessions.url', {}, LONG)],
    [
      'no name',
      'url.own.title',
      async (at) => {
        await at.page.locator('#name').fill(' ');
        await at.press('action.rename');
        await at.page.getByRole('alert').waitFor();
      },
    ],
    ['another URL', 'url.title', (at) => at.press('action.rotate')],
    ['an end that the operator bounds', 'credential.title.manage', (at) => at.sessions('bound')],
    ['the bounded choice', 'url.new.title', (at) => at.press('sessions.make_url')],
  ],
  'what cannot go on': [
    ['no such page', 'error.not_found', (at) => at.open('/nothing-here')],
    ['an unknown client', 'error.request', (at) => at.authorizeAs('nobody')],
    [
      'a redirect URI that is not listed',
      'error.request',
      async (at) => {
        const id = await at.authorize('Tool');
        await at.authorizeAs(id, 'https://elsewhere.example/callback');
      },
    ],
    [
      'another browser',
      'error.forbidden',
      async (at) => {
        await at.authorize('Tool');
        const begun = at.page.url();
        await at.page.context().clearCookies();
        await at.open('/');
        await at.page.goto(begun);
      },
    ],
    [
      'no cookie',
      'error.forbidden',
      async (at) => {
        await at.authorize('Tool');
        await at.page.context().clearCookies();
        await at.showKey();
      },
    ],
    [
      'a form that is too old',
      'error.request',
      async (at) => {
        await at.authorize('Tool');
        await at.showKey();
        await at.page.locator('[value=read]').check();
        await execute(apps.full.databaseUrl, `UPDATE proofs SET expires_at = now() - interval '1 second'`);
        await at.press('action.connect');
      },
    ],
    [
      'declined',
      'problem.declined.heading',
      async (at) => {
        await at.authorize('Tool');
        await at.press('action.cancel');
        await at.page.waitForURL(`${callback}?*`);
        await at.page.goBack();
        await at.page.reload();
      },
    ],
    [
      'somebody who is not let in',
      'credential.title.authorize',
      async (at) => {
        await at.authorize('Tool', callback, { app: 'closed' });
        await at.showKey();
        await at.page.getByRole('alert').waitFor();
      },
    ],
  ],
  approvals: [
    ['who decides', 'credential.title.approve', (at) => at.open('/approvals')],
    [
      'a change that waits',
      'credential.title.approve',
      async (at) => {
        await waitingChange();
        await at.showKey();
      },
    ],
    [
      'refused, by its own link, which then leads to nothing',
      'credential.title.approve',
      async (at) => {
        await at.press('approvals.refuse', {}, 'Create task');
        await at.page.getByRole('status').waitFor();
      },
    ],
  ],
  'signing in for a JWT': [
    ['nobody is asked for', 'credential.title.jwt', (at) => at.open('/auth/login', 'bound')],
    [
      'a program on the own computer gets a code',
      'credential.title.jwt',
      (at) => at.open(`/auth/login?${new URLSearchParams({ redirect_uri: callback }).toString()}`, 'bound'),
    ],
    ['its rights', 'access.title', (at) => at.showKey()],
    [
      'the token was shown',
      'problem.jwt_shown.heading',
      async (at) => {
        await at.open('/auth/login?mode=read', 'bound');
        await at.showKey();
        await at.press('action.connect');
        await at.page.getByText('jwt_token').waitFor();
        await at.page.reload();
      },
    ],
    [
      'it is among the sessions',
      'credential.title.manage',
      async (at) => {
        await at.sessions('bound');
        await at.page.getByText(at.t('sessions.kind.jwt')).first().waitFor();
      },
    ],
    [
      'a Workspace that is not theirs',
      'error.forbidden',
      async (at) => {
        await at.open('/auth/login?team_id=1', 'bound');
        await at.showKey();
      },
    ],
    ['a login that is over', 'error.request', (at) => at.open(`/auth/${'x'.repeat(22)}`, 'bound')],
  ],
  'the console': [
    ['how one comes in through an identity provider', 'console.title', (at) => at.open('/console/sign-in', 'closed')],
    ['while that is away', 'console.title', (at) => at.open('/console/sign-in', 'bound')],
    ['how one comes in', 'console.title', (at) => at.open('/console')],
    [
      'a wrong token',
      'error.forbidden',
      async (at) => {
        await at.page.locator('#admin_token').fill('wrong');
        await at.press('console.operator.enter');
      },
    ],
    [
      'no problems',
      'console.overview',
      async (at) => {
        await connected();
        await at.open('/console');
        await at.showKey();
      },
    ],
    [
      'a problem',
      'console.overview',
      async (at) => {
        await execute(apps.full.databaseUrl, `UPDATE connections SET state = 'needs_reauth' WHERE state = 'active'`);
        await at.page.reload();
        await execute(apps.full.databaseUrl, `UPDATE connections SET state = 'active' WHERE state = 'needs_reauth'`);
      },
    ],
    ['connections', 'console.connections', (at) => at.follow('console.connections')],
    ['one of them', 'console.connections', (at) => at.page.locator('.items a').first().click()],
    ['the question', 'console.connections', (at) => at.follow('console.end.connection')],
    ['people', 'console.people', (at) => at.follow('console.people')],
    ['nobody of that name', 'console.people', (at) => at.open(`/console/${ACME}/people?search=nobody`)],
    ['a person', 'console.people', (at) => at.open(`/console/${ACME}/people/${me.person.id}`)],
    ['sessions and keys', 'console.grants', (at) => at.follow('console.grants')],
    ['one to be ended', 'console.grants', (at) => at.page.locator('.items .end').first().click()],
    ['ended', 'console.grants', (at) => at.press('console.end.yes')],
    ['every client let in', 'console.clients', (at) => at.follow('console.clients')],
    ['a list', 'console.clients', (at) => at.press('console.clients.list')],
    [
      'whether to keep out a kind of key',
      'console.clients',
      (at) => at.page.locator('a.end[href*="disallow?client=api_key"]').click(),
    ],
    ['without it', 'console.clients', (at) => at.press('console.clients.disallow')],
    [
      'one that nobody uses',
      'console.clients',
      async (at) => {
        await at.page.locator('#client').fill(`https://agent.example/${'long/'.repeat(20)}client.json`);
        await at.page.locator('form.card button').last().click();
        await at.page.getByText('agent.example').waitFor();
      },
    ],
    ['every client again', 'console.clients', (at) => at.press('console.clients.all')],
    [
      'changes that wait, for oneself and for others',
      'console.approvals',
      async (at) => {
        await waitingChange();
        await execute(
          apps.full.databaseUrl,
          `INSERT INTO approvals (tenant_id, id, person_id, caller_kind, caller_id, tool, risk, call_hash, sealed_call, expires_at)
           VALUES ('${ACME}', left(md5(random()::text), 22), '184', 'global_key', 'x', 'delete_task', 'destructive', decode(md5(random()::text), 'hex'), '', now() + interval '1 hour')`,
        );
        await at.follow('console.approvals');
      },
    ],
    ['one was refused', 'console.approvals', (at) => at.press('approvals.refuse', {}, 'delete_task')],
    ['nothing switched off', 'console.switches', (at) => at.follow('console.switches')],
    [
      'whether to switch off a tool',
      'console.switches',
      async (at) => {
        await at.page.locator('#target').fill('get_workspace_hierarchy');
        await at.press('console.switch.ask');
      },
    ],
    ['a tool is off', 'console.switches', (at) => at.press('console.switch.yes')],
    ['on again', 'console.switches', (at) => at.press('console.switch.on', {}, 'get_workspace_hierarchy')],
    ['what the Workspace allows', 'console.policy.page', (at) => at.follow('console.policy.page')],
    ['what another policy would have refused', 'console.policy.page', (at) => at.press('console.policy.try')],
    ['it is stored', 'console.policy.page', (at) => at.press('console.policy.store')],
    [
      'what would become of a call',
      'console.policy.page',
      async (at) => {
        await connected();
        await at.page.reload();
        await at.page.locator('#tool').fill('update_task');
        await at.page.locator('#arguments').fill('{"task_id": "86abc1", "name": "x"}');
        await at.press('console.explain.ask');
      },
    ],
    ['usage', 'console.usage', (at) => at.follow('console.usage')],
    ['usage by tool', 'console.usage', (at) => at.follow('console.usage.tool')],
    ['the audit', 'console.audit', (at) => at.follow('console.audit')],
    [
      'the Workspaces of the operator',
      'console.workspaces',
      async (at) => {
        await execute(apps.full.databaseUrl, `INSERT INTO tenants (id) VALUES ('67890') ON CONFLICT DO NOTHING`);
        await at.press('console.sign_out');
        await at.page.locator('#admin_token').fill(ADMIN_TOKEN);
        await at.press('console.operator.enter');
        await at.page.waitForURL(/console(\/\d+)?$/);
        await at.open('/console');
      },
    ],
  ],
  'other pages': [
    ['the start page without keys of people', 'home.title', (at) => at.open('/', 'closed')],
    ['a client by hand', 'connect.title', (at) => at.open('/connect')],
    ['a server without a master key', 'unconfigured.title', (at) => at.open('/', 'unconfigured')],
  ],
};

describeWithBrowser('every state of the pages', () => {
  beforeAll(async () => {
    client = createServer((_request, response) =>
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>client</title>back at the client'),
    ).listen(0, '127.0.0.1');
    idp = await TestIdentityProvider.start();
    for (const [name, env] of Object.entries(APPS) as [AppName, Record<string, string>][]) {
      const app = await startTestApp({
        env: { ...env, ...(name === 'closed' && { ...SSO, ...idp.env }) },
        ...(name !== 'full' && { beside: apps.full }),
      });
      app.url = app.url.replace('127.0.0.1', 'localhost');
      apps[name] = app;
    }
    callback = `http://127.0.0.1:${(client.address() as AddressInfo).port}/callback`;
    browser = await launch();
    const { user } = (await asking(() => apps.full.sandbox.url, '/api/v2')('GET /user')).body;
    me = { ...OWNER, workspaceId: ACME, person: { id: String(user.id), name: user.username } };
  });
  afterAll(async () => {
    await browser?.close();
    for (const app of Object.values(apps).reverse()) await app.close();
    client?.close();
    await idp?.close();
  });

  describe.each(['en', 'de'] as const)('%s', (language) => {
    test.each(Object.keys(FLOWS))('%s', async (flow) => {
      await execute(apps.full.databaseUrl, 'UPDATE access_grants SET revoked_at = now() WHERE revoked_at IS NULL');
      const { page, complaints } = await openPage(browser, {
        locale: language === 'en' ? 'en-GB' : 'de-DE',
        bypassCSP: true,
        reducedMotion: 'reduce',
        viewport: { width: 1280, height: 800 },
      });
      const at = new Visit(page, language);
      const found: Record<string, string[]> = {};
      for (const [name, heading, go] of FLOWS[flow]!) {
        await go(at);
        await page.getByRole('heading', { level: 1, name: at.t(heading), exact: true }).waitFor();
        const faults = [...(await wordsOf(at, heading)), ...(await looksOf(page, language))];
        if (faults.length > 0) found[name] = faults;
      }
      expect(found).toEqual({});
      expect(complaints).toEqual([]);
      await page.context().close();
    });
  });
});

/** What is wrong with the words of a page. */
async function wordsOf({ page, language, t }: Visit, heading: string): Promise<string[]> {
  const spoken = await page.locator('html').getAttribute('lang');
  const title = await page.title();
  return [
    ...(spoken === language ? [] : [`is marked as ${spoken}`]),
    ...(title === `${t(heading)} · ClickUp MCP Gateway` ? [] : [`is called ${title}`]),
    ...(await foreignTexts(page, language)).map((text) => `is not ${language}: ${text}`),
  ];
}

/** The colours in which a page is looked at: they are those of English in German, too, where only the words are longer. */
const COLOURS = { en: ['light', 'dark'], de: ['light'] } as const;

/** What is wrong with its looks, on a desk and on a phone. */
async function looksOf(page: Page, language: keyof typeof COLOURS): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of COLOURS[language])
    for (const width of [1280, 360]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: width === 360 ? 740 : 800 });
      found.push(
        ...(await faultsOf(page, colorScheme === 'dark' || width === 360)).map(
          (fault) => `${colorScheme}, ${width} px: ${fault}`,
        ),
      );
    }
  return found;
}
