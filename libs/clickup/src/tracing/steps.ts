import { type Step, systemCodeOf, type traceHere } from '#libs/core';
import { type Lease } from '#libs/limits';
import { type Operation } from '../operation.js';

type Trace = NonNullable<ReturnType<typeof traceHere>>;

/** How one attempt ended, see `Exchange`. */
interface Ended {
  status: number;
  ending?: string;
  timedOut: boolean;
  error?: unknown;
}

/** Tells a trace that a request has waited for ClickUp's rate limit, if it has. */
export function noteWait(trace: Trace, { waitedMs }: Pick<Lease, 'waitedMs'>, priority: string): void {
  const endedAt = performance.now();
  if (waitedMs > 0)
    trace.note({
      name: 'wait for rate limit',
      kind: 'internal',
      startedAt: endedAt - waitedMs,
      endedAt,
      attributes: { 'clickup_mcp.priority': priority },
    });
}

/** Tells a trace of a pause before a repetition. */
export function notePause(trace: Trace, startedAt: number): void {
  trace.note({
    name: 'pause before repetition',
    kind: 'internal',
    startedAt,
    endedAt: performance.now(),
    attributes: {},
  });
}

/** Tells a trace that an answer came of a request that another call had sent. */
export async function noteShared<T>(trace: Trace, answer: Promise<T>): Promise<T> {
  const startedAt = performance.now();
  try {
    return await answer;
  } finally {
    trace.note({ name: 'share a read', kind: 'internal', startedAt, endedAt: performance.now(), attributes: {} });
  }
}

/**
 * Tells a trace of one attempt, by the semantic conventions of HTTP clients. The URL stays out, because it holds ids: its template is told.
 * @param attempt the first is 1
 */
export function noteExchange(
  trace: Trace,
  { prefix, server }: { prefix: string; server: Step['attributes'] },
  { id, method, path }: Operation,
  { status, ending, timedOut, error }: Ended,
  attempt: number,
  startedAt: number,
): void {
  const template = prefix + path;
  const step: Step = {
    name: `${method} ${template}`,
    kind: 'client',
    startedAt,
    endedAt: performance.now(),
    attributes: {
      'http.request.method': method,
      'url.template': template,
      'http.response.status_code': status || undefined,
      'http.request.resend_count': attempt > 1 ? attempt - 1 : undefined,
      'clickup.operation': id,
      ...server,
    },
  };
  if (ending !== 'answered') step.error = timedOut ? 'timeout' : (systemCodeOf(error) ?? ending);
  else if (status >= 400) step.error = String(status);
  trace.note(step);
}
