import { type FastifyReply } from 'fastify';

/** What a request is answered with. */
export interface Answer {
  status: number;
  body: string;
}

export const JSON_TYPE = 'application/json; charset=utf-8';

/** Answers in full, in the ordinary way. */
export function send(reply: FastifyReply, status: number, body: string | Buffer, type = JSON_TYPE): void {
  void reply.code(status).type(type).send(body);
}

/** Takes the answer out of Fastify's hands and says nothing. */
export const silence = (reply: FastifyReply): void => void reply.hijack();

/** Ends the connection without an answer: by TCP reset, or in order. */
export function cut(reply: FastifyReply, reset: boolean): void {
  silence(reply);
  if (reset) reply.raw.socket?.resetAndDestroy();
  else reply.raw.socket?.destroy();
}

/** Sends the head only, with what Fastify would have sent. `length` undefined: chunked. */
export function head(reply: FastifyReply, status: number, length: number | undefined): FastifyReply['raw'] {
  silence(reply);
  return reply.raw.writeHead(status, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': JSON_TYPE,
    ...(length === undefined ? {} : { 'content-length': length }),
  });
}

/** Writes bytes as they are, where Node would mend them, and ends the connection. */
export function raw(reply: FastifyReply, status: number, length: number, body: string): void {
  silence(reply);
  const { socket } = reply.raw;
  socket?.end(`HTTP/1.1 ${status} Raw\r\ncontent-type: ${JSON_TYPE}\r\ncontent-length: ${length}\r\n\r\n${body}`);
}

/** Writes a piece every `everyMs`, waiting for a slow reader, until there is none or the connection is gone; then ends the answer. */
export function inPieces(out: FastifyReply['raw'], everyMs: number, next: () => Buffer | string | undefined): void {
  let waits = false;
  let piece = next();
  const timer = setInterval(() => {
    if (waits) return;
    const coming = piece === undefined ? undefined : next();
    if (coming === undefined) {
      clearInterval(timer);
      // With the last piece: who has all of it must not have to wait for the end.
      out.end(piece);
    } else if (!out.write(piece)) {
      waits = true;
      out.once('drain', () => (waits = false));
    }
    piece = coming;
  }, everyMs);
  out.once('close', () => clearInterval(timer));
}

/** The same answer, blown up to `bytes`: an object by a text within it, anything else by blanks behind it. What is larger stays. */
export function padded(body: string, bytes: number): string {
  if (bytes <= Buffer.byteLength(body)) return body;
  if (!body.startsWith('{')) return body.padEnd(bytes);
  const rest = body.slice(1);
  const before = '{"padding":"';
  const after = rest.trimStart().startsWith('}') ? `"${rest}` : `",${rest}`;
  return before + 'x'.repeat(Math.max(0, bytes - before.length - Buffer.byteLength(after))) + after;
}
