import {
  AddTagToTask,
  credential,
  CredentialCache,
  type JudgedCall,
  mergeTasks,
  type Operation,
  type Target,
} from '#libs/clickup';
import { AppError } from '#libs/core';
import { Resolver } from './resolver.js';

/** Tasks and their home Lists; into some Lists tasks of others were put. */
interface Workspace {
  homes: Record<string, string>;
  put?: Record<string, string>;
}

/** ClickUp's reads, answered in rounds: what is asked while an answer is awaited is answered with it. */
function reading({ homes, put = {} }: Workspace) {
  const asked: string[] = [];
  let rounds = 0;
  let waiting: (() => void)[] = [];
  const round = () =>
    new Promise<void>((done) => {
      if (waiting.push(done) > 1) return;
      setImmediate(() => {
        rounds += 1;
        const ready = waiting;
        waiting = [];
        for (const go of ready) go();
      });
    });
  const wire = (id: string, list: string) => ({
    id,
    list: { id: list },
    folder: { id: 'h', hidden: true },
    space: { id: 's' },
  });
  const answers: Record<
    string,
    (path: Record<string, string>, query: { include_timl?: boolean; page?: number }) => unknown
  > = {
    GetTask: ({ task_id = '' }) => (homes[task_id] === undefined ? undefined : wire(task_id, homes[task_id])),
    // Asked for tasks of other Lists, ClickUp gives them as if they were at home here.
    GetTasks: ({ list_id = '' }, { include_timl, page = 0 }) => ({
      tasks: [
        ...Object.keys(homes).filter((id) => homes[id] === list_id),
        ...(include_timl === false ? [] : Object.keys(put).filter((id) => put[id] === list_id)),
      ]
        .slice(page * 100, page * 100 + 100)
        .map((id) => wire(id, list_id)),
    }),
    GetTaskComments: () => ({ comments: [{ id: 'c', date: '1' }] }),
    GetThreadedComments: () => ({ comments: [] }),
  };
  const call = async (
    operation: Operation,
    { path = {}, query = {} }: { path?: Record<string, string>; query?: object },
  ) => {
    asked.push(`${operation.id} ${Object.values(path).join()}`);
    await round();
    return answers[operation.id]?.(path, query) ?? Promise.reject(new AppError('clickup_not_found'));
  };
  const read = {
    call,
    credential: credential('pk_many'),
    stats: { requests: 0, retries: 0, waitedMs: 0, upstreamMs: 0 },
    judge: () => Promise.resolve(),
  } as unknown as JudgedCall['read'];
  return { asked, read, rounds: () => rounds };
}

const tasks = (ids: readonly string[]): Target[] => ids.map((id) => ({ kind: 'task', id }));
const spread = (count: number, lists: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, `l${index % lists}`]));

async function located(workspace: Workspace, ids = Object.keys(workspace.homes)) {
  const { asked, read, rounds } = reading(workspace);
  const found = await new Resolver({ read, path: {}, body: undefined }, new CredentialCache(1 << 20)).locate(
    tasks(ids),
  );
  expect(found.map(({ list }) => list)).toEqual(ids.map((id) => workspace.homes[id]));
  return {
    requests: asked.length,
    lists: asked.filter((each) => each.startsWith('GetTasks ')).length,
    rounds: rounds(),
  };
}

describe('where many tasks lie', () => {
  test.each<[string, number, number, { requests: number; lists: number; rounds: number }]>([
    ['two are looked up at once', 2, 2, { requests: 2, lists: 0, rounds: 1 }],
    ['many of one List come with it', 30, 1, { requests: 2, lists: 1, rounds: 2 }],
    ['a List of more than one page is read on', 250, 1, { requests: 4, lists: 3, rounds: 4 }],
    ['30 in 30 Lists: one is tried, the others are looked up at once', 30, 30, { requests: 31, lists: 1, rounds: 3 }],
  ])('%s', async (_, count, lists, expected) => {
    expect(await located({ homes: spread(count, lists) })).toEqual(expected);
  });

  test('100 in 4 Lists: the Lists are read beside each other', async () => {
    const { requests, lists, rounds } = await located({ homes: spread(100, 4) });
    expect(lists).toBe(4);
    expect(requests).toBeLessThanOrEqual(12);
    expect(rounds).toBeLessThanOrEqual(6);
  });

  test('one big List and many small ones cost no List more than may pay', async () => {
    const homes = {
      ...spread(20, 1),
      ...Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`x${index}`, `m${index}`])),
    };
    const { requests, rounds } = await located({ homes });
    expect(requests).toBeLessThanOrEqual(30);
    expect(rounds).toBeLessThanOrEqual(5);
  });

  test('a task that was put into a List has its home elsewhere', async () => {
    const homes = { ...spread(4, 1), foreign: 'l9' };
    await located({ homes, put: { foreign: 'l0' } });
  });
});

describe('where a comment lies', () => {
  const ON = { task: 't0' };
  const after = async (operation: typeof mergeTasks | typeof AddTagToTask) => {
    const { asked, read } = reading({ homes: spread(2, 2) });
    const cache = new CredentialCache(1 << 20);
    const resolver = () => new Resolver({ read, path: {}, body: undefined, parent: ON }, cache);
    const comment: Target[] = [{ kind: 'comment', id: 'c' }];
    await resolver().locate(comment);
    const before = asked.length;
    await resolver().locate(comment);
    expect(asked.length).toBe(before);
    resolver().forget(operation, tasks(['t1', 't0']));
    await resolver().locate(comment);
    return asked.slice(before);
  };
  test('is asked again after a merge, which hands it on', async () => {
    expect(await after(mergeTasks)).toEqual(['GetTaskComments t0', 'GetTask t0']);
    expect(await after(AddTagToTask)).toEqual([]);
  });
});
