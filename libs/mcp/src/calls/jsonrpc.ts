import { isObject } from '#libs/core';
import { visible } from '#libs/tools';

/** Of a request, in both eras of MCP and on every transport. */
export type Id = string | number;

export const CODES = {
  parse: -32_700,
  request: -32_600,
  method: -32_601,
  params: -32_602,
  internal: -32_603,
  version: -32_022,
  /** The request needs something of the client that it has not declared. */
  capability: -32_021,
  /** What HTTP would say by its status: `data.code` names the kind of the error table. */
  refused: -32_000,
} as const;

/** A failure of the protocol, not of a tool: it is answered as a JSON-RPC error. */
export class RpcError extends Error {
  constructor(
    readonly code: number,
    message: string,
    /** What to do about it: `data.details`, which every error carries (contract item 3). */
    readonly details: string,
    readonly data: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = 'RpcError';
  }
}

/** The error response, serialised. */
export const errorJson = (id: Id | null, { code, message, data, details }: RpcError): string =>
  JSON.stringify({ jsonrpc: '2.0', id, error: visible({ code, message, data: { ...data, details } }) });

/** Adds `data.details` to an error response of the SDK, which has none, and takes invisible characters out of it. Other messages pass unchanged. */
export function withDetails(message: unknown): unknown {
  if (Array.isArray(message)) return message.map(withDetails);
  const { error } = message as { error?: { message: string; data?: unknown } };
  if (!error) return message;
  const data = isObject(error.data) ? error.data : error.data === undefined ? {} : { value: error.data };
  return {
    ...(message as object),
    error: visible({
      ...error,
      data: { ...data, details: typeof data.details === 'string' ? data.details : error.message },
    }),
  };
}

const MAX_ID_LENGTH = 256;
const isId = (id: unknown): id is Id =>
  (typeof id === 'string' && id.length <= MAX_ID_LENGTH) || Number.isSafeInteger(id);

/** The id for the answer to an invalid message: its own where that is valid, otherwise null (JSON-RPC 2.0 section 5). */
export const answerId = (message: unknown): Id | null => (isObject(message) && isId(message.id) ? message.id : null);

/**
 * Refuses what is no JSON-RPC message; batches are checked message by message.
 * @throws RpcError -32600, or -32700 when there is no body
 */
export function checkShape(body: unknown): void {
  if (body === undefined) throw new RpcError(CODES.parse, 'Parse error', 'Send a JSON-RPC message as the body.');
  if (Array.isArray(body)) {
    if (body.length === 0 || body.length > MAX_BATCH) throw invalid(`A batch holds 1 to ${MAX_BATCH} messages.`);
    for (const message of body) checkMessage(message);
    if (sharesId(body)) throw invalid('Every request of a batch needs an `id` of its own: nothing was begun.');
  } else checkMessage(body);
}

const MAX_BATCH = 50;

/** Whether two requests have one id: both would be carried out, but only one answered. */
function sharesId(batch: unknown[]): boolean {
  const ids = (batch as { id?: unknown; method?: unknown }[]).flatMap(({ id, method }) =>
    id === undefined || method === undefined ? [] : [id],
  );
  return new Set(ids).size < ids.length;
}
const invalid = (details: string) => new RpcError(CODES.request, 'Invalid request', details);

function checkMessage(message: unknown): void {
  if (!isObject(message))
    throw invalid('The body must be a JSON-RPC object such as {"jsonrpc":"2.0","id":1,"method":"tools/list"}.');
  if (message.jsonrpc !== '2.0') throw invalid('`jsonrpc` must be "2.0".');
  if ('id' in message && !isId(message.id))
    throw invalid(
      `\`id\` must be a string of at most ${MAX_ID_LENGTH} characters or an integer; leave it out for a notification.`,
    );
  if ('result' in message || 'error' in message) return;
  if (typeof message.method !== 'string' || message.method === '') throw invalid('`method` must be a string.');
  if ('params' in message && !isObject(message.params)) throw invalid('`params` must be an object.');
}

/** A message that is to be answered. */
export const isRequest = (message: unknown): message is { id: Id; method: string } =>
  isObject(message) && message.id !== undefined && 'method' in message;

/** The ids of the requests in a message or a batch. */
export const requestIds = (body: unknown): Id[] =>
  [body].flat().flatMap((message) => (isRequest(message) ? [message.id] : []));
