import { Pages, RIGHTS, type Role, ROLES, ROUTES } from '#libs/web';
import { type FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { AdminSessions } from '../../libs/admin/src/access/admin-sessions.service.js';
import { ADMIN_ENV, ADMIN_TOKEN, type Administering, api, keyOf, keysByRole } from '../support/administrators.js';
import { SECOND_KEY, startTestApp, type TestApp } from '../support/app.js';
import { apiKey, session } from '../support/connect.js';
import { heardBy } from '../support/notices.js';
import { execute, query } from '../support/postgres.js';
import { rawRequest } from '../support/raw-http.js';

const MINE = '12345';
const THEIRS = '67890';
const ADMINISTERING = Object.entries(ROUTES).filter(([, { auth }]) => auth === 'admin');

let app: TestApp;
let tokens: Record<Role, string>;
let keys: Awaited<ReturnType<typeof keysByRole>>;
let other: Administering;
beforeAll(async () => {
  app = await startTestApp({ env: ADMIN_ENV });
  [keys, other] = await Promise.all([keysByRole(app), keyOf(app, 'pk_sandbox_other', THEIRS)]);
  const ofPeople = Object.fromEntries(Object.entries(keys).map(([role, { token }]) => [role, token]));
  tokens = { ...ofPeople, operator: ADMIN_TOKEN } as Record<Role, string>;
});
afterAll(() => app.close());

/** The route with real ids in its path, or with those that nothing has. */
function pathOf(route: string, workspace: string, id: string = randomUUID()): string {
  const path = route
    .slice(route.indexOf(' ') + 1)
    .replace(':workspace', workspace)
    .replace(/:\w+/g, encodeURIComponent(id));
  return route.includes(':workspace') ? path : `${path}?workspace=${workspace}`;
}
const isPage = (route: string) => ROUTES[route]!.surface === 'page';
/** Sends a request to a route as it is meant to be asked: to REST JSON, to a page the form that was made for this browser. */
function send(token: string, route: string, workspace: string, id?: string) {
  const [method = '', path] = [route.split(' ')[0], pathOf(route, workspace, id)];
  if (!isPage(route) || method === 'GET') return sendToRest(token, route, workspace, id);
  const { browser } = app.gateway.app.get(Pages);
  const cookie = 'x'.repeat(43);
  const headers = {
    Authorization: `Bearer ${token}`,
    Cookie: `browser=${cookie}`,
    'Content-Type': 'application/x-www-form-urlencoded',
    'X-Forwarded-For': `100.${64 + forms++}.1.1`,
  };
  return rawRequest(app.url, method, path, headers, `csrf=${browser.csrf(cookie)}`);
}
let forms = 0;
const sendToRest = (token: string, route: string, workspace: string, id?: string) =>
  api(app, token, `${route.split(' ')[0]} ${pathOf(route, workspace, id)}`, route.startsWith('GET') ? undefined : {}, {
    'If-Match': '"none"',
  });

describe('every role over every route', () => {
  const cases = ADMINISTERING.flatMap(([route, { needs }]) => ROLES.map((role) => ({ route, role, needs: needs! })));

  test.each(cases)('$role: $route', async ({ route, role, needs }) => {
    const { status, json } = await send(tokens[role], route, MINE);
    const { whole, own } = RIGHTS[needs];
    // What is sent is not whole, so whoever is let in is told what is missing, or that nothing has this id.
    if ([...whole, ...own].includes(role)) expect([401, 403, 500]).not.toContain(status);
    else expect([status, isPage(route) ? 'forbidden' : json.error.code]).toEqual([403, 'forbidden']);
  });

  test('there are routes', () => expect(cases.length).toBeGreaterThan(5));
});

describe('another Workspace', () => {
  const inOne = ADMINISTERING.filter(([, { needs }]) => RIGHTS[needs!].of === 'workspace').map(([route]) => route);
  const people = ROLES.filter((role) => role !== 'operator' && role !== 'auditor');

  test.each(inOne.flatMap((route) => people.map((role) => [route, role] as const)))(
    '%s is not there for the %s of this one',
    async (route, role) => {
      for (const id of [other.grantId, other.connectionId, other.personId]) {
        const { status, json } = await send(tokens[role], route, THEIRS, id);
        expect([status, isPage(route) ? 'not_found' : json.error.code]).toEqual([404, 'not_found']);
      }
    },
  );

  test.each(inOne.filter((route) => /:(?!workspace)/.test(route)))('%s takes no id of another one', async (route) => {
    for (const id of [other.grantId, other.connectionId, other.personId]) {
      const { status } = await send(tokens.owner, route, MINE, id);
      expect([400, 404, 428]).toContain(status);
    }
  });
});

describe('who may ask', () => {
  const LIST = 'GET /api/v1/workspaces';
  const asked = async (token: string) => {
    const { status, json } = await api(app, token, LIST);
    return [status, json.error?.code ?? json.data];
  };

  test('somebody without a credential is told to show one', async () => {
    const { status, headers } = await rawRequest(app.url, 'GET', '/api/v1/workspaces', {});
    expect([status, headers['www-authenticate']]).toEqual([401, expect.stringContaining('Bearer')]);
  });

  test('the operator sees every Workspace', async () => {
    expect(await asked(ADMIN_TOKEN)).toEqual([
      200,
      [
        { id: MINE, name: null, role: 'operator' },
        { id: THEIRS, name: null, role: 'operator' },
      ],
    ]);
  });

  test.each(['owner', 'admin', 'auditor', 'member', 'guest'] as const)(
    'the %s sees their own, also where their ClickUp credential reaches more',
    async (role) => expect(await asked(tokens[role])).toEqual([200, [{ id: MINE, name: expect.any(String), role }]]),
  );

  test('what an AI client was given does not administer', async () => {
    const { token } = await session(app.gateway, app.databaseUrl);
    expect(await asked(token)).toEqual([403, 'forbidden']);
  });

  test('the token of the operator calls no tools, and a wrong one opens nothing', async () => {
    const { status } = await api(app, ADMIN_TOKEN, 'POST /mcp', { jsonrpc: '2.0', id: 1, method: 'tools/list' });
    expect(status).toBe(401);
    expect(await asked(`${ADMIN_TOKEN}x`)).toEqual([401, 'invalid_token']);
    expect(await asked(SECOND_KEY)).toEqual([401, 'invalid_token']);
  });

  test('a key in the URL is none', async () => {
    const { status } = await rawRequest(app.url, 'GET', `/api/v1/workspaces?apiKey=${keys.owner.token}`, {});
    expect(status).toBe(401);
  });
});

describe('a browser session', () => {
  /** As the pages of the console begin it. */
  const signIn = async (who: { personId?: string; token?: string } = {}) => {
    const request = { headers: {} } as FastifyRequest;
    await app.gateway.app.get(AdminSessions).begin(request, who);
    const csrf = app.gateway.app.get(Pages).browser;
    const browser = csrf.id(request);
    const cookie = request.newCookies!.map((each) => each.split(';')[0]).join('; ');
    return { cookie, csrf: csrf.csrf(browser), request: { headers: { cookie } } as FastifyRequest };
  };
  const get = (cookie: string, url = app.url) => rawRequest(url, 'GET', '/api/v1/workspaces', { Cookie: cookie });
  const remove = (headers: Record<string, string>) =>
    rawRequest(app.url, 'DELETE', `/api/v1/workspaces/${MINE}/connections/${randomUUID()}`, headers);

  test('lets in whose it is, on every replica, until it is ended', async () => {
    const second = await startTestApp({ env: ADMIN_ENV, beside: app });
    try {
      const { cookie, request } = await signIn({ personId: keys.admin.personId, token: 'pk_sandbox_admin' });
      const [here, there] = await Promise.all([get(cookie), get(cookie, second.url)]);
      expect([here.json.data, there.json.data]).toEqual(
        Array(2).fill([{ id: MINE, name: expect.any(String), role: 'admin' }]),
      );
      await app.gateway.app.get(AdminSessions).end(request);
      expect([(await get(cookie)).status, (await get(cookie, second.url)).status]).toEqual([401, 401]);
    } finally {
      await second.close();
    }
  });

  test('of the operator is the operator', async () => {
    const { json } = await get((await signIn()).cookie);
    expect(json.data.map(({ role }: { role: string }) => role)).toEqual(['operator', 'operator']);
  });

  test.each([
    ['unused for an hour', `last_used_at = now() - interval '61 minutes'`],
    ['12 hours old', `expires_at = now()`],
  ])('%s it has ended', async (_, change) => {
    const { cookie } = await signIn();
    await execute(app.databaseUrl, `UPDATE admin_sessions SET ${change}`);
    expect((await get(cookie)).status).toBe(401);
  });

  test('changes something only for a page of ours, with its token', async () => {
    const { cookie, csrf } = await signIn();
    const refused = { 'X-CSRF-Token': csrf, Origin: 'https://evil.example' };
    expect((await remove({ Cookie: cookie })).json.error.code).toBe('forbidden');
    expect((await remove({ Cookie: cookie, 'X-CSRF-Token': 'x' })).status).toBe(403);
    expect((await remove({ Cookie: cookie, ...refused })).status).toBe(403);
    expect((await remove({ Cookie: cookie, 'X-CSRF-Token': csrf, Origin: app.url })).status).toBe(404);
  });
});

describe('a credential that may not write everywhere', () => {
  test.each(['read', 'selective'] as const)('reads, and changes nothing: %s', async (mode) => {
    const who = { workspaceId: MINE, person: { id: keys.owner.personId, name: 'Ada' }, credential: 'pk_sandbox_owner' };
    const { token, connectionId } = await apiKey(app.gateway, { ...who, policy: { mode } });
    const path = `/api/v1/workspaces/${MINE}/connections/${connectionId}`;
    expect((await api(app, token, `GET ${path}`)).json.policy).toEqual({ mode });
    expect((await api(app, token, `DELETE ${path}`)).status).toBe(403);
  });
});

describe('lists', () => {
  const list = (token: string, query: string) => api(app, token, `GET /api/v1/workspaces/${MINE}/connections?${query}`);

  test('come in pages that lead to each other, each row once', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { json }: { json: any } = await list(ADMIN_TOKEN, `limit=2${cursor && `&cursor=${cursor}`}`);
      expect(json.data.length).toBeLessThanOrEqual(2);
      seen.push(...json.data.map(({ id }: { id: string }) => id));
      cursor = json.next_cursor;
    }
    const stored = await query<{ id: string }>(
      app.databaseUrl,
      `SELECT id FROM connections WHERE tenant_id = '${MINE}' ORDER BY id DESC`,
    );
    expect(seen).toEqual(stored.map(({ id }) => id));
  });

  test('show a member what is their own', async () => {
    const { json } = await list(tokens.member, 'limit=200');
    expect(json.data.map(({ person }: any) => person.id)).toEqual([keys.member.personId]);
  });

  test('take a cursor only from whom it was made for, unchanged', async () => {
    const { json } = await list(tokens.owner, 'limit=1');
    for (const [token, cursor] of [
      [tokens.admin, json.next_cursor],
      [tokens.owner, `${json.next_cursor}A`],
    ])
      expect((await list(token, `cursor=${cursor}`)).json.error).toMatchObject({
        code: 'invalid_parameters',
        details: { parameter: 'cursor' },
      });
  });

  test.each(['limit=0', 'limit=201', 'limit=x', 'state=odd', 'wrong=1', 'person=1&person=2'])(
    'refuse %s',
    async (query) => expect((await list(ADMIN_TOKEN, query)).json.error.code).toBe('invalid_parameters'),
  );
});

test('a connection that is revoked lets nobody in on another replica, and is gone from there', async () => {
  const second = await startTestApp({ env: ADMIN_ENV, beside: app });
  try {
    const { token, connectionId } = await keyOf(app, 'pk_sandbox_member');
    const path = `/api/v1/workspaces/${MINE}/connections/${connectionId}`;
    const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    expect((await api(second, token, 'POST /mcp', list)).status).toBe(200);
    expect((await api(app, tokens.guest, `DELETE ${path}`)).status).toBe(404);
    await heardBy(second, 'connection', async () =>
      expect((await api(app, tokens.admin, `DELETE ${path}`)).status).toBe(204),
    );
    expect((await api(second, token, 'POST /mcp', list)).status).toBe(401);
    expect((await api(second, ADMIN_TOKEN, `DELETE ${path}`)).status).toBe(404);
  } finally {
    await second.close();
  }
});

describe('the document of the API', () => {
  let document: any;
  beforeAll(async () => {
    document = (await rawRequest(app.url, 'GET', '/api/openapi.json', {})).json;
  });

  test('has every route of /api/v1, and no other', () => {
    const described = Object.entries<object>(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    const served = Object.keys(ROUTES).filter((route) => route.includes(' /api/v1/'));
    expect(described.sort()).toEqual(served.sort());
  });

  test('says of each what it does, who may do it and what it answers', () => {
    const bare = Object.entries<Record<string, any>>(document.paths).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(
          ([, { summary, tags, description, responses }]) => !summary || !tags || !description || !responses.default,
        )
        .map(([method]) => `${method} ${path}`),
    );
    expect(bare).toEqual([]);
  });

  test('names nothing that is not there', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name = '']) => name,
    );
    expect(references.filter((name) => !document.components.schemas[name])).toEqual([]);
  });

  test('holds no secret', () => expect(JSON.stringify(document)).not.toMatch(/cu[ksu]_[\w-]{22}|pk_/));

  test('is a page too, which loads nothing from elsewhere', async () => {
    const { status, body, headers } = await rawRequest(app.url, 'GET', '/api/docs', { Accept: 'text/html' });
    expect([status, headers['content-security-policy']]).toEqual([200, expect.stringContaining("script-src 'self'")]);
    for (const route of Object.keys(ROUTES).filter((each) => each.includes(' /api/v1/')))
      expect(body).toContain(route.replaceAll(/:(\w+)/g, '{$1}'));
    expect(body).not.toMatch(/(?:src|href)="https?:/);
  });
});
