import { z } from 'zod';
import { type Table } from './table.js';

/** What one answer may cost a model, in tokens as {@link tokensOf} estimates them: the rest of 6,000 is for what surrounds the contents. */
export const ANSWER_TOKENS = 5_000;
/** A piece of a text ends at a paragraph, a line or a word where one ends in this last part of it. */
const TAIL = 0.25;
/** Longer fence lines are repeated without what they say of the language. */
const FENCE_LINE = 40;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/** Kinds of characters that share a token with a neighbour of their kind. */
const enum Kind {
  Letter = 1,
  Digit,
  Other,
}
/** A run of letters longer than this is no word, and splits into many tokens. */
const WORD = 9;
/** Tokens per character, or per UTF-16 unit, found by comparison with o200k_base: rather too many than too few. */
const COST = {
  word: 1,
  letter: 0.12,
  noWord: 0.5,
  capitalInside: 0.4,
  number: 0.7,
  digitAfterLetter: 1,
  digit: 0.4,
  space: 0.1,
  escapedInJson: 1.2,
  punctuation: 0.75,
  accented: 0.8,
  surrogate: 1.8,
  other: 1,
} as const;

const otherCost = (code: number): number => {
  if (code === 32) return COST.space;
  if (code < 32 || code === 34 || code === 92) return COST.escapedInJson;
  if (code < 128) return COST.punctuation;
  if (code < 0x800) return COST.accented;
  return code >= 0xd800 && code < 0xe000 ? COST.surrogate : COST.other;
};

/**
 * Walks along a text until it has cost more than `max` tokens, about: 0 to 60 % above the truth for European prose, code and ids, more for
 * other scripts. The text may come to a model as it is or inside JSON; the dearer form counts.
 * @returns how far it came, in UTF-16 units, and what the walk cost
 */
function walk(text: string, from: number, max: number): { end: number; tokens: number } {
  let tokens = 0;
  let before: Kind = Kind.Other;
  let run = 0;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const capital = code >= 65 && code <= 90;
    if (capital || (code >= 97 && code <= 122)) {
      run = before === Kind.Letter ? run + 1 : 1;
      tokens += run === 1 ? COST.word : run > WORD ? COST.noWord : COST.letter;
      if (capital && run > 1) tokens += COST.capitalInside;
      before = Kind.Letter;
    } else if (code >= 48 && code <= 57) {
      tokens += before === Kind.Letter ? COST.digitAfterLetter : before === Kind.Digit ? COST.digit : COST.number;
      before = Kind.Digit;
    } else {
      tokens += otherCost(code);
      before = Kind.Other;
    }
    if (tokens > max) return { end: at, tokens };
  }
  return { end: text.length, tokens };
}

/** What a text costs a model, see {@link walk}; above `max` it is only known that it costs more. */
export const tokensOf = (text: string, max = Infinity): number => Math.ceil(walk(text, 0, max).tokens);

const isLow = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xdc00;

/** The last good place to cut before `end`: after a paragraph, else a line, else a word, else between two characters. */
function cutBefore(text: string, from: number, end: number): number {
  const earliest = end - Math.floor((end - from) * TAIL);
  for (const separator of ['\n\n', '\n', ' ']) {
    const at = text.lastIndexOf(separator, end - separator.length);
    if (at >= earliest && at + separator.length > from) return at + separator.length;
  }
  const between = isLow(text, end) ? end - 1 : end;
  // At least one character, however little may be shown: a piece of nothing would never come to an end.
  return between > from ? between : from + (isLow(text, from + 1) ? 2 : 1);
}

/** Whether a line can be a fence, so that most lines cost no more than a look at their first characters. */
function mayBeFence(text: string, line: number): boolean {
  let at = line;
  while (at < line + 3 && text.charCodeAt(at) === 32) at++;
  const code = text.charCodeAt(at);
  return code === 96 || code === 126;
}

/**
 * The line that opened the code block which `to` lies in.
 * @param from where to start, and `open` what is open there
 */
function openFence(text: string, to: number, from = 0, open?: string): string | undefined {
  let fence = open;
  const begun = from === 0 || text.charCodeAt(from - 1) === 10 ? from : text.indexOf('\n', from) + 1 || text.length;
  for (let line = begun; line < to;) {
    const next = text.indexOf('\n', line);
    const end = next === -1 ? text.length : next;
    if (end < to && mayBeFence(text, line)) {
      // What follows the marks is of no interest here, and the line may be very long.
      const marks = FENCE.exec(text.slice(line, Math.min(end, line + 1_000)))?.[1];
      if (marks && fence === undefined) fence = end - line > FENCE_LINE ? marks : text.slice(line, end).trim();
      else if (marks && fence !== undefined && closes(marks, fence)) fence = undefined;
    }
    line = end + 1;
  }
  return fence;
}

const marksOf = (fence: string): string => FENCE.exec(fence)?.[1] ?? '```';
const closes = (marks: string, fence: string): boolean =>
  marks.startsWith(marksOf(fence).charAt(0)) && marks.length >= marksOf(fence).length;

export interface Cut {
  text: string;
  /** Where the next piece starts; undefined at the end of the text. */
  next?: number;
}

/**
 * A piece of a text that costs a model about `maxTokens`, cut after a paragraph, line or word where one is near. A block of code that the
 * cut goes through is closed here and opened again by the next piece. Takes time in proportion to the length of the text.
 * @param from where the piece starts, in UTF-16 units: 0 or a `next` for the same text
 */
export function cutText(text: string, from: number, maxTokens: number): Cut {
  const start = Math.min(Math.max(0, from), text.length);
  const opened = start === 0 ? undefined : openFence(text, start);
  const { end } = walk(text, start, maxTokens);
  const head = opened === undefined ? '' : `${opened}\n`;
  if (end === text.length) return { text: head + text.slice(start) };
  const next = cutBefore(text, start, end);
  const open = openFence(text, next, start, opened);
  const piece = head + text.slice(start, next).trimEnd();
  return { text: open === undefined ? piece : `${piece}\n${marksOf(open)}`, next };
}

/** A place in a table: a row, and where its longest cell goes on when that cell alone was too long for one answer. */
export const RowPosition = z.strictObject({ row: z.int().min(0), char: z.int().min(0).optional() });
export type RowPosition = z.output<typeof RowPosition>;

export interface TableCut {
  table: Table;
  next?: RowPosition;
}

const rowTokens = (row: readonly string[], max?: number): number =>
  row.reduce((sum, cell) => sum + tokensOf(cell, max) + 2, 2);

/**
 * The rows of a table that fit into `maxTokens`. Of a row that alone does not fit, the longest cell is cut, and the next piece starts
 * with that row and the rest of the cell, so that nothing is unreachable.
 */
export function cutTable({ columns, rows }: Table, from: RowPosition, maxTokens: number): TableCut {
  const shown: string[][] = [];
  let left = maxTokens - rowTokens(columns);
  for (let at = from.row; at < rows.length; at++) {
    const row = rows[at]!;
    const longest = row.reduce((best, cell, index) => (cell.length > row[best]!.length ? index : best), 0);
    const char = at === from.row ? (from.char ?? 0) : 0;
    const rest = row.map((cell, index) => (char > 0 && index === longest ? `…${cell.slice(char)}` : cell));
    const cost = rowTokens(rest, maxTokens);
    if (cost <= left) {
      shown.push(rest);
      left -= cost;
      continue;
    }
    // Rows are not torn as long as they fit into an answer of their own.
    if (shown.length > 0) return { table: { columns, rows: shown }, next: { row: at } };
    const others = cost - tokensOf(rest[longest]!, maxTokens);
    const piece = cutText(row[longest]!, char, Math.max(1, left - others));
    const cut = row.map((cell, index) => (index === longest ? `${char > 0 ? '…' : ''}${piece.text}` : cell));
    const next = piece.next === undefined ? { row: at + 1 } : { row: at, char: piece.next };
    return { table: { columns, rows: [cut] }, ...(next.row < rows.length && { next }) };
  }
  return { table: { columns, rows: shown } };
}
