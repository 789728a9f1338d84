import { AppError } from '#libs/core';
import { type Call, fakeContext, input, NOW, PEOPLE, userOf } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { stopTimer } from './stop-timer.js';

const DATA = {
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

test('stops in one request and says how long it ran', async () => {
  const context = fakeContext({ StopatimeEntry: { data: DATA } });
  expect(await stopTimer.handler(input(stopTimer, {}), context)).toMatchObject({
    entry_id: 't1',
    start: '2026-11-21T11:30+01:00',
    end: '2026-11-21T13:00+01:00',
    duration: '1h 30m',
    billable: true,
  });
  expect(context.calls).toEqual([{ operation: 'StopatimeEntry', path: { team_id: '9' } }]);
});

test('with a description, which is read back', async () => {
  let text = '';
  const context = fakeContext({
    StopatimeEntry: { data: DATA },
    UpdateatimeEntry: ({ body }: Call) => ((text = String(body?.description)), {}),
    Getsingulartimeentry: () => ({ data: { ...DATA, description: text } }),
  });
  const output = await stopTimer.handler(input(stopTimer, { description: 'Reading' }), context);
  expect(output).toMatchObject({ duration: '1h 30m', description: 'Reading', not_applied: undefined });
  expect(stopTimer.headline?.(output)).toBe('Timer stopped');
});

test.each([
  ['clickup_server_error', 'not_applied', [{ field: 'description', wanted: 'Reading', is: 'none', why: 'No.' }]],
  ['unknown_outcome', 'unverified', 'Whether the description was changed is not known: No.'],
] as const)('a timer that is stopped stays told when its description ends in %s', async (code, property, said) => {
  const context = fakeContext({
    StopatimeEntry: { data: DATA },
    UpdateatimeEntry: () => Promise.reject(new AppError(code, 'No.')),
  });
  const output = await stopTimer.handler(input(stopTimer, { description: 'Reading' }), context);
  expect(output).toMatchObject({ entry_id: 't1', duration: '1h 30m', [property]: said });
});

test.each([
  ['nothing', () => Promise.resolve({ data: null })],
  ['a refusal', () => Promise.reject(new AppError('clickup_api_error', 'ClickUp refused: No timer running'))],
])('no running timer is said plainly, when ClickUp answers %s', async (_, call) => {
  const context = fakeContext();
  context.clickup = { ...context.clickup, call: call as never };
  await expect(stopTimer.handler({}, context)).rejects.toMatchObject({
    code: 'clickup_not_found',
    message: 'No timer is running.',
  });
});

example(stopTimer, { description: 'x' });
