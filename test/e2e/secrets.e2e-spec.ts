import { type Controller, Controller as Route, Get, Module } from '@nestjs/common';
import { ROUTES } from '#libs/web';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { query } from '../support/postgres.js';
import { rawRequest } from '../support/raw-http.js';
import { BILLED } from '../support/stripe.js';

let app: TestApp;
beforeAll(async () => {
  // Only with billing every route is there.
  app = await startTestApp({ env: BILLED });
});
afterAll(() => app.close());

const call = (name: string, args: object, key = WRITE_KEY) =>
  rawRequest(
    app.url,
    'POST',
    `/mcp?note=canary-query`,
    { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', 'User-Agent': 'agent/1.0 (canary)' },
    JSON.stringify({ jsonrpc: '2.0', id: 'canary-id', method: 'tools/call', params: { name, arguments: args } }),
  );

test('no content and no secret gets into the log or the database, at level trace and through failures', async () => {
  await call('create_task', { list_id: '90144360426', name: 'canary-name', description: 'canary-text' });
  const { id } = (await call('create_task', { list_id: '90144360426', name: 'canary-deleted' })).json.result
    .structuredContent;
  const { confirm_token } = (await call('delete_task', { task_id: id })).json.result.structuredContent;
  await call('delete_task', { task_id: id, confirm_token });
  await call('create_task', { list_id: 'canary-list', name: 'x' });
  await call('no_such_canary_tool', {});
  await call('get_task', { task_id: 'canary' }, 'canary-wrong-key');
  for (const kind of ['html', 'truncate', 'status'] as const) {
    app.sandbox.configure({
      faults: [
        { operation: 'CreateTask', times: 1, kind, ...(kind === 'status' || kind === 'html' ? { status: 400 } : {}) },
      ],
    });
    await call('create_task', { list_id: '90144360426', name: 'canary-fault' });
  }
  const log = app.log();
  // Of what was asked only the product that asked, and the ids of what it changed.
  expect(log).toContain('"client":"agent"');
  expect(log).toContain(`"wrote":["task:${id}"]`);
  for (const secret of [/canary/i, WRITE_KEY, 'pk_sandbox', '5e5e5e', confirm_token]) expect(log).not.toMatch(secret);

  const rows = await query(app.databaseUrl, 'SELECT tenant_id, encode(token_hash, $1) AS hash FROM confirmations', [
    'escape',
  ]);
  expect(rows.length).toBe(1);
  expect(JSON.stringify(rows)).not.toContain(confirm_token);
});

test('every route in the table exists, and demands a credential exactly where the table says so', async () => {
  const fastify = app.gateway.app.getHttpAdapter().getInstance();
  for (const [route, { auth, secretInPath }] of Object.entries(ROUTES)) {
    const [method = '', path = ''] = route.split(' ');
    expect([route, fastify.hasRoute({ method, url: path })]).toEqual([route, true]);
    const { status } = await rawRequest(app.url, method, path, { 'Content-Type': 'application/json' });
    // Where the path itself is the credential, a wrong one is a path that is not there.
    expect([route, status === (secretInPath ? 404 : 401)]).toEqual([route, auth !== 'public']);
  }
});

test('the server does not start with a route that has no row', async () => {
  @Route('forgotten')
  class Forgotten {
    @Get() get() {
      return 'open to all';
    }
  }
  @Module({ controllers: [Forgotten as unknown as typeof Controller as never] })
  class ForgottenModule {}
  const { AppModule } = await import('../../apps/gateway/src/app.module.js');
  const on = AppModule.on.bind(AppModule);
  const spy = jest.spyOn(AppModule, 'on').mockImplementation((...args) => {
    const module = on(...args);
    return { ...module, imports: [...(module.imports ?? []), ForgottenModule] };
  });
  await expect(startTestApp()).rejects.toThrow(/GET \/forgotten has no row/);
  spy.mockRestore();
});

test('an unknown path answers 404 with a request id and nothing else', async () => {
  for (const path of ['/nowhere', '/mcp/x', '/health/../nowhere', '/.env', '/%2e%2e/']) {
    const answer = await rawRequest(app.url, 'GET', path, {});
    expect(answer).toMatchObject({ status: 404, json: { error: { code: 'not_found' } } });
    expect(answer.headers['x-request-id']).toBeDefined();
    expect(answer.body).not.toMatch(/node_modules|\n\s+at /);
  }
});
