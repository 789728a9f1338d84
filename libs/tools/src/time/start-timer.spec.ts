import { fakeContext, input, NOW, PEOPLE, userOf } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { startTimer } from './start-timer.js';

const timer = (task: string) => ({
  data: {
    id: 't1',
    task: { id: task, name: 'Fix it', status: { status: 'to do', color: '#fff', orderindex: 0, type: 'open' } },
    wid: '9',
    user: userOf(PEOPLE[0]!),
    billable: false,
    start: String(NOW),
    duration: -53,
    description: '',
    at: NOW,
  },
});

test('starts in one request and says since when it runs', async () => {
  const context = fakeContext({ StartatimeEntry: timer('86abc1') });
  expect(await startTimer.handler(input(startTimer, { task_id: '86abc1', description: 'Reading' }), context)).toEqual({
    id: 't1',
    task_id: '86abc1',
    task: 'Fix it',
    start: '2026-11-21T13:00+01:00',
    billable: undefined,
    not_applied: undefined,
  });
  expect(context.calls).toEqual([
    {
      operation: 'StartatimeEntry',
      path: { team_Id: '9' },
      query: {},
      body: { tid: '86abc1', description: 'Reading' },
    },
  ]);
});

test('a timer on another task, or not billable, is told', async () => {
  const context = fakeContext({ StartatimeEntry: timer('other') });
  expect(
    (await startTimer.handler(input(startTimer, { task_id: '86abc1', billable: true }), context)).not_applied,
  ).toEqual([
    { field: 'task_id', wanted: '86abc1', got: 'other' },
    { field: 'billable', wanted: 'true', got: 'false' },
  ]);
});

test('a custom id goes along with the Workspace', async () => {
  const context = fakeContext({ StartatimeEntry: timer('86abc1') });
  expect((await startTimer.handler(input(startTimer, { task_id: 'ENG-1' }), context)).task_id).toBe('86abc1');
  expect(context.calls[0]).toMatchObject({ query: { custom_task_ids: true, team_id: '9' }, body: { tid: 'ENG-1' } });
});

example(startTimer, { task_id: 'other', billable: false });
