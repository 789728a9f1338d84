import { isObject } from '#libs/core';
import { isInitializeRequest } from '@modelcontextprotocol/server';
import { type IncomingHttpHeaders } from 'node:http';
import { type Id } from '../calls/jsonrpc.js';

/** The revisions of MCP, as the header names them: the one of the newer era, and those of the older. */
export const MODERN = '2026-07-28';
export const LEGACY: readonly string[] = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '2024-10-07'];
/** The revisions without batches. A client that names no revision speaks 2025-03-26, which has them. */
export const WITHOUT_BATCHES: readonly unknown[] = ['2025-06-18', '2025-11-25', MODERN];
const META = 'io.modelcontextprotocol/';

const METHODS = ['tools/list', 'tools/call', 'initialize', 'ping'] as const;
type Method = (typeof METHODS)[number];
/** Methods that the newer era does not have. */
const OLDER: readonly Method[] = ['initialize', 'ping'];

/** A request that can be answered without the SDK. */
export interface PlainRequest {
  era: 'modern' | 'legacy';
  id: Id;
  method: Method;
  params: Record<string, unknown>;
  /** Of a call whose client wants to hear how far it has come. */
  progressToken?: Id | undefined;
}

/**
 * Recognises the requests that clients send all the time, when they are complete and correct, so that they can be answered without the
 * SDK, which is slower: it makes a server, a transport and a stream for each. One message in a batch of its own is one of them, and is
 * answered as the SDK answers it, by one message. Anything else (a header missing or different, more than one message, another method)
 * gives undefined and goes to the SDK, which validates it and knows the right answer.
 */
export function plainRequest(body: unknown, headers: IncomingHttpHeaders): PlainRequest | undefined {
  if (!Array.isArray(body)) return plainMessage(body, headers);
  const plain = body.length === 1 ? plainMessage(body[0], headers) : undefined;
  return plain?.era === 'legacy' && plain.method !== 'initialize' ? plain : undefined;
}

function plainMessage(message: unknown, headers: IncomingHttpHeaders): PlainRequest | undefined {
  if (!isObject(message) || message.id === undefined) return undefined;
  const { id, params = {} } = message;
  const method = message.method as Method;
  if (!METHODS.includes(method) || !isObject(params)) return undefined;
  const meta = params._meta ?? {};
  if (!isObject(meta) || !isProgressToken(meta.progressToken) || !isRetry(params)) return undefined;
  const era = eraOf(meta, method, params, headers);
  if (era === undefined || (era === 'modern' && OLDER.includes(method))) return undefined;
  if (method === 'initialize' && !isInitializeRequest(message)) return undefined;
  return { era, id: id as Id, method, params, progressToken: meta.progressToken };
}

const isProgressToken = (token: unknown): token is Id | undefined =>
  token === undefined || typeof token === 'string' || Number.isSafeInteger(token);

/** What comes back after a question; anything else the SDK refuses. */
const isRetry = ({ requestState }: Record<string, unknown>) =>
  requestState === undefined || typeof requestState === 'string';

function eraOf(
  meta: Record<string, unknown>,
  method: string,
  params: Record<string, unknown>,
  headers: IncomingHttpHeaders,
): PlainRequest['era'] | undefined {
  const header = headers['mcp-protocol-version'];
  const claim = meta[`${META}protocolVersion`];
  if (claim === undefined)
    return (header === undefined || LEGACY.includes(String(header))) && !hasEnvelope(meta) ? 'legacy' : undefined;
  const right =
    claim === MODERN &&
    header === MODERN &&
    isObject(meta[`${META}clientCapabilities`]) &&
    (meta[`${META}clientInfo`] === undefined || isImplementation(meta[`${META}clientInfo`])) &&
    headers['mcp-method'] === method &&
    (method === 'tools/list' || (typeof params.name === 'string' && headers['mcp-name'] === params.name));
  return right ? 'modern' : undefined;
}

/** Whether a message carries the fields in `_meta` that the newer era demands (its envelope). */
export const claimsModern = ({ params }: Record<string, unknown>): boolean =>
  isObject(params) && isObject(params._meta) && hasEnvelope(params._meta);

const hasEnvelope = (meta: Record<string, unknown>) => Object.keys(meta).some((key) => key.startsWith(META));
const isImplementation = (value: unknown) =>
  isObject(value) && typeof value.name === 'string' && typeof value.version === 'string';
