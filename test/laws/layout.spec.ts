import { dirname } from 'node:path';
import { circles, type Import, importsOf } from '../support/imports.js';
import { sourcesUnder } from '../support/sources.js';

const SOURCES = sourcesUnder('libs', 'apps');
const IMPORTS = SOURCES.flatMap(importsOf);
const WITHIN = IMPORTS.filter((found): found is Import & { to: string } => found.to !== undefined);
const MOST_FILES = 25;

const libOf = (file: string): string | undefined => /^libs\/[^/]+/.exec(file)?.[0];

/**
 * The node of a file: its folder. Files in the root of a library are nodes of their own, because there lie both what its folders are built
 * on and what wires them; an `index.ts` further down stands for what its folder shows.
 */
const nodeOf = (file: string): string =>
  /^libs\/[^/]+\/src\/[^/]+$/.test(file) || file.endsWith('/index.ts') ? file : dirname(file);

/** The edges of a graph, each with the imports that make it. */
function graphOf(imports: readonly (Import & { to: string })[], node: (file: string) => string) {
  const reasons = new Map<string, Map<string, string[]>>();
  for (const { from, to } of imports) {
    const [a, b] = [node(from), node(to)];
    if (a === b) continue;
    const edges = reasons.get(a) ?? new Map<string, string[]>();
    reasons.set(a, edges.set(b, [...(edges.get(b) ?? []), `${from} → ${to}`]));
  }
  return reasons;
}

const NAMED = 4;

/** Every circle, with the first imports of each of its edges: it is best ended where there are fewest. */
const circlesIn = (graph: ReturnType<typeof graphOf>): Record<string, string[]>[] =>
  circles(new Map([...graph].map(([node, edges]) => [node, new Set(edges.keys())]))).map((circle) =>
    Object.fromEntries(
      circle.flatMap((a) =>
        [...(graph.get(a) ?? [])]
          .filter(([b]) => circle.includes(b))
          .map(([b, all]) => [`${a} → ${b}: ${all.length}`, all.slice(0, NAMED)]),
      ),
    ),
  );

test('the imports of all sources are read', () => {
  expect(IMPORTS.length).toBeGreaterThan(2 * SOURCES.length);
  const missing = WITHIN.filter(({ to }) => !SOURCES.includes(to)).map(
    ({ from, specifier }) => `${from}: ${specifier}`,
  );
  expect(missing).toEqual([]);
});

test(`no folder of a library holds more than ${MOST_FILES} sources beside each other`, () => {
  const sizes = new Map<string, number>();
  for (const file of SOURCES.filter(libOf)) sizes.set(dirname(file), (sizes.get(dirname(file)) ?? 0) + 1);
  expect([...sizes].filter(([, size]) => size > MOST_FILES)).toEqual([]);
});

test('no files import each other in a circle at run time', () => {
  const lasting = WITHIN.filter(({ typeOnly }) => !typeOnly);
  expect(circlesIn(graphOf(lasting, (file) => file))).toEqual([]);
});

test('no folders of a library, and no libraries, import each other in a circle, not even for types', () => {
  const graph = graphOf(
    WITHIN.filter(({ from }) => libOf(from)),
    nodeOf,
  );
  expect(circlesIn(graph)).toEqual([]);
});

test('a library is imported by its index', () => {
  const around = WITHIN.filter(({ from, to, specifier }) => {
    const lib = libOf(to);
    return lib !== undefined && lib !== libOf(from) && specifier !== lib.replace('libs/', '#libs/');
  });
  expect(around.map(({ from, specifier }) => `${from}: ${specifier}`)).toEqual([]);
});

/** The laws above hold only as far as circles are found at all. */
test.each([
  ['a chain', 'ab bc ac', []],
  ['two nodes', 'ab ba', ['ab']],
  ['three nodes behind a chain', 'ab bc cd db', ['bcd']],
  ['two circles, one behind the other', 'ab ba bc cd dc', ['cd', 'ab']],
  ['a circle within a circle', 'ab bc cb ca', ['abc']],
])('circles are found: %s', (_, edges, expected) => {
  const graph = new Map<string, Set<string>>();
  for (const [from = '', to = ''] of edges.split(' ')) graph.set(from, (graph.get(from) ?? new Set()).add(to));
  expect(circles(graph).map((circle) => circle.join(''))).toEqual(expected);
});
