import { type Operation } from '../operation.js';
import * as commentReads from './comment-reads.js';
import * as commentWrites from './comment-writes.js';
import * as fields from './fields.js';
import * as folders from './folders.js';
import * as lists from './lists.js';
import * as spaceTags from './space-tags.js';
import * as spaces from './spaces.js';
import * as taskReads from './task-reads.js';
import * as taskWrites from './task-writes.js';
import * as templates from './templates.js';
import * as timeReads from './time-reads.js';
import * as timeWrites from './time-writes.js';
import * as workspace from './workspace.js';

export * from './comment-reads.js';
export * from './comment-writes.js';
export { type Deviation, DEVIATIONS } from './deviations.js';
export { Comment, CreatedComment, CustomField, Folder, List, Member, Owner, Space, Status, Task, TaskType, Team, Template, TimeEntry, User } from './entities/index.js';
export * from './fields.js';
export * from './folders.js';
export * from './lists.js';
export * from './space-tags.js';
export * from './spaces.js';
export * from './task-reads.js';
export * from './task-writes.js';
export * from './templates.js';
export * from './time-reads.js';
export * from './time-writes.js';
export * from './workspace.js';

/** Every operation of ClickUp that the gateway knows. These files export rows and nothing else. */
export const OPERATIONS: readonly Operation[] = [
  workspace,
  spaces,
  folders,
  lists,
  taskReads,
  taskWrites,
  commentReads,
  commentWrites,
  timeReads,
  timeWrites,
  fields,
  spaceTags,
  templates,
].flatMap((rows) => Object.values<Operation>(rows));

const byId = new Map(OPERATIONS.map((row) => [row.id, row]));

/** The row with this operationId, or undefined. */
export const operationById = (id: string): Operation | undefined => byId.get(id);
