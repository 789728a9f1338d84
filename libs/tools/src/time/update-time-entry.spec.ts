import { AppError } from '#libs/core';
import { type Call, fakeContext, input, PEOPLE, userOf } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { updateTimeEntry } from './update-time-entry.js';

const HOUR = 3_600_000;
const STATUS = { status: 'to do', color: '#fff', orderindex: 0, type: 'open' as const };
/** Friday, 14:00 to 16:00 in Berlin. */
const START = Date.parse('2026-11-20T13:00:00Z');
const ENTRY = {
  id: '45',
  task: { id: '86abc1', custom_id: 'ENG-1', name: 'Fix it', status: STATUS },
  wid: '9',
  user: userOf(PEOPLE[0]!),
  billable: false,
  start: START,
  duration: 2 * HOUR,
  description: 'Reading',
  tags: [{ name: 'Client', tag_fg: '#000', tag_bg: '#abc' }],
  at: START,
};

/** ClickUp as it should be, unless `keeps` says what it does not change. */
function change(args: Record<string, unknown>, entry: Record<string, unknown> = {}, keeps: string[] = []) {
  let now: Record<string, unknown> = { ...ENTRY, ...entry };
  const context = fakeContext({
    Getsingulartimeentry: () => ({ data: now }),
    UpdateatimeEntry: ({ body = {} }: Call) => {
      const { tid, tags, tag_action, end, ...rest } = body;
      expect(tag_action).toBe('replace');
      const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
      const next: Record<string, unknown> = {
        ...given,
        tags,
        ...(end !== undefined && { duration: Number(end) - Number(body.start) }),
        ...(tid !== undefined && { task: { id: tid, custom_id: null, name: 'Another', status: STATUS } }),
      };
      now = { ...now, ...Object.fromEntries(Object.entries(next).filter(([key]) => !keeps.includes(key))) };
      return {};
    },
    Getalltagsfromtimeentries: { data: [{ name: 'Client', tag_fg: '#000', tag_bg: '#abc' }] },
  });
  const result = updateTimeEntry.handler(input(updateTimeEntry, { entry_id: '45', ...args }), context);
  return { context, result };
}
const sent = ({ context }: ReturnType<typeof change>) =>
  context.calls.find(({ operation }) => operation === 'UpdateatimeEntry')?.body;

test('a shorter entry keeps its start, and says was and is', async () => {
  const changed = change({ duration: '1h' });
  expect(await changed.result).toMatchObject({
    entry_id: '45',
    task: 'Fix it',
    start: '2026-11-20T14:00+01:00',
    end: '2026-11-20T15:00+01:00',
    applied: ['duration: 2h → 1h'],
    not_applied: undefined,
  });
  expect(sent(changed)).toMatchObject({ start: START, end: START + HOUR, duration: HOUR });
  expect(changed.context.calls.map(({ operation }) => operation)).toEqual([
    'Getsingulartimeentry',
    'UpdateatimeEntry',
    'Getsingulartimeentry',
  ]);
});

test.each([
  [{ start: 'thursday' }, ['start: 2026-11-20T14:00+01:00 → 2026-11-19T14:00+01:00']],
  [
    { start: 'yesterday 9am', duration: '90 min' },
    ['start: 2026-11-20T14:00+01:00 → 2026-11-20T09:00+01:00', 'duration: 2h → 1h 30m'],
  ],
  [{ task_id: '86xyz' }, ['task: ENG-1 Fix it → 86xyz Another']],
  [{ description: 'none' }, ['description: Reading → none']],
  [{ billable: true }, ['billable: false → true']],
  [{ add_tags: ['travel'], remove_tags: ['client'] }, ['tags: client → travel']],
])('%j', async (args, applied) => expect((await change(args).result).applied).toEqual(applied));

test('tags that stay go along with their colours, because ClickUp demands all of them', async () => {
  const changed = change({ add_tags: ['travel'] });
  expect(await changed.result).toMatchObject({ tags: 'Client, travel', new_tags: ['travel'] });
  expect(sent(changed)?.tags).toEqual([
    { name: 'Client', tag_fg: '#000', tag_bg: '#abc' },
    { name: 'travel', tag_fg: '#ffffff', tag_bg: '#7b68ee' },
  ]);
});

test.each([
  { duration: '2h' },
  { task_id: 'ENG-1' },
  { billable: false },
  { add_tags: ['CLIENT'] },
  { start: 'friday' },
])('%j changes nothing and sends nothing', async (args) => {
  const changed = change(args);
  const output = await changed.result;
  expect(updateTimeEntry.headline?.(output)).toBe('Unchanged');
  expect(sent(changed)).toBeUndefined();
});

test('a tag that is not there is told, and nothing is sent', async () => {
  const changed = change({ remove_tags: ['frontent'] });
  const output = await changed.result;
  expect(output.not_applied).toEqual([
    { field: 'remove_tags', wanted: 'frontent', is: 'Client', why: 'it has no such tag' },
  ]);
  expect(updateTimeEntry.headline?.(output)).toBe('Unchanged');
  expect(sent(changed)).toBeUndefined();
});

test('what ClickUp takes with 200 and ignores is told', async () => {
  const output = await change({ duration: '1h', billable: true }, {}, ['billable']).result;
  expect(output).toMatchObject({
    applied: ['duration: 2h → 1h'],
    not_applied: [{ field: 'billable', wanted: 'true', is: 'false' }],
  });
  expect(updateTimeEntry.headline?.(output)).toBe('Time entry changed, but not in everything');
  const nothing = await change({ billable: true }, {}, ['billable']).result;
  expect(updateTimeEntry.headline?.(nothing)).toBe('Unchanged');
});

test('a change that cannot be seen afterwards is not called done', async () => {
  let reads = 0;
  const context = fakeContext({
    Getsingulartimeentry: () => (reads++ ? Promise.reject(new Error('gone')) : { data: ENTRY }),
    UpdateatimeEntry: {},
  });
  const output = await updateTimeEntry.handler(input(updateTimeEntry, { entry_id: '45', duration: '1h' }), context);
  expect(output).toMatchObject({ duration: '2h', unverified: expect.stringContaining('could not be read afterwards') });
  expect(updateTimeEntry.headline?.(output)).toBe('Time entry changed, but not seen afterwards');
});

test.each([
  ['is seen', true],
  ['is not', false],
])('a change whose answer is lost is looked for, and it %s', async (_, arrives) => {
  let entry: Record<string, unknown> = ENTRY;
  const context = fakeContext({
    Getsingulartimeentry: () => ({ data: entry }),
    UpdateatimeEntry: ({ body = {} }: Call) => {
      if (arrives) entry = { ...ENTRY, duration: body.duration };
      return Promise.reject(new AppError('unknown_outcome', 'Lost.'));
    },
  });
  const result = updateTimeEntry.handler(input(updateTimeEntry, { entry_id: '45', duration: '1h' }), context);
  if (arrives) expect((await result).applied).toEqual(['duration: 2h → 1h']);
  else await expect(result).rejects.toMatchObject({ code: 'unknown_outcome' });
});

test.each([
  [{ duration: '1h' }, { duration: -5 }, /^duration: this timer is running/],
  [{ start: 'monday' }, { duration: -5 }, /^start: this timer is running/],
  [{ start: 'tomorrow' }, {}, /^start: 2026-11-22T14:00\+01:00 is in the future/],
  [{ duration: '0m' }, {}, /^duration: must be more than nothing/],
  [{}, {}, /^Nothing to change/],
])('%j of an entry with %j is refused before anything is sent', async (args, entry, message) => {
  const changed = change(args, entry);
  await expect(changed.result).rejects.toThrow(message);
  expect(sent(changed)).toBeUndefined();
});

example(updateTimeEntry, { entry_id: 't1', duration: '2h', start: '2026-11-20', description: 'new', add_tags: ['x'] });
