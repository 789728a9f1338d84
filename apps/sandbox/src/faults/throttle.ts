import { z } from 'zod';

type Form = (now: number) => string | string[] | undefined;
const seconds = (ms: number) => String(Math.ceil(ms / 1000));
const httpDate = (ms: number) => new Date(ms).toUTCString();
const HOUR = 3_600_000;

/** Ways to tell `X-RateLimit-Reset`, beside a number: seconds from now. `now` in Unix milliseconds. */
export const RESETS = {
  missing: () => undefined,
  past: (now) => seconds(now - 60_000),
  far: (now) => seconds(now + HOUR),
  year: (now) => seconds(now + 365 * 24 * HOUR),
  milliseconds: (now) => String(now + 40_000),
  relative: () => '40',
  zero: () => '0',
  negative: () => '-1',
  fraction: (now) => `${seconds(now + 40_000)}.5`,
  text: () => 'soon',
  empty: () => '',
  twice: (now) => [seconds(now + 40_000), seconds(now + HOUR)],
} satisfies Record<string, Form>;

/** Ways to tell `Retry-After`, beside a number: seconds. RFC 9110 allows whole seconds and a date. */
export const RETRY_AFTERS = {
  missing: () => undefined,
  date: (now) => httpDate(now + 40_000),
  past_date: (now) => httpDate(now - 60_000),
  far: () => '3600',
  zero: () => '0',
  negative: () => '-5',
  fraction: () => '1.5',
  text: () => 'soon',
  empty: () => '',
} satisfies Record<string, Form>;

/** Ways to tell a limit or what remains of it, beside a number. */
export const COUNTS = { missing: () => undefined, text: () => 'many', negative: () => '-1' } satisfies Record<
  string,
  Form
>;

const formOf = (forms: Readonly<Record<string, Form>>) => {
  const expected = `a whole number or one of ${Object.keys(forms).join(', ')}`;
  return z
    .union([z.int().min(-1e9).max(1e9), z.enum(Object.keys(forms))], { error: `expected ${expected}` })
    .optional();
};
/** The headers of a 429, each as a form of its table or as a number; those left out are what the limiter says. */
export const Throttle = {
  limit: formOf(COUNTS),
  remaining: formOf(COUNTS),
  reset: formOf(RESETS),
  retryAfter: formOf(RETRY_AFTERS),
};
export type Throttle = { [Key in keyof typeof Throttle]?: number | string | undefined };

/** Header → its value, or undefined where the form is to leave it out. Those that the fault does not name are not in it. */
export function throttleHeaders(
  { limit, remaining = 0, reset, retryAfter }: Throttle,
  now: number,
): [name: string, value: string | string[] | undefined][] {
  const told = (value: number | string, forms: Readonly<Record<string, Form>>, number: (value: number) => string) =>
    typeof value === 'number' ? number(value) : forms[value]?.(now);
  return [
    ...(limit === undefined ? [] : [['x-ratelimit-limit', told(limit, COUNTS, String)] as [string, string]]),
    ['x-ratelimit-remaining', told(remaining, COUNTS, String)],
    ...(reset === undefined
      ? []
      : [['x-ratelimit-reset', told(reset, RESETS, (s) => seconds(now + s * 1000))] as [string, string]]),
    ...(retryAfter === undefined ? [] : [['retry-after', told(retryAfter, RETRY_AFTERS, String)] as [string, string]]),
  ];
}
