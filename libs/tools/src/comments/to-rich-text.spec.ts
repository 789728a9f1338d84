import fc from 'fast-check';
import { toRichText } from './to-rich-text.js';
import { type Run, toMarkdown } from '../answers/to-markdown.js';

const bold = { bold: true };
const plainOf = (runs: readonly Run[]) => runs.map(({ text = '' }) => text).join('');

test.each<[string, Run[]]>([
  ['plain', [{ text: 'plain' }]],
  [
    'a **b** _c_ `d`',
    [
      { text: 'a ' },
      { text: 'b', attributes: bold },
      { text: ' ' },
      { text: 'c', attributes: { italic: true } },
      { text: ' ' },
      { text: 'd', attributes: { code: true } },
    ],
  ],
  [
    '**a _b_**',
    [
      { text: 'a ', attributes: bold },
      { text: 'b', attributes: { bold: true, italic: true } },
    ],
  ],
  ['[ClickUp](https://clickup.com/a_(b))', [{ text: 'ClickUp', attributes: { link: 'https://clickup.com/a_(b)' } }]],
  ['hi @[Sarah Lee]!', [{ text: 'hi ' }, { type: 'tag', user: { username: 'Sarah Lee' } }, { text: '!' }]],
  [
    '- a\n- b',
    [
      { text: 'a' },
      { text: '\n', attributes: { list: { list: 'bullet' } } },
      { text: 'b' },
      { text: '\n', attributes: { list: { list: 'bullet' } } },
    ],
  ],
  [
    '1. a\n  - [x] b',
    [
      { text: 'a' },
      { text: '\n', attributes: { list: { list: 'ordered' } } },
      { text: 'b' },
      { text: '\n', attributes: { list: { list: 'checked' }, indent: 1 } },
    ],
  ],
  [
    '```ts\nconst a = `b`;\n\n```\nend',
    [
      { text: 'const a = `b`;' },
      { text: '\n', attributes: { 'code-block': { 'code-block': 'ts' } } },
      { text: '\n', attributes: { 'code-block': { 'code-block': 'ts' } } },
      { text: 'end' },
    ],
  ],
  ['# Title\ntext', [{ text: 'Title', attributes: bold }, { text: '\n' }, { text: 'text' }]],
])('%j', (markdown, runs) => expect(toRichText(markdown)).toEqual(runs));

test.each([
  '2*3*4 snake_case_name ** a_b',
  'C:\\new\\dir',
  'mail a@b.c',
  '*',
  '1.5 is a number',
  '-5 degrees',
  '[not a link]',
  'unclosed ` and **',
])('%j is plain text', (text) => expect(plainOf(toRichText(text))).toBe(text));

test.each([
  'a **b** _c_ `d` [e](https://f.g) @[Sarah Lee]',
  '- a\n- b\n\n1. c\n2. d\n\n- [ ] e\n- [x] f',
  'x\n\n```plain\ncode\n```\ny',
])('%j reads back as it was', (markdown) =>
  expect(toMarkdown(toRichText(markdown))).toBe(markdown.replace('```plain', '```')),
);

test('what ClickUp knows and Markdown does not is named', () =>
  expect(
    toMarkdown([
      { type: 'attachment', attachment: { title: 'a.png', url: 'https://x/a.png' } },
      { text: ' ' },
      { type: 'bookmark' },
      { type: 'emoticon', text: '😀' },
    ]),
  ).toBe('[a.png](https://x/a.png) [bookmark]😀'));

test('the letters of any text survive, there and back', () => {
  const letters = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '');
  fc.assert(
    fc.property(
      fc
        .string({ unit: 'binary', maxLength: 300 })
        .filter((text) => !/@\[|\]\(|```|~~~|^\s*\d+[.)] |\[[ xX]\] /m.test(text)),
      (text) => {
        expect(letters(plainOf(toRichText(text)))).toBe(letters(text));
        expect(letters(toMarkdown(toRichText(text)))).toBe(letters(text));
      },
    ),
  );
});

test.each(['0.% A', '1.5 hours', '3.) x', '12)'])('a number that begins no list stays as it is: %s', (text) =>
  expect(toMarkdown(toRichText(text))).toBe(text),
);

test('text without marks survives to the letter', () => {
  const word = fc
    .stringMatching(/^[\p{L}\p{N}.,:;!?'"()/&%€=-]{1,12}$/u)
    .filter((text) => !/^(?:[-+#>]|\d+[.)]$)/.test(text));
  fc.assert(
    fc.property(fc.array(fc.array(word, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 5 }), (lines) => {
      const text = lines.map((words) => words.join(' ')).join('\n');
      expect(plainOf(toRichText(text))).toBe(text);
      expect(toMarkdown(toRichText(text))).toBe(text);
    }),
  );
});

test('plain runs from ClickUp are escaped where our Markdown would misread them', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z*_`[\]()@\\#>+. 1-]{1,40}$/), (text) => {
      const trimmed = text.trimEnd();
      expect(plainOf(toRichText(toMarkdown([{ text: trimmed }])))).toBe(trimmed);
    }),
    { numRuns: 2000 },
  );
});

test('hostile text costs linear work', () => {
  for (const text of [
    '**a '.repeat(10_000),
    '[a'.repeat(20_000),
    '_*'.repeat(20_000),
    '`'.repeat(40_000),
    '@['.repeat(20_000),
  ]) {
    const steps = toRichText(text);
    expect(plainOf(steps).length).toBeGreaterThan(0);
  }
}, 20_000);
