import { type Call, fakeContext, input, NOW, PEOPLE, userOf } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { createTimeEntry } from './create-time-entry.js';

const HOUR = 3_600_000;
const STATUS = { status: 'to do', color: '#fff', orderindex: 0, type: 'open' as const };
const echo = ({ body }: Call) => ({
  start: body?.start,
  duration: body?.duration,
  billable: body?.billable,
  tid: body?.tid,
});
const kept = (id: string, start: number, duration: number, task = '86abc1', more: object = {}) => ({
  id,
  task: { id: task, custom_id: task === '86abc1' ? 'ENG-1' : null, name: `Name of ${task}`, status: STATUS },
  wid: '9',
  user: userOf(PEOPLE[0]!),
  billable: false,
  start,
  duration,
  description: '',
  tags: [],
  at: start,
  ...more,
});
/** Records, and reads back what was recorded beside what was there. */
const log = (
  args: Record<string, unknown>,
  {
    answer = echo,
    there = [],
    now = NOW,
    change = {},
  }: { answer?: (call: Call) => object; there?: object[]; now?: number; change?: object } = {},
) => {
  let body: Record<string, unknown> = {};
  const context = fakeContext({
    Createatimeentry: (call: Call) => ((body = call.body ?? {}), answer(call)),
    Gettimeentrieswithinadaterange: () => ({
      data: [
        ...there,
        kept('new', Number(body.start), Number(body.duration), '86abc1', {
          billable: body.billable ?? false,
          tags: body.tags ?? [],
          description: body.description ?? '',
          ...change,
        }),
      ],
    }),
    Getalltagsfromtimeentries: { data: [{ name: 'Client', tag_fg: '#000', tag_bg: '#abc' }] },
  });
  context.now = now;
  return {
    context,
    result: createTimeEntry.handler(input(createTimeEntry, { task_id: '86abc1', duration: '2h', ...args }), context),
  };
};

test('words become moments and milliseconds; the entry comes back with its id and the name of its task', async () => {
  const { context, result } = log({ billable: true, start: 'yesterday 2pm' });
  expect(await result).toMatchObject({
    entry_id: 'new',
    task_id: 'ENG-1',
    task: 'Name of 86abc1',
    start: '2026-11-20T14:00+01:00',
    end: '2026-11-20T16:00+01:00',
    duration: '2h',
    billable: true,
    overlaps: undefined,
    not_applied: undefined,
    unverified: undefined,
  });
  expect(context.calls[0]).toEqual({
    operation: 'Createatimeentry',
    path: { team_Id: '9' },
    query: {},
    body: { tid: '86abc1', start: Date.parse('2026-11-20T13:00:00Z'), duration: 2 * HOUR, billable: true },
  });
  expect(context.calls).toHaveLength(2);
});

/** Saturday, 13:00 in Berlin. */
test.each([
  [undefined, '2h', '2026-11-21T11:00+01:00'],
  ['today', '2h', '2026-11-21T09:00+01:00'],
  ['today', '6h', '2026-11-21T07:00+01:00'],
  ['yesterday', '2h', '2026-11-20T09:00+01:00'],
  ['friday', '20h', '2026-11-20T04:00+01:00'],
  ['friday 9am', '2h', '2026-11-20T09:00+01:00'],
  ['2026-10-25', '2h', '2026-10-25T09:00+01:00'],
  ['2026-03-29', '23h', '2026-03-29T00:00+01:00'],
])('work that begins %s and takes %s begins %s', async (start, duration, expected) =>
  expect((await log({ start, duration }).result).start).toBe(expected),
);

test('work of today never ends in the future, at any hour', async () => {
  for (let hour = 2; hour < 24; hour++) {
    const now = Date.parse(`2026-11-21T${String(hour).padStart(2, '0')}:20:00+01:00`);
    const { end = '' } = await log({ start: 'today' }, { now }).result;
    expect(Date.parse(end)).toBeLessThanOrEqual(now);
    expect(end).toMatch(/^2026-11-21T/);
  }
});

test.each([
  ['tomorrow 9am', /^start: 2026-11-22T09:00\+01:00 \(Sun\) is in the future/],
  ['tomorrow', /^start: Sun 2026-11-22 is in the future/],
  ['last week', /^start: "last week" is a period, not a moment/],
])('a start of %s is refused before anything is written', async (start, message) => {
  const { context, result } = log({ start });
  await expect(result).rejects.toThrow(message);
  expect(context.calls).toEqual([]);
});

test('more work than today is long wants to be told when it began', async () => {
  const { result } = log({ start: 'today', duration: '14h' });
  await expect(result).rejects.toThrow(/only 780 minutes of Sat 2026-11-21 have passed/);
});

test('what lies in the same time is told, and what only touches it is not', async () => {
  const at = Date.parse('2026-11-20T13:00:00Z');
  const there = [
    kept('before', at - HOUR, HOUR, 'a'),
    kept('in', at + HOUR, HOUR, 'b'),
    kept('runs', at - HOUR, -5, 'c'),
  ];
  expect((await log({ start: 'yesterday 2pm' }, { there }).result).overlaps).toEqual([
    'Fri 2026-11-20 15:00–16:00 b Name of b (entry in)',
    'Fri 2026-11-20 13:00–now (running) c Name of c (entry runs)',
  ]);
});

test('tags keep their spelling and colours; new ones are told', async () => {
  const { context, result } = log({ tags: ['client', 'Travel'] });
  expect(await result).toMatchObject({ tags: 'Client, Travel', new_tags: ['Travel'] });
  expect(context.calls.find(({ operation }) => operation === 'Createatimeentry')?.body?.tags).toEqual([
    { name: 'Client', tag_fg: '#000', tag_bg: '#abc' },
    { name: 'Travel', tag_fg: '#ffffff', tag_bg: '#7b68ee' },
  ]);
});

test('what ClickUp ignored is told', async () => {
  const answer = ({ body }: Call) => ({ start: body?.start, duration: HOUR, billable: false });
  const { result } = log(
    { billable: true, tags: ['x'] },
    { answer, change: { duration: HOUR, billable: false, tags: [] } },
  );
  expect((await result).not_applied).toEqual([
    { field: 'duration', wanted: '2h', is: '1h' },
    { field: 'billable', wanted: 'true', is: 'false' },
    { field: 'tags', wanted: 'x', is: 'none' },
  ]);
});

test('time that was recorded and cannot be read back is recorded all the same, and said not to be seen', async () => {
  const context = fakeContext({
    Createatimeentry: echo,
    Gettimeentrieswithinadaterange: () => Promise.reject(new Error('gone')),
  });
  expect(
    await createTimeEntry.handler(input(createTimeEntry, { task_id: '86abc1', duration: '2h' }), context),
  ).toMatchObject({
    entry_id: undefined,
    task_id: '86abc1',
    duration: '2h',
    unverified: expect.stringContaining('Do not record it again'),
  });
});

test('an entry that is on another task is not taken for the one that was made', async () => {
  const { result } = log({}, { change: { task: { id: 'other', name: 'Other', status: STATUS } } });
  const output = await result;
  expect(output).toMatchObject({ task_id: '86abc1', unverified: expect.any(String) });
  expect(output.task).toBeUndefined();
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

example(createTimeEntry, { task_id: '86abc1', start: 'yesterday 2pm', duration: '2h', billable: true, tags: ['x'] });
