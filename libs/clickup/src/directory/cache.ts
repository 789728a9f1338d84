import { AppError, type ErrorCode, Tally } from '#libs/core';

interface Part {
  value: unknown;
  bytes: number;
  /** On the cache's clock. */
  expires: number;
}

interface Partition {
  parts: Map<string, Part>;
  bytes: number;
}

/**
 * Errors that come from ClickUp hold for everybody who waits for the same load. Any other (cancelled, out of time, out of budget)
 * concerns only the caller that started it.
 */
const FROM_CLICKUP: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'invalid_credentials',
  'clickup_not_found',
  'clickup_forbidden',
  'clickup_api_error',
  'clickup_server_error',
]);

/** The part of the cache that calls work with. */
export type AnswerCache = Pick<CredentialCache, 'read' | 'peek' | 'put' | 'forget'>;

/**
 * Answers kept per credential: one partition each, so that nothing can be found under another credential.
 * All partitions share one allowance; the least recently used partition goes first, whole.
 */
export class CredentialCache {
  /** `hit`, `miss`: what is not kept costs requests to ClickUp. */
  readonly found = new Tally();
  /** In order of use, the least recent first. */
  private readonly partitions = new Map<string, Partition>();
  private readonly loads = new Map<string, Promise<unknown>>();
  private bytes = 0;
  /** The partition that was used last, unless it was removed. */
  private newest?: Partition;

  constructor(
    private readonly maxBytes: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * The kept answer, or a fresh one. Callers that want the same at once share one load, which belongs to the caller that started it: if
   * that caller is cancelled or runs out of time, the next one starts its own.
   * @param signal stops waiting for a load that another caller started
   */
  async read<T>(
    credential: string,
    key: string,
    ttlMs: number,
    load: () => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const name = `${credential}/${key}`;
    for (;;) {
      const kept = this.peek<T>(credential, key);
      if (kept !== undefined) {
        this.found.add('hit');
        return kept;
      }
      const pending = this.loads.get(name) as Promise<T> | undefined;
      if (!pending) {
        this.found.add('miss');
        return this.load(credential, key, ttlMs, load);
      }
      try {
        return await orAborted(pending, signal);
      } catch (error) {
        if (signal?.aborted || (error instanceof AppError && FROM_CLICKUP.has(error.code))) throw error;
      }
    }
  }

  /** What is kept right now; loads nothing. */
  peek<T>(credential: string, key: string): T | undefined {
    const partition = this.partitions.get(credential);
    const part = partition?.parts.get(key);
    if (!partition || !part || part.expires <= this.now()) return undefined;
    this.used(credential, partition);
    return part.value as T;
  }

  /**
   * Keeps a value that came along with the answer to another question.
   * @param bytes of a value that is not made of plain objects and lists, which are all that can be estimated here
   */
  put(credential: string, key: string, ttlMs: number, value: unknown, bytes = bytesOf(value)): void {
    this.keep(credential, key, { value, bytes: bytesOf(key) + bytes, expires: this.now() + ttlMs });
  }

  /** Forgets what is kept for this credential under keys with this prefix. A load that is under way is answered, but not kept. */
  forget(credential: string, prefix: string): void {
    for (const name of this.loads.keys()) if (name.startsWith(`${credential}/${prefix}`)) this.loads.delete(name);
    const partition = this.partitions.get(credential);
    for (const key of partition?.parts.keys() ?? []) if (key.startsWith(prefix)) this.drop(partition!, key);
    if (partition?.parts.size !== 0) return;
    this.partitions.delete(credential);
    if (this.newest === partition) this.newest = undefined;
  }

  /** Bytes kept now, estimated. */
  get size(): number {
    return this.bytes;
  }

  private async load<T>(credential: string, key: string, ttlMs: number, load: () => Promise<T>): Promise<T> {
    const name = `${credential}/${key}`;
    const loading = load();
    this.loads.set(name, loading);
    try {
      const value = await loading;
      if (this.loads.get(name) === loading) this.put(credential, key, ttlMs, value);
      return value;
    } finally {
      if (this.loads.get(name) === loading) this.loads.delete(name);
    }
  }

  private keep(credential: string, key: string, part: Part): void {
    const partition = this.partitions.get(credential) ?? { parts: new Map<string, Part>(), bytes: 0 };
    this.drop(partition, key);
    partition.parts.set(key, part);
    partition.bytes += part.bytes;
    this.bytes += part.bytes;
    this.used(credential, partition);
    for (const [oldest, { bytes }] of this.partitions) {
      if (this.bytes <= this.maxBytes) return;
      const partition = this.partitions.get(oldest);
      this.partitions.delete(oldest);
      if (this.newest === partition) this.newest = undefined;
      this.bytes -= bytes;
    }
  }

  private used(credential: string, partition: Partition): void {
    if (this.newest === partition) return;
    this.partitions.delete(credential);
    this.partitions.set(credential, partition);
    this.newest = partition;
  }

  private drop(partition: Partition, key: string): void {
    const bytes = partition.parts.get(key)?.bytes ?? 0;
    partition.parts.delete(key);
    partition.bytes -= bytes;
    this.bytes -= bytes;
  }
}

async function orAborted<T>(pending: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return pending;
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new AppError('cancelled'));
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([pending, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** A rough estimate of the memory that a plain value takes. A part that is referenced twice counts once. */
export function bytesOf(value: unknown, seen = new Set<unknown>()): number {
  if (typeof value === 'string') return 16 + 2 * value.length;
  if (typeof value !== 'object' || value === null) return 8;
  if (seen.has(value)) return 8;
  seen.add(value);
  return Object.values(value).reduce<number>((sum, child) => sum + 8 + bytesOf(child, seen), 48);
}
