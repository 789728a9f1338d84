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

const start = (args: Record<string, unknown>, answer: object, running: object | null = null) => {
  const context = fakeContext({ StartatimeEntry: answer, Getrunningtimeentry: { data: running } });
  return { context, result: startTimer.handler(input(startTimer, args), context) };
};

test('starts and says on what, and since when it runs', async () => {
  const { context, result } = start({ task_id: '86abc1', description: 'Reading' }, timer('86abc1'));
  const output = await result;
  expect(output).toEqual({
    entry_id: 't1',
    task_id: '86abc1',
    task: 'Fix it',
    start: '2026-11-21T13:00+01:00',
    billable: undefined,
    stopped: undefined,
    not_applied: undefined,
  });
  expect(startTimer.headline?.(output)).toBe('Timer running on "Fix it"');
  expect(context.calls).toEqual([
    { operation: 'Getrunningtimeentry', path: { team_id: '9' }, query: {} },
    {
      operation: 'StartatimeEntry',
      path: { team_Id: '9' },
      query: {},
      body: { tid: '86abc1', description: 'Reading' },
    },
  ]);
});

test('what was stopped by it is told', async () => {
  const { data } = timer('other');
  const running = { ...data, id: 't0', start: String(NOW - 5_400_000), at: NOW };
  expect((await start({ task_id: '86abc1' }, timer('86abc1'), running).result).stopped).toBe(
    'other Fix it after 1h 30m (entry t0)',
  );
});

test('a timer on another task, or not billable, is told', async () => {
  expect((await start({ task_id: '86abc1', billable: true }, timer('other')).result).not_applied).toEqual([
    { field: 'task_id', wanted: '86abc1', is: 'other Fix it' },
    { field: 'billable', wanted: 'true', is: 'false' },
  ]);
});

test('a custom id goes along with the Workspace, and a timer on another task is told for it too', async () => {
  const answer = timer('86abc1');
  const custom = { data: { ...answer.data, task: { ...answer.data.task, custom_id: 'ENG-1' } } };
  const { context, result } = start({ task_id: 'ENG-1' }, custom);
  expect(await result).toMatchObject({ task_id: 'ENG-1', not_applied: undefined });
  expect(context.calls[1]).toMatchObject({ query: { custom_task_ids: true, team_id: '9' }, body: { tid: 'ENG-1' } });
  expect((await start({ task_id: 'ENG-1' }, timer('other')).result).not_applied).toHaveLength(1);
});

example(startTimer, { task_id: 'other', billable: false });
