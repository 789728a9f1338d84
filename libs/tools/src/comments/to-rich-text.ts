import { type Run } from '../answers/to-markdown.js';

/** A span longer than this stays plain text: it bounds the work that hostile text can cause. */
const SPAN = '(?:\\\\[^\\n]|[^\\\\\\n]){1,500}?';
/**
 * The label of a link. It may hold brackets one level deep, but none that stays open: each of many open brackets would make the pattern
 * search far ahead in vain.
 */
const LABEL = '(?:\\\\[^\\n]|[^\\\\\\n[\\]]|\\[[^\\n[\\]]{0,100}\\]){1,500}?';
const word = '[\\p{L}\\p{N}_*]';

/** Marks of characters, most specific first; each as `named group = what is inside`. Marks inside words are text: `2*3*4`, `snake_case`. */
const INLINE = new RegExp(
  [
    '\\\\(?<escaped>[\\\\`*_[\\]@#>+.)-])',
    '`(?<code>[^`\\n]{1,500})`',
    '@\\[(?<mention>[^\\]\\n]{1,100})\\]',
    `\\[(?<label>${LABEL})\\]\\((?<link>[^\\s()]{1,2000}(?:\\([^\\s()]{0,200}\\)[^\\s()]{0,200})?)\\)`,
    `(?<!${word})(?<mark>\\*\\*|__|\\*|_)(?=\\S)(?<inner>${SPAN})(?<=\\S)\\k<mark>(?!${word})`,
  ].join('|'),
  'gu',
);
/**
 * The flag `s` lets the rest of a line go on beyond U+2028. Without it such a line would not match, and every number of spaces would be
 * tried first.
 */
const LIST = /^( {0,20})(?:[-*+]|(\d{1,9})[.)]) +(?:\[([ xX])\] +)?(.*)$/s;
const HEADING = /^#{1,6} +(.*)$/s;
/** Matched against a line without the blanks at its end. */
const FENCE = /^ {0,3}(?:```|~~~)\s*([\w+#-]{0,30})$/;

type Marks = Record<string, unknown>;

const run = (text: string, marks: Marks): Run => (Object.keys(marks).length ? { text, attributes: marks } : { text });

/** Text with character marks; marks inside marks add up. */
function inline(text: string, marks: Marks): Run[] {
  const runs: Run[] = [];
  let plain = '';
  const flush = () => {
    if (plain) runs.push(run(plain, marks));
    plain = '';
  };
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    const { escaped, code, mention, label, link, mark, inner } = match.groups ?? {};
    plain += text.slice(from, match.index);
    from = match.index + match[0].length;
    if (escaped !== undefined) {
      plain += escaped;
      continue;
    }
    flush();
    if (code !== undefined) runs.push(run(code, { ...marks, code: true }));
    else if (mention !== undefined) runs.push({ type: 'tag', user: { username: mention } });
    else if (label !== undefined) runs.push(...inline(label, { ...marks, link }));
    else runs.push(...inline(inner ?? '', { ...marks, [mark?.length === 2 ? 'bold' : 'italic']: true }));
  }
  plain += text.slice(from);
  flush();
  return runs;
}

/** A line that is an item of a list, with the mark of its end. */
function item(line: string): Run[] | undefined {
  const found = LIST.exec(line);
  if (!found) return undefined;
  const [, inset = '', number, box, text = ''] = found;
  const list =
    box === undefined ? (number === undefined ? 'bullet' : 'ordered') : box === ' ' ? 'unchecked' : 'checked';
  const indent = Math.floor(inset.length / 2);
  return [...inline(text, {}), { text: '\n', attributes: { list: { list }, ...(indent && { indent }) } }];
}

/**
 * Markdown as ClickUp's rich text, since ClickUp mangles Markdown in comments: bold, italic, code, links, lists, check boxes,
 * code blocks, and mentions as `@[name]`, whose `user` still has to be given its id. Headings become bold. All text survives.
 */
export function toRichText(markdown: string): Run[] {
  const runs: Run[] = [];
  let fence: string | undefined;
  const lines = markdown.replace(/\r\n?/g, '\n').split('\n');
  lines.forEach((line, index) => {
    const opened = FENCE.exec(line.trimEnd());
    if (opened) {
      fence = fence === undefined ? opened[1] || 'plain' : undefined;
      return;
    }
    if (fence !== undefined) {
      runs.push(...(line ? [{ text: line }] : []), {
        text: '\n',
        attributes: { 'code-block': { 'code-block': fence } },
      });
      return;
    }
    const heading = HEADING.exec(line)?.[1];
    runs.push(
      ...(item(line) ?? [
        ...(heading === undefined ? inline(line, {}) : inline(heading, { bold: true })),
        ...(index < lines.length - 1 ? [{ text: '\n' }] : []),
      ]),
    );
  });
  return runs;
}
