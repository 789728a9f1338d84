import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';

/** Every source file of libraries and programs, without specs. */
const FILES = ['libs', 'apps'].flatMap((root) =>
  (readdirSync(root, { recursive: true }) as string[])
    .map((name) => normalize(join(root, name)).replaceAll('\\', '/'))
    .filter((name) => /\.ts$/.test(name) && !/\.spec\.ts$/.test(name)),
);
const MOST_FILES = 25;

interface Import {
  to: string;
  /** Gone when types are erased. */
  typeOnly: boolean;
}

const isTypeOnly = (node: ts.ImportDeclaration | ts.ExportDeclaration): boolean => {
  if (ts.isExportDeclaration(node)) {
    const named = node.exportClause && ts.isNamedExports(node.exportClause) ? node.exportClause.elements : undefined;
    return node.isTypeOnly || (named?.every((element) => element.isTypeOnly) ?? false);
  }
  const { importClause } = node;
  if (!importClause) return false;
  const { namedBindings, name } = importClause;
  const named = namedBindings && ts.isNamedImports(namedBindings) ? namedBindings.elements : undefined;
  return (
    importClause.phaseModifier === ts.SyntaxKind.TypeKeyword ||
    (!name && (named?.every((element) => element.isTypeOnly) ?? false))
  );
};

/** What a file imports of this repository: beside it, or a library by its index. */
function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  return source.statements.flatMap((node): Import[] => {
    if (!(ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) || !node.moduleSpecifier) return [];
    const { text } = node.moduleSpecifier as ts.StringLiteral;
    const library = /^#libs\/(\w+)$/.exec(text)?.[1];
    const to = library ? `libs/${library}/src/index.ts` : join(dirname(file), text).replaceAll('\\', '/');
    if (!library && !text.startsWith('.')) return [];
    return [{ to: to.replace(/\.js$/, '.ts'), typeOnly: isTypeOnly(node) }];
  });
}

type Graph = ReadonlyMap<string, readonly string[]>;
const IMPORTS = new Map(FILES.map((file) => [file, importsOf(file)]));
const graph = (takes: (each: Import) => boolean): Graph =>
  new Map([...IMPORTS].map(([file, imports]) => [file, imports.filter(takes).map(({ to }) => to)]));

/** Groups of files that can each be reached from every other of the group (Tarjan's strongly connected components). */
function circles(edges: Graph): string[][] {
  const [order, low] = [new Map<string, number>(), new Map<string, number>()];
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): void => {
    order.set(file, order.size);
    low.set(file, order.get(file)!);
    stack.push(file);
    for (const next of edges.get(file) ?? []) {
      if (!edges.has(next)) continue;
      if (!order.has(next)) visit(next);
      if (stack.includes(next)) low.set(file, Math.min(low.get(file)!, low.get(next)!));
    }
    if (low.get(file) !== order.get(file)) return;
    const group = stack.splice(stack.indexOf(file));
    if (group.length > 1 || edges.get(file)?.includes(file)) found.push(group.sort());
  };
  for (const file of edges.keys()) if (!order.has(file)) visit(file);
  return found;
}

test('imports are followed', () => {
  expect(FILES.length).toBeGreaterThan(400);
  const unknown = [...IMPORTS.values()].flat().filter(({ to }) => !IMPORTS.has(to));
  expect(unknown).toEqual([]);
  const few = new Map([
    ['a', ['b']],
    ['b', ['c']],
    ['c', ['b', 'd']],
    ['d', []],
  ]);
  expect(circles(few)).toEqual([['b', 'c']]);
});

test(`no folder of a library has more than ${MOST_FILES} source files beside each other`, () => {
  const counts = new Map<string, number>();
  for (const file of FILES.filter((name) => name.startsWith('libs/')))
    counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  expect([...counts].filter(([, count]) => count > MOST_FILES)).toEqual([]);
});

test('no files import each other in a circle at run time', () => {
  expect(circles(graph(({ typeOnly }) => !typeOnly))).toEqual([]);
});

test('no files of several folders import each other in a circle, not even for types', () => {
  const across = circles(graph(() => true)).filter((group) => new Set(group.map(dirname)).size > 1);
  expect(across).toEqual([]);
});
