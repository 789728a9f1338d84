import { type Operation } from '../operation.js';
import * as rows from './rows.js';

export { type Deviation, DEVIATIONS } from './deviations.js';
export { AUDIT_EVENTS } from './workspace/audit-events.js';
export { Channel, ChatMessage } from './entities/chat.js';
export {
  Checklist,
  Comment,
  CommentRun,
  Condition,
  CreatedComment,
  CustomField,
  Doc,
  FieldValue,
  Folder,
  Goal,
  GoalSummary,
  Group,
  KeyResult,
  List,
  Page,
  PageRef,
  parentKind,
  parentPlaceKind,
  Space,
  Subtask,
  Task,
  Template,
  TimeEntry,
  View,
  Webhook,
} from './entities/index.js';
export * from './rows.js';
export { plainTextOf, TASK_SHOWS, undone } from './tasks/task-shows.js';

/** Every operation of ClickUp that the gateway knows, by id: the order in which modules export differs between Node and the tests. */
export const OPERATIONS: readonly Operation[] = Object.values<Operation>(rows).sort((one, other) =>
  one.id < other.id ? -1 : 1,
);

const byId = new Map(OPERATIONS.map((row) => [row.id, row]));

/** The row with this operationId, or undefined. */
export const operationById = (id: string): Operation | undefined => byId.get(id);
