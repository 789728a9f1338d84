import { auditLog } from './audit/audit-log.js';
import { editChecklist } from './checklists/edit-checklist.js';
import { addComment } from './comments/add-comment.js';
import { listComments } from './comments/list-comments.js';
import { manageChannel } from './chat/manage-channel.js';
import { updateComment } from './comments/update-comment.js';
import { confirmChange } from './confirmation/confirm-change.js';
import { writeDoc } from './docs/write-doc.js';
import { createGoal } from './goals/create-goal.js';
import { saveKeyResult } from './goals/save-key-result.js';
import { updateGoal } from './goals/update-goal.js';
import { manageGroup } from './groups/manage-group.js';
import { manageGuest } from './guests/manage-guest.js';
import { callReadOperation } from './longtail/call-read-operation.js';
import { callWriteOperation } from './longtail/call-write-operation.js';
import { searchOperations } from './longtail/search-operations.js';
import { linkTasks } from './relations/link-tasks.js';
import { fetch } from './search/fetch.js';
import { search } from './search/search.js';
import { setAccess } from './sharing/set-access.js';
import { saveTag } from './tags/save-tag.js';
import { attachFile } from './attachments/attach-file.js';
import { bulkCreateTasks } from './tasks/bulk-create-tasks.js';
import { bulkUpdateTasks } from './tasks/bulk-update-tasks.js';
import { copyTask } from './tasks/copy-task.js';
import { createTask } from './tasks/create-task.js';
import { deleteTask } from './tasks/delete-task.js';
import { findTasks } from './tasks/find-tasks.js';
import { getJob } from './tasks/get-job.js';
import { getTask } from './tasks/get-task.js';
import { mergeTasksTool } from './tasks/merge-tasks.js';
import { stopJob } from './tasks/stop-job.js';
import { updateTask } from './tasks/update-task.js';
import { createTimeEntry } from './time/create-time-entry.js';
import { estimatesByPerson } from './time/estimates-by-person.js';
import { listTimeEntries } from './time/list-time-entries.js';
import { startTimer } from './time/start-timer.js';
import { stopTimer } from './time/stop-timer.js';
import { timeEntryTags } from './time/time-entry-tags.js';
import { updateTimeEntry } from './time/update-time-entry.js';
import { type Tool } from './tool/tool.js';
import { saveView } from './views/save-view.js';
import { manageWebhook } from './webhooks/manage-webhook.js';
import { findObjects } from './workspace/find-objects.js';
import { getList } from './workspace/get-list.js';
import { getWorkspaceHierarchy } from './workspace/get-workspace-hierarchy.js';
import { savePlace } from './workspace/save-place.js';

/** Every tool, by name: tools/list, docs, consent groups, snapshots and budgets derive from this table. */
export const CATALOGUE: readonly Tool[] = [
  addComment,
  attachFile,
  auditLog,
  bulkCreateTasks,
  bulkUpdateTasks,
  callReadOperation,
  callWriteOperation,
  confirmChange,
  copyTask,
  createGoal,
  createTask,
  createTimeEntry,
  deleteTask,
  editChecklist,
  estimatesByPerson,
  fetch,
  findObjects,
  findTasks,
  getJob,
  getList,
  getTask,
  getWorkspaceHierarchy,
  linkTasks,
  listComments,
  listTimeEntries,
  manageChannel,
  manageGroup,
  manageGuest,
  manageWebhook,
  mergeTasksTool,
  saveKeyResult,
  savePlace,
  saveTag,
  saveView,
  search,
  searchOperations,
  setAccess,
  startTimer,
  stopJob,
  stopTimer,
  timeEntryTags,
  updateComment,
  updateGoal,
  updateTask,
  updateTimeEntry,
  writeDoc,
];
