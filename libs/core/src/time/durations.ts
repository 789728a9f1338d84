/** Milliseconds. */
export type Duration = number;

/**
 * Understands `2h 30m`, `2.5 hours`, `90 min`, `1:30`, `1d` (8 working hours are NOT assumed: a day is 24 h), `PT2H30M`.
 * @throws AppError `invalid_parameters`
 */
export function parseDuration(_text: string): Duration {
  throw new Error('being written');
}

/** `2h 30m`; seconds only below a minute. */
export function formatDuration(_ms: Duration): string {
  throw new Error('being written');
}
