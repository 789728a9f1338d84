import { type Access } from '#libs/auth';
import { policyOf } from '#libs/web';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type ErrorFilter } from './error.filter.js';
import { type RequestLog } from './request-log.js';

/** The path holds a credential, or what somebody took for one: nobody may keep it, or pass it on as a Referer. */
const SECRET_PATH = { 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' };

/** The headers of every answer. */
export function headersOf(request: FastifyRequest): Record<string, string> {
  const policy = policyOf(request);
  return {
    'x-request-id': request.id,
    'x-content-type-options': 'nosniff',
    ...((!policy || policy.secretInPath) && SECRET_PATH),
  };
}

/** Answers what the router cannot take, such as a path that cannot be decoded. Fastify runs no hook for such a request, so what the hooks do for all others is done here. */
export class Unroutable {
  private access?: Access;
  private border?: ErrorFilter;

  constructor(private readonly requests: RequestLog) {}

  /** Call it before the port opens: the server is made before the container that holds these. */
  refuseBy(access: Access, border: ErrorFilter): void {
    this.access = access;
    this.border = border;
  }

  refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    void reply.headers(headersOf(request));
    this.border?.answer(this.refusal(error, request), request, reply);
    // No hook runs here, so the line is written by hand.
    this.requests.write(request, reply);
  }

  private refusal(error: unknown, request: FastifyRequest): unknown {
    try {
      this.access?.checkUnrouted(request);
      return error;
    } catch (refused) {
      return refused;
    }
  }
}
