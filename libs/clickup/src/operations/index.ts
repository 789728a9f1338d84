import { type Operation } from '../operation.js';
import * as attachments from './tasks/attachments.js';
import * as audit from './workspace/audit.js';
import * as chatChannels from './chat/chat-channels.js';
import * as chatReads from './chat/chat-reads.js';
import * as chatViewComments from './comments/chat-view-comments.js';
import * as chatWrites from './chat/chat-writes.js';
import * as checklists from './tasks/checklists.js';
import * as commentReads from './comments/comment-reads.js';
import * as commentWrites from './comments/comment-writes.js';
import * as docPages from './docs/doc-pages.js';
import * as docs from './docs/docs.js';
import * as fields from './tasks/fields.js';
import * as folders from './workspace/folders.js';
import * as goals from './workspace/goals.js';
import * as groups from './people/groups.js';
import * as guestAccess from './people/guest-access.js';
import * as guests from './people/guests.js';
import * as lists from './workspace/lists.js';
import * as oauth from './workspace/oauth.js';
import * as relations from './tasks/relations.js';
import * as sharing from './workspace/sharing.js';
import * as spaceTags from './workspace/space-tags.js';
import * as spaces from './workspace/spaces.js';
import * as taskPlaces from './tasks/task-places.js';
import * as taskReads from './tasks/task-reads.js';
import * as taskWrites from './tasks/task-writes.js';
import * as templates from './tasks/templates.js';
import * as timeEstimates from './time/time-estimates.js';
import * as timeExtras from './time/time-extras.js';
import * as timeInStatus from './time/time-in-status.js';
import * as timeLegacy from './time/time-legacy.js';
import * as timeReads from './time/time-reads.js';
import * as timeWrites from './time/time-writes.js';
import * as users from './people/users.js';
import * as viewReads from './views/view-reads.js';
import * as viewWrites from './views/view-writes.js';
import * as webhooks from './workspace/webhooks.js';
import * as workspacePlan from './workspace/workspace-plan.js';
import * as workspace from './workspace/workspace.js';

export * from './tasks/attachments.js';
export * from './workspace/audit.js';
export * from './chat/chat-channels.js';
export * from './chat/chat-reads.js';
export * from './comments/chat-view-comments.js';
export * from './chat/chat-writes.js';
export * from './tasks/checklists.js';
export * from './comments/comment-reads.js';
export * from './comments/comment-writes.js';
export { type Deviation, DEVIATIONS } from './deviations.js';
export * from './docs/doc-pages.js';
export * from './docs/docs.js';
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
  Secret,
  Space,
  Subtask,
  Task,
  Template,
  TimeEntry,
  View,
  Webhook,
} from './entities/index.js';
export * from './tasks/fields.js';
export * from './workspace/folders.js';
export * from './workspace/goals.js';
export * from './people/groups.js';
export * from './people/guest-access.js';
export * from './people/guests.js';
export * from './workspace/lists.js';
export * from './workspace/oauth.js';
export * from './tasks/relations.js';
export * from './workspace/sharing.js';
export * from './workspace/space-tags.js';
export * from './workspace/spaces.js';
export * from './tasks/task-places.js';
export * from './tasks/task-reads.js';
export * from './tasks/task-writes.js';
export * from './tasks/templates.js';
export * from './time/time-estimates.js';
export * from './time/time-extras.js';
export * from './time/time-in-status.js';
export * from './time/time-legacy.js';
export * from './time/time-reads.js';
export * from './time/time-writes.js';
export * from './people/users.js';
export * from './views/view-reads.js';
export * from './views/view-writes.js';
export * from './workspace/webhooks.js';
export * from './workspace/workspace-plan.js';
export * from './workspace/workspace.js';

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
  goals,
  viewReads,
  viewWrites,
  chatViewComments,
  checklists,
  relations,
  taskPlaces,
  timeEstimates,
  timeInStatus,
  attachments,
  fields,
  spaceTags,
  templates,
  timeLegacy,
  timeExtras,
  docs,
  docPages,
  webhooks,
  oauth,
  workspacePlan,
  users,
  guests,
  guestAccess,
  groups,
  sharing,
  audit,
  chatChannels,
  chatReads,
  chatWrites,
].flatMap((rows) => Object.values<Operation>(rows));

const byId = new Map(OPERATIONS.map((row) => [row.id, row]));

/** The row with this operationId, or undefined. */
export const operationById = (id: string): Operation | undefined => byId.get(id);
