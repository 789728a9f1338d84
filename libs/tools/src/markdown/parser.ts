import MarkdownIt from 'markdown-it';
import type StateBlock from 'markdown-it/lib/rules_block/state_block.mjs';
import type StateCore from 'markdown-it/lib/rules_core/state_core.mjs';
import type StateInline from 'markdown-it/lib/rules_inline/state_inline.mjs';
import type { Scanned } from 'markdown-it/lib/rules_inline/state_inline.mjs';
import type Token from 'markdown-it/lib/token.mjs';
import type { Nesting } from 'markdown-it/lib/token.mjs';
import { flanking } from './flanking.js';

export type { Token };

/** Lists and quotes are nested no deeper; what is deeper stays text as it was written. Each level takes up to two. */
const DEEPEST = 20;
/** Marks of one paragraph; what comes after so many is text. Nobody writes as many, and each is compared with those before it. */
const MOST_MARKS = 20_000;
const MARK = /[*_~]/;
const MENTION = /@\[([^\]\n]{1,100})\]/y;
const WEB = /<(https?:\/\/[^\s<>]{1,2000})>/y;
const BOX = /^\[([ xX])\](?: +|$)/;
/** A text with none of these is text throughout. */
const SPECIAL = /[\n\\`*_~[@<]/;

/**
 * What is not read: HTML, entities, link definitions and code by indentation would swallow text or change its letters; a line of dashes
 * under a text is a rule, not a heading, because that is what it means in a comment.
 */
const NOT_READ = ['html_block', 'html_inline', 'entity', 'reference', 'code', 'lheading', 'autolink'];

/** Tokens that nobody reads: half of those of long lists and tables. */
const UNREAD: ReadonlySet<string> = new Set([
  'paragraph_open',
  'paragraph_close',
  'table_close',
  'tbody_open',
  'tbody_close',
  'th_open',
  'th_close',
  'td_open',
  'td_close',
]);

/** Everything below the deepest level, as text. */
function tooDeep(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  if (state.level < DEEPEST) return false;
  if (!silent) paragraphOf(state, startLine, endLine);
  return true;
}

const hasTables = ({ env, src }: StateBlock): boolean => ((env as { tables?: boolean }).tables ??= src.includes('|'));
/** Of what ends a paragraph, only a table may begin with a letter. */
function beginsWithLetter({ src, bMarks, tShift }: StateBlock, line: number): boolean {
  const code = src.charCodeAt((bMarks[line] as number) + (tShift[line] as number)) | 0x20;
  return code >= 0x61 && code <= 0x7a;
}

/** @see MOST_MARKS */
function tooManyMarks(state: StateInline, silent: boolean): boolean {
  const char = state.src.charAt(state.pos);
  if (state.delimiters.length < MOST_MARKS || !MARK.test(char)) return false;
  if (!silent) state.pending += char;
  state.pos++;
  return true;
}

/**
 * A paragraph keeps the blanks at the start of its lines, and ends where a line is indented less than it: the text under an item of a
 * list is not part of the item.
 */
function paragraph(state: StateBlock, startLine: number, endLine: number): boolean {
  const { md } = state;
  const { block } = md;
  const enders = block.ruler.getRules('paragraph');
  const parent = state.parentType;
  state.parentType = 'paragraph';
  let next = startLine + 1;
  for (; next < endLine && !state.isEmpty(next); next++) {
    const indent = state.sCount[next] as number;
    if (indent < state.blkIndent) break;
    if (beginsWithLetter(state, next) && !hasTables(state)) continue;
    if (indent - state.blkIndent <= 3 && enders.some((rule) => rule(state, next, endLine, true))) break;
  }
  state.parentType = parent;
  paragraphOf(state, startLine, next);
  return true;
}

function paragraphOf(state: StateBlock, from: number, to: number): void {
  state.line = to;
  state.push('paragraph_open', 'p', 1).map = [from, to];
  const inline = state.push('inline', '', 0);
  inline.content = state.getLines(from, to, state.blkIndent, false).trimEnd();
  inline.map = [from, to];
  inline.children = [];
  state.push('paragraph_close', 'p', -1);
}

/** A line break is one, whatever blanks are around it. */
function newline(state: StateInline, silent: boolean): boolean {
  if (state.src.charCodeAt(state.pos) !== 0x0a) return false;
  if (!silent) {
    state.pending = state.pending.trimEnd();
    state.push('softbreak', 'br', 0);
  }
  state.pos++;
  return true;
}

/** A token with the text that a sticky pattern finds at this place. */
const found =
  (pattern: RegExp, push: (state: StateInline, text: string) => void) =>
  (state: StateInline, silent: boolean): boolean => {
    pattern.lastIndex = state.pos;
    const match = pattern.exec(state.src);
    if (!match) return false;
    if (!silent) push(state, match[1] as string);
    state.pos += match[0].length;
    return true;
  };

/** Brackets behind which no link can follow, however many. */
function noLink(state: StateInline, silent: boolean): boolean {
  if (state.src.charCodeAt(state.pos) !== 0x5b) return false;
  const env = state.env as { of?: string; lastLink?: number };
  if (env.of !== state.src) Object.assign(env, { of: state.src, lastLink: state.src.lastIndexOf('](') });
  if (state.pos < (env.lastLink as number)) return false;
  if (!silent) state.pending += '[';
  state.pos++;
  return true;
}

const mention = found(MENTION, (state, name) => {
  state.push('mention', '', 0).content = name;
});
const webAddress = found(WEB, (state, url) => {
  state.push('link_open', 'a', 1).attrSet('href', url);
  state.push('text', '', 0).content = url;
  state.push('link_close', 'a', -1);
});

/** Check boxes are taken off their items before escapes are read, because an escaped one is text. */
function checkBoxes({ tokens }: { tokens: Token[] }): void {
  tokens.forEach((token, index) => {
    if (token.type !== 'inline' || tokens[index - 1]?.type !== 'list_item_open') return;
    const box = BOX.exec(token.content);
    if (!box) return;
    token.content = token.content.slice(box[0].length);
    token.meta = { checked: box[1] !== ' ' };
  });
}

/** What each text consists of. Most texts, such as those of short items and cells, are only text, which needs no search. */
function texts({ tokens, md, env, Token: Made }: StateCore): void {
  for (const { type, content, children } of tokens) {
    if (type !== 'inline' || !children) continue;
    if (SPECIAL.test(content)) md.inline.parse(content, md, env, children);
    else if (content) {
      const text = new Made('text', '', 0);
      text.content = content;
      children.push(text);
    }
  }
}

const parser = new MarkdownIt({ html: false, linkify: false, typographer: false });
parser.disable(NOT_READ);
// A bound for nested brackets, each of which is searched for its end; the types of the package do not know it.
Object.assign(parser.options, { maxNesting: DEEPEST + 4 });
parser.block.ruler.before('table', 'too_deep', tooDeep, { alt: ['paragraph', 'blockquote', 'list'] });
parser.block.ruler.at('paragraph', paragraph);
parser.inline.ruler.at('newline', newline);
parser.inline.ruler.before('strikethrough', 'too_many_marks', tooManyMarks);
parser.inline.ruler.before('link', 'mention', mention);
parser.inline.ruler.before('link', 'web_address', webAddress);
parser.inline.ruler.before('link', 'no_link', noLink);
parser.core.ruler.before('inline', 'check_boxes', checkBoxes);
parser.core.ruler.at('inline', texts);
// Whoever reads the tokens joins the texts.
parser.core.ruler.disable('text_join');
// Addresses stay as they were written; those that would run a script are no links.
parser.normalizeLink = (url) => url;

const { State: BlockState } = parser.block;
parser.block.State = class extends BlockState {
  override push(type: string, tag: string, nesting: Nesting): Token {
    const token = super.push(type, tag, nesting);
    if (UNREAD.has(type)) this.tokens.pop();
    return token;
  }
};

const { State } = parser.inline;
parser.inline.State = class extends State {
  override scanDelims(start: number): Scanned {
    const { src, posMax } = this;
    const marker = src.charAt(start);
    let end = start;
    while (end < posMax && src.charAt(end) === marker) end++;
    const before = start > 0 ? codeBefore(src, start) : -1;
    const after = end < posMax ? (src.codePointAt(end) as number) : -1;
    const { opens, closes } = flanking(before, marker, after);
    return { can_open: opens, can_close: closes, length: end - start };
  }
};

function codeBefore(text: string, at: number): number {
  const low = text.charCodeAt(at - 1);
  return (low & 0xfc00) === 0xdc00 && at > 1 ? (text.codePointAt(at - 2) as number) : low;
}

/** Whether an address may be a link: those that run a script may not. */
export const isLinkable = (url: string): boolean => parser.validateLink(url);

/** The tokens of a text, with `mention` for `@[name]`. Nothing in it is HTML. */
export const tokensOf = (markdown: string): Token[] => parser.parse(markdown, {});
