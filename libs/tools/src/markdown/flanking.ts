/** Where marks of characters begin and end, for the reader and the writer of Markdown alike. */

const SPACE = 1;
const PUNCTUATION = 2;
const DIGIT = 4;
/** Punctuation that ends a phrase, so that a mark may begin after, but not before it. */
const CLOSING = 8;
/** Punctuation that begins a phrase. */
const OPENING = 16;
const MARKER = 32;

const ASCII = Array.from({ length: 128 }, (_, code) => classOf(String.fromCharCode(code)));

function classOf(char: string): number {
  if (/\s/u.test(char)) return SPACE;
  if (/\p{N}/u.test(char)) return DIGIT;
  if (!/[\p{P}\p{S}]/u.test(char)) return 0;
  if (/[*_~\\`]/.test(char)) return PUNCTUATION | MARKER;
  return PUNCTUATION | (/[\p{Pe}\p{Pf}.,;:!?]/u.test(char) ? CLOSING : /[\p{Ps}\p{Pi}]/u.test(char) ? OPENING : 0);
}

/** @param code of a character; -1 for the edge of the text, which counts as a space */
function kind(code: number): number {
  if (code < 0) return SPACE;
  return code < 128 ? (ASCII[code] as number) : classOf(String.fromCodePoint(code));
}

/**
 * Whether a mark between two characters may begin and end there: as CommonMark says, with three exceptions that texts of people and
 * models need. A `*` between digits multiplies; a mark may end behind the punctuation of its text though a word follows (`**Note:**this`,
 * which is how languages without spaces write), and likewise begin.
 * @param before code point, -1 at the start of the text
 * @param after code point, -1 at its end
 */
export function flanking(before: number, marker: string, after: number): { opens: boolean; closes: boolean } {
  const [left, right] = [kind(before), kind(after)];
  if (marker !== '~' && left & right & DIGIT) return { opens: false, closes: false };
  const opens = !(right & SPACE) && (!(right & PUNCTUATION) || (left & (SPACE | PUNCTUATION)) !== 0);
  const closes = !(left & SPACE) && (!(left & PUNCTUATION) || (right & (SPACE | PUNCTUATION)) !== 0);
  if (marker === '_')
    return {
      opens: opens && (!closes || (left & PUNCTUATION) !== 0),
      closes: closes && (!opens || (right & PUNCTUATION) !== 0),
    };
  return {
    opens: opens || (!(right & SPACE) && !(right & (CLOSING | MARKER))),
    closes: closes || (!(left & SPACE) && !(left & (OPENING | MARKER))),
  };
}
