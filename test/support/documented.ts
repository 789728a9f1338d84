import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const FENCE = /^```(\w*)$/;
const HEADING = /^(#+) (.*)$/;

/**
 * Code of a page, as it stands there.
 * @param page from the root of the repository
 * @param heading the section that it stands in, with its parts
 * @param nth which of the blocks of that section, from 0
 * @throws Error when there is no such block
 */
export function documented(page: string, heading: string, nth = 0): string {
  const blocks: string[] = [];
  /** Of the section, while it lasts. */
  let level = 0;
  let block: string[] | undefined;
  for (const line of readFileSync(resolve(page), 'utf8').split('\n')) {
    if (FENCE.test(line)) {
      if (block && level) blocks.push(`${block.join('\n')}\n`);
      block = block ? undefined : [];
      continue;
    }
    // A line of code may begin with a # too.
    const [, marks, title] = (!block && HEADING.exec(line)) || [];
    if (title === heading) level = marks!.length;
    else if (marks && marks.length <= level) level = 0;
    block?.push(line);
  }
  const found = blocks[nth];
  if (found === undefined) throw new Error(`${page} has no block ${nth} under "${heading}"`);
  return found;
}

/** A text with what its documents name replaced by what is really there. */
export const filledIn = (block: string, real: Readonly<Record<string, string>>): string =>
  Object.entries(real).reduce((text, [written, here]) => text.replaceAll(written, here), block);
