type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
interface Columnar {
  [key: string]: Json;
  columns: string[];
  rows: Json[][];
}

/** About 6,000 tokens: ClickUp's answers, full of ids, have some three bytes in each. */
const MAX_BYTES = 18_000;

const isObject = (value: Json): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isContainer = (value: Json): value is Json[] | { [key: string]: Json } =>
  typeof value === 'object' && value !== null;

/** Sizes of the parts of an answer, found out in one pass through it. */
class Measures {
  /**
   * How many bytes of JSON each list and object takes: counted once, from the inside out, because counting again at every level would
   * take quadratic time.
   */
  readonly sizes = new Map<object, number>();
  /** Of lists and objects that were not read to their end: how many items they really have. */
  readonly counts = new Map<object, number>();

  /** @param limit how many bytes can be shown: a list, or the names of an object, are read no further than that */
  constructor(readonly limit = Infinity) {}
}

/** Characters that JSON does not escape and that take one byte each: a text of these need not be counted. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
/** Bytes of a text in JSON. For a text longer than the limit a lower bound is enough, because it is cut anyway. */
const sizeOfText = (text: string, { limit }: Pick<Measures, 'limit'>): number =>
  text.length > limit || PLAIN.test(text) ? text.length + 2 : Buffer.byteLength(JSON.stringify(text));

function sizeOf(value: Json, measures: Measures): number {
  if (isContainer(value)) return measures.sizes.get(value) ?? 0;
  return typeof value === 'string' ? sizeOfText(value, measures) : String(value).length;
}

/** Brackets, commas, and what is between them. */
const sizeOfList = (count: number, content: number): number => 2 + Math.max(0, count - 1) + content;
function sized<T extends Json[] | { [key: string]: Json }>(value: T, bytes: number, { sizes }: Measures): T {
  sizes.set(value, bytes);
  return value;
}

/** The same JSON with every list of objects as columns and rows, wherever that is shorter. */
export function columnar(value: Json, measures = new Measures()): Json {
  if (Array.isArray(value)) return listOf(value, measures);
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  const entries: [string, Json][] = [];
  let [bytes, names] = [0, 0];
  for (const key of keys) {
    if (names > measures.limit) break;
    const inner = columnar(value[key] as Json, measures);
    entries.push([key, inner]);
    names += sizeOfText(key, measures) + 1;
    bytes += sizeOfText(key, measures) + 1 + sizeOf(inner, measures);
  }
  const copy = sized(Object.fromEntries(entries), sizeOfList(entries.length, bytes), measures);
  if (entries.length < keys.length) measures.counts.set(copy, keys.length);
  return copy;
}

function listOf(value: Json[], measures: Measures): Json {
  if (!value.some(isContainer)) return sized(value, Buffer.byteLength(JSON.stringify(value)), measures);
  const items: Json[] = [];
  let [content, least] = [0, 0];
  for (const item of value) {
    if (least > measures.limit) break;
    const inner = columnar(item, measures);
    items.push(inner);
    content += sizeOf(inner, measures);
    least += isObject(inner) ? sizeOfRow(Object.values(inner), measures) : sizeOf(inner, measures);
  }
  const bytes = sizeOfList(items.length, content);
  const list =
    (items.length > 1 && items.every(isObject) && asTable(items, bytes, measures)) || sized(items, bytes, measures);
  if (items.length < value.length) measures.counts.set('rows' in list ? list.rows : items, value.length);
  return list;
}

const sizeOfRow = (cells: Json[], measures: Measures): number =>
  sizeOfList(
    0,
    cells.reduce<number>((sum, cell) => sum + (cell === null ? 0 : sizeOf(cell, measures)), 0),
  );

/**
 * The table, where it is shorter than `limit`; its size is known before it is made, because a thousand rows with keys of their own
 * would make a million cells. A column in which no row says anything is left out, as in every table.
 */
function asTable(items: { [key: string]: Json }[], limit: number, measures: Measures): Columnar | undefined {
  const columns = new Map<string, number>();
  let [filled, content] = [0, 0];
  for (const item of items) {
    for (const [key, cell] of Object.entries(item)) {
      if (cell === null) continue;
      if (!columns.has(key)) columns.set(key, sizeOfText(key, measures));
      filled += 1;
      content += sizeOf(cell, measures);
    }
  }
  const names = [...columns.keys()];
  const head = sizeOfList(
    names.length,
    [...columns.values()].reduce((sum, size) => sum + size, 0),
  );
  const empty = items.length * names.length - filled;
  const body = sizeOfList(items.length, items.length * sizeOfList(names.length, 0) + content + 'null'.length * empty);
  const bytes = '{"columns":,"rows":}'.length + head + body;
  if (bytes >= limit) return undefined;
  const rows = items.map((item) => {
    const row = names.map((name) => item[name] ?? null);
    return sized(
      row,
      sizeOfList(
        row.length,
        row.reduce<number>((sum, cell) => sum + sizeOf(cell, measures), 0),
      ),
      measures,
    );
  });
  return sized({ columns: sized(names, head, measures), rows: sized(rows, body, measures) }, bytes, measures);
}

/**
 * The JSON within `budget` bytes, still JSON: long lists end early, long texts are cut, small things beside them stay whole.
 * @param measures of everything in it, from {@link columnar}
 * @param cuts collects what was left out, in words
 */
function shortened(value: Json, budget: number, measures: Measures, cuts: string[], at = ''): Json {
  if (sizeOf(value, measures) <= budget) return value;
  if (typeof value === 'string') {
    const kept = [...value.slice(0, Math.max(0, budget - 2))];
    while (sizeOfText(kept.join(''), measures) > budget && kept.length > 0) kept.length = Math.floor(kept.length * 0.8);
    cuts.push(`${at || 'text'}: ${kept.length} of ${value.length} characters`);
    return kept.join('');
  }
  if (Array.isArray(value)) return prefix(value, budget, measures, cuts, at);
  return isObject(value) ? sharing(value, budget, measures, cuts, at) : value;
}

function prefix(items: Json[], budget: number, measures: Measures, cuts: string[], at: string): Json[] {
  const kept: Json[] = [];
  let left = budget - 2;
  for (const item of items) {
    const size = sizeOf(item, measures) + 1;
    if (size > left) break;
    kept.push(item);
    left -= size;
  }
  // One huge item is better in part than not at all.
  if (kept.length === 0 && items[0] !== undefined && left >= 2)
    kept.push(shortened(items[0], left, measures, cuts, `${at}[0]`));
  const count = measures.counts.get(items) ?? items.length;
  if (kept.length < count) cuts.push(`${at || 'list'}: ${kept.length} of ${count}`);
  return sized(
    kept,
    sizeOfList(
      kept.length,
      kept.reduce<number>((sum, item) => sum + sizeOf(item, measures), 0),
    ),
    measures,
  );
}

/** Least bytes for the value of a property: with less it would say nothing. */
const LEAST_VALUE = 64;

/** The smallest parts first: what they do not need is left for the large ones. Of more properties than there is room for, the first ones. */
function sharing(value: { [key: string]: Json }, budget: number, measures: Measures, cuts: string[], at: string): Json {
  const all = Object.entries(value).map(([key, item]) => ({
    key,
    item,
    size: sizeOf(item, measures),
    frame: sizeOfText(key, measures) + 2,
  }));
  let least = 2;
  const fitting = all.filter(({ frame, size }) => (least += frame + Math.min(size, LEAST_VALUE)) <= budget);
  // If no property fits with its least size, the first one is shown with less, as long as its name fits.
  const alone = all.slice(0, 1).filter(({ frame }) => frame + 4 <= budget);
  const parts = (fitting.length > 0 ? fitting : alone).sort((a, b) => a.size - b.size);
  const count = measures.counts.get(value) ?? all.length;
  if (parts.length < count) cuts.push(`${at || 'object'}: ${parts.length} of ${count} properties`);
  let left = budget - 2 - parts.reduce((sum, { frame }) => sum + frame, 0);
  let bytes = 0;
  const fitted = new Map<string, Json>();
  for (const [index, { key, item, frame }] of parts.entries()) {
    const short = shortened(
      item,
      Math.max(2, Math.floor(left / (parts.length - index))),
      measures,
      cuts,
      [at, key].filter(Boolean).join('.'),
    );
    fitted.set(key, short);
    left -= sizeOf(short, measures);
    bytes += frame - 1 + sizeOf(short, measures);
  }
  const entries = Object.keys(value).flatMap((key): [string, Json][] =>
    fitted.has(key) ? [[key, fitted.get(key) ?? null]] : [],
  );
  return sized(Object.fromEntries(entries), sizeOfList(entries.length, bytes), measures);
}

/** An agent never holds a ClickUp credential, not even one that it asked for. */
const WITHHELD = { access_token: '[withheld: a credential]' };
const withoutCredentials = (answer: Json): Json =>
  isObject(answer) && 'access_token' in answer ? { ...answer, ...WITHHELD } : answer;

/** ClickUp's answer as a model gets it: no credential, lists columnar, and what had to be left out said. */
export function bounded(answer: unknown, maxBytes = MAX_BYTES): { answer: Json; cut?: string } {
  const cuts: string[] = [];
  const measures = new Measures(maxBytes);
  const short = shortened(columnar(withoutCredentials((answer ?? {}) as Json), measures), maxBytes, measures, cuts);
  return cuts.length === 0
    ? { answer: short }
    : {
        answer: short,
        cut: `Too long to show whole. Kept ${cuts.join('; ')}. Ask for a page or a narrower part to see the rest.`,
      };
}
