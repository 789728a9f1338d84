import { buildPath, type Operation, OPERATIONS } from '#libs/clickup';
import { AppError } from '#libs/core';
import fc from 'fast-check';

/** What an id may never be; free text may be some of it, but then it arrives as one segment. */
const HOSTILE = [
  '',
  '.',
  '..',
  '%2e%2e',
  '%2E%2E',
  '.%2e',
  '%252e%252e',
  '..%2fteam',
  '..;/',
  '../team',
  '\\..\\team',
  '..\t',
  '..\0',
  '/',
  'a/b',
  'a\\b',
  'abc?custom_task_ids=true&team_id=999',
  'abc#x',
  'abc&x=1',
  'http://evil.example/',
  '@evil.example',
  '\ud800',
  '\u202e',
  'x'.repeat(4096),
];

const names = ({ path }: Operation): string[] =>
  [...String(path).matchAll(/\{([^}]+)\}/g)].map(([, name]) => name ?? '');
const positions = OPERATIONS.flatMap((row) => names(row).map((name) => [`${row.id} {${name}}`, row, name] as const));

/** The row's template with every value in its own segment: what the wire must look like, whatever the values are. */
function isThisTemplate({ path }: Operation, built: string, name: string): boolean {
  const template = String(path).split('/');
  const parts = new URL(built, 'https://api.clickup.com').pathname.split('/');
  return (
    parts.length === template.length &&
    template.every((part, index) => part === parts[index] || /^\{.+\}$/.test(part)) &&
    built.startsWith('/') &&
    !built.includes('?') &&
    name !== ''
  );
}

/** Refused by name, or built into exactly this template: never anything else. */
function judge(row: Operation, name: string, value: string): void {
  const values = Object.fromEntries(names(row).map((other) => [other, other === name ? value : 'abc1']));
  try {
    expect([value, isThisTemplate(row, buildPath(String(row.path), values as never), name)]).toEqual([value, true]);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error).toMatchObject({ code: 'invalid_parameters', details: { parameter: name } });
  }
}

test('the documents have 236 path parameters and MoveFolder one, and so have we', () => {
  expect(positions).toHaveLength(237);
});

test.each(positions)('%s: no hostile value changes the path', (_, row, name) => {
  for (const value of HOSTILE) judge(row, name, value);
});

test('no value whatever changes any path', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...positions),
      fc.oneof(fc.string({ unit: 'binary' }), fc.webPath(), fc.webUrl(), fc.stringMatching(/^[.%2eEfF/\\;?#&]{1,12}$/)),
      ([, row, name], value) => judge(row, name, value),
    ),
    { numRuns: 5000 },
  );
});
