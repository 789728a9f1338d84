import { type Access } from '#libs/auth';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type ErrorFilter } from './error.filter.js';
import { type RequestLog } from './request-log.js';

/** The headers of every answer. */
export const headersOf = (request: FastifyRequest) => ({
  'x-request-id': request.id,
  'x-content-type-options': 'nosniff',
});

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
