import { VERBS } from '#libs/core';
import { askedPolicy, beyond } from './asked-policy.js';
import { permits } from './decide.js';
import { type Policies, type Policy } from './policy.js';

const ask = (methods: readonly string[]) =>
  VERBS.filter((verb) => permits([askedPolicy({ methods })], { verb, risk: 'normal', toolset: 'tasks' }).allowed);
const thrown = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

test('nothing asked for limits nothing', () => expect(askedPolicy({})).toEqual({ mode: 'write' }));

test.each<[string[], readonly string[]]>([
  [['read'], ['get', 'list', 'search']],
  [['write'], ['create', 'update', 'delete', 'add', 'remove', 'start', 'stop', 'move', 'merge']],
  [['read', 'write'], VERBS],
  [['list'], ['list', 'search']],
  [['search'], ['list', 'search']],
  [['get', 'get'], ['get']],
  [
    ['read', 'create'],
    ['get', 'list', 'search', 'create'],
  ],
  [[], []],
])('the methods %j are the verbs %j', (methods, verbs) => expect(ask(methods)).toEqual(verbs));

test('methods that only read are a layer that only reads, whatever is added to the verbs later', () => {
  expect(askedPolicy({ methods: ['get', 'list'] }).mode).toBe('read');
  expect(askedPolicy({ methods: ['get', 'update'] }).mode).toBe('write');
  expect(askedPolicy({ methods: [] }).mode).toBe('read');
});

test('tags are toolsets, each once, by all their names; one that holds nothing grants nothing', () => {
  expect(askedPolicy({ tags: ['spaces', 'lists', 'tasks', 'time_tracking'] }).toolsets).toEqual([
    'workspace',
    'tasks',
    'time',
  ]);
  expect(askedPolicy({ tags: ['billing'] }).toolsets).toEqual([]);
  expect(askedPolicy({ tags: [] }).toolsets).toEqual([]);
});

test('upstream_retry is off or says nothing', () => {
  expect(askedPolicy({ upstream_retry: 'off' })).toEqual({ mode: 'write', upstreamRetry: 'off' });
  expect(askedPolicy({ upstream_retry: 'on' })).toEqual({ mode: 'write' });
});

test.each<[string, object, string[]]>([
  ['config.methods', { methods: ['read', 'readonly'] }, ['read', 'write', 'get']],
  ['config.methods', { methods: ['constructor'] }, ['merge']],
  ['config.tags', { tags: ['Tasks'] }, ['tasks', 'billing', 'key_results']],
  ['config.tags', { tags: ['__proto__'] }, ['tasks']],
  ['config.upstream_retry', { upstream_retry: 'never' }, ['on', 'off']],
])('what is not known is refused with what is: %s', (parameter, asked, known) => {
  const refusal = thrown(() => askedPolicy(asked));
  expect(refusal).toMatchObject({
    code: 'invalid_parameters',
    details: { parameter, candidates: expect.arrayContaining(known) },
  });
  for (const name of known) expect((refusal as Error).message).toContain(name);
});

test('a name that is not known is repeated in part only', () => {
  expect((thrown(() => askedPolicy({ tags: ['x'.repeat(5000)] })) as Error).message.length).toBeLessThan(1000);
});

const WRITE: Policy = { mode: 'write' };
const READ: Policy = { mode: 'read' };
test.each<[string, Policies, object, RegExp | undefined]>([
  ['nothing is asked for', [READ], {}, undefined],
  ['reading, of who reads', [WRITE, READ], { methods: ['read'] }, undefined],
  ['writing, of who reads', [WRITE, READ], { methods: ['read', 'write'] }, /write writes.*read-only/],
  ['a verb that writes, of who reads', [READ], { methods: ['delete'] }, /delete writes/],
  ['a verb that a layer has', [{ mode: 'write', methods: ['create'] }], { methods: ['create'] }, undefined],
  ['some of a group', [{ mode: 'write', methods: ['create'] }], { methods: ['write'] }, undefined],
  ['none of a group', [WRITE, { mode: 'write', methods: ['get'] }], { methods: ['write'] }, /write was not granted/],
  ['a toolset that a layer has', [{ mode: 'write', toolsets: ['tasks'] }], { tags: ['tasks'] }, undefined],
  ['one that it has not', [WRITE, { mode: 'write', toolsets: ['tasks'] }], { tags: ['docs'] }, /docs was not granted/],
  ['one that is taken away', [{ mode: 'write', disabledToolsets: ['docs'] }], { tags: ['docs'] }, /docs/],
  ['an alias, of which some is left', [{ mode: 'write', toolsets: ['guests'] }], { tags: ['users'] }, undefined],
  ['what holds nothing', [{ mode: 'write', toolsets: [] }], { tags: ['billing'] }, undefined],
])('beyond: %s', (_, layers, asked, reason) => {
  if (reason) expect(beyond(layers, asked)).toMatch(reason);
  else expect(beyond(layers, asked)).toBeUndefined();
});
