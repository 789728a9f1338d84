import { OPERATIONS } from '#libs/clickup';
import { existsSync, readFileSync } from 'node:fs';
import { COLUMNS, however, MUTATIONS } from '../support/mutations.mjs';

test.each(MUTATIONS)('%s can be taken out, and what must notice is there', (_, file, from, to, specs) => {
  const source = readFileSync(file, 'utf8');
  expect([...source.matchAll(however(from))]).toHaveLength(1);
  expect(source.replace(however(from), () => to)).not.toBe(source);
  expect(specs.length).toBeGreaterThan(0);
  for (const spec of specs)
    expect(['.ts', '.spec.ts', '.e2e-spec.ts'].some((end) => existsSync(spec.replace(/\.spec$/, '') + end))).toBe(true);
});

test('every column that decides something can be taken out of every row that has it', () => {
  const decided = OPERATIONS.flatMap((row) => [
    ...Object.keys(COLUMNS).flatMap((column) => (column in row ? [`${column} of ${row.id}`] : [])),
    ...Object.keys((row.placeFilters as object | undefined) ?? {}).map((name) => `placeFilters of ${row.id}: ${name}`),
  ]);
  const columns = [...Object.keys(COLUMNS), 'placeFilters'];
  const generated = MUTATIONS.map(([what]) => what).filter((what) => columns.includes(what.split(' of ')[0]!));
  expect(generated.sort()).toEqual(decided.sort());
});

test('no two have one name, by which they are chosen and reported', () =>
  expect(new Set(MUTATIONS.map(([what]) => what)).size).toBe(MUTATIONS.length));
