import { type Edges, escapeLine, escapeText } from './escape.js';
import { flanking } from './flanking.js';
import { isLinkable } from './parser.js';
import { type Run } from './run.js';
import { toRichText } from './to-rich-text.js';

/** Marks of characters, the outermost first where they begin and end together. */
const MARKS = ['strike', 'bold', 'italic'] as const;
type Mark = (typeof MARKS)[number];
/** Tried one after the other: inside a word an underscore is no mark. */
const DELIMITERS: Record<Mark, readonly string[]> = { strike: ['~~'], bold: ['**'], italic: ['_', '*'] };
/** How often marks that Markdown cannot express where they stand are taken off, before the line does without any. */
const ATTEMPTS = 4;
/** A longer line does without marks that can be read in two ways. */
const LONGEST_CHECKED = 10_000;

/** Marks as one number, because a hostile line has a hundred thousand pieces. */
const BIT: Record<Mark, number> = { strike: 1, bold: 2, italic: 4 };
const NONE = 0;

/** A part of a line that looks the same throughout. */
interface Piece {
  markdown: string;
  /** Bits of {@link BIT}. */
  marks: number;
  isSpace: boolean;
}
/** One mark from where it begins to where it ends. */
interface Span {
  mark: Mark;
  delimiter: number;
}
type Part = string | { span: Span; opens: boolean };

const marksOf = ({ attributes }: Run): number =>
  attributes
    ? (attributes.strike ? BIT.strike : 0) | (attributes.bold ? BIT.bold : 0) | (attributes.italic ? BIT.italic : 0)
    : NONE;
const linkOf = ({ attributes }: Run): string | undefined =>
  typeof attributes?.link === 'string' && isLinkable(attributes.link) ? attributes.link : undefined;
const isText = (run: Run): boolean => run.text !== undefined && run.type !== 'tag';
/** Code that touches code is one, because its backticks would be. */
const looksLike = (run: Run, other: Run): boolean =>
  run.attributes === other.attributes ||
  (Boolean(run.attributes?.code) === Boolean(other.attributes?.code) &&
    (run.attributes?.code ? true : marksOf(run) === marksOf(other)) &&
    (run.attributes?.link === other.attributes?.link || linkOf(run) === linkOf(other)));

/** Neighbours that look the same as one run. */
function joined(runs: readonly Run[]): Run[] {
  const all: Run[] = [];
  for (let at = 0; at < runs.length;) {
    const first = runs[at++] as Run;
    const from = at;
    if (isText(first)) while (at < runs.length && isText(runs[at] as Run) && looksLike(runs[at] as Run, first)) at++;
    const same = runs.slice(from - 1, at);
    all.push(same.length > 1 ? { ...first, text: same.map(({ text = '' }) => text).join('') } : first);
  }
  return all;
}

function code(text: string): string {
  let longest = 0;
  for (const [ticks] of text.matchAll(/`+/g)) longest = Math.max(longest, ticks.length);
  const fence = '`'.repeat(longest + 1);
  const pad = /^`|`$|^ .* $/s.test(text) ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}

/** An address in the brackets of a link. */
function destination(url: string): string {
  const escaped = url.replace(/\\(?=[!-/:-@[-`{-~])|&(?=#?\w+;)|[<>]/g, '\\$&');
  if (/\s/.test(url)) return `<${escaped}>`;
  return /^[^()]*(?:\([^()]*\)[^()]*)*$/.test(url) ? escaped : escaped.replace(/[()]/g, '\\$&');
}

const link = (label: string, url: string): string => `[${label}](${destination(url)})`;

/** A run without text: a mention, an attachment, a bookmark, … */
function embedded(run: Run): string {
  const part = (run.type === undefined ? undefined : run[run.type === 'tag' ? 'user' : run.type]) as
    { username?: string; id?: number; url?: string; title?: string } | undefined;
  if (run.type === 'tag') return `@[${String(part?.username ?? part?.id ?? 'someone').replace(/[\]\n]/g, ' ')}]`;
  const name = String(part?.title ?? run.type ?? 'unknown').replace(/\s+/g, ' ');
  const label = escapeText(name, { start: false, end: false, inLabel: true });
  return typeof part?.url === 'string' && isLinkable(part.url) && !/\s/.test(part.url)
    ? link(label, part.url)
    : `[${label}]`;
}

/** Blanks at the ends of a text are pieces of their own, because marks do not begin before and end behind them. */
function textPieces(text: string, marks: number, edges: Edges): Piece[] {
  const from = text.length - text.trimStart().length;
  const to = text.trimEnd().length;
  const space = (markdown: string): Piece[] => (markdown ? [{ markdown, marks, isSpace: true }] : []);
  if (from >= to) return space(text);
  // A mark touches the text that it is on.
  const isBare = marks === NONE;
  const markdown = escapeText(text.slice(from, to), {
    ...edges,
    start: isBare && (edges.start || from > 0),
    end: isBare && (edges.end || to < text.length),
  });
  return [...space(text.slice(0, from)), { markdown, marks, isSpace: false }, ...space(text.slice(to))];
}

function piecesOf(runs: readonly Run[], inLabel: boolean): Piece[] {
  const all = joined(runs);
  const pieces: Piece[] = [];
  for (let at = 0; at < all.length; at++) {
    const run = all[at] as Run;
    const url = linkOf(run);
    const marks = marksOf(run);
    const text = run.text ?? '';
    if (!isText(run)) {
      // What is named in brackets is no link, whatever follows.
      const isFollowed = run.type !== 'tag' && all[at + 1]?.text?.startsWith('(');
      const markdown = embedded(run);
      pieces.push({
        markdown: isFollowed && markdown.endsWith(']') ? `${markdown.slice(0, -1)}\\]` : markdown,
        marks: NONE,
        isSpace: false,
      });
    } else if (url !== undefined) {
      let end = at + 1;
      while (end < all.length && isText(all[end] as Run) && linkOf(all[end] as Run) === url) end++;
      const label = withMarks(
        all.slice(at, end).map((part) => ({ ...part, attributes: { ...part.attributes, link: undefined } })),
        true,
      );
      pieces.push({ markdown: link(label, url), marks: NONE, isSpace: false });
      at = end - 1;
    } else if (run.attributes?.code && text.trim()) pieces.push({ markdown: code(text), marks, isSpace: false });
    else {
      const isLine = marks === NONE && !inLabel;
      const edges = { start: isLine && at === 0, end: isLine && at === all.length - 1, inLabel };
      for (const piece of textPieces(text, marks, edges)) pieces.push(piece);
    }
  }
  return pieces;
}

/** The marks of each piece; blanks have those that go on behind them. */
function marksOfAll(pieces: readonly Piece[]): number[] {
  const textAt = (index: number) => (pieces[index]?.isSpace === false ? pieces[index].marks : NONE);
  return pieces.map(({ isSpace, marks }, index) => (isSpace ? textAt(index - 1) & textAt(index + 1) : marks));
}

/** The last piece that each mark goes on to, by the piece where one looks. */
function endsOf(bit: number, marks: readonly number[]): number[] {
  const ends = marks.map((_, index) => index);
  for (let index = marks.length - 2; index >= 0; index--)
    if ((marks[index + 1] as number) & bit) ends[index] = ends[index + 1] as number;
  return ends;
}

/** The pieces with where marks begin and end, well nested: what ends later begins earlier. */
function partsOf(pieces: readonly Piece[], marks: readonly number[]): Part[] {
  const ends = { strike: endsOf(BIT.strike, marks), bold: endsOf(BIT.bold, marks), italic: endsOf(BIT.italic, marks) };
  const parts: Part[] = [];
  const open: Span[] = [];
  let isOpen = NONE;
  pieces.forEach(({ markdown, isSpace }, index) => {
    const wanted = marks[index] as number;
    const keep = isOpen & ~wanted ? open.findIndex(({ mark }) => !(wanted & BIT[mark])) : open.length;
    while (open.length > keep) {
      const span = open.pop() as Span;
      isOpen &= ~BIT[span.mark];
      parts.push({ span, opens: false });
    }
    if (!isSpace && wanted & ~isOpen) {
      const missing = MARKS.filter((mark) => wanted & ~isOpen & BIT[mark]);
      const endOf = (mark: Mark) => ends[mark][index] as number;
      for (const mark of missing.sort((one, other) => endOf(other) - endOf(one))) {
        const span = { mark, delimiter: 0 };
        open.push(span);
        parts.push({ span, opens: true });
      }
      isOpen |= wanted;
    }
    parts.push(markdown);
  });
  for (const span of open.reverse()) parts.push({ span, opens: false });
  return parts;
}

const textOf = (part: Part): string =>
  typeof part === 'string' ? part : (DELIMITERS[part.span.mark][part.span.delimiter] ?? '');

/**
 * The spans whose delimiters would not be read as such where they stand, and whether any of the others could be read as the other end of
 * a mark as well, which happens inside words.
 */
function misread(parts: readonly Part[]): { wrong: Set<Span>; isAmbiguous: boolean } {
  const wrong = new Set<Span>();
  let isAmbiguous = false;
  const shown = parts.filter((part) => textOf(part) !== '');
  let before = -1;
  for (let at = 0; at < shown.length;) {
    const part = shown[at] as Part;
    const text = textOf(part);
    if (typeof part === 'string') {
      before = lastCode(text);
      at++;
      continue;
    }
    const char = text.charAt(0);
    let end = at + 1;
    while (end < shown.length && typeof shown[end] !== 'string' && textOf(shown[end] as Part).startsWith(char)) end++;
    const group = shown.slice(at, end) as Exclude<Part, string>[];
    const after = end < shown.length ? (textOf(shown[end] as Part).codePointAt(0) as number) : -1;
    const { opens, closes } = flanking(before, char, after);
    const mixed = group.some((one) => one.opens) && group.some((one) => !one.opens);
    for (const one of group) if (one.opens ? !opens || mixed : !closes) wrong.add(one.span);
    isAmbiguous ||= opens && closes;
    before = char.charCodeAt(0);
    at = end;
  }
  return { wrong, isAmbiguous };
}

function lastCode(text: string): number {
  const low = text.charCodeAt(text.length - 1);
  return (low & 0xfc00) === 0xdc00 && text.length > 1 ? (text.codePointAt(text.length - 2) as number) : low;
}

/** Whether what is read of a line has the same letters as without its marks. */
function isReadAs(line: string, pieces: readonly Piece[]): boolean {
  if (line.length > LONGEST_CHECKED) return false;
  const bare = pieces.map(({ markdown }) => markdown).join('');
  const [read, plain] = [line, bare].map((text) =>
    toRichText(escapeLine(text))
      .map((run) => run.text ?? '@')
      .join(''),
  );
  return read === plain;
}

/** A line that looks the same throughout, as most do: between the edges of a line every mark is read. */
function oneLook(run: Run): string | undefined {
  const { text, attributes = {} } = run;
  if (text === undefined || !isText(run) || attributes.link) return undefined;
  const inner = text.trim();
  if (!inner) return text;
  const delimiters = MARKS.filter((mark) => attributes[mark]).map((mark) => DELIMITERS[mark][0]);
  const [before, after] = [delimiters.join(''), delimiters.toReversed().join('')];
  if (attributes.code) return before + code(text) + after;
  if (!before) return escapeText(text, { start: true, end: true, inLabel: false });
  const from = text.indexOf(inner);
  const escaped = escapeText(inner, { start: false, end: false, inLabel: false });
  return text.slice(0, from) + before + escaped + after + text.slice(from + inner.length);
}

/**
 * The runs of one line as Markdown. A mark that Markdown cannot express where it stands, such as one from the middle of a word to the
 * middle of a blank, is left out; the text never is.
 * @param inLabel of a link, where brackets are escaped
 */
export function withMarks(runs: readonly Run[], inLabel = false): string {
  if (runs.length === 0) return '';
  if (runs.length === 1 && !inLabel) {
    const line = oneLook(runs[0] as Run);
    if (line !== undefined) return line;
  }
  const pieces = piecesOf(runs, inLabel);
  const marks = marksOfAll(pieces);
  if (marks.every((each) => each === NONE)) return pieces.map(({ markdown }) => markdown).join('');
  const parts = partsOf(pieces, marks);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { wrong, isAmbiguous } = misread(parts);
    if (wrong.size === 0) {
      const marked = parts.map(textOf).join('');
      if (!isAmbiguous || isReadAs(marked, pieces)) return marked;
      break;
    }
    for (const span of wrong) span.delimiter++;
  }
  return pieces.map(({ markdown }) => markdown).join('');
}
