import { type Token, tokensOf } from './parser.js';
import { LONGEST_LANGUAGE, type Marks, MAX_INDENT, PLAIN_CODE, RULE, type Run } from './run.js';

/** Columns by which the item of a list has to be indented to lie below another. */
const NESTED = 2;
const LANGUAGE = /^[\w+#.-]+$/;
const MARK = { strong_open: 'bold', em_open: 'italic', s_open: 'strike' } as const;
const MARK_ENDS = { strong_close: 'bold', em_close: 'italic', s_close: 'strike' } as const;
const CELL_BORDER = ' | ';

const isPlain = (marks: Marks): boolean => {
  for (const _ in marks) return false;
  return true;
};
const marked = (text: string, marks: Marks): Run => (isPlain(marks) ? { text } : { text, attributes: { ...marks } });

const NO_MARKS: Marks = {};
function sameMarks(one: Marks = NO_MARKS, other: Marks = NO_MARKS): boolean {
  if (one === other) return true;
  for (const mark in one) if (one[mark] !== other[mark]) return false;
  for (const mark in other) if (!(mark in one)) return false;
  return true;
}

/** Text joins the run before it when both look the same. */
function add(runs: Run[], run: Run): void {
  const last = runs.at(-1);
  if (run.text === '') return;
  if (last?.text !== undefined && run.text !== undefined && sameMarks(last.attributes, run.attributes))
    last.text += run.text;
  else runs.push(run);
}

/** The lines of one text with marks of characters; `outer` are the marks that all of it has. */
function inline(tokens: readonly Token[], outer: Marks): Run[][] {
  const lines: Run[][] = [[]];
  const marks: Marks = { ...outer };
  let title: string | null = null;
  /** The run that has all marks of now. */
  let same: Run | undefined;
  for (const token of tokens) {
    const line = lines.at(-1) as Run[];
    const { type, content } = token;
    // Each sign that could have been a mark is a text of its own.
    if (type === 'text' && same) {
      same.text += content;
      continue;
    }
    same = undefined;
    if (type in MARK) marks[MARK[type as keyof typeof MARK]] = true;
    else if (type in MARK_ENDS) {
      const mark = MARK_ENDS[type as keyof typeof MARK_ENDS];
      if (!(mark in outer)) delete marks[mark];
    } else if (type === 'link_open') {
      marks.link = token.attrGet('href');
      title = token.attrGet('title');
    } else if (type === 'link_close') {
      delete marks.link;
      if (title) add(line, marked(` (${title})`, marks));
    } else if (type === 'image') {
      const link = token.attrGet('src');
      const described = (token.children ?? []).map((part) => part.content).join('');
      add(line, marked(described || link || '', { ...marks, link }));
    } else if (type === 'code_inline') add(line, marked(content, { ...marks, code: true }));
    else if (type === 'mention') line.push({ type: 'tag', user: { username: content } });
    else if (type === 'softbreak' || type === 'hardbreak') lines.push([]);
    else {
      add(line, marked(content, marks));
      if (content) same = line.at(-1);
    }
  }
  return lines;
}

interface Item {
  /** Its number in an ordered list, with the point behind it. */
  number: number | undefined;
  markup: string;
  depth: number;
  /** Whether its first line, the one that is marked, has been written. */
  begun: boolean;
}

/** Writes the lines of rich text while the tokens are gone through. */
class Writer {
  readonly runs: Run[] = [];
  private quotes = 0;
  private readonly items: Item[] = [];
  private readonly lists: { next: number | undefined; markup: string; count: number }[] = [];
  /** Columns at which the items around this one began. */
  private columns: number[] = [];
  /** How far ClickUp has counted, per depth: it begins anew behind every line that is no item. */
  private counted: number[] = [];
  private heading: number | undefined;
  private row: Run[][] | undefined;
  private inHead = false;
  /** The line of the source that comes next, so that blank lines between texts are kept. */
  private next = 0;

  constructor(private readonly source: readonly string[]) {}

  /** @param following what comes after the token */
  take(token: Token, following: Token | undefined): void {
    const { type, map } = token;
    if (type === 'blockquote_open') {
      this.blankLines(map);
      this.quotes++;
    } else if (type === 'blockquote_close') this.quotes--;
    else if (type === 'bullet_list_open' || type === 'ordered_list_open') {
      this.begin();
      this.blankLines(map);
      const start = type === 'ordered_list_open' ? Number(token.attrGet('start') ?? 1) : undefined;
      this.lists.push({ next: start, markup: token.markup, count: 0 });
    } else if (type === 'bullet_list_close' || type === 'ordered_list_close') this.lists.pop();
    else if (type === 'list_item_open') this.openItem(map);
    else if (type === 'list_item_close') {
      if (following?.type.endsWith('_list_close')) this.lone();
      this.begin();
      this.items.pop();
    } else if (type === 'heading_open') this.heading = Number(token.tag.slice(1));
    else if (type === 'heading_close') this.heading = undefined;
    else if (type === 'thead_open') this.inHead = true;
    else if (type === 'thead_close') this.inHead = false;
    else if (type === 'table_open') {
      this.blankLines(map);
      this.passed(map);
    } else if (type === 'tr_open') this.row = [];
    else if (type === 'tr_close') this.closeRow();
    else if (type === 'inline') this.text(token);
    else if (type === 'fence') this.code(token);
    else if (type === 'hr') {
      this.blankLines(map);
      this.line([{ text: RULE }]);
      this.passed(map);
    }
  }

  private text({ children, map, meta }: Token): void {
    if (this.row) {
      const [first = []] = inline(children ?? [], this.inHead ? { bold: true } : {});
      this.row.push(first);
      return;
    }
    this.blankLines(map);
    const inQuote = this.heading !== undefined && this.quotes > 0;
    const lines = inline(children ?? [], inQuote ? { bold: true } : {});
    for (const line of lines) this.line(line, (meta as { checked?: boolean } | null)?.checked);
    this.passed(map);
  }

  private code({ content, info, map }: Token): void {
    this.begin();
    this.blankLines(map);
    const [named = ''] = info.trim().split(/\s/, 1);
    const language = named.length <= LONGEST_LANGUAGE && LANGUAGE.test(named) ? named : PLAIN_CODE;
    for (const line of content.replace(/\n$/, '').split('\n')) {
      add(this.runs, { text: line });
      this.end({ 'code-block': { 'code-block': language } });
    }
    this.counted = [];
    this.passed(map);
  }

  private closeRow(): void {
    const line: Run[] = [];
    this.row?.forEach((cell, index) => {
      if (index > 0) add(line, { text: CELL_BORDER });
      for (const run of cell) add(line, run);
    });
    this.row = undefined;
    this.line(line);
  }

  private openItem(map: Token['map']): void {
    const list = this.lists.at(-1);
    this.blankLines(map);
    const source = this.quotes > 0 ? '' : (this.source[map?.[0] ?? 0] ?? '');
    const column = source.length - source.trimStart().length;
    // Who indents less than the item above begins with still means "below it" when it is by two columns, which CommonMark does not say.
    while (this.columns.length > 0 && column < (this.columns.at(-1) as number) + NESTED) this.columns.pop();
    const depth = Math.max(this.columns.length, this.lists.length - 1);
    this.columns.push(column);
    this.items.push({
      number: list?.next,
      markup: list?.markup ?? '',
      depth: Math.min(depth, MAX_INDENT),
      begun: false,
    });
    if (list?.next !== undefined) list.next++;
    if (list) list.count++;
  }

  /** The line of an item that begins with something else than text. */
  private begin(): void {
    if (this.items.at(-1)?.begun === false) this.line([]);
  }

  /** A mark with nothing behind it and no other item beside it is text: a comment may be a dash. */
  private lone(): void {
    const item = this.items.at(-1);
    if (!item || item.begun || this.lists.at(-1)?.count !== 1 || this.lists.length > 1) return;
    item.begun = true;
    this.plain([{ text: item.number === undefined ? item.markup : `${item.number}${item.markup}` }]);
  }

  /** One line: the first of an item carries the mark of its list. */
  private line(line: readonly Run[], checked?: boolean): void {
    const item = this.items.at(-1);
    if (!item || item.begun) {
      this.plain(line);
      return;
    }
    item.begun = true;
    const { depth, number, markup } = item;
    if (this.quotes > 0) {
      const mark = number === undefined ? '- ' : `${number}${markup} `;
      const box = checked === undefined ? '' : checked ? '[x] ' : '[ ] ';
      this.plain([{ text: `${'  '.repeat(depth)}${mark}${box}` }, ...line]);
      return;
    }
    this.counted.length = Math.min(this.counted.length, depth + 1);
    if (number !== undefined && checked === undefined) {
      // ClickUp counts from one. Another number is written as text, so that it stays what it is.
      if (number !== (this.counted[depth] ?? 0) + 1) {
        this.plain([{ text: `${number}${markup} ` }, ...line]);
        return;
      }
      this.counted[depth] = number;
    }
    for (const run of line) add(this.runs, run);
    const list =
      checked === undefined ? (number === undefined ? 'bullet' : 'ordered') : checked ? 'checked' : 'unchecked';
    this.end({ list: { list }, ...(depth && { indent: depth }) });
  }

  /** A line that is no item. */
  private plain(line: readonly Run[]): void {
    this.counted = [];
    if (this.items.length === 0) this.columns = [];
    // Quotes have one level; the marks of further ones stay text.
    if (this.quotes > 1) add(this.runs, { text: '> '.repeat(this.quotes - 1) });
    for (const run of line) add(this.runs, run);
    if (this.quotes > 0) this.end({ blockquote: {} });
    else this.end(this.heading === undefined ? undefined : { header: this.heading });
  }

  private end(attributes: Marks | undefined): void {
    this.runs.push(attributes ? { text: '\n', attributes } : { text: '\n' });
  }

  /** Blank lines are kept, except between the items of a list, whose numbers would begin anew. */
  private blankLines(map: Token['map']): void {
    if (!map || map[0] <= this.next) return;
    if (this.lists.length === 0) for (let left = map[0] - this.next; left > 0; left--) this.plain([]);
    this.next = map[0];
  }

  private passed(map: Token['map']): void {
    if (map) this.next = Math.max(this.next, map[1]);
  }
}

/**
 * Markdown as ClickUp's rich text, since ClickUp mangles Markdown in comments: bold, italic, strike-through, code, links, headings, quotes,
 * lists, check boxes, code blocks, and mentions as `@[name]`, whose `user` still has to be given its id. What rich text does not have stays
 * readable: a row of a table is a line, the number of a list that does not begin with one is text. All text survives.
 */
export function toRichText(markdown: string): Run[] {
  const source = markdown.replace(/\r\n?/g, '\n');
  const writer = new Writer(source.split('\n'));
  const tokens = tokensOf(source);
  tokens.forEach((token, index) => writer.take(token, tokens[index + 1]));
  const { runs } = writer;
  const last = runs.at(-1);
  if (last?.text === '\n' && !last.attributes) runs.pop();
  return runs;
}
