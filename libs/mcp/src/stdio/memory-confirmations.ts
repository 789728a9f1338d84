import { sha256 } from '#libs/core';
import { type Confirmations, type PendingCall } from '../confirmations/confirmations.js';
import { type Carrier, refused } from '../confirmations/confirmation-tokens.js';

interface Kept {
  call: PendingCall;
  /** Unix milliseconds. */
  until: number;
  used: boolean;
}

/** A model that never confirms what it previews does not fill the memory: the oldest previews go first. */
const MOST = 1_000;

/** The calls that wait for a confirmation, in this process: a token ends with the process that gave it. */
export class MemoryConfirmations implements Pick<Confirmations, 'keep' | 'pending' | 'useUp'> {
  /** By the hash of the token, the oldest first. */
  private readonly kept = new Map<string, Kept>();

  /** Keeps a call until its token expires. @param usableUntil Unix milliseconds */
  keep(_workspaceId: string | undefined, token: string, call: PendingCall, usableUntil: number): Promise<void> {
    for (const [hash, { until }] of this.kept)
      if (until < Date.now() || this.kept.size >= MOST) this.kept.delete(hash);
      else break;
    // A copy, as a stored one would be: what is confirmed is what was shown.
    this.kept.set(hashOf(token), { call: structuredClone(call), until: usableUntil, used: false });
    return Promise.resolve();
  }

  /** The call that a token is for, of this caller, whether it was used or not; undefined when there is none. */
  pending(_workspaceId: string | undefined, caller: string, token: string): Promise<PendingCall | undefined> {
    const call = this.kept.get(hashOf(token))?.call;
    return Promise.resolve(call?.caller === caller ? structuredClone(call) : undefined);
  }

  /**
   * Uses a token up. Of any number of simultaneous attempts exactly one succeeds.
   * @throws AppError `invalid_parameters` when it was used before
   */
  useUp(_workspaceId: string | undefined, token: string, carrier?: Carrier): Promise<void> {
    const kept = this.kept.get(hashOf(token));
    if (!kept || kept.used) return Promise.reject(refused('was already used', carrier));
    kept.used = true;
    return Promise.resolve();
  }
}

const hashOf = (token: string): string => sha256(token).toString('base64url');
