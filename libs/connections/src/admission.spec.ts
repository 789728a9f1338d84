import { loadConfig } from '#libs/core';
import { admitsId, admitsPerson, admitsWorkspace } from './admission.js';

const doors = (people: string, workspaces = '') =>
  loadConfig({ ALLOWED_PEOPLE: people, ALLOWED_WORKSPACES: workspaces });
const ada = { id: '81', email: 'Ada.Lovelace@Acme.com' };

test.each(['', '81', 'ada.lovelace@acme.com', 'ADA.LOVELACE@ACME.COM', 'acme.com', '@acme.com', 'x.org, 5, @ACME.com'])(
  'ALLOWED_PEOPLE=%s lets her in',
  (people) => expect(admitsPerson(doors(people), ada)).toBe(true),
);

test.each(['8', '811', 'lovelace@acme.com', 'cme.com', 'a.acme.com', 'notacme.com', 'acme.com.evil.org'])(
  'ALLOWED_PEOPLE=%s does not',
  (people) => expect(admitsPerson(doors(people), ada)).toBe(false),
);

test.each([
  'x@sub.acme.com',
  'x@notacme.com',
  'x@acme.com.evil.org',
  'acme.com@evil.org',
  'x@acme.com@evil.org',
  'acme.co',
  '',
  null,
  undefined,
])('the domain acme.com does not let in %p', (email) =>
  expect(admitsPerson(doors('acme.com'), { id: '1', email })).toBe(false),
);

test('what is no address is neither an id nor a domain', () => {
  for (const email of ['81', 'acme.com', '@acme.com'])
    expect(admitsPerson(doors('81,acme.com'), { id: '5', email })).toBe(false);
});

test('an id decides alone where no address is listed', () => {
  expect([admitsId(doors(''), '81'), admitsId(doors('81'), '81'), admitsId(doors('82'), '81')]).toEqual([
    true,
    true,
    false,
  ]);
  expect(admitsId(doors('82,acme.com'), '81')).toBeUndefined();
});

test('Workspaces', () => {
  expect([admitsWorkspace(doors(''), '1'), admitsWorkspace(doors('', '1, 2'), '2')]).toEqual([true, true]);
  expect(admitsWorkspace(doors('', '12'), '1')).toBe(false);
});

test.each([
  { ALLOWED_WORKSPACES: 'Acme' },
  { ALLOWED_WORKSPACES: '1;2' },
  { ALLOWED_PEOPLE: '*' },
  { ALLOWED_PEOPLE: '*@acme.com,@' },
])('%j stops the start and names the key', (env) => expect(() => loadConfig(env)).toThrow(Object.keys(env)[0]));
