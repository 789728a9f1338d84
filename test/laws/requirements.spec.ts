import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createSourceFile,
  forEachChild,
  isStringLiteralLike,
  isTemplateHead,
  type Node,
  ScriptTarget,
} from 'typescript';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const [REQUIREMENTS, FACTS] = ['docs/requirements.md', 'docs/clickup-facts.md'];
const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** Everything that may cite, but for the two pages and this law, which has to spell what it looks for. */
const CITING = [
  ...['libs', 'apps', 'test', 'bench', 'docs', 'docker'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  ),
  ...readdirSync(ROOT),
].filter(
  (path) =>
    /\.(ts|mjs|js|md|eta|json)$|Dockerfile$/.test(path) &&
    !/package-lock|__snapshots__|node_modules/.test(path) &&
    ![REQUIREMENTS, FACTS, 'test/laws/requirements.spec.ts'].includes(path),
);
const LINES = CITING.flatMap((path) =>
  textOf(path)
    .split('\n')
    .map((line, index) => ({ path, line, at: `${path}:${index + 1}` })),
);
const finding = (pattern: RegExp, excused: (line: string, path: string) => boolean = () => false) =>
  LINES.filter(({ line, path }) => pattern.test(line) && !excused(line, path)).map(({ at, line }) => [at, line.trim()]);

const ID =
  /\b(?:(?:SEC|AS|RS|MCP)-[A-Z]?\d+|(?:[Ff]ault|[Ii]ncident|[Cc]ontract item|ClickUp fact) \d+|feature [A-Z]\d+)\b/g;
/** A sentence may begin with an id. */
const plain = (id: string) => id.replace(/^[FIC](?=ault|ncident|ontract)/, (letter) => letter.toLowerCase());
const CITED = LINES.flatMap(({ path, line, at }) =>
  [...line.matchAll(ID)].map(([id]) => ({ id: plain(id), path, at })),
);

const cellsOf = (page: string) =>
  [...textOf(page).matchAll(/^\| (.*) \|$/gm)]
    .map(([, row = '']) => row.split(' | '))
    .filter(([first = '']) => /\d$/.test(first));
const rows = cellsOf(REQUIREMENTS).map(([id = '', text = '', tests = '', ...more]) => ({ id, text, tests, more }));
const facts = cellsOf(FACTS).map(([number = '', text = '', , files = '', tests = '', ...more]) => ({
  id: `ClickUp fact ${number}`,
  text,
  files: [...files.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path),
  tests,
  more,
}));
const ALL = [...rows, ...facts];

const titles = new Map<string, string[]>();

/** The texts in a spec, where the titles of its tests are: a comment proves nothing. */
function titlesOf(path: string): string[] {
  const known = titles.get(path);
  if (known) return known;
  const found: string[] = [];
  const walk = (node: Node): void => {
    if (isStringLiteralLike(node) || isTemplateHead(node)) found.push(node.text);
    forEachChild(node, walk);
  };
  walk(createSourceFile(path, textOf(path), ScriptTarget.Latest));
  titles.set(path, found);
  return found;
}

/**
 * What is wrong with the tests that a row names.
 * @param whole whether one of these titles makes the spec as a whole a proof: by default one that bears the row's id
 */
function unproven(
  { id, tests }: { id: string; tests: string },
  whole = (text: string) => !!text.match(ID)?.map(plain).includes(id),
): string[] {
  const named = [...tests.matchAll(/`([^`]+)`(?: “([^”]+)”)?/g)].map(([, path = '', title]) => ({ path, title }));
  if (named.length === 0) return [`${id} names no test`];
  return named.flatMap(({ path, title }) => {
    if (!/spec\.ts$/.test(path) || !existsSync(join(ROOT, path))) return [`${id}: there is no spec ${path}`];
    const bears = (text: string) => (title === undefined ? whole(text) : text.includes(title));
    return titlesOf(path).some(bears) ? [] : [`${id}: ${path} has no test ${title ?? id}`];
  });
}

test('the pages are read', () => {
  expect(rows.length).toBeGreaterThan(150);
  expect(facts.length).toBeGreaterThan(40);
  expect(CITED.length).toBeGreaterThan(300);
  expect(ALL.filter(({ text, more }) => text === '' || more.length > 0)).toEqual([]);
});

test('every id that is cited has a row, and one only', () => {
  const ids = ALL.map(({ id }) => id);
  expect(CITED.filter(({ id }) => !ids.includes(id))).toEqual([]);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

test('every requirement is cited', () => {
  const cited = new Set(CITED.map(({ id }) => id));
  expect(rows.map(({ id }) => id).filter((id) => !cited.has(id))).toEqual([]);
});

test('every row names tests that exist', () => expect(ALL.flatMap((row) => unproven(row))).toEqual([]));

test('every attack of the threat model names tests that exist', () => {
  const attacks = [...textOf('docs/threat-model.md').matchAll(/^\| (.+) \| (.+) \| (.+) \|$/gm)]
    .map(([, id = '', , tests = '']) => ({ id, tests }))
    .filter(({ id, tests }) => tests.includes('`') && id !== 'who');
  expect(attacks.length).toBeGreaterThan(35);
  expect(attacks.flatMap((attack) => unproven(attack, () => true))).toEqual([]);
});

test('every fact about ClickUp names the files that rely on it, all that cite it among them', () => {
  expect(
    facts.filter(({ files }) => files.length === 0 || !files.every((path) => existsSync(join(ROOT, path)))),
  ).toEqual([]);
  for (const { id, path, at } of CITED.filter((citation) => citation.id.startsWith('ClickUp fact')))
    expect({ at, relying: facts.find((fact) => fact.id === id)?.files }).toEqual({
      at,
      relying: expect.arrayContaining([path]),
    });
});

/** Spellings of ids that leave open which table is meant. */
test.each<[string, RegExp]>([
  ['a row of no table', /\brows? \d{1,3}\b/],
  ['a number in front of a title', /^[^'"`]*(['"`])\d{1,3}(?:, (?:\d{1,3}|[A-Z]+-[A-Z]?\d+|fault \d+))*: .*\1/],
  ['several items at once', /\bcontract items\b|\bcontract \d/i],
  ['a letter and a number', /\((?:incident )?[A-EI]\d{1,2}[),]|\bMCP 2026-07-28, [A-Z]\d/],
])('no id is %s', (_, pattern) => expect(finding(pattern, (__, path) => !/\.ts$/.test(path))).toEqual([]));

test('no document is named that is not here', () => {
  const missing = LINES.flatMap(({ path, line, at }) =>
    [...line.matchAll(/(?<![\w./-])[\w.-][\w./-]*\.md\b/g)]
      .map(([name]) => name)
      .filter(
        (name) => !['.', 'docs', 'docs/clients', dirname(path)].some((folder) => existsSync(join(ROOT, folder, name))),
      )
      .map((name) => [at, name]),
  );
  expect(missing).toEqual([]);
});

test('no folder beside the repository is named, but for where ClickUp’s own documents may lie', () => {
  expect(finding(/(?<![\w-])shared\//, (_, path) => path === 'test/support/needs.ts')).toEqual([]);
});

/** Public documents, whose sections anybody can read. */
const PUBLIC = /RFC \d+|CIMD|JSON-RPC|HTML standard/;

test('a section is one of a public document', () => {
  expect(finding(/\bsections? \d|§|\breference text\b|\b(?<!per)mission [A-Z]\b/, (line) => PUBLIC.test(line))).toEqual(
    [],
  );
});
