import { Arrival, inTrace } from '#libs/core';
import { type FastifyInstance, type FastifyRequest } from 'fastify';

/**
 * Has everything that is done for a message over HTTP, from its first hook on, belong to the trace that the message asks for: which that is,
 * is known only when its body was read. Reading it is no work of ours, so the trace is taken up again after it.
 */
export function traceArrivals(fastify: FastifyInstance): void {
  const arrivals = new WeakMap<FastifyRequest, Arrival>();
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (request.method !== 'POST' || !request.routeOptions.url?.startsWith('/mcp')) return done();
    const { traceparent, tracestate } = request.headers;
    const arrival = new Arrival({ traceparent, tracestate });
    arrivals.set(request, arrival);
    inTrace(arrival, done);
  });
  fastify.addHook('preHandler', (request, _reply, done) => {
    const arrival = arrivals.get(request);
    if (arrival) inTrace(arrival, done);
    else done();
  });
  // Before the line of the request is written.
  fastify.addHook('onResponse', (request, _reply, done) => {
    const traceId = arrivals.get(request)?.traceId;
    if (traceId !== undefined) request.told = { ...request.told, trace_id: traceId };
    done();
  });
}
