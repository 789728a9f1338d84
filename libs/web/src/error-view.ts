import { type AppError, ERRORS } from '#libs/core';
import { PageError } from './page-error.js';

/** Heading and advice by status; everything else is `error.other`. */
const TEXTS: Readonly<Record<number, string>> = {
  401: 'error.credential',
  403: 'error.forbidden',
  404: 'error.not_found',
  405: 'error.method',
  413: 'error.too_large',
  415: 'error.media_type',
  429: 'error.rate',
  502: 'error.upstream',
  503: 'error.unavailable',
  504: 'error.upstream',
};

/** What the link on the page is called, by where it leads; any other path is `link.again`. */
const LINKS: Readonly<Record<string, string>> = {
  '/': 'link.home',
  '/sessions': 'link.sessions',
  '/console': 'link.console',
};

/** What the error page shows: never a cause, a stack or anything ClickUp said. */
export function errorView(error: AppError) {
  // A page error says itself why something is gone; the general text for 404 would blame a mistyped address.
  const general =
    (error instanceof PageError && error.http === 404 ? undefined : TEXTS[error.http]) ??
    (error.http < 500 ? 'error.request' : 'error.other');
  const own = error instanceof PageError ? error.heading : undefined;
  const ownWords =
    error instanceof PageError || error.code === 'internal_error' || error.message === ERRORS[error.code].message
      ? undefined
      : error.message;
  const again = (error instanceof PageError ? error.again : undefined) ?? '/';
  return {
    heading: own ?? general,
    text: error instanceof PageError ? error.text : `${general}.advice`,
    values: error instanceof PageError ? error.values : undefined,
    ownWords,
    fix: typeof error.details.fix === 'string' ? error.details.fix : undefined,
    again,
    link: LINKS[again] ?? 'link.again',
    // Where it is no failure, its number would only frighten.
    status: own ? undefined : error.http,
  };
}
