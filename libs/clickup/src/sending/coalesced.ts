import { AppError, traceHere } from '#libs/core';
import { type Clock, monotonic } from '#libs/limits';
import { Flight, type Send, type Waiting } from './flight.js';
import { noteShared } from '../tracing/steps.js';

/** How long an answer is still given to others who ask the same, in milliseconds. */
export const KEPT_MS = 250;
/** Larger answers, in bytes, are shared only while they are under way. */
const KEPT_BYTES_EACH = 256 * 1024;
const KEPT_BYTES = 16 * 1024 * 1024;
/** What keeping an answer takes beside its text, in bytes. */
const OVERHEAD_BYTES = 4 * 1024;

/** A flight in the list, and what it weighs once its answer is kept. */
interface Listed {
  hash: string;
  request: string;
  flight: Flight;
  bytes: number;
  /** On the clock; endless while it is under way. */
  until: number;
}

/**
 * Reads that ask ClickUp the same with the same credential share one request: while it is under way, and a moment longer with people who
 * have not been told yet. Each caller is given a structure of its own to filter, so none sees or changes what another is shown. A failure is not kept.
 *
 * The law: what began before a write of this credential ended is given to nobody who asks after that write (`forget`).
 */
export class Coalesced {
  /** By hash of the credential, then by request. */
  private readonly listed = new Map<string, Map<string, Listed>>();
  /** Those whose answers are kept, the oldest first. */
  private readonly kept = new Set<Listed>();
  private bytes = 0;
  private disarm?: () => void;

  constructor(private readonly clock: Clock = monotonic) {}

  /**
   * @param hash of the credential
   * @param request names the operation and everything that is sent
   * @param waited told how many milliseconds this caller has waited for a request of another
   * @throws AppError what became of the request, or `cancelled` or `deadline_exceeded` of this caller alone
   */
  async read(
    hash: string,
    request: string,
    caller: Waiting,
    send: Send,
    waited: (ms: number) => void = () => undefined,
  ): Promise<unknown> {
    for (;;) {
      const joined = this.joined(hash, request, caller);
      const since = this.clock.now();
      const flight = joined ?? this.begun(hash, request, caller, send);
      const trace = joined && traceHere();
      try {
        return await (trace ? noteShared(trace, flight.answerTo(caller)) : flight.answerTo(caller));
      } catch (error) {
        if (!flight.failedForOthers(error, caller)) throw error;
      } finally {
        if (joined) waited(this.clock.now() - since);
      }
    }
  }

  /** Ends all sharing of what was asked with this credential until now; whoever waits is still answered. */
  forget(hash: string): void {
    for (const listed of this.listed.get(hash)?.values() ?? []) this.unkeep(listed);
    this.listed.delete(hash);
  }

  /** Forgets everything. */
  close(): void {
    for (const hash of [...this.listed.keys()]) this.forget(hash);
  }

  /** Bytes of kept answers, estimated. */
  get size(): number {
    return this.bytes;
  }

  private joined(hash: string, request: string, caller: Waiting): Flight | undefined {
    const listed = this.listed.get(hash)?.get(request);
    return listed && listed.until > this.clock.now() && listed.flight.serves(caller) ? listed.flight : undefined;
  }

  private begun(hash: string, request: string, caller: Waiting, send: Send): Flight {
    const flight = new Flight(caller, send, this.clock);
    const listed: Listed = { hash, request, flight, bytes: 0, until: Infinity };
    const ofCredential = this.listed.get(hash) ?? new Map<string, Listed>();
    const before = ofCredential.get(request);
    if (before) this.unkeep(before);
    this.listed.set(hash, ofCredential.set(request, listed));
    flight.answer.then(
      ({ bytes }) => this.ended(listed, bytes),
      (error: unknown) => {
        this.unlist(listed);
        // What was heard before ClickUp refused the credential is told to nobody any more.
        if (error instanceof AppError && error.code === 'invalid_credentials') this.forget(hash);
      },
    );
    return flight;
  }

  private ended(listed: Listed, bytes: number): void {
    if (bytes > KEPT_BYTES_EACH || this.listed.get(listed.hash)?.get(listed.request) !== listed)
      return this.unlist(listed);
    listed.until = this.clock.now() + KEPT_MS;
    listed.bytes = bytes + OVERHEAD_BYTES;
    this.kept.add(listed);
    this.bytes += listed.bytes;
    for (const oldest of this.kept) {
      if (this.bytes <= KEPT_BYTES) break;
      this.unlist(oldest);
    }
    this.disarm ??= this.clock.after(KEPT_MS, () => this.sweep());
  }

  private sweep(): void {
    const now = this.clock.now();
    this.disarm = undefined;
    for (const listed of this.kept) if (listed.until <= now) this.unlist(listed);
    const [oldest] = this.kept;
    if (oldest) this.disarm = this.clock.after(oldest.until - now, () => this.sweep());
  }

  private unlist(listed: Listed): void {
    this.unkeep(listed);
    const ofCredential = this.listed.get(listed.hash);
    if (ofCredential?.get(listed.request) !== listed) return;
    ofCredential.delete(listed.request);
    if (ofCredential.size === 0) this.listed.delete(listed.hash);
  }

  private unkeep(listed: Listed): void {
    if (!this.kept.delete(listed)) return;
    this.bytes -= listed.bytes;
    if (this.kept.size > 0) return;
    this.disarm?.();
    this.disarm = undefined;
  }
}
