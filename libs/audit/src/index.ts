export { registry, vaultSeals } from './metrics.js';
export { recordCall } from './record-call.js';
export { securityEvent } from './security-event.js';
