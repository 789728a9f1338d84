import { MemoryConfirmations } from './memory-confirmations.js';

const call = (caller = 'me') => ({ caller, tool: 'delete_task', arguments: { task_ids: ['1'] } });
const SOON = () => Date.now() + 300_000;

test('of twenty confirmations at once exactly one succeeds', async () => {
  const confirmations = new MemoryConfirmations();
  await confirmations.keep(undefined, 'token', call(), SOON());
  const used = await Promise.allSettled(Array.from({ length: 20 }, () => confirmations.useUp(undefined, 'token')));
  expect(used.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await expect(confirmations.useUp(undefined, 'never given')).rejects.toMatchObject({ code: 'invalid_parameters' });
});

test('a call is kept as it was shown, for its caller', async () => {
  const confirmations = new MemoryConfirmations();
  const shown = call();
  await confirmations.keep(undefined, 'token', shown, SOON());
  shown.arguments.task_ids.push('2');
  expect(await confirmations.pending(undefined, 'me', 'token')).toEqual(call());
  expect(await confirmations.pending(undefined, 'other', 'token')).toBeUndefined();
});

test('the oldest go first when there are too many, and those that have expired', async () => {
  const confirmations = new MemoryConfirmations();
  await confirmations.keep(undefined, 'expired', call(), Date.now() - 1);
  for (let index = 0; index < 1_001; index += 1) await confirmations.keep(undefined, `t${index}`, call(), SOON());
  const there = (token: string) => confirmations.pending(undefined, 'me', token).then((found) => found !== undefined);
  expect(await Promise.all(['expired', 't0', 't1', 't1000'].map(there))).toEqual([false, false, true, true]);
});
