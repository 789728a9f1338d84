import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { asking } from '../support/ask.js';
import { type CallAnswer, CLIENTS, type TestClient } from '../support/clients.js';
import { L1 } from '../support/scoped.js';

/** Reading a task whole, copying, relating and merging tasks, checklists: from an MCP client to ClickUp and back. */
let app: TestApp;
let client: TestClient;
const ask = asking(() => app.sandbox.url, '/api/v2');

beforeAll(async () => {
  app = await startTestApp();
  client = await CLIENTS[0]![1](app.url, WRITE_KEY);
});
beforeEach(() => app.sandbox.configure({ faults: [] }));
afterAll(async () => {
  await client.close();
  await app.close();
});

const ok = async (name: string, args: Record<string, unknown> = {}): Promise<CallAnswer> => {
  const answer = await client.call(name, args);
  expect(answer).toMatchObject({ isError: false, text: expect.any(String) });
  return answer;
};
const requests = async (work: () => Promise<unknown>) => {
  const before = app.sandbox.requests().length;
  await work();
  return app.sandbox.requests().length - before;
};
const rows = ({ structured }: CallAnswer, part: string): string[][] =>
  structured.parts.find((each: { part: string }) => each.part === part).rows;
const cost = ({ structured, text }: CallAnswer) => Math.max(countTokens(JSON.stringify(structured)), countTokens(text));
const newTask = async (body: object = {}) =>
  (await ask(`POST /list/${L1}/task`, { name: `job ${Math.random()}`, ...body })).body as { id: string; name: string };
const seen = async (id: string) => (await ask(`GET /task/${id}?include_subtasks=true`)).body;
const fail = (operation: string, after: number, kind: 'status' | 'reset_after' = 'status') =>
  app.sandbox.configure({ faults: [{ operation, times: 1, kind, after, ...(kind === 'status' && { status: 400 }) }] });

describe('get_task', () => {
  test('ENG-123 with everything around it', async () => {
    const answer = await ok('get_task', { task_id: 'ENG-123', include: ['all'] });
    expect(answer.structured).toMatchObject({ name: 'Refactor Login Component', list: 'Frontend / Current Sprint' });
    expect(rows(answer, 'fields')).toEqual(expect.arrayContaining([['Client', 'Initech']]));
    expect(rows(answer, 'relations')).toEqual([['blocks', 'ENG-105', 'Checkout page loads twice', 'blocked']]);
    expect(rows(answer, 'checklists')).toContainEqual(['Definition of done', '[x] Old tests pass']);
    expect(rows(answer, 'subtasks').flat()).toContain('Write tests for LoginForm');
    expect(rows(answer, 'time').map(([who]) => who)).toContain('Sarah Chen');
    expect(rows(answer, 'comments').length).toBeGreaterThan(0);
    expect(cost(answer)).toBeLessThan(6_000);
  });

  test('"how long has ENG-123 been in progress?" is one call and two requests', async () => {
    const args = { task_id: 'ENG-123', include: ['status_history'] };
    const answer = await ok('get_task', args);
    expect(await requests(() => ok('get_task', args))).toBe(2);
    expect(
      rows(answer, 'status_history')
        .find(([status]) => status === 'in progress')
        ?.at(-1),
    ).toMatch(/^current, for \d+[dh]/);
  });

  test('a description of 90,000 characters comes in pages, whole', async () => {
    const words = Array.from({ length: 15_000 }, (_, index) => `w${index}`);
    const { id } = await newTask({ markdown_content: words.join(' ') });
    const text: string[] = [];
    let cursor: string | undefined;
    do {
      const answer = await ok('get_task', { task_id: id, ...(cursor && { cursor }) });
      expect(cost(answer)).toBeLessThanOrEqual(6_000);
      text.push(answer.structured.description);
      cursor = answer.structured.next_cursor;
    } while (cursor);
    expect(text.length).toBeGreaterThan(5);
    expect(text.join(' ').split(/\s+/)).toEqual(words);
  });

  test('files come as links, too', async () => {
    const { structured } = await ok('get_task', { task_id: 'ENG-101', include: ['attachments'] });
    expect(structured.parts[0].rows.map(([title]: string[]) => title)).toContain('heap-after-6h.png');
    const raw = await fetch(`${app.url}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${WRITE_KEY}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'get_task', arguments: { task_id: 'ENG-101', include: ['attachments'] } },
      }),
    });
    const { result } = (await raw.json()) as { result: { content: object[] } };
    expect(result.content).toContainEqual({
      type: 'resource_link',
      uri: expect.stringMatching(/^https:\/\//),
      name: 'heap-after-6h.png',
      mimeType: 'image/png',
    });
  });

  test.each(['ENG-99999', 'zzzzzz', '86c0000zz'])(
    '%s, which is not there, is said not to be there',
    async (task_id) => {
      const { isError, text, meta } = await client.call('get_task', { task_id, include: ['all'] });
      expect([isError, meta.error.code]).toEqual([true, 'clickup_not_found']);
      expect(text).toContain(`"${task_id}"`);
      expect(text).not.toMatch(/authori[sz]ed/i);
    },
  );
});

describe('link_tasks', () => {
  test('"A is blocked by B", from both sides, and undone', async () => {
    const [a, b] = [await newTask(), await newTask()];
    const { text, structured } = await ok('link_tasks', { task_id: a.id, relation: 'waits_on', to: [b.id] });
    expect(text).toMatch(/^Changed/);
    expect(structured.rows[0]).toContain(b.name);
    expect((await seen(a.id)).dependencies).toMatchObject([{ task_id: a.id, depends_on: b.id }]);
    const again = await ok('link_tasks', { task_id: b.id, relation: 'blocks', to: [a.id] });
    expect(again.text).toMatch(/^Unchanged/);
    await ok('link_tasks', { task_id: b.id, relation: 'blocks', to: [a.id], remove: true });
    expect((await seen(a.id)).dependencies).toEqual([]);
  });

  test('links, and custom ids at both ends', async () => {
    const [one, two] = [(await seen((await newTask()).id)).custom_id, (await seen((await newTask()).id)).custom_id];
    const { structured } = await ok('link_tasks', { task_id: one, relation: 'linked', to: [two] });
    expect(structured).toMatchObject({ ref: one, applied: [`linked: none → ${two}`] });
  });

  test('a further List is shown; where the ClickApp is off, nothing is claimed', async () => {
    const { id } = await newTask();
    const args = { task_id: id, relation: 'also_in_list', to: ['Engineering / Frontend / Current Sprint'] };
    const { structured } = await ok('link_tasks', args);
    expect(structured.applied).toEqual(['also_in_list: none → Current Sprint']);
    const marketing = (await ask('GET /team/12345/space')).body.spaces;
    const off: string[] = [];
    for (const { id: space } of marketing) {
      const lists = (await ask(`GET /space/${space}/list`)).body.lists as { id: string }[];
      for (const list of lists) {
        const made = (await ask(`POST /list/${list.id}/task`, { name: 'x' })).body;
        const answer = await ok('link_tasks', { task_id: made.id, relation: 'also_in_list', to: [L1] });
        const there = (await seen(made.id)).locations.length > 0;
        expect(/^Changed/.test(answer.text)).toBe(there);
        if (!there) off.push(answer.structured.not_applied[0].why);
      }
    }
    expect(off[0]).toMatch(/ClickApp/);
  });

  test('when the second request fails, the first is said to be done', async () => {
    const [a, b, c] = [await newTask(), await newTask(), await newTask()];
    fail('AddDependency', 1);
    const { text, structured } = await ok('link_tasks', { task_id: a.id, relation: 'waits_on', to: [b.id, c.id] });
    expect(text).toMatch(/^Changed, but not in everything/);
    expect(structured.not_applied).toMatchObject([{ field: 'waits_on', wanted: expect.stringContaining(c.name) }]);
    expect((await seen(a.id)).dependencies).toMatchObject([{ depends_on: b.id }]);
  });
});

describe('edit_checklist', () => {
  test('makes a checklist with three items and ticks the first', async () => {
    const { id } = await newTask();
    const { structured } = await ok('edit_checklist', {
      task_id: id,
      checklist: 'Release',
      add: ['Build', 'Test', 'Announce'],
      check: ['build'],
    });
    expect(structured.rows.map(([, item]: string[]) => item)).toEqual(['[x] Build', '[ ] Test', '[ ] Announce']);
    expect((await seen(id)).checklists).toMatchObject([
      { name: 'Release', items: [{ name: 'Build', resolved: true }, { name: 'Test' }, { name: 'Announce' }] },
    ]);
    const again = await ok('edit_checklist', { task_id: id, checklist: 'Release', add: ['Build'], check: ['Build'] });
    expect(again.text).toMatch(/^Unchanged/);
    const shown = await ok('edit_checklist', { task_id: id, checklist: 'release', remove: ['TEST'] });
    expect(shown.structured.preview.summary).toMatch(/^Remove from the checklist "Release" of .*: "Test"\./);
    expect((await seen(id)).checklists[0].items).toHaveLength(3);
    const removed = await ok('confirm_change', { confirm_token: shown.structured.confirm_token });
    expect(removed.structured.rows).toHaveLength(2);
    expect((await seen(id)).checklists[0].items).toHaveLength(2);
  });

  test.each([
    ['status', /^Changed, but not in everything/, 'unchanged'],
    // The answer is lost, the item is there: found out by reading.
    ['reset_after', /^Changed, but not in everything/, undefined],
  ])('when the second item fails (%s), the answer says what is there', async (kind, headline, is) => {
    const { id } = await newTask();
    fail('CreateChecklistItem', 1, kind as 'status');
    const { text, structured } = await ok('edit_checklist', { task_id: id, checklist: 'L', add: ['A', 'B', 'C'] });
    expect(text).toMatch(headline);
    const items = (await seen(id)).checklists[0].items.map(({ name }: { name: string }) => name);
    expect(structured.rows.map(([, item]: string[]) => item!.slice(4))).toEqual(items);
    expect(structured.not_applied.find(({ wanted }: { wanted: string }) => wanted === 'B')?.is).toBe(is);
    expect(structured.not_applied.find(({ wanted }: { wanted: string }) => wanted === 'C')).toMatchObject({
      why: expect.stringContaining('not tried'),
    });
  });
});

describe('copy_task', () => {
  test('copies what is asked for and says what stays behind', async () => {
    const { structured } = await ok('copy_task', {
      task_id: 'ENG-123',
      name: 'Login, once more',
      include: ['subtasks', 'checklists', 'fields', 'assignees', 'dates', 'comments'],
    });
    const id = String(structured.url).split('/').at(-1)!;
    const [original, copy] = [
      (await ask('GET /task/ENG-123?custom_task_ids=true&team_id=12345&include_subtasks=true')).body,
      await seen(id),
    ];
    expect(copy.name).toBe('Login, once more');
    for (const same of ['description', 'due_date', 'list', 'priority']) expect(copy[same]).toEqual(original[same]);
    const names = (all: { name: string }[]) => all.map(({ name }) => name).sort();
    for (const part of ['tags', 'subtasks', 'checklists']) expect(names(copy[part])).toEqual(names(original[part]));
    const items = (task: typeof copy) =>
      task.checklists.flatMap((list: { items: { name: string; resolved: boolean }[] }) =>
        list.items.map(({ name, resolved }) => [name, resolved]),
      );
    expect(items(copy)).toEqual(items(original));
    const values = (task: typeof copy) => task.custom_fields.map(({ id: field, value }: never) => [field, value]);
    expect(values(copy)).toEqual(values(original));
    expect(structured.not_copied.join()).toMatch(/relations.*tracked time/);
    const comments = (await ask(`GET /task/${id}/comment`)).body.comments as { comment_text: string }[];
    expect(comments.map(({ comment_text }) => comment_text).join()).toContain('Can somebody check this on staging?');
  });

  test('without include it is two requests, and what was not asked for is named', async () => {
    const args = { task_id: 'ENG-123' };
    expect(await requests(() => ok('copy_task', args))).toBe(2);
    const { structured } = await ok('copy_task', args);
    expect(structured.name).toBe('Refactor Login Component (copy)');
    expect(structured.not_copied[0]).toMatch(/subtasks \(2\), checklists .*not asked for/);
  });

  test('into another List, what has no place there is said before anybody misses it', async () => {
    const { structured } = await ok('copy_task', { task_id: 'ENG-110', list_id: 'Sprint 42', include: ['fields'] });
    const id = String(structured.url).split('/').at(-1)!;
    const copy = await seen(id);
    expect([structured.list, copy.list.id]).toEqual([expect.stringContaining('Sprint 42'), L1]);
    const source = (await ask('GET /task/ENG-110?custom_task_ids=true&team_id=12345')).body;
    const there = (await ask(`GET /list/${L1}/field`)).body.fields.map(({ id: field }: { id: string }) => field);
    for (const { id: field, name, value } of source.custom_fields as { id: string; name: string; value?: unknown }[]) {
      if (value === undefined) continue;
      const copied = copy.custom_fields.find((each: { id: string }) => each.id === field)?.value;
      const told = structured.not_copied.some((line: string) => line.startsWith(`field ${name}`));
      expect([name, told]).toEqual([name, !there.includes(field) || copied === undefined]);
    }
    expect(structured.not_copied.join()).toContain('status new');
  });

  test('when a part fails, the copy is said to be there and the part not', async () => {
    fail('CreateTask', 2);
    const { structured } = await ok('copy_task', { task_id: 'ENG-123', include: ['subtasks'] });
    expect(structured.copied).toContain('subtasks (1)');
    expect(structured.not_copied.join()).toMatch(/subtask "[^"]+": ClickUp API returned error/);
  });

  test('when the copy itself fails, nothing is there and the call fails', async () => {
    fail('CreateTask', 0);
    expect((await client.call('copy_task', { task_id: 'ENG-123' })).isError).toBe(true);
  });
});

describe('merge_tasks', () => {
  test('shows what would go, then merges, and the sources are gone', async () => {
    const [target, source] = [await newTask(), await newTask()];
    const preview = await ok('merge_tasks', { task_id: target.id, from: [source.id] });
    expect(preview.structured.preview.summary).toContain(source.name);
    expect((await ask(`GET /task/${source.id}`)).status).toBe(200);
    const { confirm_token } = preview.structured;
    const done = await ok('merge_tasks', { task_id: target.id, from: [source.id], confirm_token });
    expect(done.structured.applied[0]).toMatch(/there → merged$/);
    expect((await ask(`GET /task/${source.id}`)).status).not.toBe(200);
  });

  test('what changed since the preview is shown again; a task is not merged into itself', async () => {
    const [target, source] = [await newTask(), await newTask()];
    const args = { task_id: target.id, from: [source.id] };
    const { confirm_token } = (await ok('merge_tasks', args)).structured;
    await ask(`PUT /task/${source.id}`, { name: 'changed meanwhile' });
    expect((await ok('merge_tasks', { ...args, confirm_token })).text).toMatch(/changed since/);
    expect((await client.call('merge_tasks', { ...args, from: [target.id] })).text).toMatch(/into itself/);
    expect((await ask(`GET /task/${source.id}`)).body.name).toBe('changed meanwhile');
  });
});

describe('estimates_by_person', () => {
  test('are set for those who are assigned, and for nobody else', async () => {
    const args = { task_id: 'ENG-123', estimates: [{ person: 'Sarah Chen', estimate: '3h' }] };
    const { structured } = await ok('estimates_by_person', args);
    expect(structured.rows).toEqual([['Sarah Chen', '3h']]);
    const { text, isError } = await client.call('estimates_by_person', {
      ...args,
      estimates: [{ person: 'David Miller', estimate: '1h' }],
    });
    expect(isError).toBe(true);
    expect(text).toMatch(/estimates\[0\]\.person: David Miller is not assigned.*Sarah Chen/);
  });
});

describe('where one may write in one List only', () => {
  let narrow: TestApp;
  let limited: TestClient;
  let inside: string;
  let outside: string;
  beforeAll(async () => {
    narrow = await startTestApp({ env: { WRITE_MODE: 'selective', WRITE_ALLOWED_LISTS: L1 }, sandbox: { tasks: 120 } });
    limited = await CLIENTS[0]![1](narrow.url, WRITE_KEY);
    const there = asking(() => narrow.sandbox.url, '/api/v2');
    inside = (await there(`POST /list/${L1}/task`, { name: 'inside' })).body.id;
    outside = (await there('POST /list/90144360430/task', { name: 'outside' })).body.id;
  });
  afterAll(async () => {
    await limited.close();
    await narrow.close();
  });

  test.each([
    ['edit_checklist', { checklist: 'C', add: ['A', 'B'], check: ['A'] }],
    ['copy_task', { include: ['checklists', 'comments'] }],
  ])('%s works inside of it and sends nothing outside', async (tool, args) => {
    const writes = () => narrow.sandbox.stats().writes;
    expect(await limited.call(tool, { task_id: inside, ...args })).toMatchObject({ isError: false });
    const before = writes();
    expect(await limited.call(tool, { task_id: outside, ...args })).toMatchObject({ isError: true });
    expect(writes()).toBe(before);
  });

  test('relations across the border are refused before anything is sent', async () => {
    const before = narrow.sandbox.stats().writes;
    const args = { task_id: inside, relation: 'waits_on', to: [outside] };
    expect(await limited.call('link_tasks', args)).toMatchObject({ isError: true });
    expect(narrow.sandbox.stats().writes).toBe(before);
  });
});
