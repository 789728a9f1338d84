import fc from 'fast-check';
import { placeRef, taskRef } from './refs.js';

const app = 'https://app.clickup.com';
const refused = expect.objectContaining({ code: 'invalid_parameters' });

describe('placeRef', () => {
  test.each([
    ['901100200300', { id: '901100200300' }],
    [`${app}/9001/v/l/li/124`, { kind: 'list', id: '124', team: '9001' }],
    [`${app}/9001/v/li/124?pr=790`, { kind: 'list', id: '124', team: '9001' }],
    [`${app}/9001/v/b/li/124#top`, { kind: 'list', id: '124', team: '9001' }],
    [`${app}/9001/v/l/6-124-1`, { kind: 'list', id: '124', team: '9001' }],
    [`${app}/9001/v/b/5-457-2`, { kind: 'folder', id: '457', team: '9001' }],
    [`${app}/9001/v/l/4-790-1`, { kind: 'space', id: '790', team: '9001' }],
    [`${app}/9001/v/f/457/790`, { kind: 'folder', id: '457', team: '9001' }],
    [`${app}/9001/v/o/f/457`, { kind: 'folder', id: '457', team: '9001' }],
    [`${app}/9001/v/o/f/457?pr=790`, { kind: 'folder', id: '457', team: '9001' }],
    [`${app}/9001/v/s/790`, { kind: 'space', id: '790', team: '9001' }],
    [`${app}/9001/v/l/s/790/`, { kind: 'space', id: '790', team: '9001' }],
    ['app.clickup.com/9001/v/li/124', { kind: 'list', id: '124', team: '9001' }],
    ['Engineering / Backend', undefined],
    ['Backlog', undefined],
    ['', undefined],
    ['constructor/1', undefined],
    ['1234567890123456789012', undefined],
  ])('%s', (ref, expected) => expect(placeRef(ref)).toEqual(expected));

  test.each([
    `${app}/t/86abc`,
    `${app}/9001/v/dc/8cdu22c-13153`,
    `${app}/9001/home`,
    `${app}/9001/v/li/..%2f1`,
    `${app}/9001/constructor/1`,
    'https://evil.example/9001/v/li/124',
    'https://app.clickup.com.evil.example/9001/v/li/1',
    'javascript://app.clickup.com/9001/v/li/1',
  ])('refuses %s', (ref) => expect(() => placeRef(ref)).toThrow(refused));
});

describe('taskRef', () => {
  test.each([
    ['86abc123', { id: '86abc123', custom: false }],
    ['#86abc123', { id: '86abc123', custom: false }],
    [' 86ABC123 ', { id: '86abc123', custom: false }],
    ['CU-86abc123', { id: '86abc123', custom: false }],
    ['cu-9hx', { id: '9hx', custom: false }],
    ['#CU-9hx', { id: '9hx', custom: false }],
    ['ENG-123', { id: 'ENG-123', custom: true }],
    ['eng-123', { id: 'ENG-123', custom: true }],
    ['#Q4OPS-1', { id: 'Q4OPS-1', custom: true }],
    [`${app}/t/86abc123`, { id: '86abc123', custom: false }],
    [`${app}/t/86abc123?comment=1`, { id: '86abc123', custom: false }],
    [`${app}/t/9001/ENG-123`, { id: 'ENG-123', custom: true, team: '9001' }],
    [`${app}/t/9001/86abc123`, { id: '86abc123', custom: false, team: '9001' }],
    [`${app}/t/CU-86abc`, { id: '86abc', custom: false }],
  ])('%s', (ref, expected) => expect(taskRef(ref)).toEqual({ team: undefined, ...expected }));

  test.each([
    '',
    '#',
    'Fix the login',
    '../user',
    'abc/../../user',
    'abc?x=1',
    'abc%2f..',
    'ENG-',
    '-1',
    'ENG-1;2',
    'E\u0000NG-1',
    'https://evil.example/t/86abc',
    `${app}/t/`,
    `${app}/t/..`,
    `${app}/t/%2e%2e`,
    `${app}/9001/v/li/124`,
    'a'.repeat(21),
    `${app}/t/${'a'.repeat(9999)}`,
  ])('refuses %j', (ref) => expect(() => taskRef(ref)).toThrow(refused));

  test('whatever comes out is safe in a path', () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('a', 'Z', '9', '-', '/', '.', '#', '%', '?', ' ', 'CU-', 't/', `${app}/`) }),
    );
    fc.assert(
      fc.property(hostile, (ref) => {
        try {
          const { id, custom, team } = taskRef(ref);
          return (
            (custom ? /^[A-Z][A-Z0-9_]*-\d+$/ : /^[a-z0-9]+$/).test(id) && (team === undefined || /^\d+$/.test(team))
          );
        } catch (error) {
          return (error as { code?: string }).code === 'invalid_parameters';
        }
      }),
      { numRuns: 500 },
    );
  });
});
