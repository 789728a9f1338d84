import { AppError, type ErrorCode } from '#libs/core';
import { translator } from './language.js';

const english = translator('en');

/** An error that people read on a page, in their own language. */
export class PageError extends AppError {
  /** Key of the heading, where the general one for its status would say the wrong thing: that something failed, say, when it succeeded before. */
  heading?: string;

  constructor(
    code: ErrorCode,
    /** Key in the catalogues of texts, under `problem.`. */
    readonly text: string,
    /** Path where one can start again. */
    readonly again?: string,
    cause?: unknown,
    /** What stands in place of `{name}` in the text. */
    readonly values?: Readonly<Record<string, string>>,
  ) {
    super(code, english(text, values), { cause });
  }
  /** The same error under another heading. */
  under(heading: string): this {
    this.heading = heading;
    return this;
  }
}
