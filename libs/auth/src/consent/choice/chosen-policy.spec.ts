import { type Place } from '#libs/clickup';
import { type Policy } from '#libs/permissions';
import { Form, PageError } from '#libs/web';
import { chosenOnes, chosenPlaces, isNothing, offeredPlaces, withKept } from './chosen-places.js';
import {
  apartOf,
  chosenPolicy,
  chosenTools,
  needsPlaces,
  offeredModes,
  offeredToolsets,
  rightsOf,
  tickedOf,
  toolsOf,
} from './chosen-policy.js';

const place = (kind: Place['kind'], id: string, children: Place[] = []): Place => ({
  kind,
  id,
  name: id,
  path: id,
  children,
});
const TREE = [
  place('space', '1', [place('folder', '2', [place('list', '3'), place('list', '4')]), place('list', '5')]),
  place('space', '6'),
];
const chosen = (...ticked: string[]) => chosenPlaces(TREE, new Set(ticked));
const only = (spaces: string[], folders: string[], lists: string[]): Policy => ({
  mode: 'selective',
  write: { spaces, folders, lists },
});

test('takes places of every kind', () =>
  expect(chosen('folder:2', 'list:5', 'space:6')).toEqual({ spaces: ['6'], folders: ['2'], lists: ['5'] }));
test('a ticked place covers what lies in it', () =>
  expect(chosen('space:1', 'folder:2', 'list:3')).toEqual({ spaces: ['1'], folders: [], lists: [] }));
test('what is not in the tree is not taken: another kind, another Workspace', () =>
  expect(isNothing(chosen('list:1', 'space:3', 'list:99', 'toString', ''))).toBe(true));
test('only a selection carries places', () => {
  expect(chosenPolicy({ mode: 'read', limited: false }, ALL, chosen('space:1'))).toEqual({ mode: 'read' });
  expect(chosenPolicy({ mode: 'selective', limited: false }, ALL, chosen('list:3'))).toEqual({
    mode: 'selective',
    write: { spaces: [], folders: [], lists: ['3'] },
  });
});

test('what is limited may be seen in the chosen places only, whatever may be done there', () => {
  const places = chosen('list:3');
  expect(chosenPolicy({ mode: 'read', limited: true }, ALL, places)).toEqual({ mode: 'read', read: places });
  expect(chosenPolicy({ mode: 'write', limited: true }, ALL, places)).toEqual({ mode: 'write', read: places });
  expect(chosenPolicy({ mode: 'selective', limited: true }, ALL, places)).toEqual({
    mode: 'selective',
    write: places,
    read: places,
  });
});

test('the pages of a change show what was granted', () => {
  const places = { spaces: ['6'], folders: ['2'], lists: ['5'] };
  for (const rights of [
    { mode: 'read', limited: false },
    { mode: 'selective', limited: true },
    { mode: 'write', limited: true },
  ] as const) {
    const tools = { toolsets: ['time'], profile: 'full' } as const;
    const policy = chosenPolicy(rights, tools, places);
    expect([rightsOf(policy), toolsOf(policy)]).toEqual([rights, tools]);
    expect([...tickedOf(TREE, policy, rights)]).toEqual(needsPlaces(rights) ? ['folder:2', 'list:5', 'space:6'] : []);
    expect(apartOf(policy)).toBeUndefined();
  }
});

describe('a policy that sees other places than it may change', () => {
  const places = (spaces: string[], folders: string[], lists: string[]) => ({ spaces, folders, lists });
  const policy = {
    mode: 'selective',
    write: places(['1', '8'], [], ['9']),
    read: places(['6'], ['2'], ['9']),
  } as const;

  test('is told from one that names the same places in another order', () => {
    expect(apartOf(policy)).toEqual({ write: policy.write, read: policy.read });
    expect(
      apartOf({ mode: 'selective', write: places(['1', '6'], [], []), read: places(['6', '1'], [], []) }),
    ).toBeUndefined();
    expect(apartOf({ ...policy, mode: 'write' })).toBeUndefined();
    expect(apartOf(undefined)).toBeUndefined();
  });

  test('begins with what may be both seen and changed; with what is seen where nothing else is asked', () => {
    expect([...tickedOf(TREE, policy, { mode: 'selective' })]).toEqual(['folder:2', 'list:9']);
    expect([...tickedOf(TREE, policy, { mode: 'read' })]).toEqual(['folder:2', 'space:6', 'list:9']);
    expect([...tickedOf(TREE, { mode: 'selective', read: policy.read }, { mode: 'selective' })]).toEqual([]);
  });
});

test('what was granted and cannot be chosen now comes first, named where ClickUp names it', () => {
  const offered = offeredPlaces(TREE, [only([], ['2'], [])], true);
  const tree = withKept(offered, TREE, new Set(['list:5', 'list:99', 'folder:2']));
  expect(tree).toMatchObject([
    { kind: 'list', id: '5', kept: 'not_allowed' },
    { kind: 'list', id: '99', kept: 'hidden' },
    { id: '1', closed: true },
  ]);
  expect(chosenPlaces(tree, new Set(['list:5', 'list:99', 'list:98']))).toEqual({
    spaces: [],
    folders: [],
    lists: ['5', '99'],
  });
});

test('the ticked places are named in the order of the tree, covered ones not', () =>
  expect(chosenOnes(TREE, new Set(['space:6', 'list:3', 'folder:2', 'list:99']))).toMatchObject([
    { kind: 'folder', path: '2' },
    { kind: 'space', path: '6' },
  ]));

describe('under other layers', () => {
  test.each<[string, Policy[], string[]]>([
    ['none', [{ mode: 'write' }], ['read', 'selective', 'write']],
    ['some places', [only(['1'], [], [])], ['read', 'selective']],
    ['no place', [{ mode: 'selective' }], ['read']],
    ['only reading', [{ mode: 'write' }, { mode: 'read' }], ['read']],
  ])('%s: the modes', (_name, policies, modes) => expect(offeredModes(policies)).toEqual(modes));

  test('what leads to an allowed place is shown and cannot be chosen', () => {
    const offered = offeredPlaces(TREE, [only([], [], ['3'])], true);
    expect(offered).toMatchObject([
      { id: '1', closed: true, children: [{ id: '2', closed: true, children: [{ id: '3' }] }] },
    ]);
    expect(chosenPlaces(offered, new Set(['space:1', 'folder:2', 'list:3', 'list:4']))).toEqual({
      spaces: [],
      folders: [],
      lists: ['3'],
    });
  });

  test('several layers: only what all allow', () => {
    expect(offeredPlaces(TREE, [only(['1'], [], []), only([], ['2'], [])], true)).toMatchObject([
      { id: '1', closed: true, children: [{ id: '2', children: [{ id: '3' }, { id: '4' }] }] },
    ]);
    expect(offeredPlaces(TREE, [only(['6'], [], []), only([], ['2'], [])], true)).toEqual([]);
    expect(offeredPlaces(TREE, [{ mode: 'write' }], true)).toEqual(TREE);
  });

  test('where it may write says nothing about what may be chosen to be seen, and the other way round', () => {
    expect(offeredPlaces(TREE, [only(['6'], [], [])], false)).toEqual(TREE);
    const seen = { spaces: ['6'], folders: [], lists: [] };
    for (const forWriting of [true, false])
      expect(offeredPlaces(TREE, [{ mode: 'write', read: seen }], forWriting)).toMatchObject([{ id: '6' }]);
  });
});

/** Nothing ticked: every tool, as few as can be listed. */
const ALL = { toolsets: [] };

test('tools: what was ticked of what is offered, and nothing else', () => {
  const offered = offeredToolsets([
    { mode: 'write', toolsets: ['tasks', 'time', 'views'], disabledToolsets: ['views'] },
  ]);
  expect(offered).toEqual(['tasks', 'time']);
  const ticked = (fields: object) => chosenTools(new Form(fields), offered);
  expect(ticked({})).toEqual({ toolsets: [] });
  expect(ticked({ toolset: ['tasks', 'tasks'], profile: 'full' })).toEqual({ toolsets: ['tasks'], profile: 'full' });
  for (const forged of [{ toolset: 'views' }, { toolset: ['tasks', 'nonsense'] }, { profile: 'all' }])
    expect(() => ticked(forged)).toThrow(PageError);
  expect(chosenPolicy({ mode: 'read', limited: false }, ticked({ toolset: 'time', profile: 'full' }))).toEqual({
    mode: 'read',
    toolsets: ['time'],
    profile: 'full',
  });
});
