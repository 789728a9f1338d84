import { type IncomingHttpHeaders } from 'node:http';
import { type Id, isObject } from '../calls/jsonrpc.js';

/** The revisions of MCP, as the header names them: the one of the newer era, and those of the older. */
export const MODERN = '2026-07-28';
export const LEGACY: readonly string[] = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '2024-10-07'];
const META = 'io.modelcontextprotocol/';

/** A tools/list or tools/call that can be answered without the SDK. */
export interface PlainRequest {
  era: 'modern' | 'legacy';
  id: Id;
  method: 'tools/list' | 'tools/call';
  params: Record<string, unknown>;
}

/**
 * Recognises tools/list and tools/call when they are complete and correct, so that they can be answered without the SDK, which is slower.
 * Anything else (a header missing or different, a progress token, a batch, another method) gives undefined and goes to the SDK, which
 * validates it and knows the right answer.
 */
export function plainRequest(body: unknown, headers: IncomingHttpHeaders): PlainRequest | undefined {
  if (!isObject(body) || body.id === undefined) return undefined;
  const { id, method, params = {} } = body;
  if ((method !== 'tools/list' && method !== 'tools/call') || !isObject(params)) return undefined;
  const meta = params._meta ?? {};
  if (!isObject(meta) || meta.progressToken !== undefined) return undefined;
  const era = eraOf(meta, method, params, headers);
  return era && { era, id: id as Id, method, params };
}

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
