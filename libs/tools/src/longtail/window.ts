import { cutText, tokensOf } from '../answers/budget.js';
import { slim, type Slimming } from './slim.js';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Where a window begins: the index of a property or an item on each level, and at last a character. */
export type Position = readonly number[];

/** A part of an answer, small enough for a model. */
export interface Window {
  part: Json;
  /** Where the next one begins; undefined where nothing is left. */
  next?: Position;
}

/** What one answer may cost, in tokens as they are estimated; its frame and what was understood come on top. */
const WINDOW_TOKENS = 4_600;
/** A text longer than this comes after everything that is short. */
const LONG_TEXT = 400;
/** Of an object with more properties the order is left alone: sorting them would take longer than showing them. */
const MAX_SORTED = 1_000;
/** Deeper than this, an answer is no answer but an attack. */
const MAX_DEPTH = 40;
/** Names are cut: nobody chose them to be read. */
const MAX_NAME = 100;

const isObject = (value: Json): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isLong = (value: Json | undefined): boolean =>
  typeof value === 'string' ? value.length > LONG_TEXT : typeof value === 'object' && value !== null;

/**
 * The part of an answer that begins at `from` and costs about `WINDOW_TOKENS`, made slim. Nothing is lost: whatever does not fit begins the
 * next window. Items of lists are not torn unless one alone is too large. It takes time in proportion to what it shows, not to the answer.
 */
export function windowOf(answer: Json, from: Position, how: Slimming, tokens = WINDOW_TOKENS): Window {
  for (let budget = tokens; ; budget = Math.floor(budget * 0.7)) {
    const walker = new Walker(budget, how);
    const part = columnar(walker.walk(answer, '', { inList: false, depth: 0 }, from, []) ?? {});
    // Rows with properties of their own cost more than the first row foretold.
    if (budget < tokens / 8 || tokensOf(JSON.stringify(part), 2 * tokens) <= 1.15 * tokens)
      return { part, ...(walker.next && { next: walker.next }) };
  }
}

class Walker {
  next?: Position;

  constructor(
    private left: number,
    private readonly how: Slimming,
  ) {}

  walk(
    raw: Json,
    key: string,
    { inList, depth }: { inList: boolean; depth: number },
    from: Position,
    at: Position,
  ): Json | undefined {
    const seen = slim(raw, key, { inList, top: depth <= 1 }, this.how);
    if (seen === undefined) return undefined;
    if (depth > MAX_DEPTH) return '…';
    if (typeof seen === 'string') return this.text(seen, from[0] ?? 0, at);
    if (Array.isArray(seen)) return this.list(seen, key, depth, from, at);
    if (isObject(seen)) return this.object(seen, depth, from, at, inList);
    this.left -= 2;
    return seen;
  }

  private text(text: string, from: number, at: Position): string {
    const cost = tokensOf(from === 0 ? text : text.slice(from), Math.max(this.left, 0)) + 1;
    if (cost <= this.left) {
      this.left -= cost;
      return from === 0 ? text : `…${text.slice(from)}`;
    }
    const piece = cutText(text, from, Math.max(20, this.left));
    this.left = 0;
    if (piece.next !== undefined) this.next = [...at, piece.next];
    return (from === 0 ? '' : '…') + piece.text;
  }

  private list(items: Json[], key: string, depth: number, [start = 0, ...below]: Position, at: Position): Json[] {
    const kept: Json[] = [];
    for (let index = start; index < items.length; index++) {
      if (this.left <= 0) {
        this.next = [...at, index];
        break;
      }
      const before = this.left;
      const item = this.walk(items[index]!, key, { inList: true, depth: depth + 1 }, index === start ? below : [], [
        ...at,
        index,
      ]);
      if (this.next && kept.length > 0) {
        this.left = before;
        this.next = [...at, index];
        break;
      }
      kept.push(item ?? null);
      if (this.next) break;
    }
    return kept;
  }

  private object(
    value: { [key: string]: Json },
    depth: number,
    [start = 0, ...below]: Position,
    at: Position,
    inList: boolean,
  ): Json {
    const keys = inOrder(value);
    const kept: { [key: string]: Json } = {};
    for (let index = start; index < keys.length; index++) {
      const key = keys[index]!;
      if (this.left <= 0) {
        this.next = [...at, index];
        break;
      }
      // In a list of objects the names stand in the head of a table, once.
      this.left -= inList ? 1 : tokensOf(key.slice(0, MAX_NAME)) + 1;
      const inner = this.walk(value[key]!, key, { inList: false, depth: depth + 1 }, index === start ? below : [], [
        ...at,
        index,
      ]);
      if (inner !== undefined)
        Object.defineProperty(kept, key.slice(0, MAX_NAME), {
          value: inner,
          enumerable: true,
          configurable: true,
          writable: true,
        });
      if (this.next) break;
    }
    return kept;
  }
}

/** Short things first: what is behind a long one would come with a later window only. */
function inOrder(value: { [key: string]: Json }): string[] {
  const keys = Object.keys(value);
  if (keys.length > MAX_SORTED) return keys;
  return [...keys.filter((key) => !isLong(value[key])), ...keys.filter((key) => isLong(value[key]))];
}

/** The same with every list of objects as columns and rows, wherever that is shorter. */
function columnar(value: Json): Json {
  if (Array.isArray(value)) {
    const items = value.map(columnar);
    if (items.length < 2 || !items.every(isObject)) return items;
    const columns = [...new Set(items.flatMap((item) => Object.keys(item)))].filter((name) =>
      items.some((item) => !isBlank(item[name])),
    );
    // With properties of their own in each row, a table would be mostly empty.
    if (columns.length * items.length > 3 * items.reduce((sum, item) => sum + Object.keys(item).length, 0))
      return items;
    return { columns, rows: items.map((item) => columns.map((name) => item[name] ?? '')) };
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, columnar(inner)]));
}

const isBlank = (value: Json | undefined): boolean => value === undefined || value === null || value === '';
