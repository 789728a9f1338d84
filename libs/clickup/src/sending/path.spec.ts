import { AppError } from '#libs/core';
import fc from 'fast-check';
import { buildPath } from './path.js';

const HOSTILE = [
  '',
  '.',
  '..',
  '...',
  '%2e%2e',
  '%2E%2E',
  '.%2e',
  '%252e%252e',
  '..%2fteam',
  '..%5cteam',
  '..;/',
  '../team',
  '..\\team',
  '\\..\\team',
  '/',
  '//',
  '/x',
  'x/',
  'x/../y',
  'x\\y',
  '..\t',
  '\t..',
  '.\n.',
  '. .',
  ' ..',
  '..\0',
  '\0',
  'a\0b',
  'abc?custom_task_ids=true&team_id=999',
  'abc#x',
  'abc&x=1',
  'a;b',
  'a b',
  '@evil.example',
  ':80',
  'http://evil.example/',
  '\ud800',
  'a\udfff',
  '\u202e',
  'é',
  'ａｂｃ',
  '．．',
  '-abc',
  '_abc',
  'a'.repeat(129),
  'x'.repeat(1 << 20),
  '__proto__.x',
  'a%',
  '%',
];

/** Segments as a server sees them after decoding once. */
const segments = (path: string) => path.split('/').map((part) => decodeURIComponent(part));

const codeOf = (build: () => unknown): string => {
  try {
    build();
    return 'built';
  } catch (error) {
    return error instanceof AppError ? error.code : `threw ${String(error)}`;
  }
};

describe('ids', () => {
  test.each(HOSTILE)('%j is refused', (id) => {
    expect(codeOf(() => buildPath('/api/v2/list/{list_id}/task/{task_id}', { list_id: id, task_id: 'abc' }))).toBe(
      'invalid_parameters',
    );
    expect(codeOf(() => buildPath('/api/v2/list/{list_id}/task/{task_id}', { list_id: '1', task_id: id }))).toBe(
      'invalid_parameters',
    );
  });

  test.each([
    '1',
    '86b0000',
    'ENG-123',
    '8cdu22c-13153',
    'b8a8f3de-2fa9-4a39-a1ba-bd0d1c3a4b5e',
    't-901',
    'a'.repeat(128),
    'constructor',
  ])('%j passes', (id) => {
    expect(buildPath('/api/v2/task/{task_id}/tag/{tag_name}', { task_id: id, tag_name: 'x' })).toBe(
      `/api/v2/task/${id}/tag/x`,
    );
  });

  test.each([undefined, null, 5, {}, ['a'], { toString: () => 'a' }])('%j is no string', (id) => {
    expect(codeOf(() => buildPath('/api/v2/task/{task_id}', { task_id: id as never }))).toBe('invalid_parameters');
  });

  test('the error names the parameter and not its value', () => {
    const error = (() => {
      try {
        return buildPath('/api/v2/list/{list_id}', { list_id: '../secret' });
      } catch (thrown) {
        return thrown;
      }
    })() as AppError;
    expect(error.details).toEqual({ parameter: 'list_id' });
    expect(JSON.stringify([error.message, error.details])).not.toContain('secret');
  });

  test('inherited properties are no values', () => {
    expect(codeOf(() => buildPath('/x/{constructor}', {} as never))).toBe('invalid_parameters');
  });
});

describe('free text', () => {
  const tag = (tag_name: string) => buildPath('/api/v2/space/{space_id}/tag/{tag_name}', { space_id: '9', tag_name });

  test.each(['', '.', '..', '\0', 'a\tb', 'a\nb', '\ud800', 'x\udfff', '\u0085', 'x'.repeat(1 << 20)])(
    '%j is refused',
    (name) => expect(codeOf(() => tag(name))).toBe('invalid_parameters'),
  );

  test.each([
    'urgent',
    'to do',
    '...',
    'a/b',
    'a\\b',
    'c++',
    '100%',
    '%2e%2e',
    '..%2fteam',
    '..;/',
    'a?b=c',
    'a#b',
    'ünï',
    '🚀',
    '日本語',
    "it's",
    'a.b',
    '~',
    ':x',
    '@you',
  ])('%j arrives as it is', (name) => {
    expect(segments(tag(name))).toEqual(['', 'api', 'v2', 'space', '9', 'tag', name]);
  });
});

test('whatever the values are: refused, or exactly the template with one segment per parameter', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string(),
    fc.constantFrom(...HOSTILE),
    fc
      .array(
        fc.constantFrom('.', '..', '/', '\\', '%', '2e', '2f', ';', '?', '#', 'a', '\t', '\0', '\ud800', '@', ':'),
        { maxLength: 8 },
      )
      .map((parts) => parts.join('')),
  );
  const templates = [
    '/api/v2/space/{space_id}/tag/{tag_name}',
    '/api/v2/task/{task_id}/tag/{tag_name}',
    '/api/v2/task/{task_id}',
    '/api/v2/list/{list_id}/task/{task_id}',
  ] as const;
  fc.assert(
    fc.property(fc.constantFrom(...templates), value, value, (template, first, second) => {
      const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
      const values = Object.fromEntries(names.map((name, index) => [name, index ? second : first]));
      let path: string;
      try {
        path = buildPath<string>(template, values);
      } catch (error) {
        expect((error as AppError).code).toBe('invalid_parameters');
        return;
      }
      const url = new URL(path, 'https://api.clickup.com');
      expect(url.pathname + url.search + url.hash).toBe(path);
      expect(segments(path)).toEqual(template.split('/').map((part) => values[part.replace(/[{}]/g, '')] ?? part));
    }),
    { numRuns: 3_000 },
  );
});
