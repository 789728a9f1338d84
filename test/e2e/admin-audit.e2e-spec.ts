import { ADMIN_ENV, ADMIN_TOKEN, api, keyOf, keysByRole } from '../support/administrators.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { callTool } from '../support/call-tool.js';
import { query } from '../support/postgres.js';
import { rawRequest } from '../support/raw-http.js';

const [MINE, THEIRS] = ['12345', '67890'];
let app: TestApp;
let keys: Awaited<ReturnType<typeof keysByRole>>;
beforeAll(async () => {
  app = await startTestApp({ env: ADMIN_ENV });
  keys = await keysByRole(app);
  const other = await keyOf(app, 'pk_sandbox_other', THEIRS);
  await callTool(app.url, keys.owner.token, 'find_tasks', {});
  await callTool(app.url, keys.owner.token, 'get_task', { task_id: '86anobody' });
  await callTool(app.url, keys.member.token, 'find_tasks', {});
  await callTool(app.url, other.token, 'find_tasks', {});
  const calls = `SELECT count(*)::int AS count FROM audit_events WHERE event = 'call'`;
  while ((await query<{ count: number }>(app.databaseUrl, calls))[0]!.count < 4)
    await query(app.databaseUrl, 'SELECT pg_sleep(0.05)');
});
afterAll(() => app.close());

const get = async (token: string, path: string) => (await api(app, token, `GET /api/v1/${path}`)).json;
const ids = (rows: { cursor: string }[]) => rows.map(({ cursor }) => cursor);

test('a search pages through what was done in the Workspace, and in no other', async () => {
  const all = await get(keys.owner.token, `audit?workspace=${MINE}`);
  expect(all.next_cursor).toBeNull();
  expect(all.data.filter(({ event }: { event: string }) => event === 'call')).toHaveLength(3);
  expect(ids(all.data).every((cursor) => cursor.startsWith(`${MINE}/`))).toBe(true);
  const pages: { cursor: string }[] = [];
  for (let next: string | null = ''; next !== null;) {
    const page: any = await get(
      keys.auditor.token,
      `audit?workspace=${MINE}&sort=at&limit=3&cursor=${next}`.replace(/&cursor=$/, ''),
    );
    pages.push(...page.data);
    next = page.next_cursor;
  }
  expect(ids(pages)).toEqual(ids(all.data).reverse());
});

test('filters are told apart, and who did it is said', async () => {
  const { data } = await get(
    ADMIN_TOKEN,
    `audit?workspace=${MINE}&person=${keys.owner.personId}&event=call&tool=find_tasks`,
  );
  expect(data).toMatchObject([{ tool: 'find_tasks', outcome: 'ok', person_id: keys.owner.personId, kind: 'api_key' }]);
  expect((await get(ADMIN_TOKEN, `audit?workspace=${MINE}&decision=refused`)).data).toEqual([]);
  const { status } = await api(app, ADMIN_TOKEN, `GET /api/v1/audit?workspace=${MINE}&event=nonsense`);
  expect(status).toBe(400);
});

test('an export goes on after the cursor of its last line', async () => {
  const lines = async (query: string, token = keys.owner.token) => {
    const path = `/api/v1/audit/export?workspace=${MINE}&${query}`;
    const { status, body } = await rawRequest(app.url, 'GET', path, { Authorization: `Bearer ${token}` });
    expect(status).toBe(200);
    return body.trimEnd().split('\n');
  };
  const all = await lines('format=ndjson');
  const first = await lines('limit=2');
  expect(first).toEqual(all.slice(0, 2));
  const { cursor } = JSON.parse(first[1]!) as { cursor: string };
  expect(await lines(`cursor=${encodeURIComponent(cursor)}`)).toEqual(all.slice(2));
  const [header, row] = await lines('format=csv&limit=1');
  expect(header).toMatch(/^cursor,workspace,day,seq,at,event/);
  expect(row).toMatch(new RegExp(`^${MINE}/`));
  const foreign = `/api/v1/audit/export?workspace=${MINE}&cursor=${THEIRS}%2F2026-01-01%2F1`;
  expect((await api(app, ADMIN_TOKEN, `GET ${foreign}`)).status).toBe(400);
});

test('the heads are those that are stored', async () => {
  const { data } = await get(keys.admin.token, `audit/heads?workspace=${MINE}`);
  const stored = await query(
    app.databaseUrl,
    `SELECT tenant_id AS workspace, day::text, rows, encode(mac, 'hex') AS mac FROM audit_heads WHERE tenant_id = $1 ORDER BY day DESC`,
    [MINE],
  );
  expect(data).toEqual(stored);
});

test('usage is counted for all by those who administer, and a member sees their own', async () => {
  const all = await get(keys.owner.token, `usage?workspace=${MINE}&by=person,tool`);
  expect(all.data).toContainEqual(
    expect.objectContaining({ person_id: keys.member.personId, tool: 'find_tasks', calls: 1 }),
  );
  expect(all.data.reduce((sum: number, { calls }: { calls: number }) => sum + calls, 0)).toBe(3);
  const pages: unknown[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const more: string = cursor && `&cursor=${encodeURIComponent(cursor)}`;
    const page = await get(keys.owner.token, `usage?workspace=${MINE}&by=person,tool&limit=1${more}`);
    expect(page.data).toHaveLength(1);
    pages.push(...page.data);
    cursor = page.next_cursor;
  }
  expect(pages).toEqual(all.data);
  const own = await get(keys.member.token, `usage?workspace=${MINE}&by=tool&person=${keys.owner.personId}`);
  expect(own.data).toMatchObject([{ tool: 'find_tasks', calls: 1 }]);
});
