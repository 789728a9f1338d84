import {
  type Arguments,
  CredentialCache,
  type Directory,
  DirectoryCache,
  GetTasks,
  type Operation,
  OPERATIONS,
  targetsOf,
} from '#libs/clickup';
import { isRead } from '#libs/core';
import { Resolver } from '#libs/permissions';
import { callWriteOperation } from '../../libs/tools/src/longtail/call-write-operation.js';
import { NOW, prepare, SAMPLES } from '../support/samples/index.js';
import { ACME, type Scoped, scoped } from '../support/scoped.js';
import { fakeContext } from '../support/tool-context.js';

// Where things lie and what the directory knows is kept for a while; a row says what of it its write makes wrong. Here the sandbox says
// what each write has changed: what was kept before it must afterwards be what anybody finds who has kept nothing.

/** A List of the sandbox in which none of the samples lies. */
const ELSEWHERE = '90144360446';

let bench: Scoped;
beforeAll(async () => (bench = await scoped(() => NOW)));
afterAll(() => bench.close());

const WRITES = OPERATIONS.filter(({ verb }) => !isRead(verb)).map((row) => [row.id, row] as const);

/** Where the sample of a row leaves everything in its place, what moves something; `task` lies elsewhere. */
const MOVES: Readonly<Record<string, (task: string) => object>> = {
  UpdateatimeEntry: (task) => ({ tags: [], tid: task }),
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

/** What the directory answers, without the number of tasks, which every new task would change. */
const known = async (directory: Directory) => ({
  tree: JSON.stringify(await directory.tree(), (key, value: unknown) =>
    key === 'parent' || key === 'taskCount' ? undefined : value,
  ),
  people: JSON.stringify(await directory.people()),
});
const changed: Record<string, string[]> = {};

test.each(WRITES)('%s: of places and people nothing wrong is kept', async (id, row) => {
  const { parent: _, ...args } = await fresh(row);
  const directory = new DirectoryCache().directory(bench.god, ACME);
  const before = await known(directory);
  await callWriteOperation.handler({ operation: id, ...args } as never, {
    ...fakeContext(),
    clickup: bench.god,
    directory,
  });
  const now = await known(new DirectoryCache().directory(bench.god, ACME));
  expect(await known(directory)).toEqual(now);
  changed[id] = (['tree', 'people'] as const).filter((part) => now[part] !== before[part]);
});

test('what says that it changes the directory has been seen to', () => {
  const said = WRITES.flatMap(([id, { changesDirectory }]) => (changesDirectory ? [[id, [changesDirectory]]] : []));
  expect(Object.fromEntries(said)).toEqual(
    Object.fromEntries(Object.entries(changed).filter(([, parts]) => parts.length > 0)),
  );
});
