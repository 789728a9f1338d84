import fc from 'fast-check';
import { toRichText } from './to-rich-text.js';
import { type Marks, type Run } from './run.js';
import { toMarkdown } from './to-markdown.js';

const RUNS = 300;
const bold = { bold: true };
const quoted: Run = { text: '\n', attributes: { blockquote: {} } };
const linked = (link: string, text = link): Run => ({ text, attributes: { link } });
const item = (list: string, indent = 0): Run => ({
  text: '\n',
  attributes: { list: { list }, ...(indent && { indent }) },
});

/** Runs as they look: letters with their marks, without what marks do to blanks. */
const flat = (runs: readonly Run[]): [string, string][] =>
  runs.reduce<[string, string][]>((all, { text, type, user, attributes = {} }) => {
    const look = JSON.stringify(Object.entries(type === 'tag' ? { user } : attributes).sort());
    for (const part of text === undefined ? ['@'] : text.split(/(\n|[^\S\n]+)/)) {
      const marks = /^[^\S\n]+$/.test(part) ? '[]' : look;
      const last = all.at(-1);
      if (last && last[1] === marks && part !== '\n' && last[0] !== '\n') last[0] += part;
      else if (part) all.push([part, marks]);
    }
    return all;
  }, []);

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
  ['# Title\ntext', [{ text: 'Title' }, { text: '\n', attributes: { header: 1 } }, { text: 'text' }]],
  ['## A\n\nb', [{ text: 'A' }, { text: '\n', attributes: { header: 2 } }, { text: '\nb' }]],
  [
    '~~gone~~ <https://a.b/c>',
    [{ text: 'gone', attributes: { strike: true } }, { text: ' ' }, linked('https://a.b/c')],
  ],
  ['[a](https://b.c "Title") b', [linked('https://b.c', 'a'), { text: ' (Title) b' }]],
  ['![shot](https://b.c/d.png)', [linked('https://b.c/d.png', 'shot')]],
  ['> a\n>\n> > b', [{ text: 'a' }, quoted, quoted, { text: '> b' }, quoted]],
  ['> - a\n> 2. b', [{ text: '- a' }, quoted, { text: '2. b' }, quoted]],
  ['a\n\n---\n\nb', [{ text: 'a\n\n———\n\nb' }]],
  [
    '| Name | h |\n|---|--:|\n| **A** | @[Sarah] |\n| b |',
    [
      { text: 'Name', attributes: bold },
      { text: ' | ' },
      { text: 'h', attributes: bold },
      { text: '\n' },
      { text: 'A', attributes: bold },
      { text: ' | ' },
      { type: 'tag', user: { username: 'Sarah' } },
      { text: '\nb | ' },
    ],
  ],
  ['```js title="x"\na\n```', [{ text: 'a' }, { text: '\n', attributes: { 'code-block': { 'code-block': 'js' } } }]],
  ['````\n```\n````', [{ text: '```' }, { text: '\n', attributes: { 'code-block': { 'code-block': 'plain' } } }]],
  ['3. c\n4. d', [{ text: '3. c\n4. d' }]],
  ['1. a\n\n1. b', [{ text: 'a' }, item('ordered'), { text: 'b' }, item('ordered')]],
  [
    '1. a\n  - b\n2. c',
    [{ text: 'a' }, item('ordered'), { text: 'b' }, item('bullet', 1), { text: 'c' }, item('ordered')],
  ],
  ['1. a\n   more\n2. c', [{ text: 'a' }, item('ordered'), { text: 'more\n2. c' }]],
  [
    '- a\n  - b\n    - [ ] c\n- d',
    [
      { text: 'a' },
      item('bullet'),
      { text: 'b' },
      item('bullet', 1),
      { text: 'c' },
      item('unchecked', 2),
      { text: 'd' },
      item('bullet'),
    ],
  ],
  ['- a\nb', [{ text: 'a' }, item('bullet'), { text: 'b' }]],
  ['<b>a</b> &amp; [x]: y', [{ text: '<b>a</b> &amp; [x]: y' }]],
  [
    '**Note:**this **重要。**这',
    [{ text: 'Note:', attributes: bold }, { text: 'this ' }, { text: '重要。', attributes: bold }, { text: '这' }],
  ],
  [
    '`@[Sarah]` \\@[Tom] [@[A]](https://b.c)',
    [{ text: '@[Sarah]', attributes: { code: true } }, { text: ' @[Tom] ' }, { type: 'tag', user: { username: 'A' } }],
  ],
])('%j', (markdown, runs) => expect(flat(toRichText(markdown))).toEqual(flat(runs)));

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

/** Lines of a table as ClickUp keeps it. */
const cell = (row: string, name: string): Run => ({
  text: '\n',
  attributes: { row, cell: name, 'table-cell-line': { row, cell: name, rowspan: '1', colspan: '1' } },
});

test.each<[string, Run[], string]>([
  ['a heading', [{ text: 'A # B #' }, { text: '\n', attributes: { header: 2, 'block-id': 'x' } }], '## A # B \\#'],
  ['a quote', [{ text: '# A' }, quoted, quoted, { text: 'b' }], '> \\# A\n>\nb'],
  [
    'code that holds a fence',
    [{ text: '```' }, { text: '\n', attributes: { 'code-block': { 'code-block': 'js' } } }],
    '````js\n```\n````',
  ],
  [
    'two lists with a blank line between, each counted from one',
    [
      { text: 'a' },
      item('ordered'),
      { text: '\n' },
      { text: 'b' },
      item('ordered'),
      { text: '\n' },
      { text: 'c' },
      item('ordered'),
    ],
    '1. a\n\n1) b\n\n1. c',
  ],
  ['something named before brackets', [{ type: 'bookmark' }, { text: '(a)' }], '[bookmark\\](a)'],
  ['code that holds backticks', [{ text: 'a`b', attributes: { code: true } }], '``a`b``'],
  ['a link that would run', [linked('javascript:alert(1)', 'a')], 'a'],
  ['a link with blanks', [linked('https://a.b/c d)', 'a]')], '[a\\]](<https://a.b/c d)>)'],
  ['struck and bold', [{ text: 'a', attributes: { strike: true, bold: true } }], '~~**a**~~'],
  ['inside of a word', [{ text: 'un' }, { text: 'fix', attributes: { italic: true } }, { text: 'ed' }], 'un*fix*ed'],
  [
    'a table',
    [
      { text: '\n\n', attributes: { 'table-col': { width: '150' } } },
      { text: 'A|B' },
      cell('r1', 'c1'),
      { text: 'x' },
      cell('r1', 'c2'),
      { text: 'y' },
      cell('r1', 'c2'),
      cell('r2', 'c1'),
      { text: 'z' },
      cell('r2', 'c2'),
    ],
    '| A\\|B | x y |\n| --- | --- |\n|  | z |',
  ],
])('ClickUp has %s', (_, runs, markdown) => expect(toMarkdown(runs)).toBe(markdown));

/** Letters of any script and punctuation, but nothing that could be a mark. */
const word = fc
  .stringMatching(/^[\p{L}\p{N}.,:;!?'"()/&%€=-]{1,12}$/u)
  // What begins a list or is a rule, and what visible text has not: letters that JavaScript counts as blanks.
  .filter((text) => !/^(?:[-+#>]|\d+[.)]$)|^\s|\s$/u.test(text));

test('the letters of any text survive, there and back', () => {
  const letters = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '');
  fc.assert(
    fc.property(
      // Without addresses, info strings and check boxes, which are kept, but not as letters.
      fc.string({ unit: 'binary', maxLength: 300 }).filter((text) => !/\]\(|```|~~~|\[[ xX]\]|@\[/.test(text)),
      (text) => {
        const runs = toRichText(text);
        expect(letters(plainOf(runs))).toBe(letters(text));
        expect(letters(plainOf(toRichText(toMarkdown(runs))))).toBe(letters(text));
      },
    ),
    { numRuns: RUNS },
  );
});

test('text without marks survives to the letter', () => {
  fc.assert(
    fc.property(fc.array(fc.array(word, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 5 }), (lines) => {
      const text = lines.map((words) => words.join(' ')).join('\n');
      expect(plainOf(toRichText(text))).toBe(text);
      expect(toMarkdown(toRichText(text))).toBe(text);
    }),
    { numRuns: RUNS },
  );
});

/** Everything that means something in Markdown, in every order. */
const hostile = fc.stringMatching(/^[a-z1*_~`[\]()|@\\#>+.:!<" -]{1,40}$/);
const trimmedLines = (text: string): string[] => text.split('\n').map((line) => line.trim());

test('plain runs from ClickUp are escaped where our Markdown would misread them', () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 4 }), (lines) => {
      const text = lines.join('\n').trim();
      const read = toRichText(toMarkdown([{ text }]));
      expect(trimmedLines(plainOf(read))).toEqual(trimmedLines(text));
      expect(read.filter(({ type, attributes }) => type ?? attributes)).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});

const MARKS: Marks[] = [
  {},
  { bold: true },
  { italic: true },
  { strike: true },
  { code: true },
  { bold: true, italic: true },
  { strike: true, italic: true },
  { bold: true, code: true },
  { link: 'https://a.b/c_(d)?e=1&amp;f=*g*' },
  { link: 'https://a.b', bold: true },
];
const marks = fc.constantFrom(...MARKS);
const ENDS: Marks[] = [
  {},
  { list: { list: 'bullet' } },
  { list: { list: 'ordered' } },
  { list: { list: 'checked' } },
  { list: { list: 'unchecked' } },
  { header: 1 },
  { header: 4 },
  { blockquote: {} },
  { 'code-block': { 'code-block': 'plain' } },
  { 'code-block': { 'code-block': 'ts' } },
];
/** An item without text is one only beside others: alone, its mark is text. */
const isLoneItem = (line: readonly Run[]): boolean =>
  line.at(-1)?.attributes?.list !== undefined && !plainOf(line).trim();
const linesWith = (text: fc.Arbitrary<string>, glue: string) =>
  fc.array(
    fc
      .tuple(fc.array(fc.tuple(text, marks), { minLength: 1, maxLength: 5 }), fc.constantFrom(...ENDS))
      .map(([parts, attributes]): Run[] => [
        ...parts.flatMap(([each, look], index): Run[] => {
          const lone = 'code-block' in attributes ? {} : look;
          return [...(index > 0 && glue ? [{ text: glue }] : []), { text: each, attributes: lone }];
        }),
        { text: '\n', attributes },
      ])
      .filter((line) => !isLoneItem(line)),
    { minLength: 1, maxLength: 5 },
  );

test('what ClickUp can store is read back as it was', () => {
  fc.assert(
    fc.property(linesWith(word, ' '), (lines) => {
      const runs = lines.flat();
      expect(flat([...toRichText(toMarkdown(runs)), { text: '\n' }]).slice(0, flat(runs).length)).toEqual(flat(runs));
    }),
    { numRuns: RUNS },
  );
});

test('whatever is marked where, its letters and its lines stay', () => {
  fc.assert(
    fc.property(linesWith(hostile, ''), (lines) => {
      const runs = lines.flat();
      const read = toRichText(toMarkdown(runs));
      expect(trimmedLines(plainOf(read)).join('\n').trim()).toEqual(trimmedLines(plainOf(runs)).join('\n').trim());
    }),
    { numRuns: RUNS },
  );
});

test('past twenty thousand marks of a paragraph the rest is text, and nothing of it is lost', () => {
  const runs = toRichText('*a* '.repeat(15_000));
  const [first] = runs;
  expect(first).toMatchObject({ text: 'a', attributes: { italic: true } });
  const text = runs.map((run) => run.text).join('');
  expect(text.startsWith('a a a')).toBe(true);
  expect(text.trimEnd().endsWith('*a* *a*')).toBe(true);
  expect(text.match(/a/g)).toHaveLength(15_000);
});
