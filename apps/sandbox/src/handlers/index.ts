import { type Handler } from '../call.js';
import * as audit from './audit.js';
import * as comments from './comments.js';
import * as folders from './folders.js';
import * as groups from './groups.js';
import * as guestAccess from './guest-access.js';
import * as guests from './guests.js';
import * as lists from './lists.js';
import * as sharing from './sharing.js';
import * as spaces from './spaces.js';
import * as taskReads from './task-reads.js';
import * as taskTags from './task-tags.js';
import * as taskWrites from './task-writes.js';
import * as timeReads from './time-reads.js';
import * as timeWrites from './time-writes.js';
import * as users from './users.js';
import * as workspace from './workspace.js';
import * as workspacePlan from './workspace-plan.js';

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
  ...workspacePlan,
  ...users,
  ...guests,
  ...guestAccess,
  ...groups,
  ...sharing,
  ...audit,
};
