import fc from 'fast-check';
import { AppError } from '#libs/core';
import { type ClickUpClient } from '../sending/client.js';
import { credential } from '../sending/credential.js';
import { type CallOperation, type Operation } from '../operation.js';
import { type Directory, type Place } from './directory.js';
import { DirectoryCache } from './directory-cache.js';

interface FakeList {
  id: string;
  name: string;
  task_count?: unknown;
  statuses?: unknown;
  override_statuses?: boolean;
  archived?: boolean;
}
interface FakeFolder {
  id: string;
  name: string;
  parent_folder?: string;
  hidden?: boolean;
  lists: FakeList[];
  bare?: boolean;
  statuses?: unknown;
  override_statuses?: boolean;
}
interface FakeSpace {
  id: string;
  name: string;
  folders: FakeFolder[];
  lists: FakeList[];
}
const status = (name: string, orderindex = 0) => ({ status: name, orderindex, color: '#000', type: 'custom' });

/** ClickUp as far as the directory asks it; notes what is asked. */
function clickup(
  spaces: FakeSpace[],
  {
    token = 'pk_1',
    teams = [
      {
        id: '9001',
        name: 'Acme',
        members: [
          { user: { id: 7, username: 'Ann Lee', email: 'ann@example.com' } },
          { user: { id: 8, username: null } },
        ],
      },
    ],
  } = {},
) {
  const asked: string[] = [];
  let atOnce = 0;
  const state = { atMost: 0, fail: undefined as AppError | undefined, failAt: '' };
  const answers: Record<string, (path: Record<string, string>) => unknown> = {
    GetAuthorizedUser: () => ({
      user: { id: 7, username: 'Ann Lee', email: 'ann@example.com', timezone: 'Europe/Berlin', week_start_day: 1 },
    }),
    GetAuthorizedTeams: () => ({ teams }),
    GetSpaces: () => ({
      spaces: spaces.map(({ id, name }) => ({ id, name, statuses: [status('done', 1), status('to do', 0)] })),
    }),
    GetFolders: ({ space_id }) => ({
      folders: inSpace(space_id).folders.map(({ bare, ...folder }) =>
        bare ? { ...folder, lists: undefined } : folder,
      ),
    }),
    GetFolderlessLists: ({ space_id }) => ({ lists: inSpace(space_id).lists }),
    GetLists: ({ folder_id }) => ({ lists: folder(folder_id).lists }),
    GetFolder: ({ folder_id }) => {
      if (!spaceOf(folder_id)) throw new AppError('clickup_not_found');
      return { ...folder(folder_id), space: spaceOf(folder_id) };
    },
    GetList: ({ list_id }) => {
      const holder = spaces
        .flatMap((space) => [
          { space, folder: undefined, lists: space.lists },
          ...space.folders.map((item) => ({ space, folder: item, lists: item.lists })),
        ])
        .find(({ lists }) => lists.some(({ id }) => id === list_id));
      if (!holder) throw new AppError('clickup_not_found');
      return {
        ...holder.lists.find(({ id }) => id === list_id),
        space: holder.space,
        folder: holder.folder ?? { id: '1', name: 'hidden', hidden: true },
      };
    },
  };
  const inSpace = (id: string | undefined) => spaces.find((space) => space.id === id)!;
  const spaceOf = (id: string | undefined) => spaces.find(({ folders }) => folders.some((item) => item.id === id));
  const folder = (id: string | undefined) => spaceOf(id)!.folders.find((item) => item.id === id)!;
  const call = (async ({ id }: Operation, { path = {} }: { path?: Record<string, string> }) => {
    const request = [id, ...Object.values(path)].join(' ');
    asked.push(request);
    atOnce += 1;
    state.atMost = Math.max(state.atMost, atOnce);
    await new Promise((resolve) => setImmediate(resolve));
    atOnce -= 1;
    if (state.fail && request.startsWith(state.failAt)) throw state.fail;
    return answers[id]!(path);
  }) as CallOperation;
  const client: ClickUpClient = {
    call,
    judge: () => Promise.resolve(),
    now: Date.now,
    credential: credential(token),
    stats: { requests: 0, retries: 0, waitedMs: 0, upstreamMs: 0 },
  };
  /** How many requests `work` costs. */
  const cost = async (work: () => Promise<unknown>) => {
    const before = asked.length;
    await work();
    return asked.length - before;
  };
  return { client, asked, state, cost };
}

const engineering = (): FakeSpace[] => [
  {
    id: '790',
    name: '🚀 Engineering',
    lists: [{ id: '10', name: 'Backlog', task_count: '5' }],
    folders: [
      {
        id: '457',
        name: 'Backend',
        lists: [
          { id: '124', name: 'Sprint 42', task_count: 12, override_statuses: false },
          { id: '125', name: 'Sprint 43', override_statuses: true, statuses: [status('review')] },
        ],
      },
      { id: '458', name: 'Deep', parent_folder: '457', lists: [{ id: '126', name: 'Design / UX' }] },
      { id: '459', name: 'hidden', hidden: true, lists: [{ id: '10', name: 'Backlog' }] },
    ],
  },
  {
    id: '791',
    name: 'Marketing',
    lists: [
      { id: '20', name: 'Backlog', task_count: null },
      { id: '21', name: 'Campaigns' },
    ],
    folders: [
      {
        id: '460',
        name: 'Events',
        bare: true,
        lists: [
          { id: '127', name: 'Fair' },
          { id: '128', name: 'Old', archived: true },
        ],
      },
    ],
  },
];
const at = (places: Place[]): Place[] => places.flatMap((place) => [place, ...at(place.children)]);
const open = (world = clickup(engineering()), cache = new DirectoryCache(), team: string | undefined = '9001') => ({
  ...world,
  cache,
  directory: cache.directory(world.client, team),
});

describe('tree', () => {
  test('is complete, in 1 + 2S requests and one per Folder without its Lists; then free', async () => {
    const { directory, asked, cost } = open();
    const tree = await directory.tree();
    expect(at(tree).map(({ kind, id, path }) => `${kind} ${id} ${path}`)).toEqual([
      'space 790 🚀 Engineering',
      'folder 457 🚀 Engineering / Backend',
      'list 124 🚀 Engineering / Backend / Sprint 42',
      'list 125 🚀 Engineering / Backend / Sprint 43',
      'folder 458 🚀 Engineering / Backend / Deep',
      'list 126 🚀 Engineering / Backend / Deep / Design / UX',
      'list 10 🚀 Engineering / Backlog',
      'space 791 Marketing',
      'folder 460 Marketing / Events',
      'list 127 Marketing / Events / Fair',
      'list 20 Marketing / Backlog',
      'list 21 Marketing / Campaigns',
    ]);
    expect([...asked].sort()).toEqual([
      'GetFolderlessLists 790',
      'GetFolderlessLists 791',
      'GetFolders 790',
      'GetFolders 791',
      'GetLists 460',
      'GetSpaces 9001',
    ]);
    expect(
      await cost(async () => {
        await directory.tree();
        await directory.tree('9001');
        await directory.place('Sprint 42');
        await directory.place('457');
        await directory.place('124', ['list']);
        await directory.place('458', ['folder']);
      }),
    ).toBe(0);
  });

  test('knows task counts and statuses where ClickUp says them', async () => {
    const byId = new Map(at(await open().directory.tree()).map((place) => [place.id, place]));
    expect(['124', '10', '20', '125'].map((id) => byId.get(id)?.taskCount)).toEqual([12, 5, undefined, undefined]);
    expect(['124', '125', '126'].map((id) => byId.get(id)?.statuses)).toEqual([
      ['to do', 'done'],
      ['review'],
      undefined,
    ]);
  });

  test('runs few requests at once, and none more after a failure', async () => {
    const many = Array.from({ length: 30 }, (_, index) => ({
      id: String(index + 1),
      name: `S${index}`,
      folders: [],
      lists: [],
    }));
    const good = open(clickup(many));
    await good.directory.tree();
    expect(good.asked).toHaveLength(61);
    expect(good.state.atMost).toBeGreaterThan(2);
    expect(good.state.atMost).toBeLessThanOrEqual(8);

    const bad = open(clickup(many));
    Object.assign(bad.state, { fail: new AppError('clickup_server_error'), failAt: 'GetFolders 1' });
    await expect(bad.directory.tree()).rejects.toMatchObject({ code: 'clickup_server_error' });
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(bad.asked.length).toBeLessThanOrEqual(1 + 2 * 8);
  });

  test('two callers at once pay once; a cancelled one does not take the other with it', async () => {
    const world = clickup(engineering());
    const cache = new DirectoryCache();
    const cancelled = clickup(engineering());
    cancelled.state.fail = new AppError('cancelled');
    const [first, second, third] = [cancelled.client, world.client, world.client].map((client) =>
      cache.directory(client, '9001').tree(),
    );
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    expect(await second).toEqual(await third);
    expect(world.asked).toHaveLength(6);
  });

  test('is not shared between credentials that reach the same Workspace', async () => {
    const cache = new DirectoryCache();
    const mine = open(clickup(engineering(), { token: 'pk_1' }), cache);
    const theirs = open(clickup([{ id: '791', name: 'Marketing', lists: [], folders: [] }], { token: 'pk_2' }), cache);
    const [all, few] = await Promise.all([mine.directory.tree(), theirs.directory.tree()]);
    expect([all.length, few.length]).toEqual([2, 1]);
    expect((await theirs.directory.tree()).map(({ id }) => id)).toEqual(['791']);
    await expect(theirs.directory.place('Sprint 42')).rejects.toMatchObject({ code: 'invalid_parameters' });
    theirs.directory.invalidate('tree');
    expect(await mine.cost(() => mine.directory.tree())).toBe(0);
    expect(await theirs.cost(() => theirs.directory.tree())).toBe(3);
  });

  test('is read again after our own write and after five minutes, identity is not', async () => {
    let now = 0;
    const { directory, cost } = open(undefined, new DirectoryCache(undefined, () => now));
    const everything = async () => {
      await directory.me();
      await directory.workspace();
      await directory.tree();
    };
    expect(await cost(everything)).toBe(8);
    directory.invalidate('tree');
    expect(await cost(everything)).toBe(6);
    now = 5 * 60_000 - 1;
    expect(await cost(everything)).toBe(0);
    now += 1;
    expect(await cost(everything)).toBe(7);
  });

  test('what a caller does to a place stays with that caller', async () => {
    const { directory } = open();
    for (const place of at(await directory.tree())) Object.assign(place, { name: 'changed', children: [] });
    expect(at(await directory.tree())).toHaveLength(12);
  });

  test('Folders that name each other as parent do not hang it', async () => {
    const ring = ['1', '2', '3'].map((id, index) => ({
      id,
      name: `F${id}`,
      parent_folder: ['2', '1', '3'][index]!,
      lists: [],
    }));
    const tree = await open(clickup([{ id: '9', name: 'S', lists: [], folders: ring }])).directory.tree();
    expect(
      at(tree)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['1', '2', '3', '9']);
  });

  test('an answer without the promised array is an error, not an empty Workspace', async () => {
    const world = clickup([]);
    const client = { ...world.client, call: (() => Promise.resolve({})) as unknown as CallOperation };
    await expect(new DirectoryCache().directory(client, '9001').tree()).rejects.toMatchObject({
      code: 'clickup_server_error',
    });
  });
});

describe('place', () => {
  test.each([
    ['Engineering / Backend / Sprint 42', '124', 2],
    ['engineering>BACKEND >  sprint   42', '124', 2],
    ['🚀 Engineering / Backend', '457', 3],
    ['Engineering/Backlog', '10', 3],
    ['Engineering / Backend / Deep / Design / UX', '126', 2],
    ['Acme / Engineering / Backend / Sprint 42', '124', 3],
    ['Backend / Sprint 42', '124', 7],
    ['Design / UX', '126', 7],
    ['Sprint 43', '125', 6],
    ['Acme / Marketing', '791', 2],
  ])('%s: %s for %d requests, then for none', async (ref, id, requests) => {
    const { directory, cost } = open();
    expect(await cost(async () => expect((await directory.place(ref)).id).toBe(id))).toBe(requests);
    expect(await cost(() => directory.place(ref))).toBe(0);
  });

  test.each([
    ['Engineering / Backlog', ['list'], '10', 2],
    ['Engineering / Backend', ['folder'], '457', 2],
    ['engineering', ['space'], '790', 1],
    ['790', ['space'], '790', 1],
    ['124', ['list'], '124', 1],
    ['458', ['folder'], '458', 2],
    ['https://app.clickup.com/9001/v/li/124', undefined, '124', 1],
    ['https://app.clickup.com/9001/v/f/457/790', undefined, '457', 1],
    ['https://app.clickup.com/9001/v/s/791', undefined, '791', 1],
    ['125', undefined, '125', 6],
  ] as const)('%s as %j: %s for %d requests', async (ref, kinds, id, requests) => {
    const { directory, cost } = open();
    expect(await cost(async () => expect((await directory.place(ref, kinds)).id).toBe(id))).toBe(requests);
    expect(await cost(() => directory.place(ref, kinds))).toBe(0);
  });

  test('a List or Folder alone has the same path as in the tree', async () => {
    expect(await open().directory.place('124', ['list'])).toMatchObject({
      path: '🚀 Engineering / Backend / Sprint 42',
      taskCount: 12,
    });
    expect(await open().directory.place('10', ['list'])).toMatchObject({ path: '🚀 Engineering / Backlog' });
    expect(await open().directory.place('458', ['folder'])).toMatchObject({
      path: '🚀 Engineering / Backend / Deep',
      children: [{ id: '126' }],
    });
  });

  test('a name of several is answered with the candidates', async () => {
    await expect(open().directory.place('backlog')).rejects.toMatchObject({
      code: 'invalid_parameters',
      message: expect.stringContaining('🚀 Engineering / Backlog (10); Marketing / Backlog (20)'),
      details: {
        candidates: [
          { path: '🚀 Engineering / Backlog', id: '10', kind: 'list' },
          { path: 'Marketing / Backlog', id: '20', kind: 'list' },
        ],
      },
    });
  });

  test('what is written to the letter goes before what looks alike', async () => {
    const lists = [
      { id: '1', name: 'Bugs' },
      { id: '2', name: 'bugs 🐛' },
    ];
    const { directory } = open(clickup([{ id: '9', name: 'S', lists, folders: [] }]));
    expect([await directory.listId('Bugs'), await directory.listId('S / bugs 🐛')]).toEqual(['1', '2']);
    await expect(directory.listId('BUGS')).rejects.toMatchObject({ code: 'invalid_parameters' });
  });

  test('nothing found names what is spelt nearly so', async () => {
    const { directory } = open();
    await expect(directory.place('Engineering / Backend / Sprnt 42')).rejects.toMatchObject({
      code: 'invalid_parameters',
      message: expect.stringContaining('Did you mean 🚀 Engineering / Backend / Sprint 42 (124)'),
    });
    await expect(directory.place('Zzz')).rejects.toMatchObject({
      code: 'invalid_parameters',
      message: 'There is no Space or Folder or List "Zzz" here.',
    });
    await expect(directory.place('99999')).rejects.toMatchObject({ code: 'clickup_not_found' });
    await expect(directory.place('https://app.clickup.com/9001/v/s/99999')).rejects.toMatchObject({
      code: 'clickup_not_found',
    });
  });

  test('a name of another kind is said to be one', async () => {
    const { directory } = open();
    await expect(directory.place('Backend', ['list'])).rejects.toMatchObject({
      code: 'invalid_parameters',
      message: '"Backend" is a Folder (457), not a List. In it: Sprint 42 (124); Sprint 43 (125).',
    });
    await expect(directory.place('Sprint 42', ['space'])).rejects.toThrow('"Sprint 42" is a List (124), not a Space.');
  });

  test('a List named like a number is found by that name', async () => {
    const { directory } = open(clickup([{ id: '9', name: 'S', lists: [{ id: '1', name: '2026' }], folders: [] }]));
    expect((await directory.place('2026')).id).toBe('1');
  });

  test.each([
    '',
    '  ',
    '/',
    'x'.repeat(501),
    'https://evil.example/9001/v/li/1',
    'https://app.clickup.com/9001/v/dc/1-2',
  ])('refuses %.40j without asking', async (ref) => {
    const { directory, asked } = open();
    await expect(directory.place(ref)).rejects.toMatchObject({ code: 'invalid_parameters' });
    expect(asked).toEqual([]);
  });

  test('a URL of another kind is refused', () =>
    expect(open().directory.place('https://app.clickup.com/9001/v/f/457', ['list'])).rejects.toMatchObject({
      code: 'invalid_parameters',
      message: 'This is the URL of a Folder: a List is needed.',
    }));

  test('in any Workspace, every place is found by id, path and URL, and by name exactly when no other has it', async () => {
    const name = fc.oneof(
      fc.constantFrom('Backlog', 'backlog', 'Sprint 1', '🚀 Sprint 1', 'A / B', 'B', 'A', 'Ünï > x'),
      fc.string({ minLength: 1, maxLength: 8 }),
    );
    const lists = fc.array(name, { maxLength: 3 });
    const folders = fc.array(fc.record({ name, lists, bare: fc.boolean(), nested: fc.boolean() }), { maxLength: 3 });
    const workspace = fc.array(fc.record({ name, lists, folders }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(workspace, async (drawn) => {
        let next = 1000;
        const id = () => String((next += 1));
        const listsOf = (names: string[]) => names.map((text) => ({ id: id(), name: text }));
        const spaces = drawn.map((space) => {
          const made: FakeFolder[] = [];
          for (const { nested, ...folder } of space.folders)
            made.push({
              id: id(),
              name: folder.name,
              bare: folder.bare,
              lists: listsOf(folder.lists),
              parent_folder: nested ? made.at(-1)?.id : undefined,
            });
          return { id: id(), name: space.name, folders: made, lists: listsOf(space.lists) };
        });
        const world = clickup(spaces);
        const warm = open(world).directory;
        const all = at(await warm.tree());
        expect(all).toHaveLength(
          spaces.flatMap(({ folders: f, lists: l }) => [1, ...l, ...f.flatMap((folder) => [1, ...folder.lists])])
            .length,
        );
        const cold = () => open(world).directory;
        for (const directory of [() => warm, cold]) {
          for (const place of all) {
            const url = `https://app.clickup.com/9001/v/${{ space: 's', folder: 'f', list: 'li' }[place.kind]}/${place.id}`;
            for (const ref of [place.id, url]) expect((await directory().place(ref, [place.kind])).id).toBe(place.id);
            expect((await directory().place(place.id)).id).toBe(place.id);
            await expectPlaceOr(
              directory(),
              place,
              place.path,
              all.filter(({ kind, path }) => kind === place.kind && alike(path, place.path)).length === 1,
            );
            await expectPlaceOr(
              directory(),
              place,
              place.name,
              all.filter(({ kind, name: other }) => kind === place.kind && alike(other, place.name)).length === 1 &&
                all.every(
                  ({ kind, path }) => kind !== place.kind || path === place.path || !alikeEnd(path, place.name),
                ),
            );
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

const alike = (a: string, b: string) => plain(a) === plain(b);
const alikeEnd = (path: string, name: string) => plain(path).endsWith(plain(name));
const plain = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\p{Extended_Pictographic}/gu, '')
    .replace(/[\s/>]+/g, '');

const lineage = (place: Place): string[] => [place.name, ...(place.parent ? lineage(place.parent) : [])];

/** Either the place itself, or (only where it need not be found) a refusal; never another place that looks different. */
async function expectPlaceOr(directory: Directory, place: Place, ref: string, certain: boolean) {
  const result = await directory.place(ref, [place.kind]).then(
    ({ id, name }) => ({ id, name }),
    (error: unknown) => error as AppError,
  );
  // A name of white space says nothing, nor does a path through a place of that name.
  const said = ref === place.path ? lineage(place) : [place.name];
  const meaningless = said.some((name) => !/[^\s/>]/.test(name)) || /^\s*\d+\s*$/.test(ref) || ref.includes('://');
  if (certain && !meaningless && !(result instanceof AppError)) expect(result.id).toBe(place.id);
  else if (certain && !meaningless) expect(result).toMatchObject({ id: place.id });
  else if (result instanceof AppError) expect(['invalid_parameters', 'clickup_not_found']).toContain(result.code);
}

describe('a List named with digits only', () => {
  const years = () =>
    clickup([
      {
        id: '9',
        name: 'S',
        lists: [
          { id: '901100200300', name: '2024' },
          { id: '2025', name: 'This year' },
          { id: '901100200301', name: '2025' },
          { id: '901100200302', name: '4500012345' },
        ],
        folders: [{ id: '77', name: '2023', lists: [] }],
      },
    ]);

  test('is found by its name, where a List, a Folder or any place is wanted', async () => {
    for (const kinds of [['list'], ['list', 'folder'], undefined] as const)
      expect((await open(years()).directory.place('2024', kinds)).id).toBe('901100200300');
    expect((await open(years()).directory.place('2023', ['folder'])).id).toBe('77');
    expect(await open(years()).directory.listId('2024')).toBe('901100200300');
  });

  test('an id that exists wins', async () => {
    expect((await open(years()).directory.place('2025', ['list'])).id).toBe('2025');
    expect(await open(years()).directory.listId('2025')).toBe('2025');
  });

  test('of more digits it is known by name as soon as the tree is; before, they are an id and cost nothing', async () => {
    const { directory, cost } = open(years());
    expect(await cost(async () => expect(await directory.listId('4500012345')).toBe('4500012345'))).toBe(0);
    await directory.tree();
    expect(await directory.listId('4500012345')).toBe('901100200302');
  });

  test('neither id nor name is not found', async () => {
    await expect(open(years()).directory.place('1999', ['list'])).rejects.toMatchObject({ code: 'clickup_not_found' });
    await expect(open(years()).directory.listId('1999')).rejects.toMatchObject({ code: 'clickup_not_found' });
  });

  test('what may not be seen is no name of something else', async () => {
    const fake = years();
    fake.state.fail = new AppError('clickup_forbidden');
    fake.state.failAt = 'GetList';
    await expect(open(fake).directory.place('2024', ['list'])).rejects.toMatchObject({ code: 'clickup_forbidden' });
  });
});

describe('listId', () => {
  test('an id as long as ClickUp makes them costs nothing; a shorter one may be a name and is looked up once', async () => {
    const { directory, asked, cost } = open();
    expect(await directory.listId('901100200300')).toBe('901100200300');
    expect(asked).toEqual([]);
    expect(
      await cost(async () => {
        for (const ref of ['124', ' 124 ']) expect(await directory.listId(ref)).toBe('124');
      }),
    ).toBe(1);
  });

  test.each(['https://app.clickup.com/9001/v/l/li/124', 'https://app.clickup.com/9001/v/l/6-124-1'])(
    '%s costs nothing',
    async (ref) => {
      const { directory, asked } = open();
      expect(await directory.listId(ref)).toBe('124');
      expect(asked).toEqual([]);
    },
  );

  test('a path costs two requests; a Folder is no List; another Workspace is refused', async () => {
    const { directory, cost } = open();
    expect(
      await cost(async () => expect(await directory.listId('Engineering / Backend / Sprint 42')).toBe('124')),
    ).toBe(2);
    await expect(directory.listId('https://app.clickup.com/9001/v/f/457')).rejects.toMatchObject({
      code: 'invalid_parameters',
    });
    await expect(directory.listId('https://app.clickup.com/6666/v/li/124')).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});

describe('task', () => {
  test('costs nothing where the Workspace is given', async () => {
    const { directory, asked } = open();
    expect(await directory.task('CU-86abc')).toEqual({ task_id: '86abc', query: {} });
    expect(await directory.task('eng-123')).toEqual({
      task_id: 'ENG-123',
      query: { custom_task_ids: true, team_id: '9001' },
    });
    expect(await directory.task('https://app.clickup.com/t/9001/ENG-123')).toEqual({
      task_id: 'ENG-123',
      query: { custom_task_ids: true, team_id: '9001' },
    });
    await expect(directory.task('https://app.clickup.com/t/6666/ENG-123')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(directory.task('../../user')).rejects.toMatchObject({ code: 'invalid_parameters' });
    expect(asked).toEqual([]);
  });

  test('a custom id asks once for the Workspace where it is not given', async () => {
    const world = clickup([]);
    const directory = new DirectoryCache().directory(world.client);
    expect(await world.cost(() => directory.task('86abc'))).toBe(0);
    expect(await directory.task('ENG-1')).toEqual({
      task_id: 'ENG-1',
      query: { custom_task_ids: true, team_id: '9001' },
    });
    expect(await world.cost(() => directory.task('ENG-2'))).toBe(0);
  });
});

describe('workspace', () => {
  const teams = [
    { id: '1', name: 'Acme', members: [] },
    { id: '2', name: 'Globex', members: [] },
  ];
  const several = () => clickup([], { teams });

  test('the only one, the given one, the named one', async () => {
    expect((await open(clickup([]), undefined, undefined).directory.workspace()).id).toBe('9001');
    const cache = new DirectoryCache();
    expect((await cache.directory(several().client, '2').workspace()).name).toBe('Globex');
    expect((await cache.directory(several().client).workspace('globex')).id).toBe('2');
    expect((await cache.directory(several().client).workspace('1')).name).toBe('Acme');
  });

  test('several and none given: says how to choose, and names an argument only where there is one', async () => {
    const { client } = several();
    const directory = new DirectoryCache().directory(client);
    await expect(directory.tree()).rejects.toMatchObject({
      code: 'invalid_parameters',
      message: expect.stringMatching(/Acme \(1\); Globex \(2\)\. Give ids or URLs .* or set TEAM_ID/),
      details: { candidates: [{ id: '1' }, { id: '2' }] },
    });
    await expect(directory.tree()).rejects.not.toMatchObject({ message: expect.stringContaining('team_id') });
    await expect(directory.workspace(undefined, 'team_id')).rejects.toMatchObject({
      message: expect.stringContaining('Pass team_id, or set TEAM_ID'),
      details: { parameter: 'team_id' },
    });
  });

  test('bound to one, another one is not reached, by name or by id', async () => {
    const directory = new DirectoryCache().directory(several().client, '2');
    for (const ref of ['1', 'Acme', '3'])
      await expect(directory.workspace(ref)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(directory.tree('1')).rejects.toMatchObject({ code: 'forbidden' });
    expect((await directory.workspace('Globex')).id).toBe('2');
    await expect(new DirectoryCache().directory(several().client, '3').workspace()).rejects.toMatchObject({
      code: 'clickup_not_found',
    });
  });
});

describe('people', () => {
  test('me, and everybody with what ClickUp tells', async () => {
    const { directory, cost } = open();
    expect(await directory.me()).toEqual({
      id: 7,
      username: 'Ann Lee',
      email: 'ann@example.com',
      timezone: 'Europe/Berlin',
      weekStartDay: 1,
    });
    expect(
      await cost(async () =>
        expect(await directory.person(' Me ')).toEqual({ id: 7, username: 'Ann Lee', email: 'ann@example.com' }),
      ),
    ).toBe(0);
    expect(
      await cost(async () =>
        expect(await directory.people()).toEqual([
          { id: 7, username: 'Ann Lee', email: 'ann@example.com' },
          { id: 8, username: 'user 8', email: '' },
        ]),
      ),
    ).toBe(1);
    expect(
      await cost(async () =>
        expect([(await directory.person(8)).id, (await directory.person('ann')).id]).toEqual([8, 7]),
      ),
    ).toBe(0);
  });
});
