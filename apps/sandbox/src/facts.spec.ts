import { type RunningSandbox, startSandbox } from './index.js';

const NOW = 1_780_000_000_000;
const DAY = 86_400_000;
const ANNA = 61_234_501;
const DAVID = ANNA + 37;
const PRIYA = ANNA + 3 * 37;
const SPRINT = '90144360426';
const BUGS = '90144360435';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => NOW });
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

type Answer = { status: number; body: any; headers: Headers };
/** `GET /list/1`, below /api/v2. */
async function ask(line: string, body?: unknown, authorization: string | null = 'pk_sandbox_owner'): Promise<Answer> {
  const [method = '', path = ''] = line.split(' ');
  const headers: Record<string, string> = {
    ...(authorization === null ? {} : { authorization }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const response = await fetch(`${sandbox.url}/api/v2${path}`, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : undefined, headers: response.headers };
}
const newTask = async (body: object = {}, list = SPRINT) =>
  (await ask(`POST /list/${list}/task`, { name: 'T', ...body })).body;
const leak = async () =>
  (await ask(`GET /list/${SPRINT}/task`)).body.tasks.find(({ name }: { name: string }) => name.includes('memory leak'));
const names = ({ body }: Answer) => body.tasks.map(({ name }: { name: string }) => name);

describe('who asks', () => {
  it.each([
    ['no header', null, 401, 'OAUTH_017'],
    ['a personal token raw', 'pk_sandbox_owner', 200, undefined],
    ['a personal token as Bearer', 'Bearer pk_sandbox_owner', 401, 'OAUTH_025'],
    ['an OAuth token as Bearer', 'Bearer oauth_sandbox_member', 200, undefined],
    ['an OAuth token raw', 'oauth_sandbox_member', 401, 'OAUTH_019'],
    ['an unknown token', 'pk_nobody', 401, 'OAUTH_025'],
  ] as const)('%s', async (_, authorization, status, ecode) => {
    const answer = await ask('GET /user', undefined, authorization);
    expect([answer.status, answer.body.ECODE]).toEqual([status, ecode]);
  });

  it('sees the zone and the week of the owner', async () => {
    expect((await ask('GET /user')).body.user).toMatchObject({
      id: ANNA,
      timezone: 'Europe/Berlin',
      week_start_day: 1,
    });
  });

  it('shows the private Space to owner and admins only', async () => {
    const spaces = async (token: string) =>
      (await ask('GET /team/12345/space', undefined, token)).body.spaces.map(({ name }: { name: string }) => name);
    expect(await spaces('pk_sandbox_owner')).toHaveLength(6);
    expect(await spaces('pk_sandbox_admin')).toContain('Leadership');
    expect(await spaces('pk_sandbox_member')).toEqual(['Engineering', 'Product', 'Marketing', 'Support', 'Operations']);
    expect(await spaces('pk_sandbox_guest')).toEqual(['Engineering', 'Product']);
    expect((await ask('GET /space/90140206', undefined, 'pk_sandbox_member')).status).toBe(401);
    const { body } = await ask('GET /team/12345/task?space_ids[]=90140206', undefined, 'pk_sandbox_member');
    expect(body.tasks).toEqual([]);
    expect((await ask('GET /team/12345/task?space_ids[]=90140206')).body.tasks).not.toEqual([]);
  });

  it('shows the guest what was shared, and nothing beside it', async () => {
    const folders = await ask('GET /space/90140201/folder', undefined, 'pk_sandbox_guest');
    expect(folders.body.folders.map(({ name }: { name: string }) => name)).toEqual(['Frontend']);
    const { body } = await ask('GET /team/12345/task?subtasks=true&include_closed=true', undefined, 'pk_sandbox_guest');
    expect(new Set(body.tasks.map(({ list }: { list: { name: string } }) => list.name))).toEqual(
      new Set(['Current Sprint', 'Web', 'Mobile', 'Feedback']),
    );
    expect((await ask(`GET /list/${SPRINT}`, undefined, 'pk_sandbox_guest')).status).toBe(401);
    expect((await ask('POST /space/90140201/folder', { name: 'F' }, 'pk_sandbox_guest')).status).toBe(403);
  });

  it('keeps the two Workspaces apart', async () => {
    const own = await leak();
    const { body: other } = await ask('GET /team/67890/task', undefined, 'pk_sandbox_other');
    expect(other.tasks).toHaveLength(2);
    for (const [line, token] of [
      ['GET /team/67890/space', 'pk_sandbox_owner'],
      [`GET /task/${other.tasks[0].id}`, 'pk_sandbox_owner'],
      ['GET /list/90154400001', 'pk_sandbox_owner'],
      ['GET /task/GLX-1?custom_task_ids=true&team_id=67890', 'pk_sandbox_owner'],
      ['GET /task/GLX-1?custom_task_ids=true&team_id=12345', 'pk_sandbox_owner'],
      ['GET /team/12345/task', 'pk_sandbox_other'],
      [`GET /task/${own.id}`, 'pk_sandbox_other'],
      [`DELETE /task/${own.id}`, 'pk_sandbox_other'],
      [`POST /list/${SPRINT}/task`, 'pk_sandbox_other'],
    ] as const) {
      expect([line, (await ask(line, line.startsWith('POST') ? { name: 'x' } : undefined, token)).status]).toEqual([
        line,
        401,
      ]);
    }
    expect(
      (await ask('GET /team', undefined, 'pk_sandbox_other')).body.teams.map(({ id }: { id: string }) => id),
    ).toEqual(['67890']);
  });
});

describe('ids', () => {
  it.each([
    ['an unknown task', 'GET /task/zzzzzz', 401, 'OAUTH_027'],
    ['a custom id without saying so', 'GET /task/ENG-123', 401, 'OAUTH_027'],
    ['a custom id', 'GET /task/ENG-123?custom_task_ids=true&team_id=12345', 200, undefined],
    ['a custom id without the Workspace', 'GET /task/ENG-123?custom_task_ids=true', 400, 'INPUT_003'],
    ['the prefix of the web pages', 'GET /task/CU-86c0', 401, 'OAUTH_027'],
    ['an unknown List', 'GET /list/1', 401, 'OAUTH_027'],
    ['a path of nobody', 'GET /nothing', 404, 'APP_001'],
  ] as const)('%s', async (_, line, status, ecode) => {
    const answer = await ask(line);
    expect([answer.status, answer.body.ECODE]).toEqual([status, ecode]);
  });

  it('a custom id means nothing where it is not declared', async () => {
    expect((await ask('GET /task/ENG-123/member?custom_task_ids=true&team_id=12345')).status).toBe(401);
  });

  it('a deleted task is gone, with its subtasks', async () => {
    const parent = await newTask();
    const child = await newTask({ parent: parent.id });
    expect((await ask(`DELETE /task/${parent.id}`)).status).toBe(204);
    for (const id of [parent.id, child.id])
      expect([(await ask(`GET /task/${id}`)).status, (await ask(`GET /task/${id}`)).body.ECODE]).toEqual([
        404,
        'ITEM_013',
      ]);
  });

  it('a List in no Folder names a hidden one', async () => {
    const { lists } = (await ask('GET /space/90140201/list')).body;
    expect(lists.length).toBeGreaterThan(0);
    expect(lists.map(({ folder }: { folder: { hidden: boolean } }) => folder.hidden)).not.toContain(false);
    expect((await ask(`GET /list/${SPRINT}`)).body.folder.hidden).toBe(false);
  });

  it('are strings, and dates are milliseconds in strings', async () => {
    const task = await newTask({ due_date: NOW });
    expect(task).toMatchObject({
      id: expect.stringMatching(/^[0-9a-z]{9}$/),
      date_created: String(NOW),
      due_date: String(NOW),
      list: { id: SPRINT },
      custom_id: expect.stringMatching(/^ENG-\d+$/),
    });
  });
});

describe('lists of tasks', () => {
  const fill = async (count: number) => {
    for (let index = 0; index < count; index++) await newTask({ name: `n${index}` }, '90144360429');
  };

  it('come in pages of 100, with last_page where GetTasks says it', async () => {
    await fill(205);
    const pages = await Promise.all([0, 1, 2, 3].map((page) => ask(`GET /list/90144360429/task?page=${page}`)));
    expect(pages.map(({ body }) => body.tasks.length).slice(0, 2)).toEqual([100, 100]);
    expect(pages.map(({ body }) => body.last_page)).toEqual([false, false, true, true]);
    expect(new Set(pages.flatMap(({ body }) => body.tasks.map(({ id }: { id: string }) => id))).size).toBe(
      pages.reduce((sum, { body }) => sum + body.tasks.length, 0),
    );
    expect(names(pages[0] as Answer)[0]).toBe('n204');
    expect((await ask('GET /team/12345/task')).body).not.toHaveProperty('last_page');
  });

  it('hide closed tasks, subtasks and archived ones until asked, but not done ones', async () => {
    const count = async (query: string) => names(await ask(`GET /list/90144360430/task?${query}`));
    expect(await count('')).not.toContain('Move validation to hook');
    expect(await count('subtasks=true')).toContain('Write tests for LoginForm');
    expect(await count('include_closed=true&subtasks=true')).toContain('Move validation to hook');
    const archived = await newTask({ name: 'old' }, BUGS);
    await ask(`PUT /task/${archived.id}`, { archived: true });
    expect(names(await ask(`GET /list/${BUGS}/task`))).not.toContain('old');
    expect(names(await ask(`GET /list/${BUGS}/task?archived=true`))).toContain('old');
    const fixed = await newTask({ name: 'done', status: 'fixed' }, BUGS);
    expect(fixed).toMatchObject({ status: { type: 'done' }, date_done: String(NOW), date_closed: null });
    expect(names(await ask(`GET /list/${BUGS}/task`))).toContain('done');
  });

  it.each(['query=memory', 'search=memory', 'statuses=nonsense', 'assignees=1', 'page=abc'])(
    'ignore the key or value they do not know: %s',
    async (query) => {
      expect(names(await ask(`GET /list/${SPRINT}/task?${query}`))).toEqual(
        names(await ask(`GET /list/${SPRINT}/task`)),
      );
    },
  );

  it.each([
    ['an unknown person', 'assignees[]=999', 0],
    ['an unknown status', 'statuses[]=nonsense', 0],
    ['an unknown tag', 'tags[]=none', 0],
    ['a Custom Field that no task has', 'custom_fields=[{"field_id":"f","operator":"=","value":"1"}]', 0],
  ])('answer 200 and nothing to %s', async (_, query, count) => {
    const { status, body } = await ask(`GET /team/12345/task?${query}`);
    expect([status, body.tasks.length]).toEqual([200, count]);
  });

  it('answer 500 to an unknown order', async () => {
    expect((await ask(`GET /list/${SPRINT}/task?order_by=priority`)).status).toBe(500);
    expect((await ask('GET /team/12345/task?order_by=constructor')).status).toBe(500);
  });

  it('filter by repeated x[], dates, places, parent and tags, whatever the case', async () => {
    const parent = await newTask({ name: 'p', tags: ['Odd One'], due_date: NOW + 400 * DAY, assignees: [DAVID] });
    const child = await newTask({ name: 'c', parent: parent.id, status: 'IN PROGRESS' });
    const all = (query: string) =>
      ask(`GET /team/12345/task?subtasks=true&include_closed=true&${query}`).then(({ body }) =>
        body.tasks.map(({ id }: { id: string }) => id),
      );
    expect(await all('tags[]=ODD%20one')).toEqual([parent.id]);
    expect(await all(`due_date_gt=${NOW + 399 * DAY}&due_date_lt=${NOW + 401 * DAY}`)).toEqual([parent.id]);
    expect(await all(`due_date_gt=${NOW + 400 * DAY}`)).toEqual([]);
    expect(await all(`parent=${parent.id}`)).toEqual([child.id]);
    expect(
      await all(`date_created_gt=${NOW - 1}&statuses[]=In%20Progress&statuses[]=To%20Do&list_ids[]=${SPRINT}`),
    ).toEqual([child.id, parent.id]);
    expect(await all(`date_created_gt=${NOW - 1}&list_ids[]=${BUGS}`)).toEqual([]);
    expect(await all(`date_created_gt=${NOW - 1}&project_ids[]=901480202&reverse=true`)).toEqual([parent.id, child.id]);
    expect((await all(`order_by=due_date&assignees[]=${DAVID}`))[0]).toBe(parent.id);
  });

  it('see a change in sorted lists at once', async () => {
    const first = async () => (await ask('GET /team/12345/task?order_by=due_date')).body.tasks[0].id;
    const task = await newTask({ due_date: NOW + 900 * DAY });
    expect(await first()).toBe(task.id);
    await ask(`PUT /task/${task.id}`, { due_date: null });
    expect(await first()).not.toBe(task.id);
  });
});

describe('writing tasks', () => {
  it('flattens Markdown, which wins over plain text, and shows it only when asked', async () => {
    const task = await newTask({ description: 'plain', markdown_content: '## Head\n\n- **bold** `x`' });
    expect(task).toMatchObject({ description: 'Head\n\nbold x', text_content: 'Head\n\nbold x' });
    expect(task).not.toHaveProperty('markdown_description');
    expect((await ask(`GET /task/${task.id}?include_markdown_description=true`)).body.markdown_description).toBe(
      '## Head\n\n- **bold** `x`',
    );
  });

  it('keeps a description that an empty text is sent for; a blank clears it', async () => {
    const task = await newTask({ description: 'plain' });
    expect((await ask(`PUT /task/${task.id}`, { description: '' })).body.description).toBe('plain');
    expect((await ask(`PUT /task/${task.id}`, { description: ' ' })).body.description).toBe('');
  });

  it('takes priority as a number and gives it as an object', async () => {
    const task = await newTask({ priority: 1 });
    expect(task.priority).toEqual({ id: '1', priority: 'urgent', color: '#f50000', orderindex: '1' });
    expect((await ask(`PUT /task/${task.id}`, { priority: null })).body.priority).toBeNull();
    expect((await ask(`PUT /task/${task.id}`, { priority: 5 })).status).toBe(400);
  });

  it('finds a status by name in any case, of this List only', async () => {
    const task = await newTask();
    const done = await ask(`PUT /task/${task.id}`, { status: 'COMPLETE' });
    expect(done.body).toMatchObject({
      status: { status: 'complete', type: 'closed' },
      date_closed: String(NOW),
      date_done: String(NOW),
    });
    expect((await ask(`PUT /task/${task.id}`, { status: 'to do' })).body).toMatchObject({
      date_closed: null,
      date_done: null,
    });
    const wrong = await ask(`PUT /task/${task.id}`, { status: 'triaged', name: 'half' });
    expect([wrong.status, wrong.body.ECODE, (await ask(`GET /task/${task.id}`)).body.name]).toEqual([
      400,
      'CRTSK_001',
      'T',
    ]);
    expect((await newTask({ status: 'Triaged' }, BUGS)).status.status).toBe('triaged');
  });

  it.each([
    ['a plain array of assignees', { assignees: [PRIYA] }],
    ['tags', { tags: ['later'] }],
    ['another List', { list_id: BUGS }],
    ['no parent', { parent: null }],
    ['keys of nobody', { colour: 'red' }],
    ['people outside of the Workspace', { assignees: { add: [71_000_001, 5], rem: [] } }],
  ])('answers 200 to %s and does nothing', async (_, change) => {
    const parent = await newTask();
    const task = await newTask({ parent: parent.id, assignees: [DAVID], tags: ['first'] });
    const { status, body } = await ask(`PUT /task/${task.id}`, change);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      assignees: [{ id: DAVID }],
      tags: [{ name: 'first' }],
      list: { id: SPRINT },
      parent: parent.id,
    });
  });

  it('adds and removes people', async () => {
    const task = await newTask({ assignees: [DAVID, ANNA] });
    const { body } = await ask(`PUT /task/${task.id}`, { assignees: { add: [PRIYA], rem: [DAVID] } });
    expect(body.assignees.map(({ id }: { id: number }) => id)).toEqual([ANNA, PRIYA]);
  });

  it('keeps tags in lower case; they come and go by their own requests', async () => {
    const task = await newTask({ tags: ['Bug', 'BUG', 'Needs Review'] });
    expect(task.tags.map(({ name }: { name: string }) => name)).toEqual(['bug', 'needs review']);
    await ask(`POST /task/${task.id}/tag/Hot%2FCold`);
    expect((await ask(`DELETE /task/${task.id}/tag/never`)).status).toBe(200);
    await ask(`DELETE /task/${task.id}/tag/Bug`);
    expect((await ask(`GET /task/${task.id}`)).body.tags.map(({ name }: { name: string }) => name)).toEqual([
      'needs review',
      'hot/cold',
    ]);
  });

  it('wants a parent in the same List, and no circles', async () => {
    const [a, elsewhere] = [await newTask(), await newTask({}, BUGS)];
    const b = await newTask({ parent: a.id });
    expect((await ask(`POST /list/${SPRINT}/task`, { name: 'x', parent: elsewhere.id })).body.ECODE).toBe('ITEM_137');
    expect((await ask(`PUT /task/${a.id}`, { parent: b.id })).status).toBe(400);
    expect(
      (await ask(`GET /task/${a.id}?include_subtasks=true`)).body.subtasks.map(({ id }: { id: string }) => id),
    ).toEqual([b.id]);
    expect((await ask(`GET /task/${a.id}`)).body).not.toHaveProperty('subtasks');
  });

  it.each([[{}], [{ name: ' ' }], [{ name: 'x', due_date: 'tomorrow' }], [{ name: 'x', status: 'nonsense' }]])(
    'refuses %j',
    async (body) => {
      expect((await ask(`POST /list/${SPRINT}/task`, body)).status).toBe(400);
    },
  );

  it('UpdateList takes a Folder and does not move', async () => {
    const { status, body } = await ask(`PUT /list/${SPRINT}`, { folder_id: '901480203', status: 'red' });
    expect([status, body.folder.id, body.status.status]).toEqual([200, '901480202', 'red']);
  });
});

describe('comments', () => {
  it('come 25 at a time, newest first; older ones with start and start_id together', async () => {
    const { id } = await leak();
    const page = async (query = '') =>
      (await ask(`GET /task/${id}/comment${query}`)).body.comments as { id: string; date: string }[];
    const first = await page();
    const last = first.at(-1);
    expect(first).toHaveLength(25);
    expect(first.map(({ date }) => Number(date))).toEqual(first.map(({ date }) => Number(date)).sort((a, b) => b - a));
    const second = await page(`?start=${last?.date}&start_id=${last?.id}`);
    expect(second).toHaveLength(5);
    expect(await page(`?start=${last?.date}`)).toEqual(first);
    expect(new Set([...first, ...second].map((comment) => comment.id)).size).toBe(30);
  });

  it('keep Markdown as it was typed and ignore markdown_content', async () => {
    const { id } = await newTask();
    expect((await ask(`POST /task/${id}/comment`, { markdown_content: '**x**' })).status).toBe(400);
    const made = await ask(`POST /task/${id}/comment`, { comment_text: '**x**', notify_all: false });
    expect(made.body).toMatchObject({ id: expect.any(String), date: NOW });
    await ask(`PUT /comment/${made.body.id}`, { comment_text: '**y**', assignee: DAVID, resolved: true });
    const { comments } = (await ask(`GET /task/${id}/comment`)).body;
    expect(comments).toMatchObject([
      {
        id: made.body.id,
        comment_text: '**y**',
        resolved: true,
        assignee: { id: DAVID },
        assigned_by: { id: ANNA },
        user: { id: ANNA },
      },
    ]);
    await ask(`DELETE /comment/${made.body.id}`);
    expect((await ask(`GET /task/${id}/comment`)).body.comments).toEqual([]);
  });
});

describe('time', () => {
  const entries = async (query = '', token = 'pk_sandbox_owner') =>
    ask(`GET /team/12345/time_entries${query}`, undefined, token);

  it('shows the last 30 days of oneself', async () => {
    const { body } = await entries();
    expect(body.data.length).toBeGreaterThan(20);
    expect(
      body.data.every(
        ({ user, start }: { user: { id: number }; start: number }) => user.id === ANNA && start >= NOW - 30 * DAY,
      ),
    ).toBe(true);
    expect((await entries(`?start_date=${NOW - 60 * DAY}&end_date=${NOW}`)).body.data.length).toBeGreaterThan(
      body.data.length,
    );
    expect(typeof body.data[0].start).toBe('number');
    expect(typeof body.data[0].duration).toBe('string');
  });

  it('shows others only to owner and admins', async () => {
    expect(
      (await entries(`?assignee=${ANNA},${DAVID}`)).body.data.some(
        ({ user }: { user: { id: number } }) => user.id === DAVID,
      ),
    ).toBe(true);
    const refused = await entries(`?assignee=${ANNA}`, 'pk_sandbox_member');
    expect([refused.status, refused.body.ECODE]).toEqual([403, 'TIMEENTRY_059']);
    expect((await entries(`?assignee=${ANNA + 74}`, 'pk_sandbox_member')).status).toBe(200);
  });

  it('gives names and tags when asked, and takes one place at a time', async () => {
    const { id } = await newTask({ tags: ['a'] });
    await ask('POST /team/12345/time_entries', { start: NOW - DAY, duration: 1000, tid: id });
    const [bare] = (await entries(`?task_id=${id}`)).body.data;
    expect(bare.task_location).toEqual({ list_id: Number(SPRINT), folder_id: 901_480_202, space_id: 90_140_201 });
    expect(bare).not.toHaveProperty('task_tags');
    const [full] = (
      await entries(`?list_id=${SPRINT}&include_task_tags=true&include_location_names=true`)
    ).body.data.filter(({ task }: { task?: { id: string } }) => task?.id === id);
    expect(full).toMatchObject({
      task_location: { list_name: 'Sprint 42', space_name: 'Engineering' },
      task_tags: [{ name: 'a' }],
    });
    expect((await entries(`?list_id=${SPRINT}&space_id=90140201`)).status).toBe(400);
    expect((await ask(`GET /task/${id}`)).body.time_spent).toBe(1000);
    expect(await newTask()).not.toHaveProperty('time_spent');
  });

  it('has one timer per person, with a negative duration while it runs', async () => {
    const current = async () => (await ask('GET /team/12345/time_entries/current')).body.data;
    expect(await current()).toBeNull();
    expect((await ask('POST /team/12345/time_entries/stop')).status).toBe(400);
    const { id } = await newTask();
    const first = (await ask('POST /team/12345/time_entries/start', { tid: id })).body.data;
    expect(first).toMatchObject({ task: { id }, start: String(NOW), duration: -1 });
    const second = (await ask('POST /team/12345/time_entries/start', {})).body.data;
    expect((await current()).id).toBe(second.id);
    const [ended] = (await entries(`?task_id=${id}`)).body.data;
    expect(ended).toMatchObject({ id: first.id, end: NOW + 1, duration: '1' });
    expect((await ask('POST /team/12345/time_entries/stop')).body.data).toMatchObject({ id: second.id, end: NOW + 1 });
    expect(await current()).toBeNull();
  });

  it('changes start and end together only', async () => {
    const [{ id }] = (await entries()).body.data;
    const put = (body: object) => ask(`PUT /team/12345/time_entries/${id}`, body);
    expect((await put({ start: NOW - 2000 })).status).toBe(400);
    expect((await put({ start: NOW - 2000, end: NOW - 1000, tags: [{ name: 'x' }] })).status).toBe(200);
    expect((await ask(`GET /team/12345/time_entries/${id}`)).body.data).toMatchObject({
      start: NOW - 2000,
      duration: '1000',
      tags: [{ name: 'x' }],
    });
    await put({ tags: [{ name: 'y' }], tag_action: 'add' });
    await put({ tags: [{ name: 'x' }], tag_action: 'remove' });
    expect((await ask(`GET /team/12345/time_entries/${id}`)).body.data.tags).toMatchObject([{ name: 'y' }]);
    expect((await ask(`DELETE /team/12345/time_entries/${id}`, undefined, 'pk_sandbox_member')).status).toBe(403);
  });
});
