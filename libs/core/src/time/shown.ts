const MOST = 40;

/** What came, as an error shows it: one line in quotation marks, cut after 40 characters. */
export function shownText(text: string): string {
  const line = text
    .slice(0, 4 * MOST)
    .replace(/\s+/g, ' ')
    .trim();
  return `"${line.length > MOST ? `${line.slice(0, MOST)}…` : line}"`;
}
