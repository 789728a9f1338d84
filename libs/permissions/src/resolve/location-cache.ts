import { type AnswerCache, type ClickUpClient } from '#libs/clickup';

/** How old a cached place may be when a write is judged by it. */
const WHERE_TTL_MS = 60_000;
const PREFIX = 'where/';

/** Where one credential's objects lie, kept for a minute. Callers that ask for the same at once share one request. */
export class LocationCache {
  private readonly credential: string;

  constructor(
    private readonly cache: AnswerCache,
    { credential }: Pick<ClickUpClient, 'credential'>,
    private readonly signal?: AbortSignal,
  ) {
    this.credential = credential.hash;
  }

  read<T>(key: string, load: () => Promise<T>): Promise<T> {
    return this.cache.read(this.credential, PREFIX + key, WHERE_TTL_MS, load, this.signal);
  }

  knows(key: string): boolean {
    return this.cache.peek(this.credential, PREFIX + key) !== undefined;
  }

  put(key: string, value: unknown): void {
    this.cache.put(this.credential, PREFIX + key, WHERE_TTL_MS, value);
  }

  forget(key: string): void {
    this.cache.forget(this.credential, PREFIX + key);
  }
}
