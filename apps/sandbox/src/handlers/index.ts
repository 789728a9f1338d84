import { type Handler } from '../call.js';
import * as attachments from './attachments.js';
import * as checklists from './checklists.js';
import * as audit from './audit.js';
import * as chatChannels from './chat-channels.js';
import * as chatMessages from './chat-messages.js';
import * as chatReactions from './chat-reactions.js';
import * as comments from './comments.js';
import * as fields from './fields.js';
import * as docPages from './doc-pages.js';
import * as docs from './docs.js';
import * as folders from './folders.js';
import * as goals from './goals.js';
import * as keyResults from './key-results.js';
import * as lists from './lists.js';
import * as relations from './relations.js';
import * as spaceTags from './space-tags.js';
import * as oauth from './oauth.js';
import * as groups from './groups.js';
import * as guestAccess from './guest-access.js';
import * as guests from './guests.js';
import * as sharing from './sharing.js';
import * as spaces from './spaces.js';
import * as taskPlaces from './task-places.js';
import * as taskReads from './task-reads.js';
import * as taskTags from './task-tags.js';
import * as taskWrites from './task-writes.js';
import * as timeEstimates from './time-estimates.js';
import * as timeInStatus from './time-in-status.js';
import * as templates from './templates.js';
import * as timeLegacy from './time-legacy.js';
import * as timeReads from './time-reads.js';
import * as timeTags from './time-tags.js';
import * as timeWrites from './time-writes.js';
import * as viewTasks from './view-tasks.js';
import * as views from './views.js';
import * as webhooks from './webhooks.js';
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
  ...goals,
  ...keyResults,
  ...views,
  ...viewTasks,
  ...checklists,
  ...relations,
  ...taskPlaces,
  ...timeEstimates,
  ...timeInStatus,
  ...attachments,
  ...fields,
  ...spaceTags,
  ...templates,
  ...timeLegacy,
  ...timeTags,
  ...webhooks,
  ...oauth,
  ...docs,
  ...docPages,
  ...workspacePlan,
  ...users,
  ...guests,
  ...guestAccess,
  ...groups,
  ...sharing,
  ...audit,
  ...chatChannels,
  ...chatMessages,
  ...chatReactions,
};
