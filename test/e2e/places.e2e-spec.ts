import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { CLIENTS, type TestClient } from '../support/clients.js';

// Places and whatever else there is besides tasks, as a model works with them.

let app: TestApp;
let client: TestClient;
beforeAll(async () => {
  app = await startTestApp();
  client = await CLIENTS[0]![1](app.url, WRITE_KEY);
});
afterAll(async () => {
  await client.close();
  await app.close();
});

const requests = async (work: () => Promise<unknown>) => {
  const before = app.sandbox.requests().length;
  await work();
  return app.sandbox.requests().length - before;
};
const ok = async (name: string, args: Record<string, unknown> = {}) => {
  const answer = await client.call(name, args);
  expect([answer.isError, answer.text]).toEqual([false, expect.any(String)]);
  return answer;
};
const refused = async (name: string, args: Record<string, unknown>) => {
  const { isError, text } = await client.call(name, args);
  expect(isError).toBe(true);
  return text;
};
/** Does what the preview shows, and returns both texts. */
const confirmed = async (name: string, args: Record<string, unknown>) => {
  const preview = await ok(name, args);
  const token = preview.structured.confirm_token as unknown;
  expect(typeof token).toBe('string');
  return { preview: preview.text, ...(await ok('confirm_change', { confirm_token: token })) };
};

describe('reading', () => {
  beforeAll(() => ok('get_workspace_hierarchy'));

  test('a part of the tree, from what is known', async () => {
    expect(
      await requests(async () => {
        const { structured } = await ok('get_workspace_hierarchy', { within: 'Roadmap' });
        expect(structured.outline).toMatch(/^# \d+ Roadmap\n\d+ Now\n\d+ Next\n\d+ Later$/);
      }),
    ).toBe(0);
  });

  test('what a List is and allows', async () => {
    expect(
      await requests(async () => {
        const { structured } = await ok('get_list', { list_id: 'Incoming Bugs', include: ['fields'] });
        expect(structured.statuses).toEqual(['new (open)', 'triaged (custom)', 'fixed (done)', 'closed (closed)']);
        expect(structured.fields).toContain('Severity: drop_down: Low, Medium, High, Critical');
      }),
    ).toBe(2);
    expect(await requests(() => ok('get_list', { list_id: 'Roadmap / Now' }))).toBe(0);
  });

  test('open tasks are counted with their subtasks and without what is done', async () => {
    const { structured } = await ok('get_list', { list_id: 'Incoming Bugs', include: ['details'] });
    const tasks = app.sandbox.world.lists.get(structured.id as string)!.tasks.filter(({ archived }) => !archived);
    const open = tasks.filter(({ status }) => !['done', 'closed'].includes(status.type));
    expect(structured.counts).toMatch(new RegExp(`^open: ${open.length}\\b`));
    expect(tasks.some(({ status }) => status.type === 'done')).toBe(true);
  });

  test('a Space with what it can do and who sees it', async () => {
    const { structured } = await ok('get_list', { list_id: 'Leadership', include: ['features', 'people', 'tags'] });
    expect(structured).toMatchObject({ kind: 'space', tags: ['board', 'confidential'] });
    expect(structured.features).toContain('time tracking: on');
    expect(structured.people).not.toContain('Gina Hart');
  });

  test.each([
    [{ kind: 'person', text: 'David' }, 0, 'david.miller@acme.example'],
    [{ kind: 'guest' }, 0, 'Gina Hart'],
    [{ kind: 'doc', within: 'Engineering' }, 1, 'Q4 Architecture'],
    [{ kind: 'goal', text: 'churn' }, 1, 'Reduce Churn'],
    [{ kind: 'view', text: 'bugs', within: 'Frontend' }, 4, 'Frontend bugs'],
    [{ kind: 'template' }, 3, 'Product launch'],
  ])('finds %j in %i requests', async (args, cost, name) => {
    expect(await requests(async () => expect((await ok('find_objects', args)).text).toContain(name))).toBe(cost);
    expect(await requests(() => ok('find_objects', args))).toBe(0);
  });

  test('a name of another kind is said to be one, and no name is told to check its id', async () => {
    const list = await refused('find_tasks', { lists: ['Backend / Nowhere'] });
    const texts = [
      await refused('get_list', { list_id: 'Sprnt 42' }),
      await refused('create_task', { list_id: 'Roadmap', name: 'x' }),
      list,
    ];
    expect(texts[0]).toContain('Did you mean Engineering / Backend / Sprint 42');
    expect(texts[1]).toMatch(/"Roadmap" is a Folder \(\d+\), not a List\. In it: Now \(\d+\)/);
    for (const text of texts) expect(text).not.toContain('Check the id');
  });
});

describe('places', () => {
  test('a List is made, changed and found again, without a second of its name', async () => {
    const args = { place: 'Sprint 43', kind: 'list', within: 'Engineering / Backend' };
    const made = await ok('save_place', { ...args, due_date: '2027-01-15', description: 'Goals of **43**' });
    expect(made.structured.outcome).toBe('created');
    expect(made.structured.not_applied).toBeUndefined();
    expect((await ok('save_place', args)).text).toMatch(/^Unchanged: Engineering \/ Backend \/ Sprint 43/);
    const { structured } = await ok('save_place', { place: made.structured.url, kind: 'list', name: 'Sprint 44' });
    expect(structured).toMatchObject({ outcome: 'changed', applied: ['name: Sprint 43 → Sprint 44'] });
    const shown = await ok('get_list', { list_id: 'Backend / Sprint 44', include: ['details'] });
    expect(shown.structured).toMatchObject({ id: made.structured.id, due: '2027-01-15' });
  });

  test('a Space is renamed and keeps its settings', async () => {
    const before = { ...(await ok('get_list', { list_id: 'Product', include: ['features'] })).structured };
    const { structured } = await ok('save_place', { place: 'Product', kind: 'space', name: 'Products' });
    expect(structured.applied).toEqual(['name: Product → Products']);
    const after = await ok('get_list', { list_id: 'Products', include: ['features'] });
    expect(after.structured.features).toEqual(before.features);
    await ok('save_place', { place: 'Products', kind: 'space', name: 'Product' });
  });

  test('a Folder is moved to another Space and back, by its path or id, and a bare name makes a new one', async () => {
    const made = await ok('save_place', { place: 'Wanderer', kind: 'folder', within: 'Product' });
    const moved = await ok('save_place', { place: 'Product / Wanderer', kind: 'folder', within: 'Marketing' });
    expect(moved.structured).toMatchObject({
      outcome: 'changed',
      id: made.structured.id,
      path: 'Marketing / Wanderer',
      applied: ['within: Product → Marketing'],
    });
    expect((await ok('get_list', { list_id: 'Marketing / Wanderer' })).structured.id).toBe(made.structured.id);
    const back = await ok('save_place', {
      place: made.structured.id,
      kind: 'folder',
      within: 'Product',
      name: 'Settled',
    });
    expect(back.structured).toMatchObject({
      path: 'Product / Settled',
      applied: ['within: Marketing → Product', 'name: Wanderer → Settled'],
    });
    expect(
      (await ok('save_place', { place: 'Settled', kind: 'folder', within: 'Marketing' })).structured,
    ).toMatchObject({
      outcome: 'created',
      path: 'Marketing / Settled',
    });
  });

  test('from a template, and only from one of its kind', async () => {
    const args = { place: 'Onboarding of Max', kind: 'list', within: 'People', template: 'Onboarding' };
    const { structured } = await ok('save_place', { ...args, description: 'For Max' });
    expect(structured).toMatchObject({ outcome: 'created', path: 'Operations / People / Onboarding of Max' });
    expect(
      await refused('save_place', { place: 'X', kind: 'folder', within: 'People', template: 'Onboarding' }),
    ).toContain('"Onboarding" is a template of another kind: list.');
  });
});

describe('jobs that are not listed', () => {
  test('none of them is in tools/list', async () => {
    const listed = (await client.listTools()).tools.map(({ name }) => name);
    for (const name of ['manage_guest', 'manage_group', 'manage_webhook', 'save_tag', 'save_view', 'set_access'])
      expect(listed).not.toContain(name);
  });

  test('invite gina2@client.com as guest to the Web List, comment only', async () => {
    const args = { guest: 'gina2@client.com', share: ['Web'], level: 'comment' };
    const { preview, structured } = await confirmed('manage_guest', args);
    expect(preview).toMatch(/^Guest gina2@client\.com: invite .*; share Engineering \/ Frontend \/ Web: comment\./);
    expect(structured.applied).toEqual(['invited gina2@client.com', 'Engineering / Frontend / Web: comment']);
    const moved = await confirmed('manage_guest', { guest: 'gina2@client.com', unshare: ['Web'] });
    expect(moved.preview).toContain('Web: comment');
    expect(moved.structured.applied).toEqual(['Engineering / Frontend / Web: no access']);
    await confirmed('manage_guest', { guest: 'gina2@client.com', remove: true });
    expect((await ok('find_objects', { kind: 'guest' })).text).not.toContain('gina2');
  });

  test('a group is made, changed and deleted', async () => {
    await confirmed('manage_group', { group: 'Writers', add: ['Sarah Chen', 'Tom Baker'] });
    const { structured } = await confirmed('manage_group', {
      group: 'Writers',
      name: 'Authors',
      remove: ['Tom Baker'],
    });
    expect(structured.applied).toEqual(['name: Writers → Authors', 'members: Sarah Chen, Tom Baker → Sarah Chen']);
    await confirmed('manage_group', { group: '@writers', delete: true });
    expect(await refused('manage_group', { group: 'Authors', delete: true })).toContain('There is no group "Authors"');
  });

  test('a webhook is made, changed and deleted, and its secret is withheld', async () => {
    const webhook = 'https://hooks.acme.example/new';
    const made = await confirmed('manage_webhook', { webhook, events: ['taskCreated'], within: 'Backend' });
    const secret = app.sandbox.world.webhooks.byId.get(made.structured.webhook_id as string)?.secret;
    expect(typeof secret).toBe('string');
    expect(made.text).not.toContain(secret);
    const changed = await confirmed('manage_webhook', { webhook, events: ['taskCreated', 'taskDeleted'] });
    expect(changed.structured).toMatchObject({ outcome: 'changed', events: 'taskCreated, taskDeleted' });
    await confirmed('manage_webhook', { webhook, delete: true });
  });

  test('a tag and a view are made and changed', async () => {
    await ok('save_tag', { tag: 'Churned', within: 'Support', color: '#ff0000' });
    const tag = await ok('save_tag', { tag: 'churned', within: 'Support', name: 'Lost' });
    expect(tag.structured.applied).toEqual(['name: churned → lost']);
    expect((await ok('find_objects', { kind: 'tag', within: 'Support', text: 'lost' })).structured.total).toBe(1);
    const args = { view: 'Blocked stuff', within: 'Backend', statuses: ['blocked'], group_by: 'assignee' };
    expect((await ok('save_view', args)).structured.not_applied).toBeUndefined();
    const view = await ok('save_view', {
      view: 'Blocked stuff',
      within: 'Backend',
      name: 'Blocked',
      show_closed: true,
    });
    expect(view.structured.applied).toEqual(['name: Blocked stuff → Blocked', 'show_closed: false → true']);
  });

  test('access is given after a preview', async () => {
    const args = { kind: 'list', object: 'Web', people: ['Sarah Chen'], level: 'edit', private: true };
    const { preview, text } = await confirmed('set_access', args);
    expect(preview).toContain('make it private; give edit access to Sarah Chen');
    expect(text).toContain('not read back');
  });

  test('the audit log by period and event', async () => {
    const { structured } = await ok('audit_log', { range: 'today', events: ['invite'] });
    expect(structured.scope).toMatch(/INVITE_TO_WORKSPACE; complete$/);
    expect(structured.rows.length).toBeGreaterThan(0);
  });
});
