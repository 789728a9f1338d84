import { fakeContext, input, NOW, PEOPLE, userOf } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { stopTimer } from './stop-timer.js';

test('stops in one request and says how long it ran', async () => {
  const data = {
    id: 't1',
    task: null,
    wid: '9',
    user: userOf(PEOPLE[0]!),
    billable: true,
    start: String(NOW - 5_400_000),
    end: NOW,
    duration: 5_400_000,
    description: '',
    at: NOW,
  };
  const context = fakeContext({ StopatimeEntry: { data } });
  expect(await stopTimer.handler(input(stopTimer, {}), context)).toEqual({
    id: 't1',
    task_id: undefined,
    task: undefined,
    start: '2026-11-21T11:30+01:00',
    duration: '1h 30m',
    billable: true,
  });
  expect(context.calls).toEqual([{ operation: 'StopatimeEntry', path: { team_id: '9' } }]);
});

test('no running timer is said plainly', async () => {
  const context = fakeContext();
  context.clickup = { ...context.clickup, call: (() => Promise.resolve({ data: null })) as never };
  await expect(stopTimer.handler({}, context)).rejects.toMatchObject({
    code: 'clickup_not_found',
    message: 'No timer is running.',
  });
});

example(stopTimer, {});
