import { ZONE } from '../../../../test/support/tool-context.js';
import { fieldText } from './custom-fields.js';
import { writtenField } from './written-fields.js';

const options = [
  { id: 'o1', name: 'Minor', label: 'Minor', orderindex: 0 },
  { id: 'o2', name: 'Major', label: 'Major', orderindex: 1 },
];
const field = (type: string, value: unknown) => ({
  id: 'f',
  name: 'F',
  type,
  type_config: { options },
  date_created: '1',
  hide_from_guests: false,
  value,
});

test.each<[string, unknown, unknown]>([
  ['text', 'a', 'a'],
  ['email', 'a@b.example', 'a@b.example'],
  ['number', '3', 3],
  ['currency', '12.5', 12.5],
  ['emoji', 4, 4],
  ['checkbox', 'true', true],
  ['checkbox', 'false', false],
  ['drop_down', 1, 'o2'],
  ['drop_down', '0', 'o1'],
  ['drop_down', 'o2', 'o2'],
  ['labels', ['o1'], ['o1']],
  ['users', [{ id: 3, username: 'x' }], { add: [3] }],
  ['tasks', [{ id: 't', name: 'x' }], { add: ['t'] }],
  ['manual_progress', { current: 7, percent_completed: 70 }, { current: 7 }],
  [
    'location',
    { location: { lat: 1, lng: 2 }, formatted_address: 'Rome', place_id: 'p' },
    { location: { lat: 1, lng: 2 }, formatted_address: 'Rome' },
  ],
])('%s %j is written as %j', (type, value, written) =>
  expect(writtenField(field(type, value), ZONE)).toEqual({ id: 'f', value: written }),
);

test('a date keeps whether it has a time of day', () => {
  const at = (iso: string) => writtenField(field('date', String(Date.parse(iso))), ZONE);
  expect(at('2026-11-20T03:00:00Z')).toMatchObject({ value_options: { time: false } });
  expect(at('2026-11-20T09:00:00Z')).toMatchObject({
    value: Date.parse('2026-11-20T09:00:00Z'),
    value_options: { time: true },
  });
});

test.each([
  ['formula', '3'],
  ['automatic_progress', { percent: 3 }],
  ['attachment', [{ id: 'a' }]],
  ['drop_down', 9],
  ['number', 'x'],
  ['number', true],
  ['text', 3],
  ['manual_progress', null],
  ['location', {}],
])('%s %j cannot be written', (type, value) => expect(writtenField(field(type, value), ZONE)).toBeUndefined());

test('an empty value reads as nothing', () => {
  for (const value of [undefined, null, '', []]) expect(fieldText(field('text', value), ZONE)).toBe('');
  expect(fieldText(field('drop_down', 0), ZONE)).toBe('Minor');
  expect(fieldText(field('checkbox', false), ZONE)).toBe('false');
});
