import { AppError, type LeavingSignal } from '#libs/core';
import { monotonic } from '#libs/limits';
import { type Account, type BytesInFlight, COUNTED_FROM } from './bytes-in-flight.js';
import { type Admission } from './circuit.js';
import { type PatientCircuits } from './patient-circuits.js';
import { type Slot, type Slots } from './slots.js';
import { Waiter } from './waiter.js';

/** What a request holds while it is under way. */
export interface Departure {
  admission: Admission;
  /** Its connection, until the answer is there. */
  slot: Slot;
  /** The memory of its bodies, until the answer was handed over. */
  account: Account;
}

/** What stands between a request that has budget and the wire: the circuit of its token, memory for its body, a connection. */
export class Departures {
  constructor(
    private readonly circuits: PatientCircuits,
    private readonly slots: Slots,
    private readonly bytes: BytesInFlight,
  ) {}

  /** What a request may leave with where nothing has to be waited for; undefined where something has, or where it is refused. */
  atOnce(
    tokenHash: string,
    context: { deadline: number; signal?: LeavingSignal },
    uploadBytes: number,
  ): Departure | undefined {
    if (uploadBytes >= COUNTED_FROM) return undefined;
    const admission = this.circuits.atOnce(tokenHash, context);
    if (!admission) return undefined;
    const slot = this.slots.atOnce(tokenHash);
    if (slot) return { admission, slot, account: this.bytes.account(tokenHash) };
    this.circuits.undecided(tokenHash, admission);
    return undefined;
  }

  /**
   * @param deadline `performance.now()` milliseconds
   * @param uploadBytes length of the request's body
   * @returns undefined when the deadline passed
   * @throws AppError `cancelled`, `clickup_server_error` while ClickUp does not answer this token
   */
  async allow(
    tokenHash: string,
    context: { deadline: number; signal?: LeavingSignal },
    uploadBytes: number,
  ): Promise<Departure | undefined> {
    const admission = this.circuits.atOnce(tokenHash, context) ?? (await this.circuits.admission(tokenHash, context));
    if (!admission) return undefined;
    const account = this.bytes.account(tokenHash);
    let slot: Slot | undefined;
    try {
      if (uploadBytes < COUNTED_FROM || (await this.room(account, uploadBytes, context))) {
        slot = await this.slots.take(tokenHash, context);
      }
      if (context.signal?.aborted) throw new AppError('cancelled');
      if (slot) return { admission, slot, account };
    } catch (error) {
      slot?.release();
      this.forgo(tokenHash, admission, account);
      throw error;
    }
    this.forgo(tokenHash, admission, account);
    return undefined;
  }

  private async room(
    account: Account,
    bytes: number,
    { deadline, signal }: { deadline: number; signal?: LeavingSignal },
  ): Promise<boolean> {
    if (account.raise(bytes)) return true;
    const waiter = new Waiter<true>(monotonic, { until: deadline, signal }, () => account.release());
    account.await(bytes, () => waiter.grant(true));
    return (await waiter.outcome) ?? false;
  }

  private forgo(tokenHash: string, admission: Admission, account: Account): void {
    account.release();
    this.circuits.undecided(tokenHash, admission);
  }
}
