export { type Audited } from './audited-call.js';
export { type CalledBy, type CallRecord } from './call-record.js';
export { counterOf } from './counter-of.js';
export {
  credentialsRefused,
  errorsAnswered,
  logLinesDropped,
  registry,
  requestsLetIn,
  spansDropped,
  streamMessagesDropped,
  vaultSeals,
} from './metrics.js';
export { productOf } from './product.js';
export { reasonOf } from './reason.js';
export { recordCall } from './record-call.js';
export { securityEvent } from './security-event.js';
export { Sparingly } from './sparingly.js';
export { type AuditHead, Chain } from './trail/chain.js';
export { type AuditEvent, AUDIT_EVENTS, type AuditEventKind, type Fact } from './trail/events.js';
export { type AuditRow, encodeRow } from './trail/row.js';
export { type Linked, linked } from './trail/rows-of.js';
export { AUDIT, type AuditRows, AuditTrail, type Batch } from './trail/trail.js';
export { type Finding, type SealedHead, Verifier } from './trail/verifier.js';
