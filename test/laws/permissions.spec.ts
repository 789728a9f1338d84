import { ClickUpTransport, credential, type Operation, operationById, OPERATIONS } from '#libs/clickup';
import { Connections } from '#libs/connections';
import { isRead } from '#libs/core';
import { MemoryBudget } from '#libs/limits';
import { isWorkspaceWide, type Policy } from '#libs/permissions';
import { CATALOGUE } from '#libs/tools';
import { startTestApp, type TestApp } from '../support/app.js';
import { CLIENTS, type TestClient } from '../support/clients.js';
import { type Arguments, type Ids, NOW, prepare, SAMPLES, SPRINT_42 } from '../support/samples/index.js';

const ACME = '12345';
/** Every Space of the sandbox's Workspace, and a List in which nothing is touched. */
const EVERYWHERE = ['90140201', '90140202', '90140203', '90140204', '90140205'];
const only = (spaces: string[], lists: string[] = []): Policy => ({
  mode: 'selective',
  write: { spaces, folders: [], lists },
});
const POLICIES = {
  full: { mode: 'write' },
  read: { mode: 'read' },
  inside: only(EVERYWHERE),
  outside: only([], ['1']),
  nowhere: only([]),
} satisfies Record<string, Policy>;

let app: TestApp;
let direct: ClickUpTransport;
const clients = new Map<string, Promise<TestClient>>();

beforeAll(async () => {
  app = await startTestApp({ sandbox: { tasks: 60, now: () => NOW }, env: { CONFIRM_DESTRUCTIVE: 'never' } });
  direct = new ClickUpTransport(
    { CLICKUP_API_URL: app.sandbox.url, CLICKUP_TIMEOUT_MS: 10_000, CLICKUP_MAX_RESPONSE_BYTES: 50_000_000 },
    new MemoryBudget({ limit: 1_000_000 }),
  );
});
afterAll(async () => {
  for (const client of clients.values()) await (await client).close();
  await direct.close();
  await app.close();
});

async function connect(policy: Policy): Promise<TestClient> {
  const { grantId, secret } = await app.gateway.app.get(Connections).connect({
    workspaceId: ACME,
    person: { id: '1', name: 'Owner' },
    credential: 'pk_sandbox_owner',
    policy,
    grant: { kind: 'api_key', label: 'law' },
  });
  return CLIENTS[0]![1](app.url, `cuk_${grantId}:${secret}`);
}

function under(policy: Policy): Promise<TestClient> {
  const key = JSON.stringify(policy);
  const client = clients.get(key) ?? connect(policy);
  clients.set(key, client);
  return client;
}

const names = async (policy: Policy) => (await (await under(policy)).listTools()).tools.map(({ name }) => name);
/** Nothing asks for confirmations here. */
const LISTED = CATALOGUE.filter(({ name, listed }) => listed !== false && name !== 'confirm_change');
const ALL = LISTED.map(({ name }) => name);
const READERS = LISTED.filter(({ verb }) => isRead(verb)).map(({ name }) => name);

describe('tools', () => {
  test('listed are those that can succeed', async () => {
    expect(await names(POLICIES.full)).toEqual(ALL);
    expect(await names(POLICIES.read)).toEqual(READERS);
    expect(await names(POLICIES.nowhere)).toEqual(READERS);
    // A goal lies in no Space, Folder or List.
    expect(await names(POLICIES.inside)).toEqual(ALL.filter((name) => name !== 'update_goal'));
  });

  test.each(CATALOGUE.map((tool) => [tool.name, tool] as const))(
    '%s, disabled, is as unknown as one that never was',
    async (name, tool) => {
      const policy: Policy = { mode: 'write', disabledTools: [name] };
      expect(await names(policy)).toEqual(ALL.filter((each) => each !== name));
      const client = await under(policy);
      const said = (called: string) =>
        client.call(called).then(
          () => 'answered',
          ({ message }: Error) => message.replace(called, 'X'),
        );
      expect(await said(name)).toBe(await said('no_such_tool'));
      expect(await said(name)).toContain('Unknown tool');
      const covered = tool.covers.filter(
        (row) => !CATALOGUE.some((other) => other !== tool && other.covers.includes(row)),
      );
      for (const row of covered) {
        const before = app.sandbox.stats().operations[row.id];
        const answer = await client.call(callerOf(row), { operation: row.id, ...SAMPLES[row.id]?.(IDS) });
        expect(answer).toMatchObject({
          isError: true,
          meta: { error: { code: 'forbidden', details: { operation: row.id } } },
        });
        expect(app.sandbox.stats().operations[row.id]).toBe(before);
      }
    },
  );

  test('only those that are enabled are listed', async () => {
    const policy: Policy = { mode: 'write', enabledTools: ['create_task', 'get_task'] };
    expect(await names(policy)).toEqual(['create_task', 'get_task']);
  });

  test('limited tools say so in few words, and others keep their description', async () => {
    const described = async (policy: Policy) =>
      new Map(
        ((await (await under(policy)).listTools()).tools as unknown as { name: string; description: string }[]).map(
          ({ name, description }) => [name, description],
        ),
      );
    const limited = await described(only([], [SPRINT_42]));
    const free = await described(POLICIES.full);
    expect(limited.get('create_task')).toBe(`${free.get('create_task')} Only in List ${SPRINT_42}.`);
    expect(limited.get('get_task')).toBe(free.get('get_task'));
    expect((await described(POLICIES.inside)).get('create_task')).toBe(`${free.get('create_task')} Only in 5 Spaces.`);
  });
});

/** Makes requests behind the gateway's back. */
const god = (id: string, args: Arguments) =>
  direct
    .client({
      credential: credential('pk_sandbox_owner'),
      person: 'test',
      priority: 'interactive',
      deadline: performance.now() + 30_000,
      authorize: () => Promise.resolve(),
    })
    .call<any>(operationById(id) as Operation, args as never);

/** Operations whose samples lie in no place, or do not say in which: here the same inside a granted place. */
async function inside(id: string, { task }: Ids, args: Arguments): Promise<Record<string, unknown>> {
  if (/Comment|Checklist/.test(id)) return { ...args, parent: { task_id: task } };
  if (id === 'postEntityAttachment')
    return { ...args, path: { workspace_id: ACME, entity_type: 'attachments', entity_id: task } };
  if (id !== 'UpdateView' && id !== 'DeleteView') return { ...args };
  const { view } = await god('CreateListView', {
    path: { list_id: SPRINT_42 },
    body: SAMPLES.CreateListView!(IDS).body,
  });
  return { ...args, path: { view_id: view.id } };
}

const IDS: Ids = { task: 't', comment: '1', entry: '1', owner: '1' };
const callerOf = ({ verb }: Operation) => (isRead(verb) ? 'call_read_operation' : 'call_write_operation');

/** Fresh data and what the samples need, made behind the gateway's back. */
function fresh(): Promise<Ids> {
  app.sandbox.reset();
  return prepare(({ id }, args) => god(id, args));
}

/** Sends an operation's sample; answers whether it was refused and how many writes reached ClickUp. */
async function send(policy: Policy, row: Operation, args: Arguments | Record<string, unknown>) {
  const client = await under(policy);
  const before = app.sandbox.stats().writes;
  try {
    const answer = await client.call(callerOf(row), { operation: row.id, ...args });
    const code: string | undefined = answer.meta.error?.code;
    return { refused: answer.isError, code, writes: app.sandbox.stats().writes - before };
  } catch (error) {
    return {
      refused: true,
      code: String((error as { code?: unknown }).code),
      writes: app.sandbox.stats().writes - before,
    };
  }
}

const ROWS = OPERATIONS.map((row) => [row.id, row] as const);
const WRITES = ROWS.filter(([, { verb }]) => !isRead(verb));
const REFUSED = { refused: true, writes: 0 };

describe('operations', () => {
  test.each(ROWS.filter(([, { verb }]) => isRead(verb)))('%s reads, whatever may be written', async (_, row) => {
    const ids = await fresh();
    for (const policy of [POLICIES.full, POLICIES.read, POLICIES.outside])
      expect(await send(policy, row, SAMPLES[row.id]!(ids))).toMatchObject({ refused: false, writes: 0 });
  });

  test.each(WRITES)('%s writes only where it may', async (id, row) => {
    const args = SAMPLES[id]!(await fresh());
    for (const policy of [POLICIES.read, POLICIES.nowhere, POLICIES.outside])
      expect(await send(policy, row, args)).toMatchObject(REFUSED);
    for (const policy of [
      { mode: 'write', methods: ['get'] },
      { mode: 'write', disabledToolsets: [row.toolset] },
    ] satisfies Policy[])
      expect(await send(policy, row, args)).toMatchObject(REFUSED);
    if (row.risk !== 'normal') expect(await send({ mode: 'write', risks: [] }, row, args)).toMatchObject(REFUSED);
    if (isWorkspaceWide(row) || row.risk === 'admin')
      expect(await send(POLICIES.inside, row, args)).toMatchObject(REFUSED);
    expect(await send(POLICIES.full, row, args)).toMatchObject({ refused: false });
  });

  test('objects inside the granted places can be written', async () => {
    const refused: string[] = [];
    for (const [id, row] of WRITES.filter(([, each]) => !isWorkspaceWide(each) && each.risk !== 'admin')) {
      const ids = await fresh();
      const args = await inside(id, ids, SAMPLES[id]!(ids));
      const { code, writes } = await send(POLICIES.inside, row, args);
      if (code !== undefined || writes === 0) refused.push(`${id}: ${code}`);
    }
    expect(refused).toEqual([]);
  });

  test('writes on objects that lie in no place, or do not say in which, are refused', async () => {
    for (const id of [
      'CreateThreadedComment',
      'DeleteComment',
      'UpdateComment',
      'DeleteView',
      'UpdateView',
      'CreateChecklistItem',
      'DeleteChecklist',
      'DeleteChecklistItem',
      'EditChecklist',
      'EditChecklistItem',
      'postEntityAttachment',
    ]) {
      expect(await send(POLICIES.inside, operationById(id) as Operation, SAMPLES[id]!(await fresh()))).toEqual({
        ...REFUSED,
        code: 'forbidden',
      });
    }
  });
});
