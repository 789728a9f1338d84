import { type Config } from '#libs/core';
import { type LoggerService } from '@nestjs/common';
import { destination, type DestinationStream, type Logger, pino } from 'pino';

/** Anything shaped like one of our secrets or a ClickUp token; the last line behind the rule that none is ever given to the logger (SEC-D22). */
const SECRETS = /\b(pk_|cu[suk]_)[\w:-]+|\bBearer\s+\S+|\beyJ[\w-]+\.[\w-]+\.[\w-]*|postgres(?:ql)?:\/\/\S+/gi;
const redact = (text: string) => text.replace(SECRETS, '[redacted]');

interface Thrown {
  name?: string;
  code?: unknown;
  message?: string;
  stack?: string;
  cause?: unknown;
}

/** Where it was thrown. The stack begins with the message, which may have lines of its own that look like places. */
function frames({ stack, message = '' }: Thrown): string[] | undefined {
  const start = stack?.indexOf(message) ?? -1;
  return stack
    ?.slice(start < 0 ? 0 : start + message.length)
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 8)
    .map((line) => line.trim());
}

/** Of something thrown nobody knows where: its type and place, and not one word of its message. */
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

/** Of an error: type, code, a bounded message without secrets, and where it was thrown. Driver errors carry rows and parameters: those stay out. */
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
