/** The messages of a connection of syslog, each with its length in bytes before it (RFC 5425 section 4.3). */
export function syslogMessages(text: string): string[] {
  const found: string[] = [];
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    const space = rest.indexOf(' ');
    const length = Number(rest.toString('utf8', 0, space));
    found.push(rest.toString('utf8', space + 1, space + 1 + length));
    rest = rest.subarray(space + 1 + length);
  }
  return found;
}
