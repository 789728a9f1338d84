export { Arrival } from './arrival.js';
export { inTrace, type Step, traceHere } from './here.js';
export { type Told } from './trace.js';
export { type Operation, Tracing } from './tracing.js';
