import { AppError } from '#libs/core';
import fc from 'fast-check';
import { FakeClock, settled } from '../../../../test/support/fake-clock.js';
import { Coalesced, KEPT_MS } from './coalesced.js';
import { type Send, type Shareable, type Waiting } from './flight.js';

/** A request that ends when told. */
function request() {
  let resolve!: (answer: Shareable) => void;
  let fail!: (error: unknown) => void;
  const answer = new Promise<Shareable>((yes, no) => ([resolve, fail] = [yes, no]));
  const sent: Parameters<Send>[0][] = [];
  return {
    sent,
    send: (context: Parameters<Send>[0]) => (sent.push(context), answer),
    answer: (value: unknown = {}, bytes = 100) => resolve({ bytes, copy: () => structuredClone(value) }),
    fail,
  };
}
const caller = (more: Partial<Waiting> = {}): Waiting => ({
  deadline: performance.now() + 60_000,
  person: 'one',
  priority: 'interactive',
  ...more,
});
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'answered',
    (error: AppError) => error.code,
  );

let clock: FakeClock;
let coalesced: Coalesced;
beforeEach(() => {
  clock = new FakeClock();
  coalesced = new Coalesced(clock);
});

test('who asks the same at once or a moment later shares one request, and each has a structure of its own', async () => {
  const one = request();
  const asked = Array.from({ length: 20 }, () => coalesced.read('a', 'x', caller(), one.send));
  one.answer({ tasks: [{ id: '1' }] });
  await clock.advance(KEPT_MS - 1);
  asked.push(coalesced.read('a', 'x', caller({ person: 'two' }), one.send));
  const answers = await Promise.all(asked);
  expect(one.sent).toHaveLength(1);
  expect(new Set(answers).size).toBe(21);
  expect(answers).toEqual(Array.from({ length: 21 }, () => ({ tasks: [{ id: '1' }] })));
});

test('who was told and asks again is told what is so now', async () => {
  const [one, two] = [request(), request()];
  one.answer('before');
  two.answer('changed elsewhere');
  expect(await coalesced.read('a', 'x', caller(), one.send)).toBe('before');
  expect(await coalesced.read('a', 'x', caller(), two.send)).toBe('changed elsewhere');
  // And so is everybody after that.
  expect(await coalesced.read('a', 'x', caller({ person: 'two' }), one.send)).toBe('changed elsewhere');
});

test('after a moment it is asked again, and nothing is kept any more', async () => {
  const [one, two] = [request(), request()];
  one.answer('before');
  two.answer('after');
  expect(await coalesced.read('a', 'x', caller(), one.send)).toBe('before');
  expect(coalesced.size).toBeGreaterThan(0);
  await clock.advance(KEPT_MS);
  expect(coalesced.size).toBe(0);
  expect(await coalesced.read('a', 'x', caller({ person: 'two' }), two.send)).toBe('after');
});

test('another credential and another request have nothing to do with it (SEC-207)', async () => {
  const all = [request(), request(), request()];
  all.forEach((each, index) => each.answer(index));
  expect(await coalesced.read('a', 'x', caller(), all[0]!.send)).toBe(0);
  expect(await coalesced.read('b', 'x', caller(), all[1]!.send)).toBe(1);
  expect(await coalesced.read('a', 'y', caller(), all[2]!.send)).toBe(2);
});

test('what was asked before a write ended is told to nobody who asks later', async () => {
  const [one, two] = [request(), request()];
  const before = coalesced.read('a', 'x', caller(), one.send);
  coalesced.forget('a');
  const after = coalesced.read('a', 'x', caller(), two.send);
  one.answer('old');
  two.answer('new');
  expect([await before, await after]).toEqual(['old', 'new']);
  // The old answer does not take the place of the new one either.
  expect(await coalesced.read('a', 'x', caller({ person: 'two' }), one.send)).toBe('new');
});

test('a failure is told to all who waited for it, and not kept', async () => {
  const [one, two] = [request(), request()];
  const asked = [1, 2].map(() => codeOf(coalesced.read('a', 'x', caller(), one.send)));
  one.fail(new AppError('clickup_not_found'));
  expect(await Promise.all(asked)).toEqual(['clickup_not_found', 'clickup_not_found']);
  two.answer('there now');
  expect(await coalesced.read('a', 'x', caller(), two.send)).toBe('there now');
});

test('when ClickUp refuses the credential, nothing that was heard with it is told any more', async () => {
  const [kept, refused, again] = [request(), request(), request()];
  kept.answer('kept');
  await coalesced.read('a', 'x', caller(), kept.send);
  refused.fail(new AppError('invalid_credentials'));
  expect(await codeOf(coalesced.read('a', 'y', caller(), refused.send))).toBe('invalid_credentials');
  again.fail(new AppError('invalid_credentials'));
  expect(await codeOf(coalesced.read('a', 'x', caller({ person: 'two' }), again.send))).toBe('invalid_credentials');
});

describe('who leaves', () => {
  test('leaves alone, even the one that began it; when the last is gone, the request is ended', async () => {
    const one = request();
    const [first, second] = [new AbortController(), new AbortController()];
    const asked = [first, second].map(({ signal }) => codeOf(coalesced.read('a', 'x', caller({ signal }), one.send)));
    first.abort();
    expect(await asked[0]).toBe('cancelled');
    expect(one.sent[0]!.signal!.aborted).toBe(false);
    second.abort();
    expect(await asked[1]).toBe('cancelled');
    expect(one.sent[0]!.signal!.aborted).toBe(true);
    // Who comes now is not told that it was cancelled.
    const two = request();
    two.answer('asked again');
    expect(await coalesced.read('a', 'x', caller(), two.send)).toBe('asked again');
  });

  test('an answered request is not ended by its last caller', async () => {
    const one = request();
    one.answer();
    await coalesced.read('a', 'x', caller({ signal: new AbortController().signal }), one.send);
    expect(one.sent[0]!.signal!.aborted).toBe(false);
  });

  test('a caller whose time is up leaves alone', async () => {
    const one = request();
    const patient = coalesced.read('a', 'x', caller(), one.send);
    const hurried = codeOf(coalesced.read('a', 'x', caller({ deadline: performance.now() }), one.send));
    expect(await hurried).toBe('deadline_exceeded');
    one.answer('there');
    expect(await patient).toBe('there');
  });

  test.each(['deadline_exceeded', 'clickup_rate_limit'] as const)(
    'who has more time than the one that began it asks again after %s; who has not is told',
    async (code) => {
      const [one, two] = [request(), request()];
      const deadline = performance.now() + 1_000;
      const first = codeOf(coalesced.read('a', 'x', caller({ deadline }), one.send));
      const same = codeOf(coalesced.read('a', 'x', caller({ deadline }), two.send));
      const later = [1, 2].map(() => coalesced.read('a', 'x', caller(), two.send));
      one.fail(new AppError(code));
      expect([await first, await same]).toEqual([code, code]);
      two.answer('in time');
      expect(await Promise.all(later)).toEqual(['in time', 'in time']);
      expect(two.sent).toHaveLength(1);
    },
  );
});

describe('a request that queues for the budget', () => {
  const forecast = { position: 12, waitMs: 30_000 };

  test('tells all who wait for it, later ones what is left', async () => {
    const one = request();
    const told: [string, number][] = [];
    const waiting = (who: string) => caller({ waiting: ({ waitMs }) => void told.push([who, waitMs]) });
    const asked = [coalesced.read('a', 'x', waiting('first'), one.send)];
    asked.push(coalesced.read('a', 'x', waiting('second'), one.send));
    one.sent[0]!.waiting!(forecast);
    await clock.advance(10_000);
    asked.push(coalesced.read('a', 'x', waiting('third'), one.send));
    expect(told).toEqual([
      ['first', 30_000],
      ['second', 30_000],
      ['third', 20_000],
    ]);
    one.answer();
    await Promise.all(asked);
  });

  test('is joined by nobody who would wait less alone: another person, or more than bulk work', async () => {
    const [queued, other] = [request(), request()];
    const bulk = coalesced.read('a', 'x', caller({ priority: 'bulk' }), queued.send);
    queued.sent[0]!.waiting!(forecast);
    const sameLane = coalesced.read('a', 'x', caller({ priority: 'bulk' }), other.send);
    expect(other.sent).toHaveLength(0);
    const rest = [caller(), caller({ person: 'two' })].map((each) => coalesced.read('a', 'x', each, other.send));
    expect(other.sent).toHaveLength(1);
    queued.answer('late');
    other.answer('soon');
    expect(await Promise.all([bulk, sameLane, ...rest])).toEqual(['late', 'late', 'soon', 'soon']);
  });
});

test('large answers are not kept, and what is kept is bounded', async () => {
  const large = request();
  large.answer('large', 1 << 20);
  const asked = [1, 2, 3].map(() => coalesced.read('a', 'large', caller(), large.send));
  expect(await Promise.all(asked)).toEqual(['large', 'large', 'large']);
  expect([large.sent.length, coalesced.size]).toEqual([1, 0]);
  let most = 0;
  for (let index = 0; index < 1_000; index += 1) {
    const one = request();
    one.answer(index, 200_000);
    await coalesced.read(`credential ${index % 7}`, `request ${index}`, caller(), one.send);
    most = Math.max(most, coalesced.size);
  }
  expect(most).toBeLessThanOrEqual(16 << 20);
  expect(most).toBeGreaterThan(15 << 20);
  for (let index = 0; index < 7; index += 1) coalesced.forget(`credential ${index}`);
  expect(coalesced.size).toBe(0);
});

test('whatever comes when: nobody is told what was so before a write that had ended when they asked', async () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('read' as const), who: fc.nat(8) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('begin' as const), who: fc.nat(2) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('take effect' as const), who: fc.nat(2) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('end' as const), who: fc.nat(2) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('look' as const), who: fc.nat(20) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('answer' as const), who: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), who: fc.nat(KEPT_MS) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const time = new FakeClock();
      const sharing = new Coalesced(time);
      /** What ClickUp has: the number of writes that took effect; what the end of a write has vouched for. */
      let version = 0;
      let vouched = 0;
      const writes = new Map<number, { done: boolean }>();
      const open: { seen?: number; answer: (shareable: Shareable) => void }[] = [];
      const answered: Promise<void>[] = [];
      const given = new Set<unknown>();
      const answer = (index: number) => {
        const [flight] = open.splice(index, 1);
        const told = flight!.seen ?? version;
        flight!.answer({ bytes: 10, copy: () => ({ told }) });
      };
      for (const { do: what, who } of steps) {
        if (what === 'read') {
          const least = vouched;
          const send: Send = () => new Promise((resolve) => void open.push({ answer: resolve }));
          answered.push(
            sharing.read('a', `request ${who % 3}`, caller({ person: `person ${who}` }), send).then((got) => {
              expect((got as { told: number }).told).toBeGreaterThanOrEqual(least);
              expect(given.has(got)).toBe(false);
              given.add(got);
            }),
          );
        } else if (what === 'begin' && !writes.has(who)) {
          sharing.forget('a');
          writes.set(who, { done: false });
        } else if (what === 'take effect' && writes.get(who)?.done === false) {
          version += 1;
          writes.get(who)!.done = true;
        } else if (what === 'end' && writes.has(who)) {
          sharing.forget('a');
          if (writes.get(who)!.done) vouched = version;
          writes.delete(who);
        } else if (what === 'look' && open.length) open[who % open.length]!.seen ??= version;
        else if (what === 'answer' && open.length) answer(who % open.length);
        else if (what === 'wait') await time.advance(who);
        await settled();
      }
      while (open.length) answer(0);
      await Promise.all(answered);
    }),
  );
});
