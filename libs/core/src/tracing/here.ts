import { AsyncLocalStorage } from 'node:async_hooks';
import { type Arrival } from './arrival.js';
import { type Trace } from './trace.js';

/** A part of what is done for a request, once it is over. Times are those of `performance.now()`. */
export interface Step {
  /** Of a closed set: no ids, no content. */
  name: string;
  /** `client`: another server was asked. */
  kind: 'client' | 'internal';
  startedAt: number;
  endedAt: number;
  attributes: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Why it failed, in one word. */
  error?: string | undefined;
}

const places = new AsyncLocalStorage<Arrival | Trace>();
/** Node follows promises only once somebody has asked for it: without traces nobody does. */
let isOn = false;

/** The trace that this is done for; undefined where there is none, at the cost of one comparison while traces are off. */
export const traceHere = (): Arrival | Trace | undefined => (isOn ? places.getStore() : undefined);

/** Does work for a trace: whatever it begins finds the trace by {@link traceHere}. */
export function inTrace<T>(trace: Arrival | Trace, work: () => T): T {
  isOn = true;
  return places.run(trace, work);
}
