import fc from 'fast-check';
import { FakeClock, settled } from '../../../../../test/support/fake-clock.js';
import { type Admission } from './circuit.js';
import { PatientCircuits } from './patient-circuits.js';

const setup = () => {
  const clock = new FakeClock();
  const circuits = new PatientCircuits(4_000, clock);
  const ends: string[] = [];
  const ask = (label: string, token = 't', context: { deadline?: number; signal?: AbortSignal } = {}) =>
    void circuits.admission(token, { deadline: Infinity, ...context }).then(
      (admission) => ends.push(`${label} ${admission ?? 'too late'}`),
      (error: { code: string }) => ends.push(`${label} ${error.code}`),
    );
  const fail = async (token = 't', times = 5) => {
    for (let i = 0; i < times; i += 1) {
      const admission = await circuits.admission(token, { deadline: Infinity });
      circuits.failed(token, clock.now(), admission!);
    }
  };
  return { clock, circuits, ends, ask, fail };
};

test('calls wait while the circuit is open, and leave in their order once a probe was answered', async () => {
  const { clock, circuits, ends, ask, fail } = setup();
  await fail();
  for (const label of ['a', 'b', 'c']) ask(label);
  await clock.advance(499);
  expect(ends).toEqual([]);
  await clock.advance(1);
  expect(ends).toEqual(['a probe']);
  circuits.failed('t', clock.now(), 'probe');
  await clock.advance(750);
  expect(ends).toEqual(['a probe', 'b probe']);
  ask('d');
  circuits.succeeded('t', clock.now());
  await settled();
  expect(ends).toEqual(['a probe', 'b probe', 'c normal', 'd normal']);
});

test('four seconds after it opened those who wait are refused, and those who come later at once, with a time to try again', async () => {
  const { clock, circuits, ends, ask, fail } = setup();
  await fail();
  const waiting = circuits.admission('t', { deadline: Infinity });
  const probing = circuits.admission('t', { deadline: Infinity });
  await clock.advance(1_000);
  expect(await waiting).toBe('probe');
  await clock.advance(2_999);
  ask('late');
  expect(ends).toEqual([]);
  await Promise.all([
    expect(probing).rejects.toMatchObject({ code: 'clickup_server_error', details: { retry_after_seconds: 2 } }),
    clock.advance(1),
  ]);
  ask('later');
  await settled();
  expect(ends).toEqual(['late clickup_server_error', 'later clickup_server_error']);
  expect(() => circuits.checkPatience('t')).toThrow('several times in a row');
  expect(() => circuits.checkPatience('other')).not.toThrow();
});

test('nobody waits past its deadline, or when its caller has left, and its place goes to the next', async () => {
  const { clock, ends, ask, fail } = setup();
  await fail();
  const caller = new AbortController();
  ask('short', 't', { deadline: 400 });
  ask('left', 't', { signal: caller.signal });
  ask('stays');
  await clock.advance(400);
  caller.abort();
  await clock.advance(100);
  expect(ends).toEqual(['short too late', 'left cancelled', 'stays probe']);
  ask('gone', 't', { signal: caller.signal });
  ask('late', 't', { deadline: 500 });
  await settled();
  expect(ends.slice(3)).toEqual(['gone cancelled', 'late too late']);
});

test('a probe whose caller left makes the next one the probe', async () => {
  const { clock, circuits, ends, ask, fail } = setup();
  await fail();
  ask('a');
  ask('b');
  await clock.advance(1_000);
  circuits.undecided('t', 'probe');
  await settled();
  expect(ends).toEqual(['a probe', 'b probe']);
});

test('fifty calls of a token wait at most', async () => {
  const { ends, ask, fail } = setup();
  await fail();
  for (let i = 0; i < 60; i += 1) ask(String(i));
  await settled();
  expect(ends).toEqual(Array.from({ length: 10 }, (_, index) => `${50 + index} clickup_server_error`));
});

test('one success takes the doubt from all: who waited for the probe of its own token goes on', async () => {
  const { circuits, ends, ask, fail } = setup();
  for (const token of ['x', 'y', 'z']) await fail(token, 2);
  ask('first', 'new');
  ask('second', 'new');
  ask('other', 'newer');
  await settled();
  expect(ends).toEqual(['first probe', 'other probe']);
  circuits.succeeded('newer', 0);
  await settled();
  expect(ends).toEqual(['first probe', 'other probe', 'second normal']);
});

test('whatever happens, everybody ends, within four seconds after the circuit opened, and only one at a time is the probe', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          fc.record({ come: fc.constantFrom('t', 'u'), patience: fc.integer({ min: 0, max: 6_000 }) }),
          fc.record({ pass: fc.integer({ min: 1, max: 2_000 }) }),
          fc.record({ end: fc.constantFrom<'failed' | 'succeeded' | 'undecided'>('failed', 'succeeded', 'undecided') }),
        ),
        { maxLength: 60 },
      ),
      async (steps) => {
        const { clock, circuits, fail } = setup();
        await fail('t');
        const underWay: { token: string; as: Admission; since: number }[] = [];
        let [came, ended] = [0, 0];
        for (const step of steps) {
          if ('come' in step) {
            came += 1;
            void circuits
              .admission(step.come, { deadline: clock.now() + step.patience })
              .then((as) => as && underWay.push({ token: step.come, as, since: clock.now() }))
              .catch(() => undefined)
              .finally(() => (ended += 1));
            await settled();
          } else if ('pass' in step) await clock.advance(step.pass);
          else {
            const one = underWay.shift();
            if (one && step.end === 'succeeded') circuits.succeeded(one.token, clock.now());
            if (one && step.end === 'failed') circuits.failed(one.token, clock.now(), one.as);
            if (one && step.end === 'undecided') circuits.undecided(one.token, one.as);
            await settled();
          }
          for (const token of ['t', 'u'])
            expect(
              underWay.filter((one) => one.token === token && one.as === 'probe' && clock.now() - one.since < 5_000)
                .length,
            ).toBeLessThanOrEqual(1);
        }
        await clock.advance(6_000);
        expect(ended).toBe(came);
      },
    ),
  ));
