import { readFileSync } from 'node:fs';
import { isRegularExpressionLiteral, createSourceFile, forEachChild, type Node, ScriptTarget } from 'typescript';
import { cpuTime } from '../support/cpu-time.js';
import { sourcesUnder } from '../support/sources.js';

/**
 * Tries every regular expression of the product on text that makes a backtracking engine start again at every character. A pattern that
 * is quadratic takes 70 million steps for 12,000 characters, a linear one a thousandth of that.
 */
const LENGTH = 12_000;
const LIMIT_MS = 15;
const ENOUGH = 3;

/** What comes before the repeated part, so that patterns get that far; what is repeated; what ends it, so that they fail at last. */
const BEFORE = [
  '',
  'a',
  '1',
  '- ',
  '# ',
  '1. ',
  '```',
  '/',
  '//',
  'https://',
  'https://a',
  'Bearer ',
  '[',
  '{',
  '<',
  '%',
  '?',
  'P',
  'q1',
  'from ',
  'the ',
  'data: ',
  '1h',
  'application/json',
  '"',
];
const REPEATED = [
  ' ',
  '\t',
  '\n',
  '\r\n',
  '\u2028',
  'a',
  'A',
  '0',
  's',
  'es',
  '_',
  '-',
  '.',
  '/',
  '//',
  ';',
  '; ',
  ',',
  '{',
  '[',
  '<',
  '?',
  '%',
  ':',
  '#',
  '*',
  '`',
  '"',
  '\\',
  'a1',
  'a ',
  'a/',
  'a.',
  ' a',
  'and ',
  ' to ',
  '\u0301',
  '😀',
  '\ud800',
];
const AFTER = ['', '!', '\u2028!\n'];

/** Modules and folders whose text is bounded before a pattern sees it: tried at that length. */
const BOUNDED: Readonly<Record<string, readonly [length: number, why: string]>> = {
  'libs/web/src/language.ts': [500, 'so much of Accept-Language is read'],
  'libs/core/src/time/': [160, 'longer words are refused as none'],
};

/** Patterns that only see text of our own. */
const OURS: Readonly<Record<string, string>> = {
  '/\\{([^}]+)\\}/g': 'paths as the rows of the operations have them',
  '/\\/+$/': 'the end of a URL that the operator configured',
  '/^( *)(`{3,}|~{3,})[^\\n]*\\n(?:[^]*?\\n)?\\1\\2[ \\t]*$/gm': 'the pages of docs/',
  '/!?\\[([^\\]]*)\\]\\([^)]*\\)/g': 'the pages of docs/',
};

const modules = sourcesUnder('libs', 'apps/gateway/src', 'apps/cli/src');

function patternsIn(module: string): string[] {
  const found: string[] = [];
  const visit = (node: Node) => {
    if (isRegularExpressionLiteral(node)) found.push(node.text);
    forEachChild(node, visit);
  };
  visit(createSourceFile(module, readFileSync(module, 'utf8'), ScriptTarget.Latest));
  return found;
}

const patterns = modules.flatMap((module) => patternsIn(module).map((pattern) => ({ module, pattern })));

const textsOf = (length: number) =>
  BEFORE.flatMap((before) =>
    REPEATED.flatMap((unit) =>
      AFTER.map((after) => ({
        shown: JSON.stringify(`${before}${unit}…${after}`),
        text: before + unit.repeat(Math.floor(length / unit.length)) + after,
      })),
    ),
  );
const texts = new Map(
  [LENGTH, ...Object.values(BOUNDED).map(([length]) => length)].map((length) => [length, textsOf(length)]),
);

function compiled(pattern: string): RegExp {
  const end = pattern.lastIndexOf('/');
  return new RegExp(pattern.slice(1, end), pattern.slice(end + 1).replace('g', ''));
}

test('all patterns are found', () => expect(patterns.length).toBeGreaterThan(80));

test.each(patterns.filter(({ pattern }) => !(pattern in OURS)))('$module: $pattern', async ({ module, pattern }) => {
  const regex = compiled(pattern);
  const [length] = Object.entries(BOUNDED).find(([bounded]) => module.startsWith(bounded))?.[1] ?? [LENGTH];
  const slow: string[] = [];
  for (const { shown, text } of texts.get(length) ?? []) {
    const started = performance.now();
    regex.exec(text);
    // Only what seems slow is measured: that costs more than most patterns do.
    if (performance.now() - started > LIMIT_MS / 3 && (await cpuTime(() => regex.exec(text), LIMIT_MS)) > LIMIT_MS)
      slow.push(shown);
    if (slow.length >= ENOUGH) break;
  }
  expect(slow).toEqual([]);
});
