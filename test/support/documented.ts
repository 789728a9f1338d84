import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const FENCE = /^( *)```(\w*)$/;
const HEADING = /^(#+) (.*)$/;

/** Code of a page. */
export interface Block {
  page: string;
  /** The headings that it stands under, from that of the page on. */
  headings: string[];
  language: string;
  /** As it stands there, without the indentation of a list that it is in. */
  code: string;
}

/** Every block of a page, in order. @param page from the root of the repository */
export function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  const headings: string[] = [];
  let open: { indent: string; language: string; lines: string[] } | undefined;
  for (const line of readFileSync(resolve(page), 'utf8').split('\n')) {
    const [fence, indent = '', language = ''] = FENCE.exec(line) ?? [];
    if (fence !== undefined && open) {
      const { lines, language } = open;
      blocks.push({ page, headings: headings.filter(Boolean), language, code: `${lines.join('\n')}\n` });
      open = undefined;
    } else if (fence !== undefined) open = { indent, language, lines: [] };
    else if (open) open.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
    else {
      const [, marks, title] = HEADING.exec(line) ?? [];
      if (marks) headings.splice(marks.length - 1, Infinity, title!);
    }
  }
  return blocks;
}

/**
 * Code of a page, as it stands there.
 * @param page from the root of the repository
 * @param heading the section that it stands in, with its parts
 * @param nth which of the blocks of that section, from 0
 * @throws Error when there is no such block
 */
export function documented(page: string, heading: string, nth = 0): string {
  const found = blocksOf(page).filter(({ headings }) => headings.includes(heading))[nth];
  if (!found) throw new Error(`${page} has no block ${nth} under "${heading}"`);
  return found.code;
}

/** A text with what its documents name replaced by what is really there. */
export const filledIn = (block: string, real: Readonly<Record<string, string>>): string =>
  Object.entries(real).reduce((text, [written, here]) => text.replaceAll(written, here), block);
