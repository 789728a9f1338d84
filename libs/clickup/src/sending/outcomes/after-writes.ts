import { AppError } from '#libs/core';

/** The writes of one call, from the moment each may leave: what a later failure of the same call must not hide. */
export class CallWrites {
  /** How often each operation (by its id) was carried out. */
  readonly done = new Map<string, number>();
  /** The same for those of which nobody knows. */
  readonly unknown = new Map<string, number>();
  private readonly underWay = new Set<Promise<unknown>>();

  /** Follows one write to its end; its outcome is passed on as it is. */
  follow<T>(operation: string, outcome: Promise<T>): Promise<T> {
    const end = outcome.then(
      () => count(this.done, operation),
      (error: unknown) => {
        if (error instanceof AppError && error.code === 'unknown_outcome') count(this.unknown, operation);
      },
    );
    this.underWay.add(end);
    return outcome.finally(() => this.underWay.delete(end));
  }

  /** Resolves when no write is under way: a tool that sends several at once fails with the first of them. */
  async settled(): Promise<void> {
    while (this.underWay.size) await Promise.all(this.underWay);
  }
}

const count = (counts: Map<string, number>, operation: string) =>
  void counts.set(operation, (counts.get(operation) ?? 0) + 1);

/** What a call has sent, as far as a failure has to tell it; see `CallStats`. */
interface Sent {
  writes?: CallWrites;
  created?: ReadonlySet<string>;
}

/** Failures that say nothing of what was asked for, so that a caller would send the same again. */
const NO_REFUSAL: ReadonlySet<string> = new Set([
  'internal_error',
  'deadline_exceeded',
  'cancelled',
  'unavailable',
  'clickup_server_error',
  'clickup_rate_limit',
  'rate_limited',
]);
const isRefusal = ({ code, details }: AppError): boolean =>
  code === 'clickup_api_error' ? Number(details.clickup_status) >= 400 : !NO_REFUSAL.has(code);

/**
 * What a call that failed has to say. When one of its writes was done or may have been done, whatever is no definite refusal becomes
 * `unknown_outcome` that names these writes: nothing may look like a call that can simply be repeated. Waits for writes under way.
 * @param thrown why the call failed; anything but an AppError counts as `internal_error`
 */
export async function afterWrites(stats: Sent | undefined, thrown: unknown): Promise<AppError> {
  const error = AppError.of(thrown);
  if (!stats?.writes) return error;
  await stats.writes.settled();
  const { done, unknown } = stats.writes;
  const isAlone = error.code === 'unknown_outcome' && done.size === 0 && total(unknown) === 1;
  if (isAlone || (done.size === 0 && unknown.size === 0)) return error;
  if (unknown.size === 0 && isRefusal(error)) return error;
  const made = [...(stats.created ?? [])];
  return new AppError('unknown_outcome', inWords(error, done, unknown, made), {
    details: { ...error.details, done: named(done), unknown: named(unknown), created: made.length ? made : undefined },
    cause: error,
  });
}

function inWords(
  { code, message }: AppError,
  done: ReadonlyMap<string, number>,
  unknown: ReadonlyMap<string, number>,
  made: readonly string[],
): string {
  const failure =
    code === 'unknown_outcome' && unknown.size ? [] : [`The call failed after changes were sent: ${message}`];
  return [
    ...failure,
    ...(done.size ? [`Done: ${listed(done)}${made.length ? ` (made: ${made.join(', ')})` : ''}`] : []),
    ...(unknown.size ? [`Not known whether done: ${listed(unknown)}`] : []),
  ].join('. ');
}

const total = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((sum, n) => sum + n, 0);
const named = (counts: ReadonlyMap<string, number>): string[] | undefined =>
  counts.size ? [...counts.keys()] : undefined;
const listed = (counts: ReadonlyMap<string, number>): string =>
  [...counts].map(([operation, times]) => (times > 1 ? `${operation} ×${times}` : operation)).join(', ');

/** For a write that was carried out although its answer could not be passed on. */
export const doneButUntold = (operation: string, cause: unknown): AppError =>
  new AppError('unknown_outcome', 'The change was made, but its answer cannot be shown', {
    details: { operation },
    cause,
  });
