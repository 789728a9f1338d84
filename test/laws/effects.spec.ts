import {
  type Arguments,
  CredentialCache,
  type Directory,
  DirectoryCache,
  GetTasks,
  type NamedObject,
  type ObjectKind,
  type Operation,
  OPERATIONS,
  type Place,
  targetsOf,
} from '#libs/clickup';
import { isRead } from '#libs/core';
import { Resolver } from '#libs/permissions';
import { NOW, prepare, SAMPLES } from '../support/samples/index.js';
import { ACME, S1, type Scoped, scoped } from '../support/scoped.js';

// Where things lie and what the directory knows is kept for a while; a row says what of it its write makes wrong. Here the sandbox says
// what each write has changed: what was kept before it must afterwards be what anybody finds who has kept nothing.

/** A List of the sandbox in which none of the samples lies. */
const ELSEWHERE = '90144360446';

let bench: Scoped;
beforeAll(async () => (bench = await scoped(() => NOW)));
afterAll(() => bench.close());

const WRITES = OPERATIONS.filter(({ verb }) => !isRead(verb)).map((row) => [row.id, row] as const);

/** Where the sample of a row leaves everything as it is, what moves or makes something; `task` lies elsewhere. */
const MOVES: Readonly<Record<string, (task: string) => object>> = {
  UpdateatimeEntry: (task) => ({ tags: [], tid: task }),
  createChatChannel: () => ({ name: 'Quite new' }),
  createLocationChatChannel: () => ({ location: { id: ELSEWHERE, type: 'list' } }),
  createDirectMessageChatChannel: () => ({ user_ids: ['61234575', '61234649'] }),
  UpdateView: () => ({ parent: { id: ELSEWHERE, type: 6 } }),
};

interface Call extends Arguments {
  path?: Record<string, string>;
}

/** What is sent to a fresh Workspace. */
async function fresh({ id }: Operation): Promise<Call> {
  bench.sandbox.reset();
  const ids = await prepare((row, args) => bench.god.call(row, args as never));
  const { body, ...sample } = SAMPLES[id]!(ids);
  const [task] = (await bench.god.call(GetTasks, { path: { list_id: ELSEWHERE } })).tasks;
  return {
    ...sample,
    body: MOVES[id] ? { ...(body as object), ...MOVES[id](task!.id) } : body,
    // Comments and checklists are found under the task that is named.
    ...(/omment|hecklist/.test(id) && { parent: { task: ids.task } }),
  };
}

const moved: string[] = [];

test.each(WRITES)('%s: of where its targets lie nothing wrong is kept', async (id, row) => {
  const { path = {}, body, query, parent } = await fresh(row);
  const targets = targetsOf(row, { path, body, query });
  const locate = (cache: CredentialCache) => new Resolver({ read: bench.god, path, body, parent }, cache);
  const cache = new CredentialCache(1 << 20);
  const before = await locate(cache).locate(targets);
  await bench.god.call(row, { path, body, query });
  locate(cache).forget(row, targets);
  const now = await locate(new CredentialCache(1 << 20)).locate(targets);
  expect(await locate(cache).locate(targets)).toEqual(now);
  if (JSON.stringify(now) !== JSON.stringify(before)) moved.push(id);
});

test('what says that it relocates has been seen to', () => {
  const said = WRITES.filter(([, { relocates }]) => relocates).map(([id]) => id);
  expect(said.filter((id) => !moved.includes(id))).toEqual([]);
});

/** Kinds of objects that writes change, each with how its objects are asked for here: within something that a sample changes. */
const OBJECTS: readonly (readonly [
  ObjectKind,
  (directory: Directory, row: Operation) => Promise<Place | NamedObject | undefined>,
])[] = [
  ...(['group', 'doc', 'channel', 'goal', 'template', 'task_type', 'webhook', 'tag'] as const).map(
    (kind) => [kind, () => Promise.resolve(undefined)] as const,
  ),
  // Those of the whole Workspace cost a request per place.
  ['view', (directory, { id }) => (id.endsWith('View') ? Promise.resolve(undefined) : directory.place(S1, ['space']))],
  ['page', (directory) => directory.object('doc', 'Q4 Architecture')],
  ['key_result', (directory) => directory.object('goal', 'Reduce Churn')],
];

/** What the directory answers, without the number of tasks, which every new task would change. */
async function known(directory: Directory, row: Operation): Promise<Record<string, string>> {
  // First, because objects say where they lie as far as that is known.
  const tree = await directory.tree();
  const objects = await Promise.all(
    OBJECTS.map(async ([kind, within]) => {
      // A Doc or a goal that was deleted has no parts.
      const found = await within(directory, row)
        .then((each) => directory.objects(kind, each))
        .catch(() => []);
      // Where something lies is told by the tree, whenever it is asked for.
      return [kind, JSON.stringify(found.map(({ id, name, about }) => [id, name, about]))] as const;
    }),
  );
  return {
    tree: JSON.stringify(tree, (key, value: unknown) => (key === 'parent' || key === 'taskCount' ? undefined : value)),
    people: JSON.stringify(await directory.people()),
    ...Object.fromEntries(objects),
  };
}
const changed: Record<string, string[]> = {};

test.each(WRITES)('%s: of places, people and other objects nothing wrong is kept', async (id, row) => {
  const { parent: _, ...args } = await fresh(row);
  const directory = new DirectoryCache().directory(bench.god, ACME);
  const before = await known(directory, row);
  await bench.god.call(row, args as never);
  const now = await known(new DirectoryCache().directory(bench.god, ACME), row);
  expect(await known(directory, row)).toEqual(now);
  changed[id] = Object.keys(now).filter((part) => now[part] !== before[part]);
});

test('what says that it changes the directory has been seen to', () => {
  const unseen = WRITES.flatMap(([id, { changesDirectory = [] }]) =>
    [changesDirectory].flat().flatMap((part) => (changed[id]?.includes(part) ? [] : [`${id}: ${part}`])),
  );
  expect(unseen).toEqual([]);
});
