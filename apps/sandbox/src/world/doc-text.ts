import { flatten } from './markdown.js';

const RULES: readonly (readonly [RegExp, string])[] = [
  [/\r\n?/g, '\n'],
  // Pages are kept as blocks, not as text: what comes back is written anew, and what no block can hold is lost.
  [/<\/?[a-z][^>\n]*>/gi, ''],
  [/^([ \t]*)[*+][ \t]+/gm, '$1- '],
  [/[ \t]+$/gm, ''],
  [/\n{3,}/g, '\n\n'],
];

/** What ClickUp keeps of the Markdown of a page. */
export const keep = (markdown: string): string =>
  RULES.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), markdown).trim();

export type EditMode = 'replace' | 'append' | 'prepend';

/** The text of a page after an edit. */
export function edited(before: string, given: string, mode: EditMode): string {
  const text = keep(given);
  const parts = { replace: [text], append: [before, text], prepend: [text, before] }[mode];
  return parts.filter(Boolean).join('\n\n');
}

export const shown = (markdown: string, format: string | undefined): string =>
  format === 'text/plain' ? flatten(markdown) : markdown;
