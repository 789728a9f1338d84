import { type Handler } from '../call.js';
import * as chatChannels from './chat-channels.js';
import * as chatMessages from './chat-messages.js';
import * as chatReactions from './chat-reactions.js';
import * as comments from './comments.js';
import * as folders from './folders.js';
import * as lists from './lists.js';
import * as spaces from './spaces.js';
import * as taskReads from './task-reads.js';
import * as taskTags from './task-tags.js';
import * as taskWrites from './task-writes.js';
import * as timeReads from './time-reads.js';
import * as timeWrites from './time-writes.js';
import * as workspace from './workspace.js';

/** What the sandbox can do, by operationId: these files export handlers and nothing else. A row of the operation table that is missing here answers 501 by name. */
export const HANDLERS: Readonly<Record<string, Handler>> = {
  ...workspace,
  ...spaces,
  ...folders,
  ...lists,
  ...taskReads,
  ...taskWrites,
  ...taskTags,
  ...comments,
  ...timeReads,
  ...timeWrites,
  ...chatChannels,
  ...chatMessages,
  ...chatReactions,
};
