export { Arrival } from './arrival.js';
export { inTrace, type Step, traceHere } from './here.js';
export { type Told } from './trace.js';
export { Tracing } from './tracing.js';
