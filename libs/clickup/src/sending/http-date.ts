let text: string | undefined;
let read = NaN;

/**
 * The Date header of an answer as Unix milliseconds, NaN where it is none. All answers of one second carry the same one, and reading it is
 * slow, so the newest is remembered.
 */
export function httpDate(date: string): number {
  if (date !== text) {
    text = date;
    read = Date.parse(date);
  }
  return read;
}
