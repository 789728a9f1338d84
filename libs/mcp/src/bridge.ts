import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Readable, Transform } from 'node:stream';
import { withDetails } from './jsonrpc.js';

/** Both types, because the SDK refuses anything less; what the client really accepts is settled on the way back (contract item 5). */
const ACCEPT = 'application/json, text/event-stream';

/** A Fastify request as the Fetch standard has it. The body was read already, so none is attached. */
export function fetchRequest(request: FastifyRequest, signal: AbortSignal): Request {
  const headers = new Headers({ accept: ACCEPT, 'content-type': 'application/json' });
  for (const name of ['mcp-protocol-version', 'mcp-method', 'mcp-name']) {
    const value = request.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  for (const [name, value] of Object.entries(request.headers)) if (name.startsWith('mcp-param-') && typeof value === 'string') headers.set(name, value);
  return new Request('http://gateway/mcp', { method: 'POST', headers, signal });
}

/** Sends the SDK's answer: JSON as JSON, a stream as a stream if the client takes one, otherwise gathered into JSON. */
export async function send(response: Response, reply: FastifyReply, acceptsStream: boolean): Promise<void> {
  reply.status(response.status);
  for (const name of ['allow', 'x-accel-buffering']) {
    const value = response.headers.get(name);
    if (value !== null) reply.header(name, value);
  }
  const type = response.headers.get('content-type') ?? '';
  if (response.body === null) return void reply.send();
  if (!type.startsWith('text/event-stream')) return void sendJson(reply, withDetails(await response.json()));
  if (!acceptsStream) return void sendJson(reply, answersIn(await response.text()));
  const body = Readable.fromWeb(response.body);
  void reply.type('text/event-stream').header('cache-control', 'no-store').header('x-accel-buffering', 'no').send(body.pipe(detailed()));
}

const sendJson = (reply: FastifyReply, value: unknown) => reply.type('application/json').send(JSON.stringify(value));

/** The responses among the events of a stream: one as an object, several (a batch) as an array. */
function answersIn(stream: string): unknown {
  const answers = stream
    .split('\n\n')
    .map(dataOf)
    .filter((data) => data !== undefined)
    .map((data) => JSON.parse(data) as { result?: unknown; error?: unknown })
    .filter((message) => message.result !== undefined || message.error !== undefined);
  return withDetails(answers.length === 1 ? answers[0] : answers);
}

const dataOf = (event: string) => /^data: ?(.+)$/m.exec(event)?.[1];

/** Adds `data.details` to errors inside a stream. The SDK writes one event per chunk; a chunk that holds no error passes untouched. */
function detailed(): Transform {
  let rest = '';
  const rewrite = (event: string) => {
    const data = dataOf(event);
    return data?.includes('"error"') ? event.replace(data, () => JSON.stringify(withDetails(JSON.parse(data)))) : event;
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const events = (rest + chunk.toString()).split('\n\n');
      rest = events.pop() ?? '';
      done(null, events.map((event) => `${rewrite(event)}\n\n`).join(''));
    },
    flush(done) {
      done(null, rest);
    },
  });
}
