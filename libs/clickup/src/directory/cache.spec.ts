import fc from 'fast-check';
import { AppError } from '#libs/core';
import { bytesOf, CredentialCache } from './cache.js';

/** A load that ends when told. */
function pending<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  const load = jest.fn(() => promise);
  return { load, resolve, reject };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('CredentialCache', () => {
  test('loads once, until the time is over', async () => {
    let now = 0;
    const cache = new CredentialCache(1 << 20, () => now);
    let loads = 0;
    const read = () => cache.read('a', 'k', 1000, () => Promise.resolve((loads += 1)));
    expect([await read(), await read()]).toEqual([1, 1]);
    now = 999;
    expect(await read()).toBe(1);
    now = 1000;
    expect(cache.peek('a', 'k')).toBeUndefined();
    expect(await read()).toBe(2);
  });

  test('callers at once share one load; another credential never does (SEC-207)', async () => {
    const cache = new CredentialCache(1 << 20);
    const [mine, theirs] = [pending<string>(), pending<string>()];
    const reads = [
      cache.read('a', 'k', 1000, mine.load),
      cache.read('a', 'k', 1000, mine.load),
      cache.read('b', 'k', 1000, theirs.load),
    ];
    mine.resolve('mine');
    theirs.resolve('theirs');
    expect(await Promise.all(reads)).toEqual(['mine', 'mine', 'theirs']);
    expect([mine.load.mock.calls.length, theirs.load.mock.calls.length]).toEqual([1, 1]);
    expect([cache.peek('a', 'k'), cache.peek('b', 'k'), cache.peek('c', 'k')]).toEqual(['mine', 'theirs', undefined]);
  });

  test.each(['cancelled', 'deadline_exceeded', 'clickup_rate_limit', 'internal_error'] as const)(
    'a caller that fails with %s does not take the waiting ones with it',
    async (code) => {
      const cache = new CredentialCache(1 << 20);
      const [first, second, third] = [pending<string>(), pending<string>(), pending<string>()];
      const owner = cache.read('a', 'k', 1000, first.load);
      const waiting = [cache.read('a', 'k', 1000, second.load), cache.read('a', 'k', 1000, third.load)];
      first.reject(new AppError(code));
      await expect(owner).rejects.toMatchObject({ code });
      await settled();
      second.resolve('second');
      expect(await Promise.all(waiting)).toEqual(['second', 'second']);
      expect(third.load).not.toHaveBeenCalled();
    },
  );

  test('what ClickUp refuses is refused to all who waited, and not kept', async () => {
    const cache = new CredentialCache(1 << 20);
    const first = pending<string>();
    const reads = [cache.read('a', 'k', 1000, first.load), cache.read('a', 'k', 1000, first.load)];
    first.reject(new AppError('clickup_forbidden'));
    expect(await Promise.allSettled(reads)).toEqual(
      [1, 2].map(() =>
        expect.objectContaining({ status: 'rejected', reason: expect.objectContaining({ code: 'clickup_forbidden' }) }),
      ),
    );
    expect(first.load).toHaveBeenCalledTimes(1);
    expect(await cache.read('a', 'k', 1000, () => Promise.resolve('again'))).toBe('again');
  });

  test('a waiting caller that is cancelled leaves, and the load goes on for the others', async () => {
    const cache = new CredentialCache(1 << 20);
    const first = pending<string>();
    const abort = new AbortController();
    const owner = cache.read('a', 'k', 1000, first.load);
    const leaving = cache.read('a', 'k', 1000, first.load, abort.signal);
    abort.abort();
    await expect(leaving).rejects.toMatchObject({ code: 'cancelled' });
    await expect(cache.read('a', 'k', 1000, first.load, abort.signal)).rejects.toMatchObject({ code: 'cancelled' });
    first.resolve('done');
    expect(await owner).toBe('done');
    expect(first.load).toHaveBeenCalledTimes(1);
  });

  test('forgetting drops what begins so, of this credential only, and what is on its way', async () => {
    const cache = new CredentialCache(1 << 20);
    for (const [credential, key] of [
      ['a', 'tree/1'],
      ['a', 'identity'],
      ['b', 'tree/1'],
    ] as const)
      await cache.read(credential, key, 1000, () => Promise.resolve(key));
    const stale = pending<string>();
    const before = cache.read('a', 'tree/2', 1000, stale.load);
    cache.forget('a', 'tree/');
    const fresh = cache.read('a', 'tree/2', 1000, () => Promise.resolve('fresh'));
    stale.resolve('stale');
    expect([await before, await fresh, cache.peek('a', 'tree/2')]).toEqual(['stale', 'fresh', 'fresh']);
    expect([cache.peek('a', 'tree/1'), cache.peek('a', 'identity'), cache.peek('b', 'tree/1')]).toEqual([
      undefined,
      'identity',
      'tree/1',
    ]);
    cache.forget('a', '');
    cache.forget('b', '');
    expect(cache.size).toBe(0);
  });

  test('the credential used least recently goes first', async () => {
    const cache = new CredentialCache(5 * bytesOf('x'.repeat(1000)));
    const read = (credential: string) => cache.read(credential, 'k', 1000, () => Promise.resolve('x'.repeat(1000)));
    for (const credential of ['a', 'b', 'c', 'd']) await read(credential);
    cache.peek('a', 'k');
    await read('e');
    expect(['a', 'b', 'c', 'd', 'e'].filter((credential) => cache.peek(credential, 'k') !== undefined)).toEqual([
      'a',
      'c',
      'd',
      'e',
    ]);
  });

  test('never holds more than it may, and knows what it holds', async () => {
    const step = fc.record({
      credential: fc.constantFrom('a', 'b', 'c', 'd'),
      key: fc.constantFrom('x/1', 'x/2', 'y'),
      length: fc.nat(700),
      forget: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        let now = 0;
        const cache = new CredentialCache(2000, () => now);
        for (const { credential, key, length, forget } of steps) {
          now += 400;
          if (forget) cache.forget(credential, 'x/');
          else
            expect(
              await cache.read(credential, key, 1000, () =>
                Promise.resolve(`${credential}${key}${'x'.repeat(length)}`),
              ),
            ).toMatch(new RegExp(`^${credential}${key}x*$`));
          expect(cache.size).toBeLessThanOrEqual(2000);
        }
        for (const credential of ['a', 'b', 'c', 'd']) cache.forget(credential, '');
        expect(cache.size).toBe(0);
      }),
    );
  });
});

test('bytesOf counts shared parts once and survives rings', () => {
  const shared = { text: 'x'.repeat(1000) };
  const ring: Record<string, unknown> = { shared, again: shared };
  ring['self'] = ring;
  expect(bytesOf(ring)).toBeGreaterThan(2000);
  expect(bytesOf(ring)).toBeLessThan(3000);
});
