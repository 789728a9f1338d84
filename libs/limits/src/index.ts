export { ASSUMED_LIMIT } from './upstream/allowance.js';
export { type Budget, type BudgetFeedback, type BudgetState, type Forecast } from './upstream/budget.js';
export { type LedgerRow } from './upstream/ledger.js';
export { SharedBudget } from './upstream/shared-budget.js';
export { type LedgerRows } from './upstream/shared-permits.js';
export { type Clock, monotonic } from './clock.js';
export { MemoryBudget } from './upstream/memory-budget.js';
export { INBOUND, InboundWindows } from './inbound/windows.js';
