import { type Carrier } from './parent.js';
import { type Step } from './here.js';

/** Who sends requests without end must not fill the memory with what was done before they were read. */
const MOST_STEPS = 50;

/** A request before it was read: whether it is an operation, and in whose trace, is known only then. */
export class Arrival {
  /** By `performance.now()`. */
  readonly at = performance.now();
  /** Of the first operation that it turned out to be. */
  traceId: string | undefined;
  private steps: Step[] = [];

  /** @param carrier what its headers say of the trace that it belongs to */
  constructor(readonly carrier: Carrier) {}

  note(step: Step): void {
    if (this.traceId === undefined && this.steps.length < MOST_STEPS) this.steps.push(step);
  }

  /** Nothing is known yet that a span could be told. */
  tell(): void {}

  /** What was done so far: for the first of its operations, which the others have not waited for. */
  take(): readonly Step[] {
    return this.steps.splice(0);
  }
}
