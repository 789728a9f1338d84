import * as clickup from '#libs/clickup';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const THIS = join(ROOT, 'test/laws/exports.spec.ts');
const LIBS = readdirSync(join(ROOT, 'libs')).filter((lib) => existsSync(join(ROOT, 'libs', lib, 'src/index.ts')));
const indexOf = (lib: string) => join(ROOT, 'libs', lib, 'src/index.ts');

const parsed = (path: string) => ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
const textOf = (specifier: ts.Expression) => (specifier as ts.StringLiteral).text;

/** The names that a file exports, each as often as it does so. */
function exportsOf(path: string): string[] {
  return parsed(path).statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) {
      const { exportClause, moduleSpecifier } = statement;
      if (!exportClause) return exportsOf(join(dirname(path), textOf(moduleSpecifier!)).replace(/\.js$/, '.ts'));
      return ts.isNamedExports(exportClause) ? exportClause.elements.map(({ name }) => name.text) : [];
    }
    if (
      !ts.canHaveModifiers(statement) ||
      !ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    )
      return [];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.flatMap(({ name }) => names(name));
    return [(statement as unknown as { name: ts.Identifier }).name.text];
  });
}

const names = (name: ts.BindingName): string[] =>
  ts.isIdentifier(name)
    ? [name.text]
    : name.elements.flatMap((element) => (ts.isBindingElement(element) ? names(element.name) : []));

/** Every source file, the tests too. */
const SOURCES = ['apps', 'bench', 'libs', 'test'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(ROOT, folder, name)),
);

/** What is taken from each library by its name, outside that library. */
const USED = new Map(LIBS.map((lib) => [lib, new Set<string>()]));
for (const path of SOURCES) {
  for (const statement of parsed(path).statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const lib = /^#libs\/(.*)$/.exec(textOf(statement.moduleSpecifier))?.[1];
    const taken = statement.importClause?.namedBindings;
    if (lib === undefined || !taken || path.startsWith(join(ROOT, 'libs', lib, 'src/'))) continue;
    if (ts.isNamedImports(taken))
      for (const { propertyName, name } of taken.elements) USED.get(lib)!.add((propertyName ?? name).text);
    // It would make every name a used one.
    else if (path !== THIS) throw new Error(`${path} takes all of ${lib}: import the names`);
  }
}

/** The rows of a table are used by whoever goes through the table. */
const ROWS = new Set(
  Object.entries(clickup).flatMap(([name, value]) => ((clickup.OPERATIONS as unknown[]).includes(value) ? [name] : [])),
);

test.each(LIBS)('the index of %s exports no name twice', (lib) => {
  const all = exportsOf(indexOf(lib));
  expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
});

test.each(LIBS)('every name that the index of %s exports is used outside it', (lib) => {
  const used = USED.get(lib)!;
  expect(exportsOf(indexOf(lib)).filter((name) => !used.has(name) && !ROWS.has(name))).toEqual([]);
});
