import { type Policy } from '#libs/permissions';
import { asking } from '../support/ask.js';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { callTool } from '../support/call-tool.js';
import { apiKey, type Connected, OTHER, OWNER } from '../support/connect.js';
import { Person } from '../support/person.js';
import { execute, query } from '../support/postgres.js';
import { ACME, L1 } from '../support/scoped.js';

/** A person decides about a change, behind their own login: nothing that a model holds can (feature D7). */
let app: TestApp;
let replica: TestApp;
/** The person behind the sandbox's first credential. */
let me: { id: string; name: string };
beforeAll(async () => {
  const env = { TEAM_ID: ACME };
  app = await startTestApp({ env, sandbox: { tasks: 60 } });
  replica = await startTestApp({ env, beside: app });
  const { user } = (await asking(() => app.sandbox.url, '/api/v2')('GET /user')).body;
  me = { id: String(user.id), name: user.username };
});
afterAll(async () => {
  await replica?.close();
  await app?.close();
});

const key = (approve: Policy['approve'], policy: Partial<Policy> = {}, label = 'Agent'): Promise<Connected> =>
  apiKey(app.gateway, { ...OWNER, person: me, policy: { mode: 'write', approve, ...policy } }, { label });

interface Answer {
  text: string;
  value: any;
  failed: boolean;
  approval: { id: string; url: string; expires_in_seconds: number } | undefined;
}

async function call(by: Pick<Connected, 'token'>, name: string, args: object, at = app): Promise<Answer> {
  const result = await callTool(at.url, by.token, name, args);
  const value = result.structuredContent;
  const text = result.content.map((part: { text?: string }) => part.text ?? '').join('\n') as string;
  return { text, value, failed: result.isError as boolean, approval: value?.approval };
}

/** Calls that are answered with "waiting", and change nothing. */
async function asked(by: Pick<Connected, 'token'>, name: string, args: object, at = app): Promise<string> {
  const before = writes();
  const { approval, failed, text } = await call(by, name, args, at);
  expect({ failed, writes: writes() - before, text }).toEqual({
    failed: false,
    writes: 0,
    text: expect.stringContaining('Nothing was changed: this waits for approval by a person'),
  });
  expect(approval).toEqual({
    id: expect.stringMatching(/^[\w-]{22}$/),
    url: expect.stringMatching(/^http.*\/approvals\/[\w-]{22}$/),
    expires_in_seconds: expect.any(Number),
  });
  return approval!.id;
}

/** Requests that changed something in ClickUp, until now. */
const writes = () => app.sandbox.requests().filter(({ method }) => method !== 'GET').length;
const named = (name: string) => [...app.sandbox.world.tasks.values()].filter((task) => task.name === name);
async function task(name: string): Promise<string> {
  const { structuredContent } = await callTool(app.url, WRITE_KEY, 'create_task', { list_id: L1, name });
  return structuredContent.id as string;
}
const isThere = (id: string) => app.sandbox.world.tasks.has(id);

/** What a person sees who opens the page, and what they click there. */
class Approver {
  private constructor(
    private readonly person: Person,
    private page: { html: string; status: number },
  ) {}

  static async at(site: TestApp, credential = 'pk_sandbox_owner'): Promise<Approver> {
    const person = new Person(site.url);
    return new Approver(person, await person.show('/approvals', credential));
  }

  get html(): string {
    return this.page.html;
  }

  async decide(approval: string, answer: string): Promise<string> {
    const seen = await this.person.submit(this.page as never, { approval, answer });
    this.page = seen;
    return /role="status">([^<]*)/.exec(seen.html)?.[1] ?? '';
  }
}

test('a change waits, is approved on one replica, and is carried out once on the other', async () => {
  const agent = await key('destructive');
  const id = await task('To be deleted');
  const args = { task_ids: [id] };
  const approval = await asked(agent, 'delete_task', args);
  // Asked again, on any replica, it is the same one.
  expect(await asked(agent, 'delete_task', args, replica)).toBe(approval);
  const page = await Approver.at(replica);
  expect(page.html).toContain('To be deleted');
  expect(page.html).toContain('Agent');
  expect(await page.decide(approval, 'approve')).toMatch(/^Approved/);
  expect(isThere(id)).toBe(true);
  expect(await call(agent, 'delete_task', args)).toMatchObject({ failed: false, value: { deleted: 1 } });
  expect(isThere(id)).toBe(false);
});

test('an approval is for exactly one change and one caller, and of twenty calls at once one carries it out', async () => {
  const [agent, other] = [await key('all_writes'), await key('all_writes')];
  const args = { list_id: L1, name: 'Approved once' };
  const approval = await asked(agent, 'create_task', args);
  expect(await (await Approver.at(app)).decide(approval, 'approve')).toMatch(/^Approved/);
  await asked(other, 'create_task', args);
  await asked(agent, 'create_task', { ...args, name: 'Something else' });
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => call(agent, 'create_task', args, n % 2 ? app : replica)),
  );
  expect(answers.filter(({ value }) => value?.id !== undefined)).toHaveLength(1);
  expect(named('Approved once')).toHaveLength(1);
  expect(named('Something else')).toHaveLength(0);
});

test('of two decisions at the same moment one counts', async () => {
  const agent = await key('all_writes');
  const approval = await asked(agent, 'create_task', { list_id: L1, name: 'Decided twice' });
  const people = [await Approver.at(app), await Approver.at(replica)];
  const told = await Promise.all(people.map((each, n) => each.decide(approval, n ? 'refuse' : 'approve')));
  expect(told.filter((text) => text.startsWith('There was nothing left'))).toHaveLength(1);
});

test('what was refused is refused when it is asked for again', async () => {
  const agent = await key('all_writes');
  const args = { list_id: L1, name: 'Refused' };
  const approval = await asked(agent, 'create_task', args);
  expect(await (await Approver.at(app)).decide(approval, 'refuse')).toMatch(/^Refused/);
  const { failed, text } = await call(agent, 'create_task', args, replica);
  expect({ failed, text }).toEqual({ failed: true, text: expect.stringContaining('A person has refused this change') });
  expect(named('Refused')).toHaveLength(0);
});

test('what has changed since it was approved is shown again', async () => {
  const agent = await key('destructive');
  const id = await task('Changing');
  const first = await asked(agent, 'delete_task', { task_ids: [id] });
  const page = await Approver.at(app);
  await page.decide(first, 'approve');
  await callTool(app.url, WRITE_KEY, 'update_task', { task_id: id, name: 'Changed meanwhile' });
  const { approval, text } = await call(agent, 'delete_task', { task_ids: [id] });
  expect(text).toContain('It has changed since it was approved');
  expect(approval!.id).not.toBe(first);
  expect(isThere(id)).toBe(true);
  const again = await Approver.at(app);
  expect(again.html).toContain('Changed meanwhile');
  await again.decide(approval!.id, 'approve');
  expect(await call(agent, 'delete_task', { task_ids: [id] })).toMatchObject({ value: { deleted: 1 } });
});

test('nobody else sees or decides it, and who may not come in decides nothing', async () => {
  const agent = await key('all_writes');
  const args = { list_id: L1, name: 'Mine alone' };
  const approval = await asked(agent, 'create_task', args);
  const stranger = await Approver.at(app, 'pk_sandbox_other');
  expect(stranger.html).not.toContain('Mine alone');
  const own = await apiKey(app.gateway, { ...OTHER, policy: { mode: 'write', approve: 'all_writes' } });
  const lists = [...app.sandbox.world.lists.values()];
  const elsewhere = lists.find(({ id }) => id !== L1 && app.sandbox.world.lists.get(id) && id.startsWith('9'))!;
  expect(elsewhere).toBeDefined();
  await call(own, 'create_task', { list_id: elsewhere.id, name: 'Of another' });
  const again = await Approver.at(app, 'pk_sandbox_other');
  expect(await again.decide(approval, 'approve').catch(() => 'no form')).toMatch(/^(There was nothing left|no form)/);
  await asked(agent, 'create_task', args);
  expect(named('Mine alone')).toHaveLength(0);
});

test('a hostile model that repeats every token, link and answer changes nothing', async () => {
  const agent = await key('destructive');
  const id = await task('Attacked');
  const args = { task_ids: [id] };
  const answer = await call(agent, 'delete_task', args);
  const { id: approval, url } = answer.approval!;
  const before = writes();
  const tools = ['confirm_change', 'delete_task', 'call_write_operation'];
  for (const token of [approval, url, answer.text.slice(0, 200), JSON.stringify(answer.value).slice(0, 200), 'yes'])
    for (const tool of tools)
      await callTool(app.url, agent.token, tool, {
        ...(tool === 'delete_task' && args),
        ...(tool === 'call_write_operation' && { operation: 'delete_task', args }),
        confirm_token: token,
        approval: token,
        approved: true,
      }).catch(() => undefined);
  // The page itself, with the credential that the model has.
  const bearer = { authorization: `Bearer ${agent.token}`, 'x-api-key': agent.token };
  for (const path of ['/approvals', '/approvals/access', `/approvals/access?proof=${approval}`, '/approvals/decide'])
    for (const method of ['GET', 'POST']) {
      const body =
        method === 'POST' ? new URLSearchParams({ approval, answer: 'approve', proof: approval }) : undefined;
      const seen = await fetch(`${app.url}${path}`, { method, headers: bearer, body });
      expect(await seen.text()).not.toContain('Attacked');
    }
  // Other names of the same thing.
  await asked(agent, 'call_write_operation', { operation: 'delete_task', args });
  await asked(agent, 'call_write_operation', { operation: 'DeleteTask', path: { task_id: id } });
  expect(writes()).toBe(before);
  expect(isThere(id)).toBe(true);
});

test('each kind of call waits: bulk, by filter, the long tail, an alias, what administers', async () => {
  const agent = await key('all_writes');
  const id = await task('Kinds');
  const change = { groups: [{ task_ids: [id], priority: 'high' }] };
  await asked(agent, 'bulk_update_tasks', change);
  await asked(agent, 'bulk_update_tasks', { groups: [{ where: { within: L1 }, priority: 'high' }] });
  await asked(agent, 'bulk_create_tasks', { list_id: L1, tasks: [{ name: 'Kinds too' }] });
  await asked(agent, 'create_a_click_up_task', { list_id: L1, name: 'Kinds three' });
  await asked(agent, 'add_comment', { on: [id], text: 'Hello' });
  await asked(agent, 'call_write_operation', { operation: 'UpdateTask', path: { task_id: id }, body: { name: 'No' } });
  await asked(agent, 'call_write_operation', {
    operation: 'manage_webhook',
    args: { webhook: 'https://elsewhere.example/hook' },
  });
  await asked(agent, 'update_task', { task_id: id, priority: 'high' });
  // What changes nothing in ClickUp does not wait, nor does reading.
  expect(await call(agent, 'get_task', { task_id: id })).toMatchObject({ failed: false, approval: undefined });
  expect(
    (await call(agent, 'call_write_operation', { operation: 'stop_job', args: { job_id: 'x' } })).approval,
  ).toBeUndefined();
  const page = await Approver.at(app);
  expect(page.html).toContain('administers the Workspace');
  expect(page.html).toContain('https://elsewhere.example/hook');
});

test('the model cannot confirm: confirm_change is not there, and no token is given', async () => {
  const agent = await key('destructive');
  const listed = await fetch(`${app.url}/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${agent.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
  });
  const { result } = (await listed.json()) as { result: { tools: { name: string }[] } };
  expect(result.tools.map(({ name }) => name)).not.toContain('confirm_change');
  const { value } = await call(agent, 'delete_task', { task_ids: [await task('No token')] });
  expect(Object.keys(value).sort()).toEqual(['approval', 'preview']);
});

test('everything like it for an hour: other words at the same place, by the same caller, until it is stopped', async () => {
  const agent = await key('all_writes');
  const like = (name: string, more: object = {}) => ({ list_id: L1, name, ...more });
  const approval = await asked(agent, 'create_task', like('First alike'));
  const page = await Approver.at(app);
  expect(await page.decide(approval, 'hour')).toMatch(/^Approved, with everything like it/);
  expect(await call(agent, 'create_task', like('First alike'))).toMatchObject({ failed: false, approval: undefined });
  expect(await call(agent, 'create_task', like('Second alike'), replica)).toMatchObject({ approval: undefined });
  expect([named('First alike').length, named('Second alike').length]).toEqual([1, 1]);
  await asked(agent, 'create_task', like('Somebody is put on it', { assignees: ['me'] }));
  await asked(await key('all_writes'), 'create_task', like('Another caller'));
  const again = await Approver.at(app);
  expect(again.html).toContain('Approved for an hour');
  expect(await again.decide(approval, 'end')).toMatch(/^Stopped/);
  await asked(agent, 'create_task', like('Third alike'));
});

test('what destroys or administers cannot be approved with everything like it', async () => {
  const agent = await key('destructive');
  const approval = await asked(agent, 'delete_task', { task_ids: [await task('Alone')] });
  expect(await (await Approver.at(app)).decide(approval, 'hour')).toMatch(/^There was nothing left/);
});

test('it can be decided for fifteen minutes, and carried out for at least five more', async () => {
  const agent = await key('all_writes');
  const args = { list_id: L1, name: 'Too late' };
  const approval = await asked(agent, 'create_task', args);
  const page = await Approver.at(app);
  const left = async (id: string) =>
    (
      await query<{ seconds: number }>(
        app.databaseUrl,
        `SELECT extract(epoch FROM expires_at - now())::int AS seconds FROM approvals WHERE id = '${id}'`,
      )
    )[0]!.seconds;
  expect(await left(approval)).toBeLessThanOrEqual(900);
  await execute(app.databaseUrl, `UPDATE approvals SET expires_at = now() + interval '9 seconds' WHERE id = $1`, [
    approval,
  ]);
  await page.decide(approval, 'approve');
  expect(await left(approval)).toBeGreaterThan(200);
  await execute(app.databaseUrl, `UPDATE approvals SET expires_at = now() - interval '1 second' WHERE id = $1`, [
    approval,
  ]);
  expect(await asked(agent, 'create_task', args)).not.toBe(approval);
  expect(named('Too late')).toHaveLength(0);
});

test('a caller that has ended leaves nothing to approve', async () => {
  const agent = await key('all_writes');
  const approval = await asked(agent, 'create_task', { list_id: L1, name: 'Ended' });
  const page = await Approver.at(app);
  await execute(app.databaseUrl, 'UPDATE access_grants SET revoked_at = now() WHERE id = $1', [agent.grantId]);
  expect(await page.decide(approval, 'approve')).toMatch(/^There was nothing left/);
  expect((await Approver.at(app)).html).not.toContain('Ended');
});

test('under `tainted` changes wait once texts of others were read, on any replica', async () => {
  const agent = await key('tainted');
  expect(await call(agent, 'create_task', { list_id: L1, name: 'Before reading' })).toMatchObject({ failed: false });
  expect(named('Before reading')).toHaveLength(1);
  await call(agent, 'get_workspace_hierarchy', {});
  expect(await call(agent, 'create_task', { list_id: L1, name: 'Names of places' })).toMatchObject({ failed: false });
  expect(named('Names of places')).toHaveLength(1);
  const destroys = await asked(agent, 'delete_task', { task_ids: [named('Before reading')[0]!.id] });
  expect(destroys).toBeDefined();
  await call(agent, 'get_task', { task_id: named('Before reading')[0]!.id });
  await asked(agent, 'create_task', { list_id: L1, name: 'After reading' }, replica);
  expect(named('After reading')).toHaveLength(0);
});

test('what is shown and stored is content: nobody who reads the database can read it', async () => {
  const agent = await key('all_writes');
  await asked(agent, 'create_task', { list_id: L1, name: 'Canary of an approval' });
  const rows = await query<{ row: string }>(
    app.databaseUrl,
    `SELECT a::text || encode(sealed_call, 'escape') AS row FROM approvals a`,
  );
  expect(rows.length).toBeGreaterThan(0);
  for (const { row } of rows) expect(row).not.toContain('Canary');
});
