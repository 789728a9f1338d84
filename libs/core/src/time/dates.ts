/** A moment a person named. */
export interface When {
  /** Unix milliseconds. */
  ms: number;
  /** Whether a time of day was named; without it ClickUp shows the date only. */
  hasTime: boolean;
}

/**
 * Understands ISO 8601 dates and times, and words: `tomorrow`, `next Friday 3pm`, `in 2 weeks`, `end of month`.
 * Words mean the person's zone; past dates are accepted.
 * @param zone IANA name
 * @param now Unix milliseconds
 * @throws AppError `invalid_parameters`
 */
export function parseWhen(_text: string, _zone: string, _now: number): When {
  throw new Error('being written');
}

/** ISO 8601 in the person's zone: `2026-11-21` without time, `2026-11-21T15:00+01:00` with it. */
export function formatInstant(_ms: number, _zone: string, _withTime: boolean): string {
  throw new Error('being written');
}
