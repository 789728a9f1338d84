import { AppError, type LeavingSignal } from '#libs/core';
import { type Clock, monotonic } from '#libs/limits';
import { type Admission } from './circuit.js';
import { Circuits } from './circuits.js';
import { Waiter } from './waiter.js';

/** How long after its circuit opened a token's calls are kept waiting for ClickUp to come back; later they are refused at once. */
const PATIENCE_MS = 4_000;
/** More than a budget lets leave at once, so that it is the budget that says who waits. */
const MAX_WAITING = 50;

interface Lane {
  /** In the order in which they came. */
  waiting: Set<Waiter<Admission>>;
  disarm?: () => void;
}

/**
 * Circuits before which calls wait, so that an outage of two seconds fails nobody. They wait until 4 s after the circuit of their token
 * opened, 50 of a token at most, and leave in the order in which they came once a probe was answered. Whoever comes when that time is
 * over is refused at once, so that a long outage piles nothing up.
 */
export class PatientCircuits {
  private readonly lanes = new Map<string, Lane>();
  private readonly circuits = new Circuits();

  constructor(
    readonly patienceMs = PATIENCE_MS,
    private readonly clock: Clock = monotonic,
  ) {}

  /** How many tokens' circuits are open. */
  get open(): number {
    return this.circuits.openAt(this.clock.now());
  }

  isOpen(tokenHash: string, now: number): boolean {
    return this.circuits.isOpen(tokenHash, now);
  }

  /** So that nobody queues for budget only to be refused. @throws AppError `clickup_server_error` for a token of which no call waits any more */
  checkPatience(tokenHash: string): void {
    const now = this.clock.now();
    if (this.circuits.isOpen(tokenHash, now) && this.patientUntil(tokenHash, now) <= now)
      throw this.refusal(tokenHash, now);
  }

  /** `admission` where nothing has to be waited for; undefined where something has, or where it is refused. */
  atOnce(tokenHash: string, { deadline, signal }: { deadline: number; signal?: LeavingSignal }): Admission | undefined {
    const now = this.clock.now();
    if (signal?.aborted || now >= deadline || this.lanes.has(tokenHash)) return undefined;
    return this.circuits.admits(tokenHash, now);
  }

  /**
   * When a request may leave, and as what. Must be followed by `succeeded`, `failed` or `undecided`.
   * @returns undefined when the deadline passed
   * @throws AppError `clickup_server_error` when ClickUp has not answered for too long, `cancelled` when the signal fires
   */
  async admission(
    tokenHash: string,
    { deadline, signal }: { deadline: number; signal?: LeavingSignal },
  ): Promise<Admission | undefined> {
    const now = this.clock.now();
    if (signal?.aborted) throw new AppError('cancelled');
    if (now >= deadline) return undefined;
    const lane = this.lanes.get(tokenHash) ?? { waiting: new Set() };
    const admission = lane.waiting.size ? undefined : this.circuits.admits(tokenHash, now);
    if (admission) return admission;
    const until = this.patientUntil(tokenHash, now);
    if (until <= now || lane.waiting.size >= MAX_WAITING) throw this.refusal(tokenHash, now);
    this.lanes.set(tokenHash, lane);
    const waiter = new Waiter<Admission>(this.clock, { until: Math.min(until, deadline), signal }, (left) => {
      lane.waiting.delete(left);
      this.arm(tokenHash, lane);
    });
    lane.waiting.add(waiter);
    this.arm(tokenHash, lane);
    const granted = await waiter.outcome;
    if (granted && signal?.aborted) {
      this.undecided(tokenHash, granted);
      throw new AppError('cancelled');
    }
    if (!granted && this.clock.now() < deadline) throw this.refusal(tokenHash, this.clock.now());
    return granted;
  }

  succeeded(tokenHash: string, now: number): void {
    this.circuits.succeeded(tokenHash, now);
    // One success takes the doubt from every token, not only from its own.
    for (const token of this.lanes.keys()) this.pump(token);
  }

  failed(tokenHash: string, now: number, as: Admission): void {
    this.circuits.failed(tokenHash, now, as);
    this.pump(tokenHash);
  }

  undecided(tokenHash: string, as: Admission): void {
    this.circuits.undecided(tokenHash, as);
    this.pump(tokenHash);
  }

  private pump(tokenHash: string): void {
    const lane = this.lanes.get(tokenHash);
    if (!lane) return;
    for (const waiter of lane.waiting) {
      const admission = this.circuits.admits(tokenHash, this.clock.now());
      if (!admission) break;
      lane.waiting.delete(waiter);
      waiter.grant(admission);
    }
    this.arm(tokenHash, lane);
  }

  /** Sleeps until the first of the lane may leave; forgets a lane in which nobody waits. */
  private arm(tokenHash: string, lane: Lane): void {
    lane.disarm?.();
    lane.disarm = undefined;
    if (lane.waiting.size === 0) {
      this.lanes.delete(tokenHash);
      return;
    }
    const now = this.clock.now();
    lane.disarm = this.clock.after(Math.max(1, this.circuits.opensAt(tokenHash) - now), () => this.pump(tokenHash));
  }

  private patientUntil(tokenHash: string, now: number): number {
    return (this.circuits.openedAt(tokenHash) ?? now) + this.patienceMs;
  }

  private refusal(tokenHash: string, now: number): AppError {
    return refusalOf(Math.max(1, Math.ceil((this.circuits.opensAt(tokenHash) - now) / 1000)));
  }
}

/** @param seconds until it is tried again */
const refusalOf = (seconds: number) =>
  new AppError(
    'clickup_server_error',
    'ClickUp API unavailable: it did not answer several times in a row; it is tried again every few seconds.',
    { details: { reason: 'not sent: ClickUp did not answer several times in a row', retry_after_seconds: seconds } },
  );
