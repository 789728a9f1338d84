/**
 * ClickUp's rich text: runs of text, where marks of characters sit on their run and marks of lines (`list`, `code-block`, `header`,
 * `blockquote`) on the `"\n"` that ends the line (ClickUp fact 33). A mention is a run without text.
 */
export interface Run {
  text?: string | undefined;
  type?: string | undefined;
  attributes?: Marks | undefined;
  [part: string]: unknown;
}
export type Marks = Record<string, unknown>;

/** Lists are nested no deeper. Without a bound, a hostile number would become as many spaces. */
export const MAX_INDENT = 10;
/** The language of code without one. */
export const PLAIN_CODE = 'plain';
/** Longer ones are no language. */
export const LONGEST_LANGUAGE = 30;
/** What stands for a rule, which rich text does not have. */
export const RULE = '———';
