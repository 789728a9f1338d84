import { readFileSync } from 'node:fs';
import { FLAWS } from './compression.js';
import { COMMON } from './fault.js';
import { KINDS } from './kinds.js';
import { SHAPES } from './shapes.js';
import { COUNTS, RESETS, RETRY_AFTERS } from './throttle.js';

const PAGE = readFileSync('docs/sandbox.md', 'utf8');
const sectionFrom = (start: string) => PAGE.slice(PAGE.indexOf(start)).split('\n\n')[0]!;
const rowOf = (name: string) => PAGE.split('\n').find((line) => line.startsWith(`| \`${name}\``)) ?? '';
const missing = (names: string[], text: string) => names.filter((name) => !text.includes(`\`${name}\``));

test.each(Object.entries(KINDS))(
  'docs/sandbox.md tells of %s and all its keys, and of none that is not',
  (kind, { fields }) => {
    const row = rowOf(kind);
    expect(missing(Object.keys(fields), row)).toEqual([]);
    const takesDone = 'done' in fields;
    expect([kind, row.split(' | ')[1]?.startsWith('`done`')]).toEqual([kind, takesDone]);
  },
);

test('no kind is told of that is not', () => {
  const rows = [
    ...PAGE.slice(PAGE.indexOf('| kind |'))
      .split('\n\n')[0]!
      .matchAll(/^\| `(\w+)` /gm),
  ];
  expect(rows.map(([, kind]) => kind)).toEqual(Object.keys(KINDS));
});

test('all forms, flaws, shapes and common keys are told of', () => {
  expect(missing(Object.keys(RESETS), rowOf('reset'))).toEqual([]);
  expect(missing(Object.keys(RETRY_AFTERS), rowOf('retryAfter'))).toEqual([]);
  expect(missing(Object.keys(COUNTS), rowOf('limit'))).toEqual([]);
  expect(missing(Object.keys(FLAWS), sectionFrom('Flaws of'))).toEqual([]);
  expect(missing(Object.keys(SHAPES), sectionFrom('Shapes:'))).toEqual([]);
  expect(missing(Object.keys(COMMON), sectionFrom('| key | means |'))).toEqual([]);
});
