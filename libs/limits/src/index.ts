export * from './upstream/budget.js';
export { type Clock } from './clock.js';
export { MemoryBudget } from './upstream/memory-budget.js';
export { type BudgetRules } from './upstream/token-budget.js';
export { INBOUND, InboundWindows } from './inbound/windows.js';
