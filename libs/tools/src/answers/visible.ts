/**
 * Characters that a person reading ClickUp does not see but a model does: tag characters, bidi controls, zero-width and other
 * default-ignorable code points, control characters, lone surrogates. They carry hidden instructions (SEC-179).
 * Kept are the joiners that writing needs: inside emoji sequences, and between letters of scripts that join.
 */
const JOINS =
  '\\p{scx=Arab}\\p{scx=Syrc}\\p{scx=Deva}\\p{scx=Beng}\\p{scx=Guru}\\p{scx=Gujr}\\p{scx=Orya}\\p{scx=Taml}\\p{scx=Telu}\\p{scx=Knda}\\p{scx=Mlym}\\p{scx=Sinh}\\p{scx=Khmr}\\p{scx=Mymr}';
const KEPT = [
  '(?<=\\p{Emoji})\\uFE0F',
  '(?<=[\\p{ExtPict}\\p{EMod}\\uFE0F])\\u200D(?=\\p{ExtPict})',
  `(?<=[${JOINS}])[\\u200C\\u200D](?=[${JOINS}])`,
].join('|');
const JOINERS = '\\uFE0F\\u200C\\u200D';
/** Characters that are never kept are matched in whole runs and without a callback, so that a million of them cost some milliseconds. */
const NEVER = `(?:(?![\\n\\t${JOINERS}])[\\p{Default_Ignorable_Code_Point}\\p{Cc}\\p{Cs}\\uFFF9-\\uFFFB])+`;
const INVISIBLE = new RegExp(`${NEVER}|(?!${KEPT})[${JOINERS}]`, 'gu');

/** Most texts hold nothing to remove, which this cheap test finds out. */
const PLAIN = /^[\n\t\x20-\x7e]*$/;

/** The text as a person would see it; line ends become `\n`. */
export function visibleText(text: string): string {
  if (PLAIN.test(text)) return text;
  const lines = text.replaceAll('\u2028', '\n').replaceAll('\u2029', '\n');
  return PLAIN.test(lines) ? lines : lines.replace(INVISIBLE, '');
}

const ORDINARY = { enumerable: true, configurable: true, writable: true };

/** A JSON value with every text in it made visible, names of properties too; properties that are undefined disappear. */
export function visible<T>(value: T): T {
  if (typeof value === 'string') return visibleText(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => visible(item)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[key];
    if (item === undefined) continue;
    const name = visibleText(key);
    // A plain assignment would make the value the prototype.
    if (name === '__proto__') Object.defineProperty(copy, name, { value: visible(item), ...ORDINARY });
    else copy[name] = visible(item);
  }
  return copy as T;
}
