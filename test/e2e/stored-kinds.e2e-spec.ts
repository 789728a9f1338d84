import { Invalidations } from '#libs/connections';
import { sha256 } from '#libs/core';
import { Approvals, Decisions } from '#libs/approvals';
import { Jobs } from '#libs/jobs';
import { DataSource } from 'typeorm';
import { type FastifyRequest } from 'fastify';
import { AdminSessions } from '../../libs/admin/src/access/admin-sessions.service.js';
import { IdempotentAnswers } from '../../libs/admin/src/rest/idempotent-answers.service.js';
import { OpenStreamRow } from '../../libs/mcp/src/stream-post/open-stream.entity.js';
import { StreamPost } from '../../libs/mcp/src/stream-post/stream-post.js';
import { describedColumns } from '../../apps/gateway/src/database/columns.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { FormBrowser } from '../support/form-browser.js';
import { OAuthTester, pkce } from '../support/oauth.js';
import { Person } from '../support/person.js';
import { execute, query } from '../support/postgres.js';
import { rawRequest } from '../support/raw-http.js';

const LIST = '90144360426';
const LABEL = "Ada's laptop";
const SHA256_BYTES = 32;
/** Version, derivation and key id, the wrapped data key, and what AES-256-GCM adds to a text. */
const SEALED_BYTES = 6 + 60 + 28;

let app: TestApp;
/** What is said of people here: their ids, their names, and what they wrote. */
let said: string[];
beforeAll(async () => {
  app = await startTestApp({ env: { API_KEY_MODE: 'user_bound' } });
  const key = await new Person(app.url).makeKey({ label: LABEL });
  const call = (name: string, args: object) =>
    rawRequest(
      app.url,
      'POST',
      '/mcp',
      { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
    );
  await call('bulk_create_tasks', { list_id: LIST, tasks: [{ name: 'One' }, { name: 'Two' }], request_key: 'mine' });
  await call('delete_task', { task_id: 'ENG-123' });
  await app.gateway.app.get(Jobs).begin(
    { kind: 'api_key', id: key.slice(4, 26), workspaceId: '12345' },
    {
      tool: 'bulk_create_tasks',
      args: { list_id: LIST, tasks: [{ name: `Written by ${LABEL}` }] },
      now: Date.now(),
      total: 1,
      done: 0,
    },
  );
  // A stream that this process is said to hold: what is sent to it stays where it is.
  const [streamHash, owner] = [sha256('a stream'), `api_key ${key.slice(4, 26)}`];
  const { process } = app.gateway.app.get(Invalidations);
  await app.gateway.app.get(DataSource).manager.insert(OpenStreamRow, { streamHash, owner, mirrors: false, process });
  await app.gateway.app.get(StreamPost).send(streamHash, owner, { kind: 'answer', text: JSON.stringify({ LABEL }) });
  const client = await OAuthTester.registered(app);
  await client.refresh((await client.tokens()).refresh_token);
  await client.begin({ code_challenge: pkce().challenge });
  // A change waits, and was approved.
  const [{ id: personId } = { id: '' }] = await query<{ id: string }>(app.databaseUrl, 'SELECT id FROM people');
  const { id: approval } = await app.gateway.app.get(Approvals).ask(
    { kind: 'api_key', id: key.slice(4, 26), workspaceId: '12345' },
    {
      tool: 'create_task',
      risk: 'normal',
      personId,
      callHash: sha256('this call'),
      likeHash: sha256('calls like this'),
    },
    { title: 'Create task', summary: LABEL, current: {}, arguments: { name: LABEL }, now: Date.now(), state: '' },
  );
  await app.gateway.app.get(Decisions).decide(approval, { personId, tenantIds: ['12345'] }, 'approve');
  // Somebody has shown a ClickUp key, and has not chosen yet.
  const browser = new FormBrowser(app.url);
  await browser.get('/');
  await browser.post('/key/credential', { clickup_key: 'pk_sandbox_owner', label: LABEL });
  // Somebody administers in a browser, and has made something under a key.
  await app.gateway.app.get(AdminSessions).begin({ headers: {} } as FastifyRequest, { personId, token: 'pk_x' });
  const repeatable = { scope: 'p_1\nPOST /x', key: 'k', request: LABEL };
  await app.gateway.app.get(IdempotentAnswers).begin(repeatable);
  await app.gateway.app.get(IdempotentAnswers).keep(repeatable, { name: LABEL });
  // Somebody has begun to subscribe.
  await execute(app.databaseUrl, 'INSERT INTO subscribers (id, person_id) VALUES (gen_random_uuid(), $1)', [personId]);
  const people = await query<{ id: string; name: string }>(app.databaseUrl, 'SELECT id, name FROM people');
  said = [...people.flatMap(({ id, name }) => [id, name]), LABEL];
});
afterAll(() => app.close());

const valuesOf = async (table: string, column: string) =>
  (
    await query<{ value: unknown }>(
      app.databaseUrl,
      `SELECT "${column}" AS value FROM "${table}" WHERE "${column}" IS NOT NULL`,
    )
  ).map(({ value }) => value);
/** Whether a text or an object names somebody; numbers and times cannot. */
const names = (value: unknown) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return said.some((word) => new RegExp(`(?<!\\w)${word}(?!\\w)`).test(text));
};
const columnsOf = (kind: string) =>
  describedColumns()
    .filter(({ holding }) => holding?.kind === kind)
    .map((column) => [`${column.table}.${column.name}`, column] as const);

test.each(columnsOf('hash'))('%s holds SHA-256 and nothing else', async (_, { table, name }) => {
  const values = (await valuesOf(table, name)) as Buffer[];
  expect(values).not.toEqual([]);
  expect(values.filter((value) => !Buffer.isBuffer(value) || value.length !== SHA256_BYTES)).toEqual([]);
});

test.each(columnsOf('sealed'))('%s holds sealed values and nothing else', async (_, { table, name }) => {
  const values = (await valuesOf(table, name)) as Buffer[];
  expect(values).not.toEqual([]);
  expect(values.filter((value) => !Buffer.isBuffer(value) || value[0] !== 1 || value.length < SEALED_BYTES)).toEqual(
    [],
  );
});

test.each(columnsOf('personal'))('%s names people', async (_, { table, name }) => {
  expect((await valuesOf(table, name)).filter(names)).not.toEqual([]);
});

test.each(columnsOf('plain'))('%s names nobody', async (_, { table, name, type }) => {
  if (['text', 'jsonb', 'character varying'].includes(type))
    expect((await valuesOf(table, name)).filter(names)).toEqual([]);
  // Of bytes nobody can see what they are.
  else expect(type === 'bytea' && name !== 'salt').toBe(false);
});
