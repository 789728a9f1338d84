import { type ThrottlerStorage } from '@nestjs/throttler';
import { type Clock, monotonic } from '../clock.js';
import { PARTS, Ring } from './ring.js';

/** Ceilings per network. They stop floods, not users: a hosted connector brings many people from a few addresses (SEC-D8). */
export const INBOUND = {
  register: { limit: 60, windowMs: 60_000 },
  token: { limit: 600, windowMs: 60_000 },
  pages: { limit: 240, windowMs: 60_000 },
  api: { limit: 240, windowMs: 60_000 },
  /** Of JWTs. */
  refresh: { limit: 240, windowMs: 60_000 },
  /** Bytes of new registrations; a repetition of a known one costs nothing. Clients of usual size reach `register` first, so this refuses bloated ones only. */
  registered: { limit: 2 << 20, windowMs: 3_600_000 },
} as const;

/** Above that many networks, the one that was quiet longest is forgotten with its hits, so that a flood from many networks locks nobody out. */
const MAX_KEYS = 50_000;

/** Where a key stands after a hit. */
interface Hit {
  totalHits: number;
  /** Seconds until the oldest hit that is counted now has left. */
  timeToExpire: number;
  isBlocked: boolean;
  /** Seconds until another hit may pass; 0 when not blocked. */
  timeToBlockExpire: number;
}

/**
 * A sliding window made of twentieths: a hit counts for one window and up to a twentieth of it longer, so the limit is never exceeded and the
 * memory of a key does not grow with its hits. Refused hits do not count. Kept per replica.
 */
export class InboundWindows implements ThrottlerStorage {
  private readonly rings = new Map<string, Ring>();

  constructor(
    private readonly clock: Pick<Clock, 'now'> = monotonic,
    private readonly maxKeys = MAX_KEYS,
  ) {}

  /**
   * @param ttl length of the window in milliseconds; it must not change for a key
   * @param weight how much the hit counts
   */
  hit(key: string, ttl: number, limit: number, weight = 1): Hit {
    const length = ttl / PARTS;
    const now = this.clock.now();
    const part = Math.floor(now / length);
    const ring = this.ring(key, part);
    const before = ring.total;
    const isBlocked = before + weight > limit;
    if (!isBlocked) ring.add(weight);
    const until = (freed: number) => Math.max(1, Math.ceil((ring.leavesAt(freed) * length - now) / 1000));
    return {
      totalHits: ring.total,
      timeToExpire: until(1),
      isBlocked,
      timeToBlockExpire: isBlocked ? until(before - limit + weight) : 0,
    };
  }

  /** Hits of a key that count now; looking is no hit. */
  count(key: string, ttl: number): number {
    // `ring` would add an unknown key, and might push out one that has hits.
    return this.rings.has(key) ? this.ring(key, Math.floor(this.clock.now() / (ttl / PARTS))).total : 0;
  }

  /** As @nestjs/throttler wants it. */
  increment(key: string, ttl: number, limit: number): Promise<Hit> {
    return Promise.resolve(this.hit(key, ttl, limit));
  }

  get size(): number {
    return this.rings.size;
  }

  /** The ring of a key, brought up to `part`; a key that is used moves to the end of the map. */
  private ring(key: string, part: number): Ring {
    const ring = this.rings.get(key) ?? new Ring(part);
    this.rings.delete(key);
    this.rings.set(key, ring);
    if (this.rings.size > this.maxKeys) this.rings.delete(this.rings.keys().next().value!);
    ring.advance(part);
    return ring;
  }
}
