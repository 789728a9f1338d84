import { logLinesDropped } from '#libs/audit';
import { type Config, traceHere } from '#libs/core';
import { type LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { isatty } from 'node:tty';
import { LogOutput } from './log-output.js';

/** Anything shaped like one of our secrets or a ClickUp token; a second defence: the rule is that none is ever given to the logger (SEC-D22). */
const SECRETS = /\b(pk_|cu[suk]_)[\w:%-]+|\bBearer\s+\S+|\beyJ[\w-]+\.[\w-]+\.[\w-]*|postgres(?:ql)?:\/\/\S+/gi;
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

/** Where lines go. `flush` calls back when they have arrived, or cannot. */
type Output = DestinationStream & { flush?(done: () => void): void };
type Settings = Pick<Config, 'LOG_LEVEL'> & Partial<Pick<Config, 'LOG_FORMAT' | 'OTEL_EXPORTER_OTLP_ENDPOINT'>>;

/**
 * One JSON object per line: `time` in ISO 8601 (UTC), `level` as a word. Call sites hand over named fields only; bodies, arguments and
 * URLs are never among them.
 * @param to standard output by default: on a terminal, lines for people (LOG_FORMAT)
 */
export function createLogger(settings: Settings, to: Output = standardOutput(settings)): Logger {
  return pino(
    {
      level: settings.LOG_LEVEL,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      serializers: { err: errorFields },
      hooks: { logMethod },
      ...(settings.OTEL_EXPORTER_OTLP_ENDPOINT && { mixin: traced }),
    },
    to,
  );
}

/** The trace that a line is written in. */
function traced(): { trace_id?: string } {
  const traceId = traceHere()?.traceId;
  return traceId === undefined ? {} : { trace_id: traceId };
}

/** Never waits for whoever reads: of lines that are dropped their number is told, in a metric and in a line where they are missing. */
function standardOutput(settings: Settings): Output {
  const output = new LogOutput(1, {
    dropped: () => logLinesDropped.inc(),
    flowsAgain: (count) =>
      createLogger(settings, to).warn({ dropped: count }, 'lines of the log were dropped here: nobody took them'),
  });
  const to: Output = isForPeople(settings) ? forPeople(output, isatty(1)) : output;
  return to;
}

/** Whether standard output gets lines for people, not JSON. */
export const isForPeople = ({ LOG_FORMAT = 'auto' }: Pick<Settings, 'LOG_FORMAT'>): boolean =>
  LOG_FORMAT === 'pretty' || (LOG_FORMAT === 'auto' && isatty(1));

/** Makes of each JSON object a line that people can read: time, level, what happened, then the fields as JSON. */
export function forPeople(to: Output, colorize: boolean): Output {
  const line = prettyFactory({ colorize, singleLine: true, translateTime: false, errorLikeObjectKeys: [] });
  const flush = to.flush?.bind(to);
  return { write: (json) => void to.write(line(json)), ...(flush && { flush }) };
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
