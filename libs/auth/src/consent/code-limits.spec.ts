import { AppError } from '#libs/core';
import { InboundWindows } from '#libs/limits';
import { CodeLimits, CODES } from './code-limits.js';

const HERE = { address: '192.0.2.7', flow: 'one' };
const refused = new AppError('invalid_code');
const soon = () => performance.now() + 60_000;
const settled = () => new Promise((resolve) => setImmediate(resolve));

function bench() {
  const clock = { time: 1_000_000, now: () => clock.time };
  const limits = new CodeLimits(new InboundWindows(clock));
  const asked: { source: typeof HERE; suspect: boolean; end: (error?: Error) => void }[] = [];
  /** Its outcome; what it asks of ClickUp is answered by the test. */
  const send = (source: typeof HERE, deadline = soon()): Promise<string> =>
    limits
      .run(
        source,
        deadline,
        (suspect) =>
          new Promise<void>((resolve, reject) =>
            asked.push({ source, suspect, end: (error) => (error ? reject(error) : resolve()) }),
          ),
      )
      .then(
        () => 'done',
        (error: AppError) => error.code,
      );
  return { clock, asked, send };
}
/** Another flow of the same network each time. */
const flows = (count: number, address = HERE.address) =>
  Array.from({ length: count }, (_, index) => ({ address, flow: `flow ${index}` }));

test('a few of one network at once; the others wait and go in their order', async () => {
  const { asked, send } = bench();
  const outcomes = flows(6).map((source) => send(source));
  expect(asked).toHaveLength(CODES.atOnce);
  asked[0]!.end();
  await settled();
  expect(asked.map(({ source }) => source.flow)).toEqual(['flow 0', 'flow 1', 'flow 2', 'flow 3']);
  // Who comes now stands behind those that wait.
  outcomes.push(send({ ...HERE, flow: 'late' }));
  for (let index = 1; index < 7; index += 1) {
    await settled();
    asked[index]!.end();
  }
  expect(await Promise.all(outcomes)).toEqual(Array(7).fill('done'));
  expect(asked.map(({ source }) => source.flow)).toEqual([...flows(6).map(({ flow }) => flow), 'late']);
});

test('of another network none waits', () => {
  const { asked, send } = bench();
  void flows(50).map((source) => send(source, performance.now() + 50));
  void send({ address: '198.51.100.1', flow: 'honest' });
  expect(asked).toHaveLength(CODES.atOnce + 1);
});

test('however many come at once, no more are asked about than may fail; then everybody of the network is told, until the window has passed', async () => {
  const { clock, asked, send } = bench();
  const outcomes = Promise.all(flows(100).map((source) => send(source)));
  for (let index = 0; index < CODES.network.limit; index += 1) {
    await settled();
    asked[index]!.end(refused);
  }
  const codes = await outcomes;
  expect(asked).toHaveLength(CODES.network.limit);
  expect(codes.filter((code) => code === 'invalid_code')).toHaveLength(CODES.network.limit);
  expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(100 - CODES.network.limit);
  expect(await send({ ...HERE, flow: 'new' })).toBe('rate_limited');
  clock.time += CODES.network.windowMs * 1.1;
  const later = send({ ...HERE, flow: 'new' });
  await settled();
  asked.at(-1)!.end();
  expect(await later).toBe('done');
});

test('codes from a network where some have failed go behind those of others', async () => {
  const { asked, send } = bench();
  const first = send(HERE);
  asked[0]!.end(refused);
  await first;
  void send(HERE);
  void send({ address: '198.51.100.1', flow: 'honest' });
  expect(asked.map(({ suspect }) => suspect)).toEqual([false, true, false]);
});

test('what our own pace kept back has not failed; success neither', async () => {
  const { asked, send } = bench();
  for (let index = 0; index < 3 * CODES.network.limit; index += 1) {
    const outcome = send(HERE);
    asked.at(-1)!.end(index % 2 ? new AppError('clickup_rate_limit') : undefined);
    await outcome;
  }
  expect(asked).toHaveLength(3 * CODES.network.limit);
});

test("who waits too long is told, and stands in nobody's way", async () => {
  const { asked, send } = bench();
  const outcomes = flows(CODES.atOnce).map((source) => send(source));
  expect(await send({ ...HERE, flow: 'impatient' }, performance.now() + 20)).toBe('rate_limited');
  const last = send({ ...HERE, flow: 'patient' });
  for (let index = 0; index <= CODES.atOnce; index += 1) {
    await settled();
    asked[index]!.end();
  }
  expect(await Promise.all([...outcomes, last])).toEqual(Array(CODES.atOnce + 1).fill('done'));
});
