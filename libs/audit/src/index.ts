export { registry } from './metrics.js';
export { type CallRecord, recordCall } from './record-call.js';
export { securityEvent, type SecurityFields } from './security-event.js';
