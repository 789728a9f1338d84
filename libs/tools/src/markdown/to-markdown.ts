import { escapeLine } from './escape.js';
import { withMarks } from './inline.js';
import { LONGEST_LANGUAGE, type Marks, MAX_INDENT, PLAIN_CODE, type Run } from './run.js';

/** How many characters of links one run may add: its link is repeated in each of its lines, and it can have many lines and a long link. */
const MAX_LINKS = 100_000;
const MARKERS = { bullet: '- ', toggled: '- ', checked: '- [x] ', unchecked: '- [ ] ' } as const;
const HIGHEST = 6;

interface Line {
  runs: readonly Run[];
  attributes: Marks;
}

const EMPTY: readonly Run[] = [];

/** The lines of rich text, each with the marks of its end, but for those that only say how wide the columns of a table are. */
function linesOf(runs: readonly Run[]): Line[] {
  const lines: Line[] = [];
  let line: Run[] | undefined;
  for (const run of runs) {
    const attributes = run.attributes ?? {};
    if (run.text === undefined || run.type === 'tag') {
      (line ??= []).push(run);
      continue;
    }
    const parts = run.text.split('\n');
    const marks =
      typeof attributes.link === 'string' && attributes.link.length * parts.length > MAX_LINKS
        ? { ...attributes, link: undefined }
        : attributes;
    const isShown = !('table-col' in attributes);
    const empty: Line = { runs: EMPTY, attributes };
    for (let index = 0; index < parts.length; index++) {
      if (index > 0) {
        if (isShown) lines.push(line ? { runs: line, attributes } : empty);
        line = undefined;
      }
      if (parts[index]) (line ??= []).push({ text: parts[index], attributes: marks });
    }
  }
  if (line) lines.push({ runs: line, attributes: {} });
  return lines;
}

/** Signs at the end of a heading would be taken for its end. */
function escapeEnd(content: string): string {
  let from = content.length;
  while (content[from - 1] === '#') from--;
  return from < content.length ? `${content.slice(0, from)}\\${content.slice(from)}` : content;
}

const rawText = ({ runs }: Line): string => runs.map(({ text = '' }) => text).join('');
const listOf = ({ attributes }: Line): string | undefined => (attributes.list as { list?: string } | undefined)?.list;
function codeOf({ attributes }: Line): string | undefined {
  const block = attributes['code-block'];
  if (block === undefined) return undefined;
  const language = (block as Record<string, unknown> | null)?.['code-block'];
  // Every line of the block carries it.
  return typeof language === 'string' && language.length <= LONGEST_LANGUAGE
    ? language.replace(/[`\s]/g, '')
    : PLAIN_CODE;
}

interface Cell {
  row: string;
  cell: string;
}
const cellOf = ({ attributes }: Line): Cell | undefined => {
  if (!('row' in attributes || 'table-cell-line' in attributes)) return undefined;
  const { row, cell } = { ...attributes, ...(attributes['table-cell-line'] as object | undefined) } as Partial<Cell>;
  return typeof row === 'string' ? { row, cell: String(cell) } : undefined;
};

class MarkdownWriter {
  readonly lines: string[] = [];
  /** Widths of the marks of the items that a deeper one is indented by. */
  private insets: number[] = [];
  private numbers: number[] = [];
  /** Spaces by their number: of many deep items, they are most of the text. */
  private readonly pads: string[] = [];
  /** The last line was an item, so that blanks would make the next one part of it. */
  private inList = false;
  /** What the list above was, as long as only blank lines have followed. */
  private above: 'ordered' | 'bullet' | undefined;
  /** Two lists with blank lines between would be one, so the second has other marks. */
  private hasOtherMarks = false;

  code(block: readonly Line[], language: string): void {
    const texts = block.map(rawText);
    const longest = texts.reduce((most, text) => Math.max(most, /^\s*(`+)/.exec(text)?.[1]?.length ?? 0), 2);
    const fence = '`'.repeat(longest + 1);
    this.lines.push(fence + (language === PLAIN_CODE ? '' : language));
    for (const text of texts) this.lines.push(text);
    this.lines.push(fence);
    this.endList();
  }

  /** The lines of a table as ClickUp keeps it: each belongs to a cell, each cell to a row. */
  table(block: readonly Line[]): void {
    const rows: { row: string; cells: { cell: string; texts: string[] }[] }[] = [];
    for (const line of block) {
      const { row, cell } = cellOf(line) as Cell;
      if (rows.at(-1)?.row !== row) rows.push({ row, cells: [] });
      const cells = rows.at(-1)?.cells ?? [];
      if (cells.at(-1)?.cell !== cell) cells.push({ cell, texts: [] });
      const text = withMarks(line.runs).replace(/\|/g, '\\|').trim();
      if (text) cells.at(-1)?.texts.push(text);
    }
    rows.forEach(({ cells }, index) => {
      const texts = cells.map((cell) => cell.texts.join(' '));
      this.lines.push(`| ${texts.join(' | ')} |`);
      if (index === 0) this.lines.push(`|${' --- |'.repeat(texts.length)}`);
    });
    this.endList();
  }

  line(line: Line): void {
    const list = listOf(line);
    const content = withMarks(line.runs);
    if (list !== undefined) {
      this.item(list, content, line.attributes.indent);
      return;
    }
    const { header, blockquote } = line.attributes;
    if (typeof header === 'number' && header >= 1 && header <= HIGHEST)
      this.lines.push(`${'#'.repeat(header)} ${escapeEnd(content)}`.trimEnd());
    else if (blockquote !== undefined) this.lines.push(`> ${escapeLine(content, this.lines.at(-1))}`.trimEnd());
    else this.lines.push(escapeLine(this.inList ? content.trimStart() : content, this.lines.at(-1)));
    this.endList(header === undefined && blockquote === undefined && !content.trim());
  }

  private item(list: string, content: string, indent: unknown): void {
    const wanted = typeof indent === 'number' && indent > 0 ? Math.min(Math.floor(indent), MAX_INDENT) : 0;
    const depth = Math.min(wanted, this.insets.length);
    const number = (this.numbers[depth] ?? 0) + 1;
    const kind = list === 'ordered' ? 'ordered' : 'bullet';
    if (!this.inList) this.hasOtherMarks = this.above === kind && !this.hasOtherMarks;
    if (depth === 0) this.above = kind;
    const mark = this.markOf(list, number);
    // A list may have a hundred thousand items, most of them as deep as the one above.
    if (this.numbers.length > depth + 1) this.numbers.length = depth + 1;
    if (list === 'ordered') this.numbers[depth] = number;
    let inset = 0;
    for (let above = 0; above < depth; above++) inset += this.insets[above] as number;
    const text = content && escapeLine(content.trimStart()).replace(/^\[(?=[ xX]\](?:\s|$))/, '\\[');
    const pad = (this.pads[inset] ??= ' '.repeat(inset));
    this.lines.push(pad + (text ? mark + text : mark).trimEnd());
    if (this.insets.length > depth + 1) this.insets.length = depth + 1;
    this.insets[depth] = list === 'ordered' ? mark.length : MARKERS.bullet.length;
    this.inList = true;
  }

  private markOf(list: string, number: number): string {
    if (list === 'ordered') return `${number}${this.hasOtherMarks ? ')' : '.'} `;
    const mark = MARKERS[list as keyof typeof MARKERS] ?? MARKERS.bullet;
    return this.hasOtherMarks ? mark.replace('-', '*') : mark;
  }

  private endList(byBlank = false): void {
    if (this.inList) {
      this.insets = [];
      this.numbers = [];
      this.inList = false;
    }
    if (!byBlank) this.above = undefined;
  }
}

/** ClickUp's rich text as Markdown. What our Markdown would misread is escaped, so that `toRichText` gives the same runs. */
export function toMarkdown(runs: readonly Run[]): string {
  const writer = new MarkdownWriter();
  const lines = linesOf(runs);
  for (let at = 0; at < lines.length;) {
    const first = lines[at] as Line;
    const language = codeOf(first);
    let end = at + 1;
    if (language !== undefined) {
      while (end < lines.length && codeOf(lines[end] as Line) === language) end++;
      writer.code(lines.slice(at, end), language);
    } else if (cellOf(first)) {
      while (end < lines.length && cellOf(lines[end] as Line)) end++;
      writer.table(lines.slice(at, end));
    } else writer.line(first);
    at = end;
  }
  return writer.lines.join('\n').trimEnd();
}
