import { sha256, Tally } from '#libs/core';
import { timingSafeEqual } from 'node:crypto';
import { type GrantKind } from './access-grant.entity.js';
import { type Caller } from './caller.js';
import { type Invalidated, type InvalidatedCache } from './invalidations.service.js';

/** SEC-D1: when the message about a revocation is lost, the revoked grant works for this long at most. */
const LIFE_MS = 30_000;

/** A live grant, with one caller for each of its secrets. */
export interface LiveGrant {
  kind: GrantKind;
  /** Its own, and that of the key that made it: their policies are among its layers. */
  connectionIds: readonly string[];
  callers: readonly KnownCaller[];
}

interface KnownCaller {
  /** SHA-256 of the secret. */
  hash: Buffer;
  caller: Caller;
  /** Milliseconds until the secret itself ends; null = it does not. */
  expiresInMs: number | null;
}

/** The row of a secret among those of a grant; how long it takes does not tell how much of the secret is right. */
export function bySecret<Row extends { hash: Buffer }>(rows: readonly Row[], secret: string): Row | undefined {
  const presented = sha256(secret);
  return rows.find(({ hash }) => timingSafeEqual(hash, presented));
}

/** Live grants by id, least recently used first. Of secrets it holds only hashes. */
export class CallerCache implements InvalidatedCache {
  /** `hit`, `miss`: whoever is not remembered costs a query. */
  readonly found = new Tally();
  private readonly grants = new Map<string, { grant: LiveGrant; asked: number }>();

  /**
   * @param capacity grants at most
   * @param now a monotonic clock in milliseconds
   */
  constructor(
    private readonly capacity = 10_000,
    private readonly now: () => number = () => performance.now(),
  ) {}

  find(kind: GrantKind, id: string, secret: string): Caller | undefined {
    const kept = this.grants.get(id);
    const found = kept?.grant.kind === kind ? bySecret(kept.grant.callers, secret) : undefined;
    const live = kept && found && this.now() - kept.asked < Math.min(LIFE_MS, found.expiresInMs ?? LIFE_MS);
    this.found.add(live ? 'hit' : 'miss');
    if (!live) return undefined;
    this.grants.delete(id);
    this.grants.set(id, kept);
    return found.caller;
  }

  /** @param asked when the database was asked, by the clock of this cache: the time to live begins then, because the answer may have taken long */
  keep(id: string, grant: LiveGrant, asked: number): void {
    this.grants.delete(id);
    this.grants.set(id, { grant, asked });
    const [oldest] = this.grants.keys();
    if (this.grants.size > this.capacity && oldest !== undefined) this.grants.delete(oldest);
  }

  drop(kind: Extract<Invalidated, 'grant' | 'connection'>, id: string): void {
    if (kind === 'grant') this.grants.delete(id);
    else
      for (const [grantId, { grant }] of this.grants) if (grant.connectionIds.includes(id)) this.grants.delete(grantId);
  }

  flush(): void {
    this.grants.clear();
  }
}
