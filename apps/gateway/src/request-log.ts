import { Sparingly } from '#libs/audit';
import { network } from '#libs/core';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type Logger } from 'pino';

/** Requests without a known caller that leave a line of their own, per minute. */
const STRANGERS = { total: 1200, each: 240 };

/** The one line that every request leaves, also when the client went away before it was answered. */
export class RequestLog {
  private readonly strangers = new Sparingly(STRANGERS, (skipped) =>
    this.log.warn({ skipped }, 'requests without a known caller left no line of their own in the last minute'),
  );
  private readonly written = new WeakSet<FastifyRequest>();

  constructor(private readonly log: Logger) {}

  /** Writes the line when an answer has gone out, or when the client has gone. */
  register(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, reply, done) => {
      // Where an answer is never sent, Fastify never says that the request is over.
      reply.raw.once('close', () => {
        // An upgrade is over when its socket is.
        if (!reply.raw.writableFinished) this.write(request, reply, reply.raw.statusCode !== 101);
      });
      done();
    });
    fastify.addHook('onResponse', (request, reply, done) => {
      this.write(request, reply);
      done();
    });
  }

  /**
   * The template of the route, never the URL, which may hold a secret.
   * @param aborted the client went away: then the status is not known to it
   */
  write(request: FastifyRequest, reply: FastifyReply, aborted = false): void {
    if (this.written.has(request)) return;
    this.written.add(request);
    const { id: reqId, method, routeOptions, caller, told: { call, ...told } = {} } = request;
    // Probes ask every few seconds, and only their failures matter.
    const probe = routeOptions.url?.startsWith('/health/') && reply.statusCode < 400;
    const level = (call || probe) && !aborted ? 'debug' : 'info';
    if (!this.log.isLevelEnabled(level)) return;
    // Whoever sets the level to debug wants to see each request.
    const bounded = !caller && !this.log.isLevelEnabled('debug');
    if (bounded && !this.strangers.admits(network(request.ip, { v4: 24, v6: 64 }))) return;
    this.log[level](
      {
        reqId,
        method,
        route: routeOptions.url,
        ...told,
        ...(caller && { grant: caller.id, kind: caller.kind }),
        ...(aborted ? { aborted } : { status: reply.statusCode }),
        // Fastify does not time requests that its router refuses.
        ms: reply.elapsedTime === 0 ? undefined : Math.round(reply.elapsedTime),
      },
      'request',
    );
  }
}
