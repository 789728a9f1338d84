import { type Call, fakeContext, input } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { createTimeEntry } from './create-time-entry.js';

const HOUR = 3_600_000;
const echo = ({ body }: Call) => ({
  start: body?.start,
  duration: body?.duration,
  billable: body?.billable,
  tid: body?.tid,
});
const log = (args: Record<string, unknown>, answer: (call: Call) => object = echo) => {
  const context = fakeContext({ Createatimeentry: answer });
  return {
    context,
    result: createTimeEntry.handler(
      input(createTimeEntry, { task_id: '86abc1', start: 'yesterday 2pm', duration: '2h', ...args }),
      context,
    ),
  };
};

test('words become moments and milliseconds, in one request', async () => {
  const { context, result } = log({ billable: true });
  expect(await result).toMatchObject({
    task_id: '86abc1',
    start: '2026-11-20T14:00+01:00',
    duration: '2h',
    billable: true,
    not_applied: undefined,
  });
  expect(context.calls).toEqual([
    {
      operation: 'Createatimeentry',
      path: { team_Id: '9' },
      query: {},
      body: { tid: '86abc1', start: Date.parse('2026-11-20T13:00:00Z'), duration: 2 * HOUR, billable: true },
    },
  ]);
});

test('weekdays are past ones', async () =>
  expect(await log({ start: 'friday 9am' }).result).toMatchObject({ start: '2026-11-20T09:00+01:00' }));

test('what ClickUp ignored is told', async () => {
  const { result } = log({ billable: true }, ({ body }) => ({ start: body?.start, duration: HOUR, billable: false }));
  expect((await result).not_applied).toEqual([
    { field: 'duration', wanted: '2h', got: '1h' },
    { field: 'billable', wanted: 'true', got: 'false' },
  ]);
});

test.each([
  [{ duration: '2 fortnights' }, /^duration: /],
  [{ duration: '0m' }, /^duration: /],
  [{ start: 'whenever' }, /^start: /],
])('%j is named', async (args, message) => {
  const { context, result } = log(args);
  await expect(result).rejects.toThrow(message);
  expect(context.calls).toEqual([]);
});

example(createTimeEntry, { task_id: '86abc1', start: 'yesterday 2pm', duration: '2h', billable: true });
