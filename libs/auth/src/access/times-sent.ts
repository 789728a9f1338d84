import { type IncomingMessage } from 'node:http';

/** How often a header was sent, by its name in lower case. Where a header may come only once, Node keeps the first, so a second one shows in rawHeaders only. */
export function timesSent({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>, name: string): number {
  let times = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const sent = rawHeaders[index]!;
    if (sent.length === name.length && sent.toLowerCase() === name) times += 1;
  }
  return times;
}
