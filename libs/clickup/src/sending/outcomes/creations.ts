import { sha256 } from '#libs/core';
import { randomUUID } from 'node:crypto';
import { type BegunCreations, type Stage } from './begun-creations.js';
import { type Others } from '../../operation.js';

/** Longer than any recovery looks back for what a lost request made, and longer than any call lasts. */
const KEPT_MS = 15 * 60_000;
const MAX_OF_TOKEN = 20_000;
const MAX_IN_ALL = 200_000;

/** For requests that create nothing: no object can be mistaken for their work. */
export const ALONE: Others = {
  about: () => Promise.resolve({ owned: new Set(), contenders: 1 }),
  claim: () => Promise.resolve(true),
};
/** A creation does not wait longer (ms) for the database: then it leaves without being written down, and is not looked for if it gets lost. */
const PATIENCE_MS = 500;

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
  /** @param shared what other replicas are told, and tell */
  constructor(readonly shared?: BegunCreations) {}

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
  readonly id: string = randomUUID();
  state: State = 'under_way';
  until = Infinity;
  /** What other replicas were told last. */
  private told?: Stage;
  private isWritten = true;
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

  /** Has to be awaited before it is sent, each time: others must know of it before they can see what it makes. */
  async leaves(): Promise<void> {
    this.state = 'under_way';
    if (!this.all.shared || this.told === 'under_way') return;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), PATIENCE_MS)));
    this.isWritten = await Promise.race([this.tell('under_way'), patience]);
    clearTimeout(timer);
  }

  /** @param id of what was made, where the answer says it */
  answered(id: string | undefined): void {
    if (!this.claimed) this.note(id === undefined ? 'unnamed' : 'answered', id);
    if (id !== undefined) this.all.own(id, this.tokenHash);
    if (id !== undefined || this.claimed) this.all.end(this);
    else this.leave('unnamed');
  }

  /** No answer will come any more; ClickUp is asked what the request made. */
  unanswered(): void {
    this.state = 'lost';
    this.note('lost');
  }

  /** It is not known whether it was done: its work may still turn up. */
  lost(): void {
    if (this.told !== 'lost') this.note('lost');
    this.leave('lost');
  }

  /** It is certain that it made nothing. */
  undone(): void {
    if (this.told) this.note('undone');
    this.all.end(this);
  }

  async about(ids: readonly string[]): Promise<{ owned: ReadonlySet<string>; contenders: number | undefined }> {
    const there = await this.elsewhere(ids);
    // Looked at after that, because more may have been answered meanwhile.
    const owned = new Set(ids.filter((id) => this.all.isOwned(id) || there.owned.has(id)));
    const here = this.contenders();
    const contenders = here === undefined || there.contenders === undefined ? undefined : here + there.contenders;
    return { owned, contenders };
  }

  async claim(id: string): Promise<boolean> {
    if (this.all.isOwned(id)) return false;
    this.all.own(id, this.tokenHash);
    const claimed = this.all.shared?.claim(this, id).catch(() => false);
    return (this.claimed = (await claimed) ?? true);
  }

  private contenders(): number | undefined {
    if (this.all.isBlind(this.tokenHash)) return undefined;
    const others = [...this.all.same(this.trace)].filter((other) => other !== this);
    return others.every(({ state, sent }) => state !== 'under_way' && sent === this.sent)
      ? others.length + 1
      : undefined;
  }

  /** What the other replicas know. Without the database nothing is guessed. */
  private async elsewhere(
    ids: readonly string[],
  ): Promise<{ owned: ReadonlySet<string>; contenders: number | undefined }> {
    const { shared } = this.all;
    if (!shared) return { owned: new Set(), contenders: 0 };
    if (!this.isWritten) return { owned: new Set(), contenders: undefined };
    try {
      const { owned, others } = await shared.look(this, ids);
      const here = new Set([...this.all.same(this.trace)].map(({ id }) => id));
      const there = others.filter(({ id }) => !here.has(id));
      const isClear = there.every(({ isOpen, isSame }) => !isOpen && isSame);
      return { owned, contenders: isClear ? there.length : undefined };
    } catch {
      return { owned: new Set(), contenders: undefined };
    }
  }

  /** Nobody waits for it; see `BegunCreations`. */
  private note(state: Stage, object?: string): void {
    this.tell(state, object).catch(() => undefined);
  }

  private tell(state: Stage, object?: string): Promise<boolean> {
    const { shared } = this.all;
    if (!shared) return Promise.resolve(true);
    this.told = state;
    return shared.tell({ id: this.id, trace: this.trace, sent: this.sent, state, object });
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
