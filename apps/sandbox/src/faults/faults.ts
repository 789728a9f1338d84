import { random } from '../world/random.js';
import { type Asked, matcherOf, type Ordered } from './fault.js';
import { type Hit, KINDS } from './kinds.js';

/** A fault that was ordered, and what became of it. */
export interface Struck {
  fault: Ordered;
  /** Requests that it was about while its time was. */
  met: number;
  /** Those that it has hit. */
  struck: number;
}
interface Waiting extends Struck {
  fits: (asked: Asked) => boolean;
  since: number;
  draw: () => number;
}

/** The faults that wait for their request. */
export class Faults {
  private waiting: Waiting[] = [];

  /** @param now Unix milliseconds, from where `afterMs` and `forMs` count; the same seed draws the same hits */
  set(faults: readonly Ordered[], now: number, seed: number): void {
    this.waiting = faults.map((fault, index) => ({
      fault,
      met: 0,
      struck: 0,
      fits: matcherOf(fault),
      since: now,
      draw: random(seed + index),
    }));
  }

  /** The fault for this request: the first that is about it and hits it. */
  take(asked: Asked, now: number): Ordered | undefined {
    return this.waiting.find((each) => each.fits(asked) && hits(each, asked, now))?.fault;
  }

  report(): Struck[] {
    return this.waiting.map(({ fault, met, struck }) => ({ fault, met, struck }));
  }
}

function hits(waiting: Waiting, { reused }: Asked, now: number): boolean {
  const { fault, since, draw } = waiting;
  const elapsed = now - since - (fault.afterMs ?? 0);
  if (elapsed < 0 || elapsed >= (fault.forMs ?? Infinity)) return false;
  if (KINDS[fault.kind].onReuse && !reused) return false;
  const number = ++waiting.met - (fault.after ?? 0);
  if (number < 1 || number > (fault.for ?? Infinity) || waiting.struck >= (fault.times ?? Infinity)) return false;
  if (fault.rate !== undefined && draw() >= fault.rate) return false;
  waiting.struck++;
  return true;
}

/** Whether the work is done although the fault hits it. */
export const isDone = ({ kind, done }: Ordered): boolean =>
  typeof done === 'boolean' ? done : KINDS[kind].done === true;

/** Whether the answer reaches the client as it should be. */
export const delivers = (fault: Ordered): boolean => KINDS[fault.kind].delivers?.(fault as never) ?? false;

/** Answers in the way of the fault, or not at all. Returns whether that was all: a late answer is still to come. */
export function strike(fault: Ordered, hit: Hit): boolean {
  const { strike: answer } = KINDS[fault.kind];
  answer?.(fault as never, hit);
  return answer !== undefined;
}

/** For how long a fault holds the request up, in milliseconds. */
export const lateness = (fault: Ordered | undefined): number => (fault?.kind === 'slow' ? Number(fault.ms) : 0);
