import { type FastifyReply, type FastifyRequest } from 'fastify';
import { withDetails } from '../calls/jsonrpc.js';
import { type Served } from './protocol.js';

/** The SDK refuses requests that do not accept both types. What the client really accepts decides how {@link send} answers (contract item 5). */
const ACCEPT = 'application/json, text/event-stream';

/** A Fastify request as one of the Fetch standard, for the SDK. It has no body: the SDK is given the parsed one. */
export function fetchRequest(request: Pick<FastifyRequest, 'headers'>, signal: AbortSignal): Request {
  const headers = new Headers({ accept: ACCEPT, 'content-type': 'application/json' });
  for (const name of ['mcp-protocol-version', 'mcp-method', 'mcp-name']) {
    const value = request.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  for (const [name, value] of Object.entries(request.headers))
    if (name.startsWith('mcp-param-') && typeof value === 'string') headers.set(name, value);
  return new Request('http://gateway/mcp', { method: 'POST', headers, signal });
}

/**
 * Sends the SDK's answer: JSON as JSON, a stream as a stream if the client takes one, otherwise the responses in it as JSON. Those are
 * the objects that the SDK was given to send ({@link ObservedServer}): the text of a stream is never parsed, because a name or an
 * argument in it might look like the end of an event.
 * @param told headers as things stand when they are sent: those of a stream before its first event
 */
export async function send(
  { response, gathered }: Served,
  reply: FastifyReply,
  acceptsStream: boolean,
  told: () => Record<string, number>,
): Promise<void> {
  reply.status(response.status);
  for (const name of ['allow', 'x-accel-buffering']) {
    const value = response.headers.get(name);
    if (value !== null) reply.header(name, value);
  }
  const type = response.headers.get('content-type') ?? '';
  if (response.body === null) return void reply.send();
  if (!type.startsWith('text/event-stream')) return void sendJson(reply, withDetails(await response.json()), told());
  // Fastify reads the stream to its end, and ends it when it fails or when the client leaves.
  if (acceptsStream)
    return void reply
      .headers(told())
      .type('text/event-stream')
      .header('cache-control', 'no-store')
      .header('x-accel-buffering', 'no')
      .send(response.body);
  return void sendJson(reply, await gathered(), told());
}

const sendJson = (reply: FastifyReply, value: unknown, headers: Record<string, number>) =>
  reply.headers(headers).type('application/json').send(JSON.stringify(value));
