import { flanking } from './flanking.js';

/** A text that holds none of these is itself in Markdown. */
const SPECIAL = /[\\`*_~[\]@<!]/;
/**
 * Escaped is what would be read as a mark: a backslash before punctuation or at the end, code, links, mentions, addresses, and stars,
 * underscores and tildes where they could begin or end something.
 */
const INLINE = /\\(?=[!-/:-@[-`{-~]|$)|`|\](?=\(|$)|@(?=\[|$)|!$|<(?=https?:\/\/|$)|\*+|_+|~+/g;
const IN_LABEL = new RegExp(`[[\\]]|${INLINE.source}`, 'g');
const LINE_START = /^(\s*)(?:([-+*>_~]|#{1,6}(?=\s|$))|(\d{1,9})([.)])(?=\s|$))/;
const MARKED = /^(?:[-+*](?:\s|$)|>|#|~~~)/;
const LINE_RULE = /^\s*([-*_])(?:\s*\1){2,}\s*$/;
/** The line under the head of a table. */
const DASHES = /^[\s|:-]*$/;

const codeBefore = (text: string, at: number): number => (at > 0 ? (text.codePointAt(at - 1) as number) : -1);
const codeAfter = (text: string, at: number): number => (at < text.length ? (text.codePointAt(at) as number) : -1);

/** Stands for a mark or more text, which may be anything. */
const LETTER = 0x61;

export interface Edges {
  /** Whether the text begins its line; if not, a mark or more text comes before it. */
  start: boolean;
  end: boolean;
  /** Whether it stands between the brackets of a link. */
  inLabel: boolean;
}

/** Text inside a line, so that it is read as it is. */
export function escapeText(text: string, edges: Edges): string {
  if (!SPECIAL.test(text)) return text;
  return text.replace(edges.inLabel ? IN_LABEL : INLINE, (mark: string, at: number) => {
    const end = at + mark.length;
    const isLast = end === text.length;
    const char = mark.charAt(0);
    if (char === '*' || char === '_' || char === '~') {
      const before = at === 0 && !edges.start ? LETTER : codeBefore(text, at);
      const after = isLast && !edges.end ? LETTER : codeAfter(text, end);
      const { opens, closes } = flanking(before, char, after);
      const isOpen = (at === 0 && !edges.start) || (isLast && !edges.end);
      return isOpen || ((opens || closes) && mark !== '~') ? mark.replace(/./g, '\\$&') : mark;
    }
    // At the end of the line nothing follows that these could belong to, but a backslash would join the lines.
    return isLast && edges.end && !edges.inLabel && char !== '\\' && char !== '`' ? mark : `\\${mark}`;
  });
}

/**
 * A line whose text is escaped already: what would make it an item, a heading, a quote, a rule or a table is escaped, too.
 * @param above the line before it, which may be the head of a table
 */
export function escapeLine(line: string, above = ''): string {
  if (line === '') return line;
  if (above.includes('|') && DASHES.test(line)) return line.replace(/[:|-]/, '\\$&');
  const found = LINE_START.exec(line);
  if (!found) return line;
  const [whole, space = '', mark, number, point] = found;
  const rest = line.slice(whole.length);
  if (number !== undefined) return `${space}${number}\\${point}${rest}`;
  return MARKED.test(line.slice(space.length)) || LINE_RULE.test(line) ? `${space}\\${mark}${rest}` : line;
}
