import { setTimeout as wait } from 'node:timers/promises';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Created, type Handler } from './call.js';
import { failAfter, failBefore } from './faults.js';
import { Query } from './query.js';
import { refuse, Refusal } from './refusal.js';
import { type Sandbox } from './sandbox.js';
import { authenticate, type Holder } from './tokens.js';
import { Access } from './world/access.js';

/** What is registered under one method and path. */
export interface Route {
  operation: string;
  writes: boolean;
  handler: Handler | undefined;
}

interface Answer {
  status: number;
  body: string;
}

/** Serves one route: record, authenticate, count, fail as ordered, work, wait, answer. */
export const serve = (sandbox: Sandbox, route: Route) => async (request: FastifyRequest, reply: FastifyReply) => {
  const header = request.headers.authorization;
  const now = sandbox.now;
  const query = request.query as Record<string, string | string[]>;
  const known = sandbox.holders.get(header ?? '');
  const at = request.url.indexOf('?');
  sandbox.journal.record(
    { method: request.method, path: at < 0 ? request.url : request.url.slice(0, at), query, token: known?.token ?? (header ? '(unknown)' : ''), at: now },
    route.operation,
  );
  const limit = sandbox.rateLimit.count(known?.token ?? '', now);
  void reply.headers(limit.headers);
  const fault = sandbox.faults.take(route.operation);
  if (failBefore(fault, reply)) return reply;
  const { status, body } = answer(now, () => {
    const holder = authenticate(sandbox.holders, header);
    if (limit.exceeded) throw refuse.rateLimited();
    return work(sandbox, route, holder, request, query, now);
  });
  if (sandbox.latencyMs > 0) await wait(sandbox.latencyMs, undefined, { ref: false });
  if (failAfter(fault, reply, status, body)) return reply;
  return reply.code(status).type('application/json; charset=utf-8').send(body);
};

function work(sandbox: Sandbox, { operation, writes, handler }: Route, { user }: Holder, request: FastifyRequest, query: Record<string, string | string[]>, now: number): object | undefined {
  if (!handler) throw refuse.notBuilt(operation);
  const { world } = sandbox;
  const body = typeof request.body === 'object' && request.body !== null ? (request.body as Record<string, unknown>) : {};
  const result = handler({ world, user, access: new Access(world, user), path: request.params as Record<string, string>, query: new Query(query), body, now });
  if (writes) sandbox.journal.wrote();
  return result;
}

/** Success as 200, as 201 where the handler says so, or 204 where there is nothing to say; a Refusal as ClickUp words it. */
function answer(now: number, run: () => object | undefined): Answer {
  try {
    const result = run();
    if (result instanceof Created) return { status: 201, body: JSON.stringify(result.body) };
    return result === undefined ? { status: 204, body: '' } : { status: 200, body: JSON.stringify(result) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, body: JSON.stringify(error.body(now)) };
  }
}
