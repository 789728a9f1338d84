export { type Budget, type BudgetFeedback } from './upstream/budget.js';
export { type Clock, monotonic } from './clock.js';
export { MemoryBudget } from './upstream/memory-budget.js';
export { INBOUND, InboundWindows } from './inbound/windows.js';
