import { sha256 } from '#libs/core';
import { type Others } from '../operation.js';

/** Longer than any recovery looks back for what a lost request made, and longer than any call lasts. */
const KEPT_MS = 15 * 60_000;
const MAX_OF_TOKEN = 20_000;
const MAX_IN_ALL = 200_000;

/** For requests that create nothing: no object can be mistaken for their work. */
export const ALONE: Others = { owns: () => false, contenders: () => 1, claim: () => undefined };

type State = 'under_way' | 'lost' | 'unnamed';

/**
 * The creations of this process: which objects were answered to somebody, and which requests are under way or were never answered.
 * Bounded per token. A token that has too many is not recorded any further, and for a while the work of its lost requests is not recognised.
 */
export class Creations {
  /** Objects by id, in the order in which they will be forgotten. */
  private readonly owned = new Map<string, { tokenHash: string; until: number }>();
  private readonly byTrace = new Map<string, Set<Creation>>();
  /** Requests that were never answered, or answered without an id, in the order in which they will be forgotten. */
  private readonly loose = new Set<Creation>();
  private readonly shares = new Map<string, { count: number; blindUntil: number }>();

  /**
   * Records a request that is about to leave.
   * @param trace what its work is recognised by: place and name
   * @param work makes a text of everything that was sent
   */
  begin(tokenHash: string, trace: string, work: () => string): Creation {
    const creation = new Creation(this, tokenHash, digest(trace), work);
    const same = this.byTrace.get(creation.trace);
    if (same) same.add(creation);
    else this.byTrace.set(creation.trace, new Set([creation]));
    return creation;
  }

  /** @internal */
  same(trace: string): ReadonlySet<Creation> {
    this.purge();
    return this.byTrace.get(trace) ?? new Set();
  }

  /** @internal */
  isOwned(id: string): boolean {
    return this.owned.has(id);
  }

  /** @internal */
  isBlind(tokenHash: string): boolean {
    return (this.shares.get(tokenHash)?.blindUntil ?? 0) > performance.now();
  }

  /** @internal */
  own(id: string, tokenHash: string): void {
    if (this.owned.has(id)) return;
    if (this.takeShare(tokenHash)) this.owned.set(id, { tokenHash, until: performance.now() + KEPT_MS });
  }

  /** @internal */
  keep(creation: Creation): void {
    if (this.takeShare(creation.tokenHash)) this.loose.add(creation);
    else this.end(creation);
  }

  /** @internal */
  end(creation: Creation): void {
    if (this.loose.delete(creation)) this.giveBack(creation.tokenHash);
    const same = this.byTrace.get(creation.trace);
    if (same?.delete(creation) && same.size === 0) this.byTrace.delete(creation.trace);
  }

  private takeShare(tokenHash: string): boolean {
    this.purge();
    const share = this.shares.get(tokenHash) ?? { count: 0, blindUntil: 0 };
    this.shares.set(tokenHash, share);
    if (share.count >= MAX_OF_TOKEN || this.owned.size + this.loose.size >= MAX_IN_ALL) {
      share.blindUntil = performance.now() + KEPT_MS;
      return false;
    }
    share.count += 1;
    return true;
  }

  private giveBack(tokenHash: string): void {
    const share = this.shares.get(tokenHash);
    if (share && --share.count <= 0 && !this.isBlind(tokenHash)) this.shares.delete(tokenHash);
  }

  private purge(): void {
    const now = performance.now();
    for (const [id, { tokenHash, until }] of this.owned) {
      if (until > now) break;
      this.owned.delete(id);
      this.giveBack(tokenHash);
    }
    for (const creation of this.loose) {
      if (creation.until > now) break;
      this.end(creation);
    }
  }
}

/** One request that creates, from the moment it leaves until its work can no longer be mistaken for that of another request. */
export class Creation implements Others {
  state: State = 'under_way';
  until = Infinity;
  private digest?: string;
  private claimed = false;

  constructor(
    private readonly all: Creations,
    readonly tokenHash: string,
    readonly trace: string,
    private work: (() => string) | undefined,
  ) {}

  /** Everything that was sent, in short. */
  get sent(): string {
    this.digest ??= digest(this.work?.() ?? '');
    return this.digest;
  }

  /** @param id of what was made, where the answer says it */
  answered(id: string | undefined): void {
    if (id !== undefined) this.all.own(id, this.tokenHash);
    if (id !== undefined || this.claimed) this.all.end(this);
    else this.leave('unnamed');
  }

  /** It is sent again: its outcome is open once more. */
  again(): void {
    this.state = 'under_way';
  }

  /** No answer will come any more; ClickUp is asked what the request made. */
  unanswered(): void {
    this.state = 'lost';
  }

  /** It is not known whether it was done: its work may still turn up. */
  lost(): void {
    this.leave('lost');
  }

  /** It is certain that it made nothing. */
  undone(): void {
    this.all.end(this);
  }

  owns(id: string): boolean {
    return this.all.isOwned(id);
  }

  contenders(): number | undefined {
    if (this.all.isBlind(this.tokenHash)) return undefined;
    const others = [...this.all.same(this.trace)].filter((other) => other !== this);
    return others.every(({ state, sent }) => state !== 'under_way' && sent === this.sent)
      ? others.length + 1
      : undefined;
  }

  claim(id: string): void {
    this.claimed = true;
    this.all.own(id, this.tokenHash);
  }

  private leave(state: State): void {
    this.state = state;
    this.until = performance.now() + KEPT_MS;
    // The body may be large, and is not needed any more.
    this.digest = this.sent;
    this.work = undefined;
    this.all.keep(this);
  }
}

/** The id of what an answer is about, in an envelope or without. */
export function idIn(answer: unknown): string | undefined {
  const object = answer as { id?: unknown; data?: { id?: unknown } | null } | null | undefined;
  const id = object?.id ?? object?.data?.id;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}

const digest = (text: string): string => sha256(text).toString('base64url');
