import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { cutTable, cutText, type RowPosition, tokensOf } from './budget.js';

/** All pieces, one after the other; fails rather than never ending. */
function pieces(text: string, maxTokens: number): string[] {
  const all: string[] = [];
  for (let from: number | undefined = 0; from !== undefined;) {
    const { text: piece, next } = cutText(text, from, maxTokens);
    all.push(piece);
    if (next !== undefined && next <= from) throw new Error('no progress');
    from = next;
  }
  return all;
}
const real = (text: string) => Math.max(countTokens(text), countTokens(JSON.stringify(text)));
const solid = (text: string) => text.replace(/\s/gu, '');

test.each([
  ['prose', 'The worker grows by 40 MB per hour under load and is killed by the orchestrator. '.repeat(100)],
  ['Markdown', readFileSync('ARCHITECTURE.md', 'utf8')],
  ['code', readFileSync('libs/tools/src/answers/budget.ts', 'utf8')],
  ['German', 'Die Überprüfung der Donaudampfschifffahrtsgesellschaft ergab größere Unregelmäßigkeiten. '.repeat(60)],
  ['Russian', 'Рабочий процесс растёт на сорок мегабайт в час под нагрузкой. '.repeat(80)],
  ['Chinese', '工作进程在负载下每小时增长四十兆字节并被编排器终止。'.repeat(100)],
  ['emoji', '🎉👩‍👩‍👧🔥'.repeat(400)],
  ['tables', '|a|b|\n|-|-|\n'.repeat(500)],
  ['quotes', '"\'\\'.repeat(1500)],
  ['dates', '2026-11-20T09:30+01:00\t'.repeat(300)],
  ['line ends', 'a\n\nb\n'.repeat(800)],
])('the estimate for %s is no less than the truth, and pieces keep to it', (_, text) => {
  expect(tokensOf(text)).toBeGreaterThanOrEqual(0.95 * real(text));
  expect(tokensOf(text)).toBeLessThan(3 * real(text));
  const cut = pieces(text, 1_000);
  expect(cut.length).toBeGreaterThan(1);
  for (const piece of cut) expect(real(piece)).toBeLessThanOrEqual(1_060);
});

test('nothing is lost or doubled, and no character is torn', () => {
  const unit = fc.constantFrom('a', 'word ', '\n', '\n\n', '🎉', 'é', '1', '"', '漢', '  ');
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 300 }), fc.integer({ min: 1, max: 40 }), (units, max) => {
      const text = units.join('');
      const cut = pieces(text, max);
      expect(solid(cut.join(''))).toBe(solid(text));
      for (const piece of cut) expect(piece).not.toMatch(/\p{Cs}/u);
    }),
  );
});

test('a cut falls after a paragraph, or a line, or a word', () => {
  const words = 'one two three four five six seven eight nine ten eleven twelve';
  expect(cutText(`${words}\n\n${words}`, 0, 19).text).toBe(words);
  expect(cutText(`${words}\n${words}`, 0, 19).text).toBe(words);
  expect(cutText(`${words} ${words}`, 0, 19).text.endsWith(' twelve')).toBe(true);
});

test('a code block that is cut is closed and opened again', () => {
  const block = `Before\n\n\`\`\`ts\n${'const a = 1;\n'.repeat(100)}\`\`\`\n\nAfter`;
  const cut = pieces(block, 120);
  expect(cut.length).toBeGreaterThan(3);
  for (const piece of cut) expect(piece.split('\n').filter((line) => line.startsWith('```')).length % 2).toBe(0);
  expect(cut[1]).toMatch(/^```ts\nconst a = 1;\n/);
  expect(cut.join('\n').split('const a = 1;')).toHaveLength(101);
  expect(cut.at(-1)).toMatch(/After$/);
});

test('a table is cut between rows; a row that is too long for itself, inside its longest cell', () => {
  const long = 'word '.repeat(400).trim();
  const rows = [['1', 'short'], ['2', long], ['3', 'short'], ...Array.from({ length: 60 }, (_, id) => [`x${id}`, 'y'])];
  const seen: string[][] = [];
  let from: RowPosition | undefined = { row: 0 };
  let parts = 0;
  while (from) {
    const { table, next }: ReturnType<typeof cutTable> = cutTable({ columns: ['id', 'text'], rows }, from, 150);
    expect(real(table.rows.map((row) => row.join('\t')).join('\n'))).toBeLessThanOrEqual(170);
    seen.push(...table.rows);
    parts++;
    from = next;
  }
  expect(parts).toBeGreaterThan(3);
  expect([...new Set(seen.map(([id]) => id))]).toEqual(rows.map(([id]) => id));
  const text = seen.filter(([id]) => id === '2').map(([, cell]) => cell!.replace('…', ''));
  expect(solid(text.join(''))).toBe(solid(long));
});
