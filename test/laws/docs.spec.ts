import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DOCUMENTS, staleDocuments, writeDocuments } from '../../apps/cli/src/documents.js';
import { anchorOf, anchorsOf, withoutCode } from '../../apps/cli/src/site/headings.js';
import { firstSentence } from '../../apps/cli/src/site/llms.js';
import { SECTIONS } from '../../apps/cli/src/site/pages.js';
import { KEYS } from '#libs/core';
import { CATALOGUE } from '#libs/tools';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const WRITTEN = ['.', 'docs', 'docs/adr', 'docs/clients'].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);
const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');

test.each(DOCUMENTS.map(({ path }) => path))('%s is what the code renders', async (path) => {
  // When this fails: npm run docs, then commit the result.
  expect(await staleDocuments(ROOT)).not.toContain(path);
});

test('a document that differs or is missing is found, and writing restores it', async () => {
  const root = await mkdtemp(join(tmpdir(), 'clickup-mcp-docs-'));
  try {
    for (const { path } of DOCUMENTS) await mkdir(join(root, dirname(path)), { recursive: true });
    expect(await staleDocuments(root)).toEqual(DOCUMENTS.map(({ path }) => path));
    await writeDocuments(root);
    expect(await staleDocuments(root)).toEqual([]);
    await writeFile(join(root, 'docs/errors.md'), 'edited by hand');
    expect(await staleDocuments(root)).toEqual(['docs/errors.md']);
  } finally {
    await rm(root, { recursive: true });
  }
});

describe('the site', () => {
  const pages = SECTIONS.flatMap((section) => section.pages);

  test('has each page that there is, once', () => {
    // When this fails: give the page its place in apps/cli/src/site/pages.ts.
    expect([...pages].sort()).toEqual(WRITTEN.map((path) => path.replaceAll('\\', '/')).sort());
  });

  test.each(WRITTEN)('%s has one title, and nothing that a template would take for its own', (path) => {
    const text = withoutCode(textOf(path));
    expect(text.match(/^# .+$/gm)).toHaveLength(1);
    expect(text.replace(/`[^`\n]*`/g, '')).not.toMatch(/\{\{|\}\}/);
  });

  test.each([
    ['A page.\n\n# not\n', 'A page.'],
    [
      '# Title\n\nGenerated from `a.ts` and `b.ts` by `npm run docs`: what [it](README.md) holds. More.',
      'what it holds.',
    ],
    ['# Title\n\n```sh\nA block.\n```\n\n| a | b |\n\n`/x` of v1.2 is **here**.', '/x of v1.2 is here.'],
    ['# Title\n\nTwo things:\n\n- one', 'Two things.'],
  ])('%j is about %j', (page, sentence) => expect(firstSentence(page)).toBe(sentence));
});

const anchors = new Map<string, string[]>();

/** Whether a page has a heading with that anchor. */
function hasAnchor(page: string, anchor: string): boolean {
  const known = anchors.get(page) ?? anchorsOf(textOf(page));
  anchors.set(page, known);
  return known.includes(anchor);
}

test.each(WRITTEN)('every relative link in %s leads somewhere, to a heading that is there', (path) => {
  const links = [...withoutCode(textOf(path)).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
  const dead = links.filter(([, target = '', anchor]) => {
    const page = target ? join(dirname(path), target) : path;
    return !existsSync(join(ROOT, page)) || (anchor !== undefined && !hasAnchor(page, decodeURI(anchor)));
  });
  expect(dead.map(([link]) => link)).toEqual([]);
});

test.each([
  ['Why was this slow?', 'why-was-this-slow'],
  ['`SEC-C`: where standards leave a choice', 'sec-c-where-standards-leave-a-choice'],
  ['call_read_operation', 'call_read_operation'],
  ['Read, then write – or “both”', 'read-then-write--or-both'],
  ['Über uns', 'über-uns'],
])('the anchor of %s is %s', (heading, anchor) => expect(anchorOf(heading)).toBe(anchor));

test('ARCHITECTURE.md names only files that exist', () => {
  const named = [...textOf('ARCHITECTURE.md').matchAll(/`((?:libs|apps|test|docs)\/[\w./-]+)`/g)].map(
    ([, path]) => path ?? '',
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test('ARCHITECTURE.md names files by names that some file has', () => {
  const files = ['apps', 'libs', 'test', 'bench', 'docker'].flatMap(
    (root) => readdirSync(join(ROOT, root), { recursive: true }) as string[],
  );
  const there = files.map((path) => `/${path.replaceAll('\\', '/')}`);
  const named = [...textOf('ARCHITECTURE.md').matchAll(/`([\w./-]+\.ts)`/g)].map(([, path = '']) => path);
  const known = (path: string) => existsSync(join(ROOT, path)) || there.some((each) => each.endsWith(`/${path}`));
  expect(named.filter((path) => !known(path))).toEqual([]);
});

test('the README names every tool', () => {
  const readme = textOf('README.md');
  expect(CATALOGUE.map(({ name }) => name).filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});

test.each(['README.md', 'docs/performance.md'])('%s says how many tools there are', (path) => {
  const counts = [...textOf(path).matchAll(/(\d+) tools/g)].map(([, count]) => Number(count));
  expect(counts.length).toBeGreaterThan(0);
  expect(counts.filter((count) => count !== CATALOGUE.length)).toEqual([]);
});

test('ARCHITECTURE.md names every library, with the imports that lint allows', () => {
  const written = new Map(
    [...textOf('ARCHITECTURE.md').matchAll(/^\| (\w+) \| ([\w, –]+) \|$/gm)].map(([, library = '', imports = '']) => [
      library,
      imports.split(', ').filter((name) => name !== '–'),
    ]),
  );
  const enforced = new Map(
    [...textOf('eslint.config.mjs').matchAll(/^ {2}(\w+): \[([^\]]*)\],$/gm)].map(([, library = '', imports = '']) => [
      library,
      [...imports.matchAll(/'(\w+)'/g)].map(([, name]) => name),
    ]),
  );
  for (const library of readdirSync(join(ROOT, 'libs'))) {
    expect({ library, imports: written.get(library) }).toEqual({ library, imports: enforced.get(library) });
    expect(textOf('ARCHITECTURE.md')).toContain(`\nlibs/${library} `);
  }
});

/** What names variables of ours, and of others where those are what it is about: the first column of docs/migrating.md. */
const ownWords = (path: string) =>
  path === join('docs', 'migrating.md') ? textOf(path).replace(/^\|[^|]*\|/gm, '') : textOf(path);

/** Words in capitals with an underscore that are no keys of ours. */
const NO_KEYS = [
  'MAY_IMPORT',
  'X_FILE',
  // Of Node.
  'NODE_EXTRA_CA_CERTS',
  // Of psql.
  'ON_ERROR_STOP',
  'POSTGRES_PASSWORD',
  'FC_SEED',
  'FUZZ_SECONDS',
  'FAULTS_STORM_MINUTES',
  'FAULTS_ROLLS',
  // In the examples for clients.
  'AUTH_HEADER',
  'CLICKUP_MCP_KEY',
  'CLICKUP_MCP_URL',
];

test.each(WRITTEN.filter((path) => !path.startsWith(join('docs', 'adr'))))(
  '%s names only configuration keys that exist',
  (path) => {
    const known = new Set([
      ...Object.entries(KEYS).flatMap(([name, key]) => [
        name,
        `${name}_FILE`,
        ...('aliases' in key ? key.aliases : []),
        ...('flags' in key ? Object.keys(key.flags) : []),
      ]),
      ...NO_KEYS,
    ]);
    const named = [...ownWords(path).matchAll(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g)].map(([word]) => word);
    expect([...new Set(named)].filter((word) => !known.has(word))).toEqual([]);
  },
);
