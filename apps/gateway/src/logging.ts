import { type Config } from '#libs/core';
import { type LoggerService } from '@nestjs/common';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { destination, type DestinationStream, type Logger, pino } from 'pino';

/** Anything shaped like one of our secrets or a ClickUp token; a second defence: the rule is that none is ever given to the logger (SEC-D22). */
const SECRETS = /\b(pk_|cu[suk]_)[\w:-]+|\bBearer\s+\S+|\beyJ[\w-]+\.[\w-]+\.[\w-]*|postgres(?:ql)?:\/\/\S+/gi;
const redact = (text: string) => text.replace(SECRETS, '[redacted]');

interface Thrown {
  name?: string;
  code?: unknown;
  message?: string;
  stack?: string;
  cause?: unknown;
}

/** Where it was thrown. The stack begins with the message, whose lines may look like places too: it is skipped. */
function frames({ stack, message = '' }: Thrown): string[] | undefined {
  const start = stack?.indexOf(message) ?? -1;
  return stack
    ?.slice(start < 0 ? 0 : start + message.length)
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 8)
    .map((line) => line.trim());
}

/** Type and place of an error from anywhere in the program, without its message: that may hold what a caller sent. */
export function withoutWords(thrown: unknown): Record<string, unknown> {
  if (!(thrown instanceof Error)) return { type: typeof thrown };
  const { code, cause }: Thrown = thrown;
  return {
    type: thrown.name,
    code: typeof code === 'string' ? code.slice(0, 64) : undefined,
    at: frames(thrown),
    ...(cause === undefined ? {} : { cause: withoutWords(cause) }),
  };
}

/** What is logged of an error: type, code, a bounded message without secrets, and where it was thrown. The rows and parameters that errors of the database driver carry are left out. */
function errorFields(thrown: unknown): Record<string, unknown> {
  const { name, code, message = String(thrown), cause } = (thrown ?? {}) as Thrown;
  return {
    type: name,
    code,
    message: redact(message).slice(0, 300),
    at: frames(thrown ?? {}),
    ...(cause === undefined ? {} : { cause: errorFields(cause) }),
  };
}

/** One JSON object per line. Call sites hand over named fields only; bodies, arguments and URLs are never among them. */
export function createLogger(
  { LOG_LEVEL }: Pick<Config, 'LOG_LEVEL'>,
  to: DestinationStream = destination({ sync: true }),
): Logger {
  return pino({ level: LOG_LEVEL, base: null, serializers: { err: errorFields }, hooks: { logMethod } }, to);
}

function logMethod(
  this: Logger,
  args: Parameters<Logger['info']>,
  method: (...args: Parameters<Logger['info']>) => void,
): void {
  method.apply(this, args.map((arg) => (typeof arg === 'string' ? redact(arg) : arg)) as Parameters<Logger['info']>);
}

/** The one line that every request leaves: the template of its route, never the URL, which may hold a secret. */
export function logRequest(log: Logger, request: FastifyRequest, reply: FastifyReply): void {
  const { id: reqId, method, routeOptions } = request;
  log.info(
    {
      reqId,
      method,
      route: routeOptions.url,
      status: reply.statusCode,
      // Fastify does not time requests that its router refuses.
      ms: reply.elapsedTime === 0 ? undefined : Math.round(reply.elapsedTime),
    },
    'request',
  );
}

/** Writes that line when an answer has gone out. */
export function registerRequestLog(fastify: FastifyInstance, log: Logger): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    logRequest(log, request, reply);
    done();
  });
}

/** Nest's own messages through pino; its start-up chatter only at level debug. */
export function nestLogger(log: Logger): LoggerService {
  const write =
    (level: 'debug' | 'warn' | 'error') =>
    (message: unknown, ...rest: unknown[]) =>
      log[level]({ context: rest.at(-1) }, String(message));
  return {
    log: write('debug'),
    debug: write('debug'),
    verbose: write('debug'),
    warn: write('warn'),
    error: write('error'),
    fatal: write('error'),
  };
}
