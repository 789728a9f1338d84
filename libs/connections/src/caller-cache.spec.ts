import { sha256 } from '#libs/core';
import { CallerCache, type LiveGrant } from './caller-cache.js';

let now = 0;
const caller = (id: string) => ({ kind: 'api_key', id, policies: [] }) as const;
const grant = (
  id: string,
  secrets: Record<string, number | null> = { secret: null },
  connectionId = 'c',
): LiveGrant => ({
  kind: 'api_key',
  connectionIds: [connectionId],
  callers: Object.entries(secrets).map(([secret, expiresInMs]) => ({
    hash: sha256(secret),
    caller: caller(id),
    expiresInMs,
  })),
});
const cache = (capacity?: number) => new CallerCache(capacity, () => now);
beforeEach(() => (now = 1000));

test('lives for 30 seconds from the question, not from the answer, and use does not prolong it', () => {
  const kept = cache();
  kept.keep('a', grant('a'), 900);
  now = 30_899;
  expect(kept.find('api_key', 'a', 'secret')?.id).toBe('a');
  now = 30_900;
  expect(kept.find('api_key', 'a', 'secret')).toBeUndefined();
});

test('each secret ends by itself', () => {
  const kept = cache();
  kept.keep('a', grant('a', { short: 500, long: 100_000 }), now);
  now += 499;
  expect(kept.find('api_key', 'a', 'short')).toBeDefined();
  now += 1;
  expect(kept.find('api_key', 'a', 'short')).toBeUndefined();
  expect(kept.find('api_key', 'a', 'long')).toBeDefined();
});

test('a wrong secret, id or kind finds nothing and pushes nothing out', () => {
  const kept = cache(1);
  kept.keep('a', grant('a'), now);
  expect(kept.find('api_key', 'a', 'Secret')).toBeUndefined();
  expect(kept.find('api_key', 'b', 'secret')).toBeUndefined();
  expect(kept.find('session', 'a', 'secret')).toBeUndefined();
  expect(kept.find('api_key', 'a', 'secret')).toBeDefined();
});

test('the least recently used one goes when it is full', () => {
  const kept = cache(2);
  kept.keep('a', grant('a'), now);
  kept.keep('b', grant('b'), now);
  kept.find('api_key', 'a', 'secret');
  kept.keep('c', grant('c'), now);
  expect(['a', 'b', 'c'].map((id) => kept.find('api_key', id, 'secret')?.id)).toEqual(['a', undefined, 'c']);
});

test('drops one grant, or all of a connection, or everything', () => {
  const kept = cache();
  const there = () => ['a', 'b', 'c'].filter((id) => kept.find('api_key', id, 'secret'));
  for (const [id, connection] of [
    ['a', '1'],
    ['b', '2'],
    ['c', '2'],
  ] as const)
    kept.keep(id, grant(id, undefined, connection), now);
  kept.drop('grant', 'unknown');
  kept.drop('connection', '2');
  expect(there()).toEqual(['a']);
  kept.drop('grant', 'a');
  expect(there()).toEqual([]);
  kept.keep('a', grant('a'), now);
  kept.flush();
  expect(there()).toEqual([]);
});
