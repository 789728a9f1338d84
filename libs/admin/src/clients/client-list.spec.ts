import { changedList } from './client-list.js';

const KINDS = ['api_key', 'server_url', 'jwt', 'global_key', 'client_credentials'];

test('a list begins with what is in use and every kind of credential, but not with all apps', () =>
  expect(changedList(undefined, { what: 'list' }, ['a', 'b'])).toEqual(['a', 'b', ...KINDS]));

test('a client is added once, and taken away', () => {
  expect(changedList(['a'], { what: 'allow', client: 'b' }, [])).toEqual(['a', 'b']);
  expect(changedList(['a'], { what: 'allow', client: 'a' }, [])).toEqual(['a']);
  expect(changedList(['a', 'jwt'], { what: 'disallow', client: 'jwt' }, [])).toEqual(['a']);
  expect(changedList(['a'], { what: 'disallow', client: 'b' }, [])).toEqual(['a']);
  expect(changedList(['a'], { what: 'all' }, [])).toBeUndefined();
});

test('when not all apps are let in any more, those in use stay', () =>
  expect(changedList(['session', 'jwt', 'a'], { what: 'disallow', client: 'session' }, ['a', 'b'])).toEqual([
    'jwt',
    'a',
    'b',
  ]));

test('from no list nothing is taken, and none becomes longer than a policy may be', () => {
  expect(() => changedList(undefined, { what: 'disallow', client: 'a' }, [])).toThrow('lets in all clients');
  const many = Array.from({ length: 500 }, (_, n) => `c${n}`);
  expect(() => changedList(many, { what: 'allow', client: 'more' }, [])).toThrow('at most 500');
});
