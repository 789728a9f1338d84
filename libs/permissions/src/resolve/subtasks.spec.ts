import {
  type Arguments,
  CredentialCache,
  credential,
  type JudgedCall,
  type Operation,
  operationById,
  targetsOf,
} from '#libs/clickup';
import { AppError } from '#libs/core';
import { Permissions, type Policy, Resolver } from '../index.js';

/** Tasks as plain records: `[List, task above]`. All Lists lie in one Space. */
type Tree = Record<string, [list: string, above?: string]>;

interface How {
  /** A task comes with all that is below it, not only with the next level. */
  flat?: boolean;
  /** Subtasks say where they lie. */
  places?: boolean;
}

const wire = (id: string, list: string) => ({
  id,
  list: { id: list },
  folder: { id: 'h', hidden: true },
  space: { id: 's' },
});

/** ClickUp's reads over a tree, and what was asked. */
function reading(tree: Tree, { flat = false, places = true }: How) {
  const asked: string[] = [];
  const below = (id: string): string[] =>
    Object.keys(tree)
      .filter((each) => tree[each]![1] === id)
      .flatMap((each) => [each, ...(flat ? below(each) : [])]);
  const task = (id: string) => {
    if (!tree[id]) throw new AppError('clickup_not_found');
    return wire(id, tree[id][0]);
  };
  const call = (
    operation: Operation,
    { path = {}, query = {} }: { path?: Record<string, string>; query?: { include_subtasks?: boolean } },
  ) =>
    Promise.resolve().then(() => {
      const { task_id = '' } = path;
      asked.push(`${operation.id} ${task_id}${query.include_subtasks ? ' and below' : ''}`);
      if (operation.id !== 'GetTask') throw new AppError('clickup_not_found');
      return {
        ...task(task_id),
        ...(query.include_subtasks && {
          subtasks: below(task_id).map((id) => ({ ...(places ? task(id) : { id }), parent: tree[id]![1] })),
        }),
      };
    });
  return {
    asked,
    read: {
      call,
      credential: credential('pk_tree'),
      stats: { requests: 0, retries: 0, waitedMs: 0, upstreamMs: 0 },
      judge: () => Promise.resolve(),
    } as unknown as JudgedCall['read'],
  };
}

const L1: Policy = { mode: 'selective', write: { spaces: [], folders: [], lists: ['l1'] } };

async function judged(id: string, args: Arguments, tree: Tree, policy = L1, how: How = {}) {
  const { asked, read } = reading(tree, how);
  const row = operationById(id)!;
  const call = { path: {}, query: {}, ...args, read } as JudgedCall;
  const permissions = new Permissions({ mode: 'write' });
  const cache = new CredentialCache(1 << 20);
  const authorize = permissions.authorizer([policy], (each) => new Resolver(each, cache));
  const said = await Promise.resolve(authorize(row, targetsOf(row, call), call)).then(
    () => 'allowed',
    ({ code, details }: AppError) => [code, details.reason],
  );
  return { said, asked };
}

const DELETE = { path: { task_id: 'top' } };
const BELOW = ['forbidden', 'a subtask that would go along lies outside the places that were granted'];
const INSIDE: Tree = { top: ['l1'], one: ['l1', 'top'], deep: ['l1', 'one'] };

test.each<[string, Arguments]>([
  ['DeleteTask', DELETE],
  ['UpdateTask', { ...DELETE, body: { archived: true } }],
  ['UpdateTask', { ...DELETE, body: { archived: false } }],
  ['moveTask', { path: { workspace_id: 'w', task_id: 'top', list_id: 'l1' }, body: {} }],
  ['mergeTasks', { path: { task_id: 'other' }, body: { source_task_ids: ['top'] } }],
])('%s %j touches what is below', async (id, args) => {
  for (const how of [{}, { flat: true }, { places: false }, { flat: true, places: false }]) {
    const tree: Tree = { ...INSIDE, other: ['l1'] };
    // The List itself is known.
    const lists = { spaces: ['s'], folders: [], lists: [] };
    if (id !== 'moveTask') {
      expect((await judged(id, args, tree, L1, how)).said).toBe('allowed');
      expect((await judged(id, args, { ...tree, one: ['l2', 'top'] }, L1, how)).said).toEqual(BELOW);
      expect((await judged(id, args, { ...tree, deep: ['l2', 'one'] }, L1, how)).said).toEqual(BELOW);
    } else
      expect((await judged(id, args, tree, { mode: 'selective', write: lists }, how)).asked).toContain(
        'GetTask top and below',
      );
  }
});

test('other changes of a task touch nothing below it', async () => {
  const { said, asked } = await judged(
    'UpdateTask',
    { ...DELETE, body: { name: 'x' } },
    { ...INSIDE, one: ['l2', 'top'] },
  );
  expect([said, asked]).toEqual(['allowed', ['GetTask top']]);
});

test('costs one request for a task, and nothing where places are not asked', async () => {
  expect((await judged('DeleteTask', DELETE, { top: ['l1'] })).asked).toEqual(['GetTask top and below']);
  expect((await judged('DeleteTask', DELETE, INSIDE, L1, { flat: true })).asked).toEqual(['GetTask top and below']);
  expect((await judged('DeleteTask', DELETE, INSIDE, L1)).asked).toEqual([
    'GetTask top and below',
    'GetTask one and below',
    'GetTask deep and below',
  ]);
  expect(await judged('DeleteTask', DELETE, { ...INSIDE, one: ['l2', 'top'] }, { mode: 'write' })).toEqual({
    said: 'allowed',
    asked: [],
  });
});

test('a task that is not there, a ring, and more than anybody would delete at once', async () => {
  expect((await judged('DeleteTask', DELETE, {})).said).toEqual(['forbidden', 'ClickUp does not show it']);
  expect((await judged('DeleteTask', DELETE, { top: ['l1', 'one'], one: ['l1', 'top'] })).said).toBe('allowed');
  const many = Object.fromEntries(
    Array.from({ length: 250 }, (_, index) => [`t${index}`, ['l1', 'top'] as [string, string]]),
  );
  expect((await judged('DeleteTask', DELETE, { top: ['l1'], ...many })).said).toEqual(BELOW);
});
