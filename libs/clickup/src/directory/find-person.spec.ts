import { findPerson } from './find-person.js';

const people = [
  { id: 1, username: 'Sarah Miller', email: 'sarah.miller@example.com' },
  { id: 2, username: 'Sarahjane Weiß', email: 'sj@example.com' },
  { id: 3, username: 'David Müller', email: 'david@example.com' },
  { id: 4, username: 'David Ång', email: '' },
  { id: 5, username: 'José', email: 'jose@example.com' },
];

test.each([
  ['1', 1],
  ['SARAH.miller@example.com', 1],
  ['sarah', 1],
  ['@Sarah', 1],
  ['sarahj', 2],
  ['david muller', 3],
  ['muller', 3],
  ['ang', 4],
  ['jose', 5],
  ['sj@', 2],
  ['  Sarah   Miller ', 1],
])('%s', (ref, id) => expect(findPerson(people, ref).id).toBe(id));

test('several are named with their ids', () => {
  expect(() => findPerson(people, 'david')).toThrow(
    expect.objectContaining({
      code: 'invalid_parameters',
      message:
        '"david" can mean more than one person: David Müller <david@example.com> (3); David Ång (4). Pass the id of one of them.',
      details: {
        candidates: [
          { path: 'David Müller <david@example.com>', id: 3, kind: 'user' },
          { path: 'David Ång', id: 4, kind: 'user' },
        ],
      },
    }),
  );
});

test('at most ten are named', () => {
  const many = Array.from({ length: 14 }, (_, id) => ({ id, username: `Ann ${id}`, email: '' }));
  expect(() => findPerson(many, 'ann')).toThrow(/ and 4 more\./);
});

test('nobody, and near misses', () => {
  expect(() => findPerson(people, '99')).toThrow(expect.objectContaining({ code: 'clickup_not_found' }));
  expect(() => findPerson(people, 'Jozé')).toThrow(/Did you mean José/);
  expect(() => findPerson(people, ' @ ')).toThrow(expect.objectContaining({ code: 'invalid_parameters' }));
});
