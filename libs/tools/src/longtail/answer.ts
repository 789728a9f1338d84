type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
interface Columnar {
  [key: string]: Json;
  columns: string[];
  rows: Json[][];
}

/** About 6,000 tokens: ClickUp's answers, full of ids, have some three bytes in each. */
const MAX_BYTES = 18_000;

const isObject = (value: Json): value is { [key: string]: Json } => typeof value === 'object' && value !== null && !Array.isArray(value);
const sizeOf = (value: Json): number => Buffer.byteLength(JSON.stringify(value));

/** The same JSON with every list of objects as columns and rows, wherever that is shorter. */
export function columnar(value: Json): Json {
  if (Array.isArray(value)) {
    const items = value.map(columnar);
    const table = items.length > 1 && items.every(isObject) ? asTable(items) : undefined;
    return table && sizeOf(table) < sizeOf(items) ? table : items;
  }
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, columnar(item)])) : value;
}

/** A column in which no row says anything is left out, as in every table. */
function asTable(items: { [key: string]: Json }[]): Columnar {
  const columns = [...new Set(items.flatMap((item) => Object.keys(item).filter((key) => item[key] !== null)))];
  return { columns, rows: items.map((item) => columns.map((column) => item[column] ?? null)) };
}

/**
 * The JSON within `budget` bytes, still JSON: long lists end early, long texts are cut, small things beside them stay whole.
 * @param cuts collects what was left out, in words
 */
export function shortened(value: Json, budget: number, cuts: string[], at = ''): Json {
  if (sizeOf(value) <= budget) return value;
  if (typeof value === 'string') {
    const kept = [...value.slice(0, Math.max(0, budget - 2))];
    while (sizeOf(kept.join('')) > budget && kept.length > 0) kept.length = Math.floor(kept.length * 0.8);
    cuts.push(`${at || 'text'}: ${kept.length} of ${value.length} characters`);
    return kept.join('');
  }
  if (Array.isArray(value)) return prefix(value, budget, cuts, at);
  return isObject(value) ? sharing(value, budget, cuts, at) : value;
}

function prefix(items: Json[], budget: number, cuts: string[], at: string): Json[] {
  const kept: Json[] = [];
  let left = budget - 2;
  for (const item of items) {
    const size = sizeOf(item) + 1;
    if (size > left) break;
    kept.push(item);
    left -= size;
  }
  // One huge item is better in part than not at all.
  if (kept.length === 0 && items[0] !== undefined) kept.push(shortened(items[0], left, cuts, `${at}[0]`));
  if (kept.length < items.length) cuts.push(`${at || 'list'}: ${kept.length} of ${items.length}`);
  return kept;
}

/** The smallest parts first: what they do not need is left for the large ones. */
function sharing(value: { [key: string]: Json }, budget: number, cuts: string[], at: string): Json {
  const parts = Object.entries(value).map(([key, item]) => ({ key, item, size: sizeOf(item), frame: Buffer.byteLength(key) + 4 })).sort((a, b) => a.size - b.size);
  let left = budget - 2 - parts.reduce((sum, { frame }) => sum + frame, 0);
  const fitted = new Map<string, Json>();
  for (const [index, { key, item }] of parts.entries()) {
    const short = shortened(item, Math.max(2, Math.floor(left / (parts.length - index))), cuts, [at, key].filter(Boolean).join('.'));
    fitted.set(key, short);
    left -= sizeOf(short);
  }
  return Object.fromEntries(Object.keys(value).map((key) => [key, fitted.get(key) ?? null]));
}

/** An agent never holds a ClickUp credential, not even one that it asked for. */
const WITHHELD = { access_token: '[withheld: a credential]' };
const withoutCredentials = (answer: Json): Json => (isObject(answer) && 'access_token' in answer ? { ...answer, ...WITHHELD } : answer);

/** ClickUp's answer as a model gets it: no credential, lists columnar, and what had to be left out said. */
export function bounded(answer: unknown, maxBytes = MAX_BYTES): { answer: Json; cut?: string } {
  const cuts: string[] = [];
  const short = shortened(columnar(withoutCredentials((answer ?? {}) as Json)), maxBytes, cuts);
  return cuts.length === 0 ? { answer: short } : { answer: short, cut: `Too long to show whole. Kept ${cuts.join('; ')}. Ask for a page or a narrower part to see the rest.` };
}
