import { corsPaths, type RoutePolicy } from '#libs/web';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type Origins } from './origins.js';

/** The headers that a page may send, and those that it may read. */
const REQUEST_HEADERS =
  'authorization, content-type, accept, last-event-id, mcp-protocol-version, mcp-session-id, mcp-method, mcp-name, x-api-key, x-clickup-key, x-clickup-team-id';
const EXPOSED_HEADERS =
  'mcp-protocol-version, mcp-session-id, mcp-method, mcp-name, www-authenticate, retry-after, x-request-id, ratelimit-limit, ratelimit-remaining, ratelimit-reset, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, x-ratelimit-window';
const PREFLIGHT_SECONDS = '600';

/**
 * Which pages a browser lets read our answers (SEC-D11), by the column `cors`: `any` for public documents, `listed` for known Origins, nothing for pages.
 * `access-control-allow-credentials` is never sent: nothing that CORS opens is authenticated by a cookie.
 */
export class Cors {
  constructor(private readonly origins: Origins) {}

  /** Adds the answers to OPTIONS, one route for each path that answers pages of other Origins. */
  register(fastify: FastifyInstance): void {
    for (const [url, methods] of corsPaths()) {
      fastify.options(url, (_request, reply) =>
        reply.header('access-control-allow-methods', methods.join(', ')).status(204).send(),
      );
    }
  }

  /** Sets the headers of one answer; errors get them too, so that a page can read why it was refused. */
  apply(cors: RoutePolicy['cors'], { method, headers: { origin } }: FastifyRequest, reply: FastifyReply): void {
    if (cors === 'none') return;
    if (cors === 'listed') void reply.header('vary', 'origin');
    const allowed = cors === 'any' ? '*' : origin !== undefined && this.origins.isListed(origin) ? origin : undefined;
    if (allowed === undefined) return;
    void reply.headers({ 'access-control-allow-origin': allowed, 'access-control-expose-headers': EXPOSED_HEADERS });
    if (method === 'OPTIONS')
      void reply.headers({
        'access-control-allow-headers': REQUEST_HEADERS,
        'access-control-max-age': PREFLIGHT_SECONDS,
      });
  }
}
