import { type Operation } from '../operation.js';
import * as commentReads from './comment-reads.js';
import * as commentWrites from './comment-writes.js';
import * as docPages from './doc-pages.js';
import * as docs from './docs.js';
import * as folders from './folders.js';
import * as lists from './lists.js';
import * as oauth from './oauth.js';
import * as spaces from './spaces.js';
import * as taskReads from './task-reads.js';
import * as taskWrites from './task-writes.js';
import * as timeExtras from './time-extras.js';
import * as timeLegacy from './time-legacy.js';
import * as timeReads from './time-reads.js';
import * as timeWrites from './time-writes.js';
import * as webhooks from './webhooks.js';
import * as workspace from './workspace.js';

export * from './comment-reads.js';
export * from './comment-writes.js';
export { type Deviation, DEVIATIONS } from './deviations.js';
export { Comment, CreatedComment, Doc, Folder, List, Member, Owner, Page, PageRef, Space, Status, Task, Team, TimeEntry, User, Webhook } from './entities/index.js';
export * from './doc-pages.js';
export * from './docs.js';
export * from './folders.js';
export * from './lists.js';
export * from './oauth.js';
export * from './spaces.js';
export * from './task-reads.js';
export * from './task-writes.js';
export * from './time-extras.js';
export * from './time-legacy.js';
export * from './time-reads.js';
export * from './time-writes.js';
export * from './webhooks.js';
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
  timeLegacy,
  timeExtras,
  docs,
  docPages,
  webhooks,
  oauth,
].flatMap((rows) => Object.values<Operation>(rows));

const byId = new Map(OPERATIONS.map((row) => [row.id, row]));

/** The row with this operationId, or undefined. */
export const operationById = (id: string): Operation | undefined => byId.get(id);
