import { setTimeout as wait } from 'node:timers/promises';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Call, Created, type Handler } from './call.js';
import { watch } from './events/watch.js';
import { failAfter, failBefore } from './faults.js';
import { Query } from './query.js';
import { refuse, Refusal } from './refusal.js';
import { type Sandbox } from './sandbox.js';
import { authenticate, type Holder, NOBODY } from './tokens.js';
import { Access } from './world/access.js';
import { type Level } from './world/sharing.js';

/** What is registered under one method and path. */
export interface Route {
  operation: string;
  writes: boolean;
  /** The level that a guest needs; `edit` is enough to make something, too. */
  needs: Level;
  handler: Handler | undefined;
}

/** Operations of the sign-in, which are asked before there is a token. */
const OPEN: ReadonlySet<string> = new Set(['GetAccessToken']);

interface Answer {
  status: number;
  body: string;
}

/** Serves one route, in this order: record the request, authenticate, count against the limit, fail if a fault was ordered, do the work, wait, answer. */
export const serve = (sandbox: Sandbox, route: Route) => async (request: FastifyRequest, reply: FastifyReply) => {
  const header = request.headers.authorization;
  const now = sandbox.now;
  const query = request.query as Record<string, string | string[]>;
  const known = sandbox.holder(header ?? '');
  const at = request.url.indexOf('?');
  sandbox.journal.record(
    {
      method: request.method,
      path: at < 0 ? request.url : request.url.slice(0, at),
      query,
      token: known?.token ?? (header ? '(unknown)' : ''),
      at: now,
    },
    route.operation,
  );
  const limit = sandbox.rateLimit.count(known?.token ?? '', now);
  void reply.headers(limit.headers);
  const fault = sandbox.faults.take(route.operation);
  if (failBefore(fault, reply)) return reply;
  const { status, body } = answer(now, () => {
    const holder = OPEN.has(route.operation) ? NOBODY : authenticate(known, header);
    if (limit.exceeded) throw refuse.rateLimited();
    return work(sandbox, route, holder, request, query, now);
  });
  if (sandbox.latencyMs > 0) await wait(sandbox.latencyMs, undefined, { ref: false });
  if (failAfter(fault, reply, status, body)) return reply;
  return reply.code(status).type('application/json; charset=utf-8').send(body);
};

function work(
  sandbox: Sandbox,
  { operation, writes, needs, handler }: Route,
  { user, workspaces }: Holder,
  request: FastifyRequest,
  query: Record<string, string | string[]>,
  now: number,
): object | undefined {
  if (!handler) throw refuse.notBuilt(operation);
  const { world } = sandbox;
  const body =
    typeof request.body === 'object' && request.body !== null ? (request.body as Record<string, unknown>) : {};
  world.later.settle(now);
  const call: Call = {
    world,
    user,
    access: new Access(world, user, needs, workspaces),
    path: request.params as Record<string, string>,
    query: new Query(query),
    body,
    now,
  };
  const tell = writes && sandbox.deliveries.awaited(world) ? watch(operation, call) : undefined;
  const result = handler(call);
  if (writes) sandbox.journal.wrote();
  if (tell) sandbox.deliveries.announce(world, tell(result instanceof Created ? result.body : result));
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
