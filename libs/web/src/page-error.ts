import { AppError, type ErrorCode } from '#libs/core';
import { translator } from './language.js';

const english = translator('en');

/** A way a page can end that a person should understand: the text is in the catalogues, under `problem.`. */
export class PageError extends AppError {
  constructor(
    code: ErrorCode,
    /** Key in the catalogues. */
    readonly text: string,
    /** Path where one can start again. */
    readonly again?: string,
    cause?: unknown,
  ) {
    super(code, english(text), { cause });
  }
}
