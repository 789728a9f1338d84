import { RISKS, type Verb, VERBS } from '#libs/core';
import fc from 'fast-check';
import { asksWhere, decide, permits } from './decide.js';
import { type Located } from './located.js';
import { type Policy, type Question } from './policy.js';

const READS = ['get', 'list', 'search'];
const ask = (verb: Verb, more: Partial<Question> = {}): Question => ({
  verb,
  risk: 'normal',
  toolset: 'tasks',
  ...more,
});
const WRITE: Policy = { mode: 'write' };
const places = { spaces: ['s1'], folders: ['f1'], lists: ['l1'] };
const ONLY: Policy = { mode: 'selective', write: places };
const allowed = (layers: Policy[], question: Question, ...located: Located[]) =>
  decide(layers, question, located).allowed;

const LIST: Located = { kind: 'list', id: 'l1', list: 'l1', folder: 'f9', space: 's9' };
const INSIDE: Located = { kind: 'task', id: 't', list: 'l1', space: 's9', lists: ['l1', 'l9'] };
const OUTSIDE: Located = { kind: 'task', id: 't', list: 'l9', folder: 'f9', space: 's9', lists: ['l9'] };

test.each(VERBS)('read-only allows %s only if it reads, full access always, no layer nothing', (verb) => {
  expect(allowed([{ mode: 'read' }], ask(verb))).toBe(READS.includes(verb));
  expect(allowed([WRITE], ask(verb))).toBe(true);
  expect(allowed([], ask(verb))).toBe(false);
  expect(allowed([{ mode: 'everything' } as never], ask(verb))).toBe(READS.includes(verb));
});

test.each<[string, Located, boolean]>([
  ['its List', INSIDE, true],
  ['its Folder', { ...OUTSIDE, folder: 'f1' }, true],
  ['its Space', { ...OUTSIDE, space: 's1' }, true],
  ['another List it was put into', { ...OUTSIDE, lists: ['l9', 'l1'] }, false],
  ['nothing', OUTSIDE, false],
  ['a List that nobody found', { kind: 'task', id: 't', space: 's1' }, false],
])('a task may be changed by %s', (_, task, yes) => expect(allowed([ONLY], ask('update'), task)).toBe(yes));

test.each<[string, Located, boolean]>([
  ['a granted List', LIST, true],
  ['a granted Space', { kind: 'space', id: 's1', space: 's1' }, true],
  ['a granted Space, told without itself', { kind: 'space', id: 's1' }, true],
  ['another Space', { kind: 'space', id: 's2', space: 's2' }, false],
  ['a Folder called like a granted List', { kind: 'folder', id: 'l1', folder: 'l1', space: 's9' }, false],
  ['a comment in a granted List', { kind: 'comment', id: 'c', list: 'l1', space: 's9' }, true],
  ['a doc in a granted Space', { kind: 'doc', id: 'd', space: 's1' }, true],
  ['a doc of the Workspace', { kind: 'doc', id: 'd', workspace: 'w' }, false],
  ['what was not found', { kind: 'comment', id: 'c', list: 'l1', unresolved: 'it was not found' }, false],
  ...(
    [
      'workspace',
      'goal',
      'key_result',
      'webhook',
      'user',
      'guest',
      'group',
      'channel',
      'message',
      'field',
      'tag',
      'template',
    ] as const
  ).map((kind): [string, Located, boolean] => [
    `a ${kind}, wherever it says it lies`,
    { kind, id: 'x', list: 'l1', folder: 'f1', space: 's1' },
    false,
  ]),
  ['a kind from the future', { kind: 'whiteboard' as never, id: 'x', list: 'l1', space: 's1' }, false],
])('selective, %s', (_, target, yes) => expect(allowed([ONLY], ask('update'), target)).toBe(yes));

test('each of the objects must lie inside, and one must be known', () => {
  expect(allowed([ONLY], ask('add'), LIST, INSIDE)).toBe(true);
  expect(allowed([ONLY], ask('add'), LIST, OUTSIDE)).toBe(false);
  expect(allowed([ONLY], ask('add'), INSIDE, { ...LIST, id: 'l2', list: 'l2' })).toBe(false);
  expect(allowed([ONLY], ask('create'))).toBe(false);
});

test.each<[string, Partial<Question>]>([
  ['admin', { risk: 'admin' }],
  ['change of the Workspace', { workspaceWide: true }],
])('naming places grants no %s', (_, more) => {
  expect(permits([ONLY], ask('update', more))).toEqual({ allowed: false, reason: expect.stringContaining('beyond') });
  expect(permits([WRITE], ask('update', more)).allowed).toBe(true);
});

test.each<[string, Policy]>([
  ['empty', { mode: 'selective', write: { spaces: [], folders: [], lists: [] } }],
  ['absent', { mode: 'selective' }],
])('%s places are none', (_, policy) => {
  expect(permits([policy], ask('update'))).toEqual({ allowed: false, reason: 'no place to write to was granted' });
  expect(allowed([policy], ask('get'))).toBe(true);
});

test('reading within places: what lies elsewhere is neither read nor written', () => {
  const reader: Policy = { mode: 'write', read: places };
  for (const verb of ['get', 'update'] as const) {
    expect(allowed([reader], ask(verb), INSIDE)).toBe(true);
    expect(allowed([reader], ask(verb), OUTSIDE)).toBe(false);
    expect(allowed([reader], ask(verb), { kind: 'workspace', id: 'w' })).toBe(false);
  }
  expect(allowed([{ mode: 'write', read: { spaces: [], folders: [], lists: [] } }], ask('get'), INSIDE)).toBe(false);
});

test('methods, toolsets, risks, operations', () => {
  expect(allowed([{ ...WRITE, methods: ['list'] }], ask('search'))).toBe(true);
  expect(allowed([{ ...WRITE, methods: ['search'] }], ask('list'))).toBe(false);
  expect(allowed([{ ...WRITE, methods: [] }], ask('get'))).toBe(false);
  expect(allowed([{ ...WRITE, toolsets: ['docs'] }], ask('get'))).toBe(false);
  expect(allowed([{ ...WRITE, toolsets: [] }], ask('get'))).toBe(false);
  expect(allowed([{ ...WRITE, toolsets: ['tasks'], disabledToolsets: ['tasks'] }], ask('get'))).toBe(false);
  expect(allowed([{ ...WRITE, disabledOperations: new Set(['GetTask']) }], ask('get', { operation: 'GetTask' }))).toBe(
    false,
  );
  expect(RISKS.map((risk) => allowed([{ ...WRITE, risks: [] }], ask('delete', { risk })))).toEqual([
    true,
    false,
    false,
  ]);
  expect(RISKS.map((risk) => allowed([{ ...WRITE, risks: ['destructive'] }], ask('delete', { risk })))).toEqual([
    true,
    true,
    false,
  ]);
  // Reads, too: the audit log is no less for being read.
  expect(RISKS.map((risk) => allowed([{ mode: 'read', risks: ['normal'] }], ask('search', { risk })))).toEqual([
    true,
    false,
    false,
  ]);
});

test('only a layer that looks at places asks where things lie', () => {
  expect(
    [[WRITE], [{ mode: 'read' as const }], [WRITE, ONLY], [{ ...WRITE, read: places }]].map((layers) => [
      asksWhere(layers, ask('get')),
      asksWhere(layers, ask('update')),
    ]),
  ).toEqual([
    [false, false],
    [false, false],
    [false, true],
    [true, true],
  ]);
});

const ids = (letter: string) => fc.subarray([1, 2, 3].map((number) => `${letter}${number}`));
const somePlaces = fc.record({ spaces: ids('s'), folders: ids('f'), lists: ids('l') });
const layer = fc.record(
  {
    mode: fc.constantFrom('read', 'selective', 'write'),
    write: somePlaces,
    methods: fc.subarray([...VERBS]),
    risks: fc.subarray([...RISKS]),
  },
  { requiredKeys: ['mode'] },
) as fc.Arbitrary<Policy>;
const target = fc.record({
  kind: fc.constantFrom('task', 'list', 'folder', 'space', 'goal'),
  id: fc.constantFrom('t1', 'l1', 'f1', 's1'),
  list: fc.constantFrom('l1', 'l2'),
  folder: fc.constantFrom('f1', 'f2'),
  space: fc.constantFrom('s1', 's2'),
}) as fc.Arbitrary<Located>;
const question = fc.record({
  verb: fc.constantFrom(...VERBS),
  risk: fc.constantFrom(...RISKS),
  toolset: fc.constant('tasks'),
  workspaceWide: fc.boolean(),
});

test('layers intersect: a call passes if and only if it passes each alone, in whatever order', () => {
  fc.assert(
    fc.property(
      fc.array(layer, { minLength: 1, maxLength: 4 }),
      question,
      fc.array(target, { maxLength: 3 }),
      (layers, asked, located) => {
        const each = layers.every((one) => decide([one], asked, located).allowed);
        expect(decide(layers, asked, located).allowed).toBe(each);
        expect(decide([...layers].reverse(), asked, located).allowed).toBe(each);
      },
    ),
    { numRuns: 2_000 },
  );
});
