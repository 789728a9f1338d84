import { type Config } from '#libs/core';
import { type Form, PageError } from '#libs/web';

/** Lives of a key that the page offers, in days. */
const OFFERED = [7, 30, 90, 365];
const DAY_SECONDS = 24 * 3600;

type Cap = Pick<Config, 'API_KEY_MAX_AGE_DAYS'>;

/** What a person may choose from. */
export interface Expiry {
  /** Shortest first. */
  days: readonly number[];
  /** Whether a key may hold until it is ended. */
  never: boolean;
}

/** The choices that the operator allows; the longest life is one of them. */
export function offeredExpiry({ API_KEY_MAX_AGE_DAYS: cap }: Cap): Expiry {
  if (cap === undefined) return { days: OFFERED, never: true };
  return { days: [...OFFERED.filter((days) => days < cap), cap], never: false };
}

/**
 * The life that a form chose, in seconds. A form that says nothing about it gets the longest one; undefined = until it is ended.
 * @throws PageError for anything that was not offered
 */
export function chosenExpiry(form: Form, config: Cap): number | undefined {
  const [chosen, { days, never }] = [form.text('expires_days'), offeredExpiry(config)];
  if (chosen === '') return never ? undefined : days.at(-1)! * DAY_SECONDS;
  const found = days.find((each) => String(each) === chosen);
  if (found === undefined) throw new PageError('invalid_parameters', 'problem.field', '/');
  return found * DAY_SECONDS;
}
