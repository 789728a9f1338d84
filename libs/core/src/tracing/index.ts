export { Arrival } from './arrival.js';
export { type Carrier } from './parent.js';
export { inTrace, type Step, traceHere } from './here.js';
export { type Told } from './trace.js';
export { Tracing } from './tracing.js';
