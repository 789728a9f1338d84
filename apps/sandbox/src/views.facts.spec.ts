import { asking } from '../../../test/support/ask.js';
import { type RunningSandbox, startSandbox } from './index.js';

const NOW = 1_780_000_000_000;
const DAY = 86_400_000;
const ANNA = 61_234_501;
const DAVID = ANNA + 37;
const [ENGINEERING, LEADERSHIP, FRONTEND, SPRINT, BUGS, EMPTY] = [
  '90140201',
  '90140206',
  '901480203',
  '90144360426',
  '90144360435',
  '90144360429',
];

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ tasks: 120, now: () => NOW });
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const send = asking(() => sandbox.url, '/api/v2');
const ask = (line: string, body?: unknown, token = 'owner') => send(line, body, `pk_sandbox_${token}`);

const VIEW = {
  name: 'V',
  type: 'list',
  grouping: { field: 'status', dir: 1, collapsed: [], ignore: false },
  divide: { field: null, dir: null, collapsed: [] },
  sorting: { fields: [] as object[] },
  filters: { op: 'AND', fields: [] as object[], search: '', show_closed: false },
  columns: { fields: [] },
  team_sidebar: { assignees: [] as string[], assigned_comments: false, unassigned_tasks: false },
  settings: { show_subtasks: 3, show_closed_subtasks: false },
};
const views = async (place: string, token = 'owner') =>
  (await ask(`GET /${place}/view`, undefined, token)).body.views as any[];
const names = (items: { name: string }[]) => items.map(({ name }) => name);
const viewNamed = async (place: string, name: string) =>
  (await views(place)).find((view) => view.name === name).id as string;
const newView = async (place: string, rest: object = {}) =>
  (await ask(`POST /${place}/view`, { ...VIEW, ...rest })).body.view;
const tasks = async (id: string, token = 'owner') =>
  (await ask(`GET /view/${id}/task?page=0`, undefined, token)).body.tasks as any[];
const newTask = (body: object, list = EMPTY) =>
  ask(`POST /list/${list}/task`, { name: 'T', ...body }).then((answer) => answer.body);

describe('views at four levels', () => {
  it.each([
    [`team/12345`, ['Overdue everywhere']],
    [`space/${ENGINEERING}`, ['Urgent work', 'Engineering chat', 'My focus']],
    [`folder/${FRONTEND}`, ['Frontend bugs']],
    [`list/${BUGS}`, ['Unassigned', 'Report a bug']],
  ])('%s lists its own, not those inside it', async (place, expected) => {
    expect(names(await views(place))).toEqual(expected);
  });

  it.each([
    ['team/12345', 7],
    [`space/${ENGINEERING}`, 4],
    [`folder/${FRONTEND}`, 5],
    [`list/${BUGS}`, 6],
  ])('%s makes one whose parent has type %d', async (place, type) => {
    const made = await newView(place);
    expect(made).toMatchObject({
      id: expect.stringMatching(/^9ix-\d+$/),
      parent: { id: place.split('/')[1], type },
      filters: VIEW.filters,
    });
    expect((await ask(`GET /view/${made.id}`)).body.view).toEqual(made);
    expect(names(await views(place))).toContain('V');
  });

  it.each([...Object.keys(VIEW).map((part) => ({ [part]: undefined })), { type: 'whiteboard' }])(
    'refuse %j',
    async (wrong) => {
      const { status, body } = await ask(`POST /list/${BUGS}/view`, { ...VIEW, ...wrong });
      expect([status, body.ECODE]).toEqual([400, 'VIEW_013']);
    },
  );

  it('are seen by those who see the place; private ones by their creator', async () => {
    expect(names(await views(`space/${ENGINEERING}`, 'admin'))).not.toContain('My focus');
    expect(
      (await ask(`GET /view/${await viewNamed(`space/${ENGINEERING}`, 'My focus')}/task?page=0`, undefined, 'admin'))
        .status,
    ).toBe(401);
    expect(
      (await ask(`GET /view/${await viewNamed(`space/${LEADERSHIP}`, 'Board prep')}`, undefined, 'member')).body.ECODE,
    ).toBe('OAUTH_027');
    expect(await views('team/12345', 'guest')).toEqual([]);
    expect(names(await views(`folder/${FRONTEND}`, 'guest'))).toEqual(['Frontend bugs']);
    expect((await ask('GET /team/67890/view')).status).toBe(401);
    expect((await ask('GET /view/none')).status).toBe(401);
    expect((await ask(`POST /folder/${FRONTEND}/view`, VIEW, 'guest')).status).toBe(403);
  });

  it('go with their place', async () => {
    const id = await viewNamed(`list/${BUGS}`, 'Unassigned');
    await ask(`DELETE /list/${BUGS}`);
    expect((await ask(`GET /view/${id}`)).status).toBe(401);
  });

  it('leave the tasks when they go', async () => {
    const { id } = await newView(`list/${BUGS}`);
    const [task] = await tasks(id);
    expect((await ask(`DELETE /view/${id}`)).body).toEqual({});
    expect([(await ask(`GET /view/${id}`)).status, (await ask(`GET /task/${task.id}`)).status]).toEqual([401, 200]);
  });
});

describe('updating a view', () => {
  it('takes the whole and replaces it', async () => {
    const made = await newView(`list/${BUGS}`, { filters: { ...VIEW.filters, search: 'dark', filter_groups: [[0]] } });
    expect(made.filters.filter_groups).toEqual([[0]]);
    const { view } = (await ask(`PUT /view/${made.id}`, { ...VIEW, name: 'W', type: 'board', parent: made.parent }))
      .body;
    expect(view).toMatchObject({ id: made.id, name: 'W', type: 'board', parent: made.parent });
    expect(view.filters).toEqual(VIEW.filters);
  });

  it.each([...Object.keys(VIEW), 'parent'])('needs %s', async (part) => {
    const { id, parent } = await newView(`list/${BUGS}`);
    expect((await ask(`PUT /view/${id}`, { ...VIEW, parent, [part]: undefined })).body.ECODE).toBe('VIEW_013');
  });

  it('moves it to another parent, but not where one may not go', async () => {
    const { id } = await newView(`list/${BUGS}`);
    await ask(`PUT /view/${id}`, { ...VIEW, parent: { id: FRONTEND, type: 5 } });
    expect([names(await views(`list/${BUGS}`)), names(await views(`folder/${FRONTEND}`))]).toEqual([
      ['Unassigned', 'Report a bug'],
      ['Frontend bugs', 'V'],
    ]);
    expect((await ask(`PUT /view/${id}`, { ...VIEW, parent: { id: LEADERSHIP, type: 4 } }, 'member')).status).toBe(401);
    expect((await ask(`PUT /view/${id}`, { ...VIEW, parent: { id: '67890', type: 7 } })).status).toBe(401);
  });
});

describe('the tasks of a view', () => {
  it('need a page and say which is the last', async () => {
    const { id } = await newView(`list/${EMPTY}`);
    expect((await ask(`GET /view/${id}/task`)).body.ECODE).toBe('VIEW_029');
    const before = (await tasks(id)).length;
    for (let index = before; index < 101; index++) await newTask({ name: `n${index}` });
    const pages = await Promise.all([0, 1, 2].map((page) => ask(`GET /view/${id}/task?page=${page}`)));
    expect(pages.map(({ body }) => [body.tasks.length, body.last_page])).toEqual([
      [100, false],
      [1, true],
      [0, true],
    ]);
  });

  it('come from the place and everything in it, as far as one sees it', async () => {
    const everything = await newView('team/12345', { filters: { ...VIEW.filters, search: 'reduce churn' } });
    expect(names(await tasks(everything.id))).toEqual(['Reduce churn below 2 %']);
    expect(await tasks(everything.id, 'member')).toEqual([]);
    const places = async (place: string) =>
      new Set((await tasks((await newView(place)).id)).map(({ folder, space }) => `${space.id} ${folder.id}`));
    expect(await places(`folder/${FRONTEND}`)).toEqual(new Set([`${ENGINEERING} ${FRONTEND}`]));
    expect((await places(`space/${ENGINEERING}`)).size).toBeGreaterThan(2);
    expect([...(await places(`space/${ENGINEERING}`))].every((place) => place.startsWith(ENGINEERING))).toBe(true);
  });

  it('are none in a chat or a form', async () => {
    for (const [place, name] of [
      [`space/${ENGINEERING}`, 'Engineering chat'],
      [`list/${BUGS}`, 'Report a bug'],
    ] as const) {
      expect((await ask(`GET /view/${await viewNamed(place, name)}/task?page=0`)).body).toEqual({
        tasks: [],
        last_page: true,
      });
    }
  });

  it('are those that nobody has, most urgent first, in the seeded view', async () => {
    const found = await tasks(await viewNamed(`list/${BUGS}`, 'Unassigned'));
    expect(found.length).toBeGreaterThanOrEqual(6);
    expect(found.every(({ assignees }) => assignees.length === 0)).toBe(true);
    const urgency = found.map(({ priority }) => Number(priority?.id ?? 9));
    expect(urgency).toEqual([...urgency].sort((a, b) => a - b));
  });

  describe('are filtered', () => {
    const morning = Math.floor(NOW / DAY) * DAY;
    beforeEach(async () => {
      for (const { id } of await tasks(
        (
          await newView(`list/${EMPTY}`, {
            settings: { show_subtasks: 1 },
            filters: { ...VIEW.filters, show_closed: true },
          })
        ).id,
      ))
        await ask(`DELETE /task/${id}`);
      await newTask({
        name: 'late',
        due_date: morning - DAY,
        priority: 1,
        assignees: [ANNA],
        tags: ['red', 'blue'],
        status: 'in progress',
      });
      await newTask({
        name: 'today',
        due_date: NOW,
        assignees: [DAVID],
        tags: ['red'],
        markdown_content: 'needs **paint**',
      });
      await newTask({ name: 'free', priority: 3, assignees: [ANNA, DAVID] });
      const parent = await newTask({ name: 'over', due_date: morning - DAY, status: 'complete' });
      await newTask({ name: 'child', parent: parent.id });
      await ask(`PUT /task/${(await newTask({ name: 'stored' })).id}`, { archived: true });
    });
    const shown = async (rest: { filters?: object; settings?: object; sorting?: object; team_sidebar?: object }) => {
      const part = (name: 'filters' | 'settings' | 'sorting' | 'team_sidebar') => ({
        [name]: { ...VIEW[name], ...rest[name] },
      });
      return names(
        await tasks(
          (
            await newView(`list/${EMPTY}`, {
              ...part('filters'),
              ...part('settings'),
              ...part('sorting'),
              ...part('team_sidebar'),
            })
          ).id,
        ),
      ).sort();
    };
    const field = (name: string, op: string, ...values: unknown[]) => ({ field: name, op, values });

    it.each<[string, object[], string[]]>([
      ['nothing', [], ['free', 'late', 'today']],
      ['a status in any case', [field('status', 'EQ', 'IN Progress')], ['late']],
      ['a type of status', [field('status', 'EQ', { type: 'open' })], ['free', 'today']],
      ['not a status', [field('status', 'NOT', 'in progress')], ['free', 'today']],
      ['any person', [field('assignee', 'ANY', String(ANNA), 'nobody')], ['free', 'late']],
      ['all people', [field('assignee', 'ALL', ANNA, DAVID)], ['free']],
      ['not any person', [field('assignee', 'NOT ANY', ANNA)], ['today']],
      ['not all people', [field('assignee', 'NOT ALL', ANNA, DAVID)], ['late', 'today']],
      ['oneself', [field('assignee', 'ANY', 'me')], ['free', 'late']],
      ['nobody', [field('assignee', 'ANY', null)], []],
      ['tags', [field('tag', 'ALL', 'RED', 'blue')], ['late']],
      ['no tag', [field('tag', 'ANY', null)], ['free']],
      ['a priority', [field('priority', 'EQ', 1, '3')], ['free', 'late']],
      ['no priority', [field('priority', 'EQ', -1)], ['today']],
      ['overdue, but not what is finished', [field('dueDate', 'EQ', { op: 'overdue' })], ['late']],
      ['today', [field('dueDate', 'EQ', { op: 'today' })], ['today']],
      ['not today', [field('dueDate', 'NOT', { op: 'today' })], ['free', 'late']],
      ['yesterday', [field('dueDate', 'EQ', 'yesterday')], ['late']],
      ['before a moment', [field('dueDate', 'LT', NOW)], ['late']],
      ['until a moment', [field('dueDate', 'LTE', String(NOW))], ['late', 'today']],
      ['a range', [field('dueDate', 'RA', morning - DAY, morning - 1)], ['late']],
      ['no date', [field('dueDate', 'EQ', null)], ['free']],
      ['any date', [field('dueDate', 'EQ', { op: 'notNull' })], ['late', 'today']],
      ['archived', [field('archived', 'EQ')], ['stored']],
      ['two conditions', [field('assignee', 'ANY', ANNA), field('priority', 'EQ', 1)], ['late']],
      ['a field that does not exist', [field('mood', 'EQ', 'good')], ['free', 'late', 'today']],
      ['an operator that does not exist', [field('tag', 'LIKE', 're')], ['free', 'late', 'today']],
    ])('by %s', async (_, fields, expected) => {
      expect(await shown({ filters: { fields } })).toEqual(expected);
    });

    it('by one condition of several with OR', async () => {
      expect(
        await shown({
          filters: {
            op: 'OR',
            fields: [field('priority', 'EQ', 1), field('tag', 'ANY', 'red'), field('mood', 'EQ', 'x')],
          },
        }),
      ).toEqual(['late', 'today']);
    });

    it('by words in name and description, beside the conditions', async () => {
      expect(await shown({ filters: { search: 'PAINT' } })).toEqual(['today']);
      expect(await shown({ filters: { op: 'OR', search: 'free', fields: [field('priority', 'EQ', 1)] } })).toEqual([]);
    });

    it('by closed ones and subtasks, which show only when asked for', async () => {
      expect(await shown({ filters: { show_closed: true } })).toEqual(['free', 'late', 'over', 'today']);
      expect(await shown({ settings: { show_subtasks: 1 } })).toEqual(['child', 'free', 'late', 'today']);
      expect(await shown({ settings: { show_subtasks: 2 } })).toContain('child');
    });

    it('by the people in the sidebar', async () => {
      expect(await shown({ team_sidebar: { assignees: [String(DAVID)] } })).toEqual(['free', 'today']);
      await newTask({ name: 'lost' });
      expect(await shown({ team_sidebar: { unassigned_tasks: true } })).toEqual(['lost']);
    });

    it('and sorted, with what has no value at the end', async () => {
      const order = async (...fields: object[]) =>
        names(await tasks((await newView(`list/${EMPTY}`, { sorting: { fields } })).id));
      expect(await order()).toEqual(['free', 'today', 'late']);
      expect(await order({ field: 'dueDate', dir: 1 })).toEqual(['late', 'today', 'free']);
      expect(await order({ field: 'dueDate', dir: -1 })).toEqual(['today', 'late', 'free']);
      expect(await order({ field: 'name', dir: -1 })).toEqual(['today', 'late', 'free']);
      expect(await order({ field: 'mood', dir: 1 })).toEqual(['free', 'today', 'late']);
    });

    it('anew after every change', async () => {
      const { id } = await newView(`list/${EMPTY}`, {
        filters: { ...VIEW.filters, fields: [field('priority', 'EQ', 1)] },
      });
      const [late] = await tasks(id);
      await ask(`PUT /task/${late.id}`, { priority: null });
      expect(await tasks(id)).toEqual([]);
    });
  });
});

describe('chat views', () => {
  const chat = () => viewNamed(`space/${ENGINEERING}`, 'Engineering chat');
  const page = async (id: string, query = '') =>
    (await ask(`GET /view/${id}/comment${query}`)).body.comments as { id: string; date: string }[];

  it('give 25 comments, newest first; older ones with start and start_id together', async () => {
    const id = await chat();
    const first = await page(id);
    const last = first.at(-1);
    expect(first).toHaveLength(25);
    expect(first.map(({ date }) => Number(date))).toEqual(first.map(({ date }) => Number(date)).sort((a, b) => b - a));
    const second = await page(id, `?start=${last?.date}&start_id=${last?.id}`);
    expect(new Set([...first, ...second].map((comment) => comment.id)).size).toBe(30);
    expect(await page(id, `?start=${last?.date}`)).toEqual(first);
  });

  it('take comments, which can be answered, changed and deleted like others', async () => {
    const id = await chat();
    const made = (await ask(`POST /view/${id}/comment`, { comment_text: 'Hello', notify_all: false })).body;
    expect(made).toMatchObject({ id: expect.any(String), date: NOW });
    expect((await page(id))[0]).toMatchObject({ id: made.id, comment_text: 'Hello', user: { id: ANNA } });
    await ask(`POST /comment/${made.id}/reply`, { comment_text: 'Hi', notify_all: false });
    await ask(`PUT /comment/${made.id}`, { comment_text: 'Hello all' });
    expect((await page(id))[0]).toMatchObject({ comment_text: 'Hello all', reply_count: '1' });
    expect((await ask(`GET /comment/${made.id}/reply`, undefined, 'other')).status).toBe(401);
    await ask(`DELETE /comment/${made.id}`);
    expect((await page(id))[0]?.id).not.toBe(made.id);
    expect((await ask(`POST /view/${id}/comment`, { notify_all: false })).status).toBe(400);
  });

  it('are the only ones with comments', async () => {
    const { id } = await newView(`list/${SPRINT}`);
    expect(await page(id)).toEqual([]);
    expect((await ask(`POST /view/${id}/comment`, { comment_text: 'x', notify_all: false })).body.ECODE).toBe(
      'COMMENT_035',
    );
  });
});
