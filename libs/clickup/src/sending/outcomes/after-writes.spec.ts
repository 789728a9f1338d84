import { AppError, type ErrorCode } from '#libs/core';
import { afterWrites, CallWrites } from './after-writes.js';

const unknown = () => new AppError('unknown_outcome');
/** A call that has sent these writes, in this order, and knows that it made these objects. */
async function call(writes: Record<string, 'done' | 'unknown' | 'refused'>, created: string[] = []) {
  const all = new CallWrites();
  const ends = {
    done: () => Promise.resolve(),
    unknown: () => Promise.reject(unknown()),
    refused: () => Promise.reject(new AppError('clickup_forbidden')),
  };
  for (const [operation, end] of Object.entries(writes))
    await all.follow(operation, ends[end]()).catch(() => undefined);
  return { writes: all, created: new Set(created) };
}
const after = async (stats: Parameters<typeof afterWrites>[0], thrown: unknown) => {
  const { code, message, details } = await afterWrites(stats, thrown);
  return { code, message, details };
};
const PASSING: ErrorCode[] = [
  'deadline_exceeded',
  'cancelled',
  'unavailable',
  'clickup_server_error',
  'clickup_rate_limit',
  'internal_error',
];

test.each(PASSING)('%s after a write was done is an unknown outcome that says what was done', async (code) => {
  const stats = await call({ CreateTask: 'done', AddTagToTask: 'refused' }, ['task:t1']);
  const told = await after(stats, new AppError(code));
  expect(told).toMatchObject({ code: 'unknown_outcome', details: { done: ['CreateTask'], created: ['task:t1'] } });
  expect(told.message).toContain('Done: CreateTask (made: task:t1)');
});

test('so is what no code expected, and its text stays hidden', async () => {
  const told = await after(await call({ CreateTask: 'done' }), new TypeError("Cannot read 'secret'"));
  expect(told.code).toBe('unknown_outcome');
  expect(told.message).not.toContain('secret');
});

test.each([...PASSING, 'forbidden', 'clickup_not_found'] as const)(
  '%s after a write of which nobody knows',
  async (code) => {
    const told = await after(await call({ CreateTask: 'done', UpdateTask: 'unknown' }), new AppError(code));
    expect(told).toMatchObject({ code: 'unknown_outcome', details: { done: ['CreateTask'], unknown: ['UpdateTask'] } });
  },
);

test('a definite refusal after writes that were done, and everything before any write, stay what they are', async () => {
  for (const code of ['forbidden', 'invalid_parameters'] as const)
    expect((await after(await call({ CreateTask: 'done' }), new AppError(code))).code).toBe(code);
  const refusal = new AppError('clickup_api_error', undefined, { details: { clickup_status: 400 } });
  expect((await after(await call({ CreateTask: 'done' }), refusal)).code).toBe('clickup_api_error');
  const broken = new AppError('clickup_api_error', undefined, { details: { clickup_status: 200 } });
  expect((await after(await call({ CreateTask: 'done' }), broken)).code).toBe('unknown_outcome');
  for (const stats of [undefined, {}, await call({}), await call({ CreateTask: 'refused' })])
    expect((await after(stats, new AppError('deadline_exceeded'))).code).toBe('deadline_exceeded');
});

test('waits for the writes that are still under way', async () => {
  const writes = new CallWrites();
  let finish: () => void = () => undefined;
  const write = writes.follow('CreateTask', new Promise<void>((resolve) => (finish = resolve)));
  const told = after({ writes }, new AppError('internal_error'));
  finish();
  await write;
  expect(await told).toMatchObject({ code: 'unknown_outcome', details: { done: ['CreateTask'] } });
});
