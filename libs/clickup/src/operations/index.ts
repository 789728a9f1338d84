import { type Operation } from '../operation.js';
import * as chatChannels from './chat-channels.js';
import * as chatReads from './chat-reads.js';
import * as chatWrites from './chat-writes.js';
import * as commentReads from './comment-reads.js';
import * as commentWrites from './comment-writes.js';
import * as folders from './folders.js';
import * as lists from './lists.js';
import * as spaces from './spaces.js';
import * as taskReads from './task-reads.js';
import * as taskWrites from './task-writes.js';
import * as timeReads from './time-reads.js';
import * as timeWrites from './time-writes.js';
import * as workspace from './workspace.js';

export * from './chat-channels.js';
export * from './chat-reads.js';
export * from './chat-writes.js';
export * from './comment-reads.js';
export * from './comment-writes.js';
export { type Deviation, DEVIATIONS } from './deviations.js';
export { Channel, ChatMessage, ChatReaction, ChatUser } from './entities/chat.js';
export { Comment, CreatedComment, Folder, List, Member, Owner, Space, Status, Task, Team, TimeEntry, User } from './entities/index.js';
export * from './folders.js';
export * from './lists.js';
export * from './spaces.js';
export * from './task-reads.js';
export * from './task-writes.js';
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
  chatChannels,
  chatReads,
  chatWrites,
].flatMap((rows) => Object.values<Operation>(rows));

const byId = new Map(OPERATIONS.map((row) => [row.id, row]));

/** The row with this operationId, or undefined. */
export const operationById = (id: string): Operation | undefined => byId.get(id);
