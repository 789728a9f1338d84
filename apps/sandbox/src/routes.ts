import { setTimeout as wait } from 'node:timers/promises';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Call, Created, type Handler } from './call.js';
import { watch } from './events/watch.js';
import { type Answer, JSON_TYPE } from './faults/answer.js';
import { delivers, isDone, lateness, strike } from './faults/faults.js';
import { Query } from './query.js';
import { type Effect, whenDelivered } from './records/ledger.js';
import { refuse, Refusal } from './refusal.js';
import { type Sandbox } from './sandbox.js';
import { authenticate, type Holder, NOBODY } from './tokens.js';
import { Access } from './world/access.js';
import { type Level } from './world/sharing.js';

/** What is registered under one method and path. */
export interface Route {
  operation: string;
  writes: boolean;
  creates: boolean;
  /** The level that a guest needs; `edit` is enough to make something, too. */
  needs: Level;
  handler: Handler | undefined;
}

/** Operations of the sign-in, which are asked before there is a token. */
const OPEN: ReadonlySet<string> = new Set(['GetAccessToken']);

/** The answer to work that a fault has prevented, for kinds that spoil an answer. */
const NOTHING: Answer = { status: 200, body: '{}' };

/** Serves one route, in this order: record the request, count against the limit, fail if a fault was ordered, authenticate, do the work, wait, answer or spoil it. */
export const serve = (sandbox: Sandbox, route: Route) => async (request: FastifyRequest, reply: FastifyReply) => {
  const header = request.headers.authorization;
  const { now, ownNow } = sandbox;
  const query = request.query as Record<string, string | string[]>;
  const known = sandbox.holder(header ?? '');
  const token = known?.token ?? '';
  const path = pathOf(request);
  sandbox.journal.record(
    { method: request.method, path, query, token: token || (header ? '(unknown)' : ''), at: now },
    route.operation,
  );
  const limit = sandbox.rateLimit.count(token, ownNow, now - ownNow);
  void reply.headers(limit.headers);
  tellTime(sandbox, reply);
  const fault = limit.exceeded ? undefined : sandbox.faults.take(asked(sandbox, route, request, token, path), ownNow);
  const late = lateness(fault);
  if (fault && !isDone(fault)) {
    if (strike(fault, { reply, answer: NOTHING, now })) return reply;
    await wait(late, undefined, { ref: false });
  }
  let effect: Effect | undefined;
  const answer = answerOf(sandbox.now, () => {
    const holder = OPEN.has(route.operation) ? NOBODY : authenticate(known, header);
    if (limit.exceeded) throw refuse.rateLimited();
    const result = work(sandbox, route, holder, request, query, sandbox.now);
    if (route.writes) effect = record(sandbox, route, request, path, result);
    return result;
  });
  const rest = sandbox.latencyMs + (fault && isDone(fault) ? late : 0);
  if (rest > 0) await wait(rest, undefined, { ref: false });
  if (effect && (!fault || delivers(fault))) whenDelivered(effect, reply);
  if (fault && strike(fault, { reply, answer, now })) return reply;
  return reply.code(answer.status).type(JSON_TYPE).send(answer.body);
};

function pathOf({ url }: FastifyRequest): string {
  const at = url.indexOf('?');
  return at < 0 ? url : url.slice(0, at);
}

const asked = (
  { connections }: Sandbox,
  { operation }: Route,
  request: FastifyRequest,
  token: string,
  path: string,
) => ({
  operation,
  method: request.method,
  path,
  token,
  reused: connections.reused(request.raw),
});

/** The header `Date` by ClickUp's clock, where that differs from this machine's; else Node sends it. */
function tellTime({ clock, now }: Sandbox, { raw }: FastifyReply): void {
  if (!clock) return;
  raw.sendDate = false;
  if (clock.date === 'sent') raw.setHeader('date', new Date(now + clock.dateOffsetMs).toUTCString());
}

function record(
  sandbox: Sandbox,
  route: Route,
  request: FastifyRequest,
  path: string,
  result: object | undefined,
): Effect {
  sandbox.journal.wrote();
  const { operation, creates } = route;
  const told = result instanceof Created ? result.body : result;
  return sandbox.ledger.record({ operation, creates, method: request.method, path, body: request.body, result: told });
}

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
  if (tell) sandbox.deliveries.announce(world, tell(result instanceof Created ? result.body : result));
  return result;
}

/** Success as 200, as 201 where the handler says so, or 204 where there is nothing to say; a Refusal as ClickUp words it. */
function answerOf(now: number, run: () => object | undefined): Answer {
  try {
    const result = run();
    if (result instanceof Created) return { status: 201, body: JSON.stringify(result.body) };
    return result === undefined ? { status: 204, body: '' } : { status: 200, body: JSON.stringify(result) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, body: JSON.stringify(error.body(now)) };
  }
}
