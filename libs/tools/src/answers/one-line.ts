/** A text of somebody else's as one line, so that none of its line breaks can forge a line of ours (SEC-179). */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** The same, cut after so many characters. */
export function short(text: string, most = 80): string {
  // What lies further on is of no interest, and it may be very long.
  const line = oneLine(text.slice(0, 4 * most));
  return line.length > most ? `${line.slice(0, most - 1).trimEnd()}…` : line;
}
