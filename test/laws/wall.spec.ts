import {
  ClickUpTransport,
  credential,
  type Operation,
  operationById,
  OPERATIONS,
  PATH_TARGETS,
  type TargetKind,
  targetsOf,
} from '#libs/clickup';
import { Connections } from '#libs/connections';
import { isRead } from '#libs/core';
import { MemoryBudget } from '#libs/limits';
import { startTestApp, type TestApp } from '../support/app.js';
import { CLIENTS, type TestClient } from '../support/clients.js';
import { type Arguments, type Ids, NOW, prepare, SAMPLES } from '../support/samples/index.js';

/** The credential reaches both; the caller is bound to the second. What the samples name lies in the first. */
const [ACME, GLOBEX] = ['12345', '67890'];
const MAINTENANCE = '90154400001';
/** Of the first Workspace only. */
const FOREIGN_NAMES = /acme|sprint 42|memory leak|refactor login|q4 architecture|engineering|reduce churn|marketing/i;

let app: TestApp;
let direct: ClickUpTransport;
let bound: TestClient;
let ids: Ids;
let own: Readonly<Partial<Record<TargetKind, string>>>;

/** Makes requests behind the gateway's back. */
const god = (id: string, args: Arguments = {}) =>
  direct
    .client({
      credential: credential('pk_sandbox_owner'),
      person: 'test',
      priority: 'interactive',
      deadline: performance.now() + 30_000,
      authorize: () => Promise.resolve(),
    })
    .call<any>(operationById(id) as Operation, args as never);

async function connect(workspaceId: string): Promise<TestClient> {
  const { grantId, secret } = await app.gateway.app.get(Connections).connect({
    workspaceId,
    person: { id: '1', name: 'Owner' },
    credential: 'pk_sandbox_owner',
    policy: { mode: 'write' },
    grant: { kind: 'api_key', label: 'law' },
  });
  return CLIENTS[0]![1](app.url, `cuk_${grantId}:${secret}`);
}

/** One object of each kind in the second Workspace. */
async function settle(): Promise<typeof own> {
  const [team, list] = [{ team_id: GLOBEX }, { path: { list_id: MAINTENANCE } }];
  const { id: task } = await god('CreateTask', { ...list, body: { name: 'Own' } });
  const { id: comment } = await god('CreateTaskComment', {
    path: { task_id: task },
    body: { comment_text: 'own', notify_all: false },
  });
  const { checklist } = await god('CreateChecklist', { path: { task_id: task }, body: { name: 'own' } });
  const { view } = await god('CreateListView', { ...list, body: SAMPLES.CreateListView!(ids).body });
  const doc = await god('createDocPublic', { path: { workspace_id: GLOBEX }, body: { name: 'Own' } });
  const page = await god('createPagePublic', {
    path: { workspace_id: GLOBEX, doc_id: doc.id },
    body: { name: 'Own', content: 'x' },
  });
  const { goal } = await god('CreateGoal', {
    path: team,
    body: { name: 'Own', due_date: NOW, description: '', multiple_owners: false, owners: [], color: '#000000' },
  });
  const { key_result } = await god('CreateKeyResult', {
    path: { goal_id: goal.id },
    body: SAMPLES.CreateKeyResult!(ids).body,
  });
  const { webhook } = await god('CreateWebhook', {
    path: team,
    body: { endpoint: 'http://127.0.0.1:9/hook', events: ['taskCreated'] },
  });
  const { data: channel } = await god('createChatChannel', { path: { workspace_id: GLOBEX }, body: { name: 'own' } });
  const message = await god('createChatMessage', {
    path: { workspace_id: GLOBEX, channel_id: channel.id },
    body: { type: 'message', content: 'own' },
  });
  await god('Createatimeentry', {
    path: { team_Id: GLOBEX },
    body: { start: NOW - 60_000, duration: 1000, tid: task },
  });
  const { data: entries } = await god('Gettimeentrieswithinadaterange', { path: { team_Id: GLOBEX } });
  return {
    workspace: GLOBEX,
    space: '90150301',
    folder: '901590302',
    list: MAINTENANCE,
    task,
    comment: String(comment),
    checklist: checklist.id,
    view: view.id,
    doc: doc.id,
    page: page.id,
    goal: goal.id,
    key_result: key_result.id,
    webhook: webhook.id,
    channel: channel.id,
    message: message.id,
    time_entry: entries[0].id,
  };
}

async function fresh(): Promise<void> {
  app.sandbox.reset();
  ids = await prepare(({ id }, args) => god(id, args));
  own = await settle();
}

beforeAll(async () => {
  app = await startTestApp({
    sandbox: { tasks: 60, now: () => NOW, ownsBoth: true },
    env: { CONFIRM_DESTRUCTIVE: 'never' },
  });
  direct = new ClickUpTransport(
    { CLICKUP_API_URL: app.sandbox.url, CLICKUP_TIMEOUT_MS: 10_000, CLICKUP_MAX_RESPONSE_BYTES: 50_000_000 },
    new MemoryBudget({ limit: 1_000_000 }),
  );
  await fresh();
  bound = await connect(GLOBEX);
  // What the same credential has learned for another caller must not open anything here.
  const other = await connect(ACME);
  for (const row of OPERATIONS.filter(({ verb }) => isRead(verb)))
    await other.call('call_read_operation', { operation: row.id, ...SAMPLES[row.id]!(ids) }).catch(() => undefined);
  await other.close();
});
afterAll(async () => {
  await bound.close();
  await direct.close();
  await app.close();
});

/** Where in a call an id stands, and what kind of object it names. */
interface Position {
  keys: readonly string[];
  kind: TargetKind;
}

/** Every place in a call where something stands that it touches. */
function positions(row: Operation, args: Arguments): Position[] {
  const targets = targetsOf(row, args).filter(({ kind }) => !['user', 'guest', 'field', 'tag'].includes(kind));
  const kindAt = (keys: readonly string[], value: string): TargetKind | undefined => {
    const name = keys.at(-1) ?? '';
    if (keys[0] === 'path' && PATH_TARGETS[name] === 'workspace') return 'workspace';
    if (keys[0] === 'query' && name === 'team_id') return 'workspace';
    return targets.find(({ id }) => id === value)?.kind;
  };
  const walk = (value: unknown, keys: readonly string[]): Position[] => {
    if (typeof value === 'string' || typeof value === 'number') {
      const kind = kindAt(keys, String(value));
      return kind ? [{ keys, kind }] : [];
    }
    return Object.entries(value ?? {}).flatMap(([key, each]) => walk(each, [...keys, key]));
  };
  return walk(args, []);
}

/** The call with own objects at these positions. */
function withOwn(args: Arguments, at: readonly Position[]): Arguments {
  const copy = structuredClone(args) as any;
  for (const { keys, kind } of at) {
    const id = own[kind];
    if (id === undefined) continue;
    const holder = keys.slice(0, -1).reduce((value, key) => value[key], copy);
    const last = keys.at(-1)!;
    holder[last] = typeof holder[last] === 'number' ? Number(id) : id;
  }
  // A custom id is one of the Workspace beside it.
  if (copy.query?.custom_task_ids && at.some(({ kind }) => kind === 'task'))
    copy.query = { ...copy.query, custom_task_ids: false };
  return copy;
}

const send = (row: Operation, args: Arguments) =>
  bound.call(isRead(row.verb) ? 'call_read_operation' : 'call_write_operation', { operation: row.id, ...args });
/** Every text in a value, the longest first. */
const strings = (value: unknown): string[] =>
  (typeof value === 'string' ? [value] : Object.values(value ?? {}).flatMap(strings))
    .filter(Boolean)
    .sort((a, b) => b.length - a.length);

const ROWS = OPERATIONS.map((row) => [row.id, row] as const);
const TOUCHING = ROWS.filter(
  ([id, row]) => positions(row, SAMPLES[id]!({ task: 't', comment: 'c', entry: 'e', owner: '1' })).length > 0,
);

test('nearly every operation has targets', () => expect(TOUCHING.length).toBeGreaterThan(165));

test.each(TOUCHING)(
  '%s: an id of the other Workspace, in any position, changes nothing and shows nothing',
  async (id, row) => {
    const args = SAMPLES[id]!(ids);
    const all = positions(row, args);
    const attempts = [
      args,
      ...all.map((foreign) =>
        withOwn(
          args,
          all.filter((each) => each !== foreign),
        ),
      ),
    ];
    for (const attempt of attempts) {
      const { writes } = app.sandbox.stats();
      const { isError, text, meta } = await send(row, attempt);
      const told = strings(attempt).reduce((rest, sent) => rest.replaceAll(sent, ''), text);
      expect({
        id,
        attempt,
        isError,
        code: meta.error?.code,
        leaked: FOREIGN_NAMES.test(told) ? told : '',
        writes: app.sandbox.stats().writes - writes,
      }).toEqual({
        id,
        attempt,
        isError: true,
        code: expect.stringMatching(/^(clickup_not_found|forbidden)$/),
        leaked: '',
        writes: 0,
      });
    }
  },
);

// Without this, a wall that lets nothing through would pass.
test('with own ids everywhere the same operations work', async () => {
  const refused: string[] = [];
  for (const [id, row] of TOUCHING) {
    const args = SAMPLES[id]!(ids);
    const all = positions(row, args);
    if (all.some(({ kind }) => own[kind] === undefined)) continue;
    const parent = /hecklist|omment/.test(id) ? { parent: { task_id: own.task } } : {};
    const { isError, text, meta } = await send(row, { ...withOwn(args, all), ...parent });
    // A refusal by ClickUp itself carries an HTTP status, or tells in ClickUp's words what is not there.
    const byClickUp = meta.error?.details?.clickup_status !== undefined || /not found in ClickUp: /.test(text);
    if (isError && !byClickUp) refused.push(`${id}: ${text}`);
    if (!isRead(row.verb)) await fresh();
  }
  expect(refused).toEqual([]);
}, 240_000);
