import { KillSwitches, WorkspacePolicies } from '#libs/connections';
import { type Policy } from '#libs/permissions';
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ADMIN_TOKEN, api } from '../support/administrators.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { asking } from '../support/ask.js';
import { apiKey, type Connected, OTHER, OWNER, session } from '../support/connect.js';
import { query } from '../support/postgres.js';
import { type Dice, dice } from '../support/random-world.js';
import { rawRequest } from '../support/raw-http.js';
import { ACME, L1, S1 } from '../support/scoped.js';

/** What is said of a call that nobody makes is what happens to it when somebody makes it. */
jest.setTimeout(120_000);
const OPERATOR = { id: 'operator', kind: 'operator' };
/** A List of another Space. */
const L2 = '90144360435';

let app: TestApp;
const world = { tasks: [] as string[], others: [] as string[], doomed: [] as string[], space: '', folder: '', L3: '' };
const ask = asking(() => app.sandbox.url, '/api/v2');
beforeAll(async () => {
  app = await startTestApp({
    env: { ADMIN_TOKEN, API_KEY_MODE: 'user_bound', CONFIRM_DESTRUCTIVE: 'never' },
    sandbox: { tasks: 120 },
  });
  const make = async (list: string, name: string) => (await ask(`POST /list/${list}/task`, { name })).body.id as string;
  const folder = (await ask(`GET /list/${L1}`)).body.folder.id as string;
  world.folder = folder;
  world.L3 = (await ask(`GET /folder/${folder}/list`)).body.lists.find(({ id }: { id: string }) => id !== L1).id;
  world.space = (await ask(`GET /list/${L2}`)).body.space.id;
  for (let n = 0; n < 6; n += 1) {
    world.tasks.push(await make(L1, `Inside ${n}`));
    world.others.push(await make(n % 2 ? L2 : world.L3, `Elsewhere ${n}`));
  }
  for (let n = 0; n < 40; n += 1) world.doomed.push(await make(n % 2 ? L1 : L2, `Doomed ${n}`));
});
afterAll(() => app.close());
afterEach(async () => {
  await allow({ mode: 'write' });
  const switches = app.gateway.app.get(KillSwitches);
  for (const { id, workspaceId } of await switches.list()) await switches.lift(id, workspaceId, OPERATOR);
});

const allow = (policy: Policy) => app.gateway.app.get(WorkspacePolicies).store(ACME, policy, OPERATOR);
const off = (kind: 'tool' | 'client' | 'connection' | 'workspace', target: string) =>
  app.gateway.app.get(KillSwitches).set({ kind, target, workspaceId: ACME, reason: 'incident' }, OPERATOR);

type Args = Record<string, unknown>;
const explain = async (grant: string, tool: string, args: Args, scopes?: string[]): Promise<any> => {
  const body = { grant, tool, arguments: args, ...(scopes && { scopes }) };
  const { status, json } = await api(app, ADMIN_TOKEN, `POST /api/v1/policies/explain?workspace=${ACME}`, body);
  if (status !== 200) throw new Error(`explain answered ${status}: ${JSON.stringify(json)}`);
  return json;
};

interface Happened {
  /** The code of the refusal, `tool_not_found` for a tool that is not offered; undefined where it was answered. */
  error?: string;
  text: string;
  preview: boolean;
  token?: string;
}
/** What really happens. */
async function call(token: string, name: string, args: Args): Promise<Happened> {
  const { status, json } = await rawRequest(
    app.url,
    'POST',
    '/mcp',
    { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
  );
  if (json.error)
    return {
      error: json.error.code === -32_602 ? 'tool_not_found' : json.error.code,
      text: json.error.message,
      preview: false,
    };
  // With a status that asks for more scope, the body is the result all the same.
  const { result } = json;
  if (!result) return { error: String(status), text: JSON.stringify(json), preview: false };
  const text = result.content[0].text as string;
  if (result.isError) return { error: result._meta.error.code, text, preview: false };
  const { preview, confirm_token } = result.structuredContent;
  return { text, preview: preview !== undefined, ...(confirm_token && { token: confirm_token }) };
}
/** The same, confirmed where that is asked for. */
async function callThrough(token: string, name: string, args: Args): Promise<Happened & { shown: boolean }> {
  const first = await call(token, name, args);
  if (first.token === undefined) return { ...first, shown: first.preview };
  return { ...(await call(token, name, { ...args, confirm_token: first.token })), shown: true };
}
const isRefused = ({ decision }: { decision: string }) => decision === 'refused';
/** As the message to the caller has it, too. */
const reasonIn = ({ judged }: { judged: { decision: string; reason: string }[] }): string =>
  (judged.find(isRefused)?.reason ?? '').replace(/^this /, '');
const REFUSALS = ['forbidden', 'tool_not_found', 'insufficient_scope', 'clickup_not_found'];

describe('explain', () => {
  const TABLES = [
    'approvals',
    'confirmations',
    'requested_items',
    'readers',
    'audit_events',
    'access_grants',
    'connections',
  ];
  const stored = async () =>
    Object.fromEntries(
      await Promise.all(
        TABLES.map(async (table) => [table, (await query(app.databaseUrl, `SELECT count(*)::int FROM ${table}`))[0]]),
      ),
    ) as Record<string, unknown>;

  test('sends nothing to ClickUp and stores nothing, whatever it is asked about', async () => {
    await allow({ mode: 'write', confirm: 'always' });
    const { grantId } = await apiKey(app.gateway);
    const { grantId: watched } = await apiKey(app.gateway, {
      ...OWNER,
      policy: { mode: 'write', approve: 'all_writes' },
    });
    await explain(grantId, 'get_task', { task_id: world.tasks[0] });
    const [rows, requests] = [await stored(), app.sandbox.requests().length];
    for (const grant of [grantId, watched]) {
      await explain(grant, 'delete_task', { task_ids: [world.doomed[0]] });
      await explain(grant, 'create_task', { list_id: L1, name: 'x' });
      await explain(grant, 'bulk_create_tasks', {
        list_id: L1,
        tasks: [{ name: 'a' }, { name: 'b' }],
        request_key: 'k',
      });
      await explain(grant, 'get_workspace_hierarchy', {});
      await explain(grant, 'call_write_operation', { operation: 'DeleteSpace', args: { space_id: S1 } });
      await explain(grant, 'attach_file', {
        task_id: world.tasks[0],
        filename: 'a.txt',
        url: 'https://example.com/a.txt',
      });
    }
    expect([await stored(), app.sandbox.requests().length]).toEqual([rows, requests]);
  });

  test('what is not known is said, and what was looked up before is known', async () => {
    await allow({ mode: 'selective', write: { spaces: [], folders: [], lists: [L1] } });
    const { grantId, token } = await apiKey(app.gateway);
    // A credential that was never used on this server would have nothing kept; here others have used it.
    const fresh = (await ask(`POST /list/${L1}/task`, { name: 'Never looked up' })).body.id as string;
    const before = await explain(grantId, 'update_task', { task_id: fresh, name: 'y' });
    expect(before).toMatchObject({ decision: 'unknown', layer: null, confirmation: 'not_needed' });
    expect(before.open).toContain(`where the task ${fresh} lies has not been looked up`);
    expect((await call(token, 'update_task', { task_id: fresh, name: 'z' })).error).toBeUndefined();
    const after = await explain(grantId, 'update_task', { task_id: fresh, name: 'y' });
    expect(after.judged[0]).toMatchObject({ operation: 'GetTask', decision: 'allowed', objects: [`task:${fresh}`] });
    expect(after.expected).toContainEqual(expect.objectContaining({ operation: 'UpdateTask', decision: 'allowed' }));
    const other = world.others[0]!;
    await call(token, 'get_task', { task_id: other });
    await call(token, 'update_task', { task_id: other, name: 'q' });
    const refused = await explain(grantId, 'update_task', { task_id: other, name: 'y' });
    expect(refused.expected).toContainEqual(
      expect.objectContaining({
        operation: 'UpdateTask',
        decision: 'refused',
        layer: 'workspace',
        reason: 'the task lies outside the places where writing was granted',
      }),
    );
    expect(refused.reason).toContain('The policy of the Workspace refuses it');
  });

  test('a credential of nowhere, one that has ended and a tool that there is not are told', async () => {
    const path = `POST /api/v1/policies/explain?workspace=${ACME}`;
    const { grantId, connectionId } = await apiKey(app.gateway);
    const asked = (body: object) => api(app, ADMIN_TOKEN, path, body);
    expect((await asked({ grant: 'x'.repeat(22), tool: 'get_task' })).status).toBe(404);
    expect((await asked({ grant: grantId, tool: 'no_such_tool' })).json.error.code).toBe('invalid_parameters');
    expect((await asked({ grant: grantId, tool: 'get_task', arguments: 'x' })).status).toBe(400);
    expect(await explain(grantId, 'get_task', {})).toMatchObject({ decision: 'refused', error: 'invalid_parameters' });
    await api(app, ADMIN_TOKEN, `DELETE /api/v1/workspaces/${ACME}/connections/${connectionId}`, undefined, {
      'If-Match': '*',
    });
    expect((await asked({ grant: grantId, tool: 'get_task' })).status).toBe(409);
  });
});

/** Every field that a policy has, and what it does to a call that is allowed without it. */
interface Row {
  field: string;
  policy: Policy;
  tool: string;
  args: () => Args;
  error?: string;
  layer?: string | null;
  confirmation?: string;
  approval?: string;
}
const W = { mode: 'write' } as const;
const PLACES = { spaces: [], folders: [], lists: [L1] };
const create = (list_id: string) => () => ({ list_id, name: 'Matrix' });
const MATRIX: Row[] = [
  { field: 'nothing', policy: W, tool: 'create_task', args: create(L1) },
  { field: 'mode read', policy: { mode: 'read' }, tool: 'create_task', args: create(L1), error: 'tool_not_found' },
  { field: 'mode read', policy: { mode: 'read' }, tool: 'get_list', args: () => ({ list_id: L1 }) },
  { field: 'write, inside', policy: { mode: 'selective', write: PLACES }, tool: 'create_task', args: create(L1) },
  {
    field: 'write, outside',
    policy: { mode: 'selective', write: PLACES },
    tool: 'create_task',
    args: create(L2),
    error: 'forbidden',
  },
  { field: 'read, inside', policy: { ...W, read: PLACES }, tool: 'get_list', args: () => ({ list_id: L1 }) },
  {
    field: 'read, outside',
    policy: { ...W, read: PLACES },
    tool: 'get_task',
    args: () => ({ task_id: world.others[1] }),
    error: 'clickup_not_found',
    layer: null,
  },
  {
    field: 'methods',
    policy: { ...W, methods: ['get', 'list', 'update'] },
    tool: 'create_task',
    args: create(L1),
    error: 'tool_not_found',
  },
  {
    field: 'toolsets',
    policy: { ...W, toolsets: ['comments'] },
    tool: 'create_task',
    args: create(L1),
    error: 'tool_not_found',
  },
  {
    field: 'disabledToolsets',
    policy: { ...W, disabledToolsets: ['tasks'] },
    tool: 'create_task',
    args: create(L1),
    error: 'tool_not_found',
  },
  {
    field: 'enabledTools',
    policy: { ...W, enabledTools: ['get_task'] },
    tool: 'create_task',
    args: create(L1),
    error: 'tool_not_found',
  },
  {
    field: 'disabledTools',
    policy: { ...W, disabledTools: ['create_task'] },
    tool: 'create_task',
    args: create(L1),
    error: 'tool_not_found',
  },
  {
    field: 'disabledTools, what only they cover',
    policy: { ...W, disabledTools: ['create_task', 'bulk_create_tasks', 'copy_task'] },
    tool: 'call_write_operation',
    args: () => ({ operation: 'CreateTask', args: { list_id: L1, name: 'Matrix' } }),
    error: 'forbidden',
    layer: null,
  },
  {
    field: 'risks',
    policy: { ...W, risks: [] },
    tool: 'delete_task',
    args: () => ({ task_ids: [world.doomed.at(-1)] }),
    error: 'tool_not_found',
  },
  {
    field: 'clients',
    policy: { ...W, clients: ['session'] },
    tool: 'create_task',
    args: create(L1),
    error: 'forbidden',
    layer: 'client list',
  },
  {
    field: 'approve',
    policy: { ...W, approve: 'all_writes' },
    tool: 'create_task',
    args: create(L1),
    approval: 'needed',
  },
];

describe('each field of a policy', () => {
  test.each(MATRIX)(
    '$field: $tool',
    async ({ policy, tool, args, error, layer, confirmation, approval = 'not_needed' }) => {
      const { grantId, token } = await apiKey(app.gateway);
      // Where things lie is known from a call before.
      await allow({ mode: 'selective', write: PLACES, read: { spaces: [S1, world.space], folders: [], lists: [] } });
      for (const list_id of [L1, L2]) {
        await call(token, 'get_list', { list_id });
        await call(token, 'create_task', { list_id, name: 'Matrix' });
      }
      await call(token, 'get_task', { task_id: world.others[1] });
      await allow(policy);
      const told = await explain(grantId, tool, args());
      const happened = await call(token, tool, args());
      expect(told).toMatchObject({
        decision: error === undefined ? 'allowed' : 'refused',
        error: error ?? null,
        ...(error !== undefined && { layer: layer === undefined ? 'workspace' : layer }),
        ...(confirmation && { confirmation }),
        ...(error === undefined && { approval }),
      });
      expect([happened.error, happened.preview]).toEqual([error, approval === 'needed']);
    },
  );

  test.each([
    ['a tool', 'tool', () => 'create_task'],
    ['a kind of credential', 'client', () => 'api_key'],
    ['a connection', 'connection', ({ connectionId }: Connected) => connectionId],
  ] as const)('%s that is switched off', async (_, kind, target) => {
    const key = await apiKey(app.gateway);
    await off(kind, target(key));
    expect(await explain(key.grantId, 'create_task', { list_id: L1, name: 'x' })).toMatchObject({
      decision: 'refused',
      error: 'forbidden',
      layer: 'kill switch',
    });
    expect((await call(key.token, 'create_task', { list_id: L1, name: 'x' })).error).toBe('forbidden');
  });

  test('a token that may only read', async () => {
    const { grantId, token } = await session(app.gateway, app.databaseUrl, OWNER, { scope: 'read' });
    const args = { list_id: L1, name: 'x' };
    expect(await explain(grantId, 'create_task', args, ['read'])).toMatchObject({
      decision: 'refused',
      error: 'insufficient_scope',
      layer: 'token',
    });
    expect((await call(token, 'create_task', args)).error).toBeDefined();
    expect((await explain(grantId, 'create_task', args, ['read', 'write'])).decision).not.toBe('refused');
  });
});

/** Random layers: now and then each field. */
function randomPolicy(die: Dice): Policy {
  const some = <T>(items: readonly T[]) => items.filter(() => die.chance(0.5));
  const places = () => ({
    spaces: some([S1, world.space]).slice(0, 1),
    folders: die.chance(0.3) ? [world.folder] : [],
    lists: some([L1, L2, world.L3]),
  });
  const mode = die.pick(['write', 'write', 'selective', 'read'] as const);
  return {
    mode,
    ...(mode === 'selective' && { write: places() }),
    ...(die.chance(0.25) && { read: { ...places(), spaces: [S1] } }),
    ...(die.chance(0.15) && { methods: ['get', 'list', 'search', ...some(['create', 'update', 'delete'] as const)] }),
    ...(die.chance(0.1) && { disabledToolsets: some(['comments', 'tags', 'time_tracking']) }),
    ...(die.chance(0.2) && {
      disabledTools: some([
        'create_task',
        'update_task',
        'get_task',
        'find_tasks',
        'add_comment',
        'call_write_operation',
      ]),
    }),
    ...(die.chance(0.2) && { risks: some(['destructive', 'admin'] as const) }),
    ...(die.chance(0.2) && { confirm: 'always' as const }),
  };
}

/** Random calls of tools of every kind. */
function randomCall(die: Dice): [tool: string, args: Args] {
  const task = () => die.pick(die.chance(0.5) ? world.tasks : world.others);
  const list = () => die.pick([L1, L1, L2, world.L3, 'Sprint 42', '999999999']);
  const place = () => die.pick([S1, world.space, world.folder, L1, L2]);
  const word = () => `Random ${die.below(1_000_000)}`;
  const calls: (() => [string, Args])[] = [
    () => ['create_task', { list_id: list(), name: word() }],
    () => ['create_task', { list_id: L1, name: word(), parent: task() }],
    () => ['update_task', { task_id: task(), name: word() }],
    () => ['update_task', { task_id: task(), priority: die.pick(['high', 'low']), add_tags: [die.pick(['a', 'b'])] }],
    () => [
      'bulk_create_tasks',
      { tasks: Array.from({ length: 3 }, () => ({ list_id: die.pick([L1, L2]), name: word() })) },
    ],
    () => [
      'bulk_update_tasks',
      { groups: [{ task_ids: [task(), task()], name: undefined, priority: die.pick(['high', 'urgent']) }] },
    ],
    () => ['delete_task', { task_ids: [world.doomed.pop() ?? task()] }],
    () => ['add_comment', { on: [task()], text: word() }],
    () => ['list_comments', { on: task() }],
    () => ['get_task', { task_id: task() }],
    () => ['get_list', { list_id: list() }],
    () => ['find_tasks', { list_id: undefined, text: 'Inside' }],
    () => ['get_workspace_hierarchy', {}],
    () => ['search_operations', { query: 'delete a space' }],
    () => ['link_tasks', { task_id: task(), relation: 'linked', to: [task()] }],
    () => ['create_time_entry', { task_id: task(), start: '2026-11-02 10:00', duration: '1h' }],
    () => ['save_tag', { tag: word(), within: die.pick([S1, world.space]), color: '#ff0000' }],
    () => ['create_goal', { name: word(), due_date: '2026-12-31' }],
    () => ['call_write_operation', { operation: 'UpdateTask', args: { task_id: task(), name: word() } }],
    () => ['call_write_operation', { operation: 'UpdateList', args: { list_id: die.pick([L1, L2]), content: word() } }],
    () => ['call_write_operation', { operation: 'AddDependency', args: { task_id: task(), depends_on: task() } }],
    () => ['call_read_operation', { operation: 'GetTasks', args: { list_id: die.pick([L1, L2, world.L3]) } }],
    () => ['call_read_operation', { operation: 'GetTask', args: { task_id: task() } }],
    () => ['set_access', { kind: 'list', object: place(), private: die.chance(0.5) }],
  ];
  const [tool, args] = die.pick(calls)();
  return [tool, Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined))];
}

test('of random grants, tools and arguments, what is explained is what happens', async () => {
  const seed = Number(process.env.SEED ?? randomInt(1 << 30));
  const die = dice(seed);
  const counts = { trials: 0, allowed: 0, refused: 0, unknown: 0, likely: 0, unlikely: 0 };
  const wrong: string[] = [];
  for (let round = 0; round < 24; round += 1) {
    const [bound, own] = [die.chance(0.6) ? randomPolicy(die) : W, die.chance(0.6) ? randomPolicy(die) : W];
    await allow(bound);
    const { grantId, token } = await apiKey(app.gateway, { ...OWNER, policy: own });
    if (die.chance(0.15)) await off('tool', die.pick(['create_task', 'get_task', 'update_task']));
    const calls = Array.from({ length: 10 }, () => randomCall(die));
    for (const [tool, args] of calls) {
      const told = await explain(grantId, tool, args);
      const happened = await callThrough(token, tool, args);
      const refused = happened.error !== undefined && REFUSALS.includes(happened.error);
      counts.trials += 1;
      counts[told.decision as 'allowed'] += 1;
      const contradicts =
        (told.decision === 'refused' && told.error !== happened.error) ||
        (told.decision === 'allowed' && refused) ||
        (told.error === 'forbidden' && !happened.text.includes(reasonIn(told))) ||
        (told.confirmation === 'needed' && !happened.shown && !refused) ||
        (told.confirmation === 'not_needed' && happened.shown && told.decision !== 'refused');
      if (contradicts) wrong.push(JSON.stringify({ tool, args, told, happened, bound, own }));
      if (told.decision === 'unknown' && / would be (refused|allowed)/.test(told.reason)) {
        const right = told.reason.includes('would be refused') === refused;
        counts[right ? 'likely' : 'unlikely'] += 1;
      }
    }
    const switches = app.gateway.app.get(KillSwitches);
    for (const { id, workspaceId } of await switches.list()) await switches.lift(id, workspaceId, OPERATOR);
  }
  process.stdout.write(`explain, seed ${seed}: ${JSON.stringify(counts)}\n`);
  expect({ seed, wrong }).toEqual({ seed, wrong: [] });
  // It decides something: where a call was made before, most of what it needs is known.
  expect(counts.allowed).toBeGreaterThan(counts.trials / 10);
  expect(counts.refused).toBeGreaterThan(counts.trials / 10);
});

describe('a dry run', () => {
  /** What a model did for a week; other tests of this file have done things, too, so it is a credential of another person's Workspace. */
  const THERE = OTHER.workspaceId;
  let list: string;
  let key: Connected;
  let open: Connected;
  const made: [string, Args][] = [];
  const dryRun = async (policy: object, days?: number): Promise<any> => {
    const { status, json } = await api(app, ADMIN_TOKEN, `POST /api/v1/policies/${THERE}/dry-run`, {
      policy,
      ...(days && { days }),
    });
    if (status !== 200) throw new Error(`the dry run answered ${status}: ${JSON.stringify(json)}`);
    return json;
  };
  const store = (policy: Policy) => app.gateway.app.get(WorkspacePolicies).store(THERE, policy, OPERATOR);

  const cases: [string, object, Policy][] = [
    ['nothing', {}, W],
    ['mode', { mode: 'read' }, { mode: 'read' }],
    ['toolsets', { disabled_toolsets: ['comments'] }, { ...W, disabledToolsets: ['comments'] }],
    ['tools', { disabled_tools: ['create_task', 'get_list'] }, { ...W, disabledTools: ['create_task', 'get_list'] }],
    ['methods', { methods: ['get', 'list', 'create'] }, { ...W, methods: ['get', 'list', 'create'] }],
    ['risks', { risks: [] }, { ...W, risks: [] }],
    ['clients', { clients: ['let-in'] }, { ...W, clients: ['let-in'] }],
    ['kinds of credentials', { clients: ['api_key'] }, { ...W, clients: ['api_key'] }],
  ];
  /** What was said before anything was made again. */
  const told = new Map<string, any>();

  beforeAll(async () => {
    const there = (line: string, body?: unknown) => ask(line, body, 'pk_sandbox_other');
    const spaces = (await there(`GET /team/${THERE}/space`)).body.spaces as { id: string }[];
    const found: string[] = [];
    for (const { id } of spaces) {
      const folders = (await there(`GET /space/${id}/folder`)).body.folders as { lists: { id: string }[] }[];
      const lists = (await there(`GET /space/${id}/list`)).body.lists as { id: string }[];
      found.push(
        ...folders.flatMap(({ lists: inside }) => inside.map((each) => each.id)),
        ...lists.map((each) => each.id),
      );
    }
    const [first, second] = found;
    list = first!;
    const { id } = (await there(`POST /list/${first}/task`, { name: 'x' })).body;
    [key, open] = [
      await apiKey(app.gateway, OTHER),
      await session(app.gateway, app.databaseUrl, OTHER, { clientId: 'let-in' }),
    ];
    made.push(
      ['create_task', { list_id: first, name: 'a' }],
      ['create_task', { list_id: second ?? first, name: 'b' }],
      ['update_task', { task_id: id, name: 'c' }],
      ['get_task', { task_id: id }],
      ['get_list', { list_id: first }],
      ['get_list', { list_id: second ?? first }],
      ['add_comment', { on: [id], text: 'd' }],
      ['call_write_operation', { operation: 'UpdateTask', args: { task_id: id, name: 'e' } }],
      ['delete_task', { task_ids: [(await there(`POST /list/${first}/task`, { name: 'y' })).body.id] }],
    );
    for (const { token } of [key, open]) for (const [tool, args] of made) await call(token, tool, args);
    // The deletion cannot be done twice.
    const expected = 2 * made.length - 1;
    while ((await dryRun({})).calls < expected) await sleep(100);
    for (const [field, body] of cases) told.set(field, await dryRun(body));
    told.set('places', await dryRun({ mode: 'selective', write: { lists: [list], spaces: [], folders: [] } }));
  });
  afterEach(() => store({ mode: 'write' }));

  test.each(cases)('tells of %s what really happens then', async (field, _, policy) => {
    const { refused: foretold, undecided, by, examples } = told.get(field);
    await store(policy);
    let refused = 0;
    for (const { token } of [key, open])
      for (const [tool, args] of made) if (REFUSED.includes((await call(token, tool, args)).error ?? '')) refused += 1;
    const deleted = refusesDeletion(policy) ? 1 : 0;
    // The second deletion of the same task was none, so it is not among what was allowed.
    expect(foretold).toBeLessThanOrEqual(refused);
    expect(foretold + undecided).toBeGreaterThanOrEqual(refused - deleted);
    expect(by.tool.reduce((sum: number, each: { refused: number }) => sum + each.refused, 0)).toBe(foretold);
    expect(examples.length > 0).toBe(foretold > 0);
  });
  const REFUSED = ['forbidden', 'tool_not_found', '403'];
  const refusesDeletion = ({ mode, methods, risks, clients }: Policy) =>
    mode === 'read' || !!methods || !!risks || !!clients;

  test('of places says what the audit knows, and counts what it does not', () => {
    const places = told.get('places');
    expect(places.by.reason).toEqual([
      { name: 'the list lies outside the places where writing was granted', refused: 2 },
    ]);
    expect(places.by.tool).toEqual([{ name: 'create_task', refused: 2 }]);
    expect(places.because[0]).toEqual({ name: 'where it lies is not in the audit', calls: expect.any(Number) });
    expect(places.undecided).toBeGreaterThan(0);
    const [{ id }] = places.examples;
    expect(id).toMatch(/^\d{4}-\d\d-\d\d\/\d+$/);
    expect(places.by.person).toEqual([{ name: expect.stringMatching(/^[\da-f-]{36}$/), refused: 2 }]);
  });

  test('takes no policy that could not be stored', async () => {
    const asked = (body: object) => api(app, ADMIN_TOKEN, `POST /api/v1/policies/${THERE}/dry-run`, body);
    for (const body of [
      {},
      { policy: { mode: 'selective' } },
      { policy: { disabled_tools: ['no_such'] } },
      { policy: {}, days: 1000 },
    ])
      expect((await asked(body)).json.error?.code).toBe('invalid_parameters');
  });
});
