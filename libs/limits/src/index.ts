export * from './budget.js';
export { type Clock } from './clock.js';
export { MemoryBudget } from './memory-budget.js';
export { type BudgetRules } from './token-budget.js';
export { INBOUND, InboundWindows } from './inbound/windows.js';
