export { counterOf } from './counter-of.js';
export {
  credentialsRefused,
  errorsAnswered,
  logLinesDropped,
  registry,
  requestsLetIn,
  streamMessagesDropped,
  vaultSeals,
} from './metrics.js';
export { productOf } from './product.js';
export { reasonOf } from './reason.js';
export { type CalledBy, type CallRecord, recordCall } from './record-call.js';
export { securityEvent } from './security-event.js';
export { Sparingly } from './sparingly.js';
