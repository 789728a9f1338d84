export { BegunCreation } from './sending/outcomes/begun-creation.entity.js';
export { BegunCreations } from './sending/outcomes/begun-creations.js';
export { BUDGET, ClickUpModule, LEDGER_ROWS } from './clickup.module.js';
export { afterWrites } from './sending/outcomes/after-writes.js';
export {
  aroundCalls,
  type Authorize,
  type CallContext,
  type CallStats,
  type ClickUpClient,
  type JudgedCall,
  type MaybePromise,
  type ReadLimits,
} from './sending/client.js';
export * from './sending/credential.js';
export * from './directory/index.js';
export {
  type AnswerOf,
  type ArgumentsOf,
  type CallOperation,
  type Operation,
  operation,
  type Parent,
  type PlaceKind,
  RELOCATING,
  type Target,
  type TargetKind,
} from './operation.js';
export * from './operations/index.js';
export { buildPath } from './sending/path.js';
export { type Arguments, planOf } from './sending/plan.js';
export { serializeQuery } from './sending/query.js';
export { Secret, SMELLS, WITHHELD } from './secrets.js';
export { bare, mayBeMissing, mayBeNull, shapeOf } from './shape.js';
export * from './targets.js';
export { isCustomTaskId, withTaskIds } from './task-ids.js';
export { type Countdown } from './sending/exchange.js';
export { ClickUpTransport, type Tuning } from './sending/transport.js';
