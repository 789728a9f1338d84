import { type RawAnswer } from './raw-http.js';

/**
 * The JSON-RPC messages of an answer, whatever it was framed as. A stream is read as the HTML standard has it (section 9.2.6): lines end
 * with CR LF, LF or CR and with nothing else. Throws where a message does not parse.
 */
export function messagesOf({ headers, body }: Pick<RawAnswer, 'headers' | 'body'>): any[] {
  const type = headers['content-type'] ?? '';
  if (body === '') return [];
  if (type.startsWith('application/json')) return [JSON.parse(body) as unknown].flat();
  if (!type.startsWith('text/event-stream')) throw new Error(`neither JSON nor a stream of events: ${type}`);
  const events: string[][] = [[]];
  for (const line of body.split(/\r\n|\n|\r/)) {
    if (line === '') events.push([]);
    else if (line.startsWith('data:')) events.at(-1)!.push(line.slice(5).replace(/^ /, ''));
    else if (!/^(event|id|retry)?:/.test(line))
      throw new Error(`no line of an event stream: ${JSON.stringify(line.slice(0, 80))}`);
  }
  return events.filter((data) => data.length).map((data) => JSON.parse(data.join('\n')) as unknown);
}

/** Those that answer a request. */
export const answersOf = (answer: Pick<RawAnswer, 'headers' | 'body'>): any[] =>
  messagesOf(answer).filter((message) => message.result !== undefined || message.error !== undefined);
