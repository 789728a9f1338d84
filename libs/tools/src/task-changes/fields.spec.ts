import { fakeContext, PEOPLE, task } from '../../../../test/support/tool-context.js';
import { type Definition, fieldChanges, newValues } from './fields.js';

const OPTIONS = [
  { id: 'o1', name: 'Low', orderindex: 0 },
  { id: 'o2', name: 'Very, high', orderindex: 1 },
];
const LABELS = [
  { id: 'l1', label: 'API' },
  { id: 'l2', label: 'Web, mobile' },
  { id: 'l3', label: 'Cloud' },
];
const CONFIG: Record<string, Record<string, unknown>> = {
  drop_down: { options: OPTIONS },
  labels: { options: LABELS },
  emoji: { count: 5 },
  manual_progress: { start: 10, end: 30 },
};
const define = (type: string, value?: unknown): Definition => ({
  id: `f-${type}`,
  name: `The ${type}`,
  type,
  type_config: CONFIG[type] ?? {},
  value,
});
const change = (type: string, value: string, before?: unknown) =>
  fieldChanges('fields', [{ name: `the ${type}`, value }], [define(type, before)], 'The List "x"', fakeContext());

/** A task with the field as ClickUp shows it. */
const showing = (type: string, value: unknown) =>
  task({
    custom_fields: [
      { ...define(type), date_created: '1', hide_from_guests: false, ...(value !== undefined && { value }) },
    ],
  });

test.each<[type: string, given: string, sent: unknown, shown: unknown, other: unknown]>([
  ['short_text', 'Hooli', 'Hooli', 'Hooli', 'Stark'],
  ['text', ' two\nlines ', 'two\nlines', 'two\nlines', 'two'],
  ['url', 'https://a.example/x', 'https://a.example/x', 'https://a.example/x', undefined],
  ['email', 'a@b.example', 'a@b.example', 'a@b.example', undefined],
  ['phone', '+49 30 123456', '+49 30 123456', '+49 30 123456', undefined],
  ['number', '1,234,567', 1_234_567, '1234567', '1'],
  ['currency', 'USD 1,250.50', 1250.5, '1250.5', '1250'],
  ['checkbox', 'Yes', true, 'true', 'false'],
  ['checkbox', 'no', false, undefined, 'true'],
  ['drop_down', 'very, HIGH', 'o2', 1, 0],
  ['labels', 'api, cloud', ['l1', 'l3'], ['l3', 'l1'], ['l1']],
  ['labels', 'Web, mobile', ['l2'], ['l2'], []],
  ['emoji', '4', 4, '4', 3],
  ['manual_progress', '20', { current: 20 }, { current: 20, percent_completed: 50 }, { current: 21 }],
  ['manual_progress', '50%', { current: 20 }, { current: 20 }, undefined],
  [
    'location',
    '52.52, 13.405, Berlin, Germany',
    { location: { lat: 52.52, lng: 13.405 }, formatted_address: 'Berlin, Germany' },
    { formatted_address: 'Berlin, Germany' },
    { formatted_address: 'Bern' },
  ],
  ['users', 'me, Sarah', { add: [1, 2], rem: [] }, [PEOPLE[1], PEOPLE[0]], [PEOPLE[0]]],
  ['tasks', 'abc1; abc2', { add: ['abc1', 'abc2'], rem: [] }, [{ id: 'abc2' }, { id: 'abc1' }], [{ id: 'abc1' }]],
])('%s takes %j', async (type, given, sent, shown, other) => {
  const [{ body, want }] = (await change(type, given)) as [Awaited<ReturnType<typeof change>>[number]];
  expect(body).toEqual({ value: sent });
  expect([want.isShown(showing(type, shown)), want.isShown(showing(type, other))]).toEqual([true, false]);
});

test('people and tasks become exactly those that are named', async () => {
  const [changed] = await change('users', 'Sarah', [PEOPLE[0], PEOPLE[1]]);
  expect(changed?.body).toEqual({ value: { add: [2], rem: [1] } });
});

test('a date is a day or a moment', async () => {
  const [day] = await change('date', '2026-12-24');
  expect(day?.body).toEqual({ value: Date.parse('2026-12-24T03:00:00Z'), value_options: { time: false } });
  expect(day?.want.isShown(showing('date', String(Date.parse('2026-12-24T11:00:00Z'))))).toBe(true);
  const [moment] = await change('date', '2026-12-24T15:00');
  expect(moment?.body).toEqual({ value: Date.parse('2026-12-24T14:00:00Z'), value_options: { time: true } });
  expect(moment?.want.isShown(showing('date', String(Date.parse('2026-12-24T11:00:00Z'))))).toBe(false);
});

test('"none" empties a field, and is nothing for a new task', async () => {
  const changes = await change('labels', 'none', ['l1']);
  expect(changes).toMatchObject([{ body: undefined }]);
  expect(newValues(changes)).toEqual([]);
  expect(changes[0]?.want.isShown(showing('labels', []))).toBe(true);
});

test.each([
  ['number', '1,250', /"1,250" is no number for The number: write it like 1250 or 1250\.5/],
  ['number', 'many', /no number/],
  ['url', 'example', /write a whole URL/],
  ['email', 'me', /write an e-mail address/],
  ['phone', '030 1', /with its country code/],
  ['checkbox', 'perhaps', /write true or false/],
  ['drop_down', 'Medium', /"Medium" is no option of The drop_down\. Its options: Low, Very, high\./],
  ['labels', 'API, Kitchen', /"Kitchen" is no option/],
  ['emoji', '6', /from 0 to 5/],
  ['manual_progress', '5', /goes from 10 to 30/],
  ['location', 'Berlin', /latitude, longitude and address/],
  ['users', 'Nobody', /^fields\[0\]\.value: /],
  ['date', 'soonish', /^fields\[0\]\.value: /],
  ['attachment', 'x', /attach_file/],
  ['button', 'maybe', /write "press"/],
  ['formula', '3', /computed by ClickUp/],
  ['rollup', 'none', /computed by ClickUp/],
  ['new_type', 'x', /cannot be written here: new_type/],
])('%s refuses %j and says what is legal', async (type, value, message) => {
  await expect(change(type, value)).rejects.toThrow(message);
});

describe('the name of a field', () => {
  const fields = [define('number'), { ...define('text'), name: 'Client' }, { ...define('url'), name: 'client' }];
  const named = (name: string, more: Definition[] = []) =>
    fieldChanges('fields', [{ name, value: 'none' }], [...fields, ...more], 'The List "x"', fakeContext());

  test('may be its id, and with the id where two are called so', async () => {
    expect((await named('f-text'))[0]?.field.type).toBe('text');
    expect((await named('Client (f-url)'))[0]?.field.type).toBe('url');
    await expect(named('CLIENT')).rejects.toThrow(
      /2 Custom Fields are called "CLIENT": write one of Client \(f-text\), client \(f-url\)/,
    );
  });
  test('that nothing has is refused with those there are', async () => {
    await expect(named('Colour')).rejects.toMatchObject({
      code: 'invalid_parameters',
      message: expect.stringMatching(
        /^fields\[0\]\.name: The List "x" has no Custom Field "Colour"\. It has: The number, /,
      ),
      details: { parameter: 'fields[0].name' },
    });
  });
  test('may not come twice, nor be one of another task type', async () => {
    const twice = { name: 'The number', value: '1' };
    await expect(fieldChanges('fields', [twice, twice], fields, 'x', fakeContext())).rejects.toThrow(/is given twice/);
    const bugs = { ...define('emoji'), applied_objects: [{ object_type: 19, object_id: 1002 }] };
    await expect(named('The emoji', [bugs])).rejects.toThrow(/another task type/);
  });
});
