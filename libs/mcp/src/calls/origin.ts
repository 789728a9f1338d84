import { isObject } from '#libs/core';
import { productOf } from '#libs/audit';

/** Where a call came from, for its line in the log. */
export interface Origin {
  reqId: string;
  /** What the client calls itself: a bounded, harmless part of what it sent. */
  client?: string | undefined;
  client_version?: string | undefined;
}

const CLIENT_INFO = 'io.modelcontextprotocol/clientInfo';

/**
 * The client of a message: what it says in the message itself (2026-07-28 demands that of each, the older revisions of `initialize` only),
 * else the first product of its User-Agent. No sessions are kept that could remember it.
 */
export function originOf(reqId: string, message: unknown, userAgent: string | undefined): Origin {
  const params = isObject(message) && isObject(message.params) ? message.params : undefined;
  const info = (isObject(params?._meta) ? params._meta[CLIENT_INFO] : undefined) ?? params?.clientInfo;
  if (isObject(info)) return { reqId, client: harmless(info.name, 64), client_version: harmless(info.version, 32) };
  return { reqId, ...productOf(userAgent) };
}

/** A stranger's text for a log: short, in one line, without anything that could be taken for another field or for markup. */
const harmless = (text: unknown, longest: number): string | undefined =>
  typeof text === 'string' ? text.slice(0, longest).replace(/[^\w .@/()+:-]+/g, '?') : undefined;

/** Methods of both eras; any other is the caller's own text. */
const METHODS: ReadonlySet<unknown> = new Set([
  'initialize',
  'ping',
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'tools/list',
  'tools/call',
  'tasks/get',
  'tasks/update',
  'tasks/cancel',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'server/discover',
  'subscriptions/listen',
  'logging/setLevel',
]);

/** The method of a request, for its line in the log. */
export function methodOf(body: unknown): string | undefined {
  if (Array.isArray(body)) return 'batch';
  if (!isObject(body) || body.method === undefined) return undefined;
  return METHODS.has(body.method) ? (body.method as string) : 'unknown';
}
