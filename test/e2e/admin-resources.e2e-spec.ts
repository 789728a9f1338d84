import { randomUUID } from 'node:crypto';
import { ADMIN_ENV, ADMIN_TOKEN, type Administering, api, keyOf, keysByRole } from '../support/administrators.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { session } from '../support/connect.js';
import { heardBy } from '../support/notices.js';
import { query } from '../support/postgres.js';

const MINE = '12345';
const HERE = `/api/v1/workspaces/${MINE}`;
const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' };

let app: TestApp;
/** Another replica. */
let second: TestApp;
let keys: Awaited<ReturnType<typeof keysByRole>>;
beforeAll(async () => {
  app = await startTestApp({ env: ADMIN_ENV });
  [second, keys] = await Promise.all([startTestApp({ env: ADMIN_ENV, beside: app }), keysByRole(app)]);
});
afterAll(async () => {
  await second.close();
  await app.close();
});

const works = async (token: string, where = second) => (await api(where, token, 'POST /mcp', LIST)).status === 200;
const untilEnded = async (token: string) => {
  while (await works(token));
};
const audited = (event: string) =>
  query<{ detail: any }>(app.databaseUrl, `SELECT to_jsonb(a) AS detail FROM audit_events a WHERE event = '${event}'`);

describe('sessions, keys and server URLs', () => {
  const grants = async (token: string, filter = '') =>
    (await api(app, token, `GET ${HERE}/grants?limit=200&${filter}`)).json.data as any[];

  test('are listed by kind, person, connection and state, without secrets', async () => {
    const { grantId } = await session(app.gateway, app.databaseUrl, undefined, { clientId: 'a-client' });
    expect((await grants(ADMIN_TOKEN, 'kind=session')).map(({ id }) => id)).toEqual([grantId]);
    expect((await grants(ADMIN_TOKEN, 'client=a-client')).map(({ id }) => id)).toEqual([grantId]);
    const { guest } = keys;
    for (const filter of [`person=${guest.personId}`, `connection=${guest.connectionId}&state=active`]) {
      const found = await grants(keys.owner.token, filter);
      expect(found.map(({ id, person }) => [id, person.id])).toEqual([[guest.grantId, guest.personId]]);
    }
    expect(await grants(ADMIN_TOKEN, 'state=revoked')).toEqual([]);
    expect(JSON.stringify(await grants(ADMIN_TOKEN))).not.toContain(guest.token.split(':')[1]);
  });

  test('are a person’s own for whoever manages nothing', async () => {
    expect((await grants(keys.member.token)).map(({ person }) => person.id)).toEqual([keys.member.personId]);
    expect((await api(app, keys.member.token, `GET ${HERE}/grants/${keys.guest.grantId}`)).status).toBe(404);
    expect((await api(app, keys.member.token, `DELETE ${HERE}/grants/${keys.guest.grantId}`)).status).toBe(404);
  });

  test('come in pages, each once', async () => {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const path: string = `GET ${HERE}/grants?limit=2${cursor && `&cursor=${cursor}`}`;
      const { json } = await api(app, ADMIN_TOKEN, path);
      seen.push(...json.data.map(({ id }: { id: string }) => id));
      cursor = json.next_cursor;
    }
    expect(seen).toEqual((await grants(ADMIN_TOKEN)).map(({ id }) => id));
    expect(new Set(seen).size).toBe(seen.length);
  });

  test('end on every replica, and the audit says who ended them', async () => {
    const { token, grantId } = await keyOf(app, 'pk_sandbox_member');
    expect(await works(token)).toBe(true);
    await heardBy(second, 'grant', async () =>
      expect((await api(app, keys.admin.token, `DELETE ${HERE}/grants/${grantId}`)).status).toBe(204),
    );
    expect(await works(token)).toBe(false);
    expect((await api(second, keys.admin.token, `DELETE ${HERE}/grants/${grantId}`)).status).toBe(404);
    expect((await audited('grant_ended')).map(({ detail }) => detail.kind)).toContain('admin');
  });
});

describe('an API key that is made over REST', () => {
  const make = (who: Administering, body: object, headers = {}) =>
    api(app, who.token, `POST ${HERE}/api-keys`, body, headers);

  test('works within the rights of the one that made it, and ends with it', async () => {
    const maker = await keyOf(app, 'pk_sandbox_member');
    const { status, json } = await make(maker, { name: 'Nightly', mode: 'read' });
    expect([status, json.kind, json.mode, json.made_by]).toEqual([201, 'api_key', 'read', maker.grantId]);
    expect(await works(json.key)).toBe(true);
    expect((await make({ ...maker, token: json.key }, { name: 'x' })).json.error.code).toBe('forbidden');
    const stored = await api(app, maker.token, `GET ${HERE}/grants/${json.id}`);
    expect(stored.body).not.toContain(json.key.split(':')[1]);
    await api(app, maker.token, `DELETE ${HERE}/grants/${maker.grantId}`);
    await untilEnded(json.key);
  });

  test('is made once, however often it is asked for under one key, and shown once', async () => {
    const who = keys.member;
    const headers = { 'Idempotency-Key': randomUUID() };
    const answers = await Promise.all(Array.from({ length: 5 }, () => make(who, { name: 'Once' }, headers)));
    expect(answers.filter(({ json }) => json.key)).toHaveLength(1);
    expect(answers.every(({ status }) => [201, 409].includes(status))).toBe(true);
    const again = await make(who, { name: 'Once' }, headers);
    const first = answers.find(({ json }) => json.key)!.json;
    expect([again.status, again.json, again.headers['idempotent-replayed']]).toEqual([
      201,
      { ...first, key: undefined },
      'true',
    ]);
    const named = (await api(app, who.token, `GET ${HERE}/grants?limit=200`)).json.data;
    expect(named.filter(({ name }: any) => name === 'Once')).toHaveLength(1);
  });

  test('a key of a request is for that request and for whoever sent it', async () => {
    const headers = { 'Idempotency-Key': randomUUID() };
    expect((await make(keys.member, { name: 'One' }, headers)).status).toBe(201);
    expect((await make(keys.member, { name: 'Other' }, headers)).json.error).toMatchObject({ code: 'conflict' });
    expect((await make(keys.guest, { name: 'One' }, headers)).json.key).toMatch(/^cuk_/);
  });

  test('a request that was refused may be corrected under its key', async () => {
    const headers = { 'Idempotency-Key': randomUUID() };
    expect((await make(keys.member, { name: 'Late', expires_at: '2020-01-01T00:00:00Z' }, headers)).status).toBe(400);
    expect((await make(keys.member, { name: 'Late' }, headers)).status).toBe(201);
  });
});

describe('a connection', () => {
  const path = ({ connectionId }: Administering) => `${HERE}/connections/${connectionId}`;
  const narrow = (token: string, who: Administering, policy: object, etag?: string) =>
    api(app, token, `PATCH ${path(who)}`, { policy }, etag === undefined ? {} : { 'If-Match': etag });

  test('is narrowed by whoever read it last; of two at once one is told to read again', async () => {
    const who = await keyOf(app, 'pk_sandbox_guest');
    const { headers } = await api(app, keys.admin.token, `GET ${path(who)}`);
    expect((await narrow(keys.admin.token, who, { mode: 'read' })).json.error.code).toBe('precondition_required');
    const both = await Promise.all(
      [{ mode: 'selective' }, { mode: 'read' }].map((policy) => narrow(keys.admin.token, who, policy, headers.etag)),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    const now = await api(second, keys.admin.token, `GET ${path(who)}`);
    const won = both.find(({ status }) => status === 200)!;
    expect([now.json, now.headers.etag]).toEqual([won.json, won.headers.etag]);
    expect((await audited('rights_changed')).at(-1)?.detail).toMatchObject({ kind: 'admin' });
  });

  test('is not widened, not even by its person', async () => {
    const who = await keyOf(app, 'pk_sandbox_member');
    const disabled = { mode: 'write', disabled_tools: ['delete_task'] };
    expect((await narrow(who.token, who, disabled, '*')).json.policy).toEqual(disabled);
    for (const policy of [{ mode: 'write' }, { mode: 'write', disabled_tools: [] }])
      expect((await narrow(who.token, who, policy, '*')).json.error).toMatchObject({
        code: 'forbidden',
        details: { reason: 'disabledTools would be wider' },
      });
  });

  test.each([{}, { mode: 'all' }, { mode: 'read', read: null }, { mode: 'read', odd: 1 }, { mode: 'read', read: {} }])(
    'takes no policy %j',
    async (policy) =>
      expect((await narrow(ADMIN_TOKEN, keys.guest, policy, '*')).json.error.code).toBe('invalid_parameters'),
  );
});

describe('people', () => {
  test('are listed and found by a part of the name', async () => {
    const { json } = await api(app, ADMIN_TOKEN, `GET ${HERE}/people`);
    expect(json.data.map(({ id }: any) => id)).toEqual(expect.arrayContaining([keys.owner.personId]));
    const [{ name }] = json.data;
    const found = await api(app, ADMIN_TOKEN, `GET ${HERE}/people?search=${encodeURIComponent(name.slice(1, 5))}`);
    expect(found.json.data.map((person: any) => person.name)).toContain(name);
    expect((await api(app, ADMIN_TOKEN, `GET ${HERE}/people?search=nobody`)).json.data).toEqual([]);
  });

  test('lose everything at once, on every replica, and nobody else does', async () => {
    const [one, two] = [await keyOf(app, 'pk_sandbox_guest'), await keyOf(app, 'pk_sandbox_guest')];
    expect([await works(one.token), await works(two.token)]).toEqual([true, true]);
    const path = `POST ${HERE}/people/${one.personId}/revoke`;
    expect((await api(app, keys.member.token, path)).status).toBe(404);
    const { json } = await api(app, keys.owner.token, path);
    expect(json.connections).toBeGreaterThanOrEqual(2);
    await Promise.all([untilEnded(one.token), untilEnded(two.token)]);
    expect(await works(keys.member.token)).toBe(true);
    const { json: person } = await api(app, ADMIN_TOKEN, `GET ${HERE}/people/${one.personId}`);
    expect(person).toMatchObject({ connections: 0, grants: 0 });
  });
});

describe('the credential of a connection', () => {
  const path = ({ connectionId }: Administering) => `POST ${HERE}/connections/${connectionId}/check`;
  /** ClickUp refuses this token so often. */
  const refusals = (times: number) =>
    fetch(`${app.sandbox.url}/__sandbox/config`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        faults: [{ kind: 'status', status: 401, operation: 'GET /api/v2/user', token: 'pk_sandbox_member', times }],
      }),
    });
  const health = async () => (await api(app, ADMIN_TOKEN, `GET ${HERE}/health`)).json;

  test('is asked about now: refused, and accepted again, on every replica', async () => {
    const who = await keyOf(app, 'pk_sandbox_member');
    expect((await api(app, who.token, path(who))).json).toEqual({ answer: 'accepted', reason: null, state: 'active' });
    const before = await health();
    await refusals(2);
    expect((await api(app, keys.admin.token, path(who))).json).toMatchObject({
      answer: 'refused',
      state: 'needs_reauth',
    });
    expect((await health()).connections).toEqual({
      active: before.connections.active - 1,
      needs_reauth: before.connections.needs_reauth + 1,
    });
    while (await works(who.token));
    expect((await api(app, keys.admin.token, path(who))).json).toMatchObject({ answer: 'accepted', state: 'active' });
    while (!(await works(who.token)));
    expect(await health()).toEqual(before);
  });

  test('of which ClickUp says nothing stays as it is', async () => {
    const who = await keyOf(app, 'pk_sandbox_member');
    await refusals(1);
    expect((await api(app, keys.admin.token, path(who))).json).toMatchObject({ answer: 'unknown', state: 'active' });
  });

  test('is none of the business of others', async () =>
    expect((await api(app, keys.member.token, path(keys.owner))).status).toBe(404));
});

test('clients are listed with how many people they work for', async () => {
  const clientId = 'https://client.example/metadata.json';
  for (const _ of [1, 2]) await session(app.gateway, app.databaseUrl, undefined, { clientId, label: 'A client' });
  const { json } = await api(app, keys.owner.token, `GET ${HERE}/clients`);
  expect(json.data).toContainEqual({
    id: clientId,
    name: 'A client',
    registered: false,
    sessions: 2,
    people: 1,
    last_used_at: null,
    let_in: true,
  });
});

test.each(['%00', 'x%2e', '%F0%9F%92%A9', "a'b"])('an id that can be none is nothing that is there: %s', async (id) => {
  for (const path of ['connections', 'grants', 'people'])
    expect((await api(app, ADMIN_TOKEN, `GET ${HERE}/${path}/${id}`)).status).toBe(404);
});
