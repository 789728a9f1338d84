import { request } from 'node:http';

/** What a stream has said. */
interface SseEvent {
  event: string;
  data: string;
}

/** A stream of events as it arrives, byte for byte: the SDK's client keeps comments and unknown events to itself. */
export interface SseReader {
  status: number;
  headers: Record<string, string>;
  /** Everything so far. */
  text(): string;
  events(): SseEvent[];
  /** The JSON of the events of this name. */
  messages(event?: string): any[];
  /** Where messages are to be posted. */
  endpoint(): Promise<string>;
  /** Resolves as soon as this holds; rejects when the stream ends first. */
  until(holds: (reader: SseReader) => boolean): Promise<void>;
  /** Resolves when the stream has ended. */
  over: Promise<void>;
  pause(): void;
  close(): void;
}

/** Opens a stream and resolves with its first bytes; an answer that is no stream is read to its end. */
export function openSse(url: string, headers: Record<string, string> = {}): Promise<SseReader> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { accept: 'text/event-stream', ...headers }, agent: false }, (answer) => {
      let [text, ended] = ['', false];
      const waiting = new Set<() => void>();
      const wake = () => [...waiting].forEach((each) => each());
      let end: () => void = () => undefined;
      const over = new Promise<void>((done) => (end = done));
      const events = (): SseEvent[] =>
        text.split('\n\n').flatMap((block) => {
          const lines = block.split('\n');
          const data = lines.filter((line) => line.startsWith('data: ')).map((line) => line.slice(6));
          const event = lines.find((line) => line.startsWith('event: '))?.slice(7) ?? 'message';
          return data.length ? [{ event, data: data.join('\n') }] : [];
        });
      const reader: SseReader = {
        status: answer.statusCode!,
        headers: answer.headers as Record<string, string>,
        text: () => text,
        events,
        messages: (name = 'message') =>
          events()
            .filter(({ event }) => event === name)
            .map(({ data }) => JSON.parse(data) as unknown),
        endpoint: async () => {
          const found = () => events().find(({ event }) => event === 'endpoint')?.data;
          await reader.until(() => found() !== undefined);
          return new URL(found()!, url).href;
        },
        until: (holds) =>
          new Promise((done, failed) => {
            const look = () => {
              if (holds(reader)) done();
              else if (ended) failed(new Error(`the stream has ended:\n${text}`));
              else return;
              waiting.delete(look);
            };
            waiting.add(look);
            look();
          }),
        over,
        pause: () => void answer.pause(),
        close: () => void asked.destroy(),
      };
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        // What is not whole yet is no event.
        text += chunk;
        wake();
      });
      answer.on('close', () => {
        ended = true;
        end();
        wake();
      });
      answer.on('error', () => undefined);
      if (answer.headers['content-type']?.startsWith('text/event-stream')) resolve(reader);
      else void over.then(() => resolve(reader));
    });
    asked.on('error', reject);
    asked.end();
  });
}
