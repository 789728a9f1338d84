import { isRead } from '#libs/core';
import { CATALOGUE } from '#libs/tools';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { type CallAnswer, CLIENTS, type TestClient } from '../support/clients.js';
import { L1 } from '../support/scoped.js';

type Args = Record<string, unknown>;
type Made = Args | Promise<Args>;

/** Of a tool that changes something: a call of several requests with the one that fails, and a call that changes nothing. */
interface Row {
  /** The operation that fails, after so many of its requests, in the call. */
  second?: [operation: string, after: number, args: () => Made];
  /** A call that finds everything so already. */
  noop?: () => Made;
}

let app: TestApp;
let client: TestClient;
beforeAll(async () => {
  app = await startTestApp({ env: { TEAM_ID: '12345', CONFIRM_DESTRUCTIVE: 'never' } });
  client = await CLIENTS[0]![1](app.url, WRITE_KEY);
});
beforeEach(() => app.sandbox.configure({ faults: [] }));
afterAll(async () => {
  await client.close();
  await app.close();
});

const ok = async (name: string, args: Args): Promise<CallAnswer> => {
  const answer = await client.call(name, args);
  expect([name, answer.isError, answer.text]).toEqual([name, false, expect.any(String)]);
  return answer;
};
let count = 0;
const named = (what: string) => `${what} ${++count}`;
const newTask = async (more: Args = {}): Promise<string> =>
  (await ok('create_task', { list_id: L1, name: named('Task'), ...more })).structured.id;
const twice = async <T>(make: () => Promise<T>): Promise<[T, T]> => [await make(), await make()];
const again = async (name: string, args: Args): Promise<Args> => {
  await ok(name, args);
  return args;
};
const entry = async (): Promise<string> =>
  (await ok('create_time_entry', { task_id: 'ENG-123', duration: '1h', description: 'Work' })).structured.entry_id;
const goal = async (): Promise<string> => {
  const name = named('Goal');
  await ok('create_goal', { name, due_date: '2027-03-31' });
  await ok('save_key_result', { goal: name, name: 'Interviews', end: 30 });
  return name;
};
const message = async (): Promise<Args> => {
  const { structured } = await ok('add_comment', { on: ['#general'], text: named('Message') });
  return { on: '#general', comment_id: structured.rows[0][structured.columns.indexOf('id')] };
};

const ROWS: Readonly<Record<string, Row>> = {
  add_comment: {
    second: ['CreateTaskComment', 1, async () => ({ on: await twice(newTask), text: 'Hello' })],
  },
  bulk_create_tasks: {
    second: ['CreateTask', 1, () => ({ list_id: L1, tasks: [{ name: named('Bulk') }, { name: named('Bulk') }] })],
  },
  bulk_update_tasks: {
    second: ['UpdateTask', 1, async () => ({ groups: [{ task_ids: await twice(newTask), priority: 'high' }] })],
    noop: async () => ({ groups: [{ task_ids: await twice(() => newTask({ priority: 'low' })), priority: 'low' }] }),
  },
  copy_task: {
    second: [
      'CreateChecklist',
      0,
      async () => {
        const task_id = await newTask();
        await ok('edit_checklist', { task_id, checklist: 'Steps', add: ['One'] });
        return { task_id, include: ['checklists'] };
      },
    ],
  },
  delete_task: { second: ['DeleteTask', 1, async () => ({ task_ids: await twice(newTask) })] },
  edit_checklist: {
    second: [
      'CreateChecklistItem',
      1,
      async () => ({ task_id: await newTask(), checklist: 'Steps', add: ['One', 'Two', 'Three'] }),
    ],
    noop: async () => again('edit_checklist', { task_id: await newTask(), checklist: 'Steps', add: ['One'] }),
  },
  link_tasks: {
    second: [
      'AddDependency',
      1,
      async () => ({ task_id: await newTask(), relation: 'waits_on', to: await twice(newTask) }),
    ],
    noop: async () => again('link_tasks', { task_id: await newTask(), relation: 'linked', to: [await newTask()] }),
  },
  manage_channel: {
    noop: async () => {
      const channel = named('channel').replace(' ', '-');
      await ok('manage_channel', { action: 'create', channel, topic: 'Talk' });
      return { action: 'update', channel, topic: 'Talk' };
    },
  },
  manage_group: {
    noop: async () => again('manage_group', { group: named('Group'), add: ['Sarah Chen'] }),
  },
  manage_guest: {
    second: [
      'AddGuestToList',
      1,
      () => ({ guest: `${named('guest').replace(' ', '')}@client.com`, share: ['Web', 'Sprint 42'], level: 'read' }),
    ],
  },
  manage_webhook: {
    noop: async () => {
      const webhook = `https://hooks.acme.example/${++count}`;
      return again('manage_webhook', { webhook, events: ['taskCreated'] });
    },
  },
  save_key_result: {
    noop: async () => ({ goal: await goal(), key_result: 'Interviews', end: 30 }),
  },
  save_place: {
    second: [
      'UpdateFolder',
      0,
      async () => {
        const name = named('Folder');
        await ok('save_place', { place: name, kind: 'folder', within: 'Product' });
        return { place: `Product / ${name}`, kind: 'folder', within: 'Marketing', name: `${name} moved` };
      },
    ],
    noop: async () => again('save_place', { place: named('List'), kind: 'list', within: 'Product' }),
  },
  save_tag: { noop: () => again('save_tag', { tag: named('tag'), within: 'Support', color: '#ff0000' }) },
  save_view: { noop: () => again('save_view', { view: named('View'), within: 'Backend', group_by: 'assignee' }) },
  stop_timer: {
    second: [
      'UpdateatimeEntry',
      0,
      async () => {
        await ok('start_timer', { task_id: 'ENG-123' });
        return { description: 'Done' };
      },
    ],
  },
  time_entry_tags: {
    second: [
      'Removetagsfromtimeentries',
      0,
      async () => {
        const entry_ids = [await entry()];
        await ok('time_entry_tags', { entry_ids, add_tags: ['pairing'] });
        return { entry_ids, add_tags: ['review'], remove_tags: ['pairing'] };
      },
    ],
    noop: async () => again('time_entry_tags', { entry_ids: [await entry()], add_tags: ['pairing'] }),
  },
  update_comment: {
    second: ['createChatReaction', 0, async () => ({ ...(await message()), resolved: true, reaction: 'heart' })],
    noop: async () => again('update_comment', { ...(await message()), resolved: true }),
  },
  update_goal: {
    second: [
      'UpdateGoal',
      0,
      async () => ({ goal: await goal(), key_result: 'Interviews', current: 3, description: 'New' }),
    ],
    noop: async () => ({ goal: await goal(), key_result: 'Interviews', current: 0 }),
  },
  update_task: {
    second: ['AddTagToTask', 0, async () => ({ task_id: await newTask(), priority: 'high', add_tags: ['bug'] })],
    noop: async () => ({ task_id: await newTask({ priority: 'low' }), priority: 'low', remove_tags: ['bug'] }),
  },
  update_time_entry: {
    noop: async () => ({ entry_id: await entry(), description: 'Work', duration: '1h' }),
  },
  write_doc: {
    noop: async () => {
      const doc = named('Doc');
      await ok('write_doc', { doc, mode: 'create', within: 'Engineering', text: 'Text' });
      return { doc, mode: 'replace', text: 'Text' };
    },
  },
};

const MAKES = 'each call makes something new';
/** Why a tool has no call of several writes that could end in the middle. */
const ONE_WRITE: Readonly<Record<string, string>> = {
  attach_file: 'sends one file',
  call_write_operation: 'sends one operation',
  confirm_change: 'is the call of another tool',
  create_goal: 'sends one request',
  create_task: 'sends one request, whatever is asked for',
  create_time_entry: 'sends one request',
  estimates_by_person: 'sends all estimates in one request',
  manage_channel: 'sends one request',
  manage_group: 'sends one request',
  manage_webhook: 'sends one request',
  merge_tasks: 'names all tasks in one request',
  save_key_result: 'sends one request',
  save_tag: 'sends one request',
  save_view: 'sends one request',
  set_access: 'sends one request',
  stop_job: 'sends nothing to ClickUp',
  start_timer: 'sends one request: ClickUp stops the other timer itself',
  update_time_entry: 'sends one request',
  write_doc: 'sends one request, but for the first page of a new Doc: test/e2e/docs-goals.e2e-spec.ts',
};
/** Why a tool has no call that changes nothing. */
const ALWAYS_CHANGES: Readonly<Record<string, string>> = {
  add_comment: MAKES,
  attach_file: MAKES,
  bulk_create_tasks: MAKES,
  call_write_operation:
    'says what ClickUp answered: which fields of an operation would change, only its job tool knows',
  confirm_change: 'is the call of another tool',
  copy_task: MAKES,
  create_goal: MAKES,
  create_task: MAKES,
  create_time_entry: MAKES,
  delete_task: 'what is deleted is not there',
  estimates_by_person: 'ClickUp does not tell who has which estimate, so they are sent',
  manage_guest: 'ClickUp does not tell all that a guest has, so it is sent',
  merge_tasks: 'what is merged is not there',
  set_access: 'ClickUp does not tell who has access, so it is sent',
  start_timer: MAKES,
  stop_timer: 'refuses where none is running',
  stop_job: 'says how far the job came, which has ended then or before',
};

const WRITES = CATALOGUE.filter(({ verb }) => !isRead(verb)).map(({ name }) => name);

test('every tool that changes something is tried here, or has a reason', () => {
  const having = (part: keyof Row) => Object.keys(ROWS).filter((name) => ROWS[name]![part]);
  expect([...having('second'), ...Object.keys(ONE_WRITE)].sort()).toEqual(WRITES);
  expect([...having('noop'), ...Object.keys(ALWAYS_CHANGES)].sort()).toEqual(WRITES);
});

/** Whether an answer says of something that it was not done. */
const saysWhatIsMissing = ({ structured }: CallAnswer): boolean =>
  ['not_applied', 'not_copied', 'failed', 'unknown'].some((key) => {
    const value: unknown = structured[key];
    return Array.isArray(value) ? value.length > 0 : Boolean(value);
  }) || /not applied|could not be/i.test(JSON.stringify(structured));

describe.each(Object.entries(ROWS).flatMap(([name, { second }]) => (second ? [[name, second] as const] : [])))(
  'the second request of %s',
  (name, [operation, after, argsOf]) => {
    test('refused: what was done stays said, and what was not is said', async () => {
      const args = await argsOf();
      app.sandbox.configure({ faults: [{ operation, times: 20, after, kind: 'status', status: 400 }] });
      const answer = await client.call(name, args);
      expect([answer.isError, answer.text]).toEqual([false, expect.any(String)]);
      expect([answer.text, saysWhatIsMissing(answer)]).toEqual([expect.any(String), true]);
      expect(answer.text).not.toMatch(/^Unchanged/);
    });

    test('without an answer: never called failed', async () => {
      const args = await argsOf();
      app.sandbox.configure({ faults: [{ operation, times: 1, after, kind: 'reset_after' }] });
      const answer = await client.call(name, args);
      expect([answer.isError, answer.text]).toEqual([false, expect.any(String)]);
      expect(answer.structured.failed ?? 0).toBe(0);
      expect(JSON.stringify(answer.structured.not_applied ?? [])).not.toMatch(/ failed: /);
    });
  },
);

test.each(Object.entries(ROWS).flatMap(([name, { noop }]) => (noop ? [[name, noop] as const] : [])))(
  '%s finds everything so already: it says so, and writes nothing',
  async (name, argsOf) => {
    const args = await argsOf();
    const before = app.sandbox.stats().writes;
    const { isError, text } = await client.call(name, args);
    expect([isError, text]).toEqual([false, expect.stringMatching(/^.*unchanged/i)]);
    expect(app.sandbox.stats().writes).toBe(before);
  },
);
