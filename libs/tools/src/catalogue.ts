import { addComment } from './comments/add-comment.js';
import { listComments } from './comments/list-comments.js';
import { manageGroup } from './groups/manage-group.js';
import { manageGuest } from './guests/manage-guest.js';
import { auditLog } from './audit/audit-log.js';
import { setAccess } from './sharing/set-access.js';
import { saveTag } from './tags/save-tag.js';
import { saveView } from './views/save-view.js';
import { manageWebhook } from './webhooks/manage-webhook.js';
import { callReadOperation } from './longtail/call-read-operation.js';
import { callWriteOperation } from './longtail/call-write-operation.js';
import { searchOperations } from './longtail/search-operations.js';
import { bulkCreateTasks } from './tasks/bulk-create-tasks.js';
import { confirmChange } from './confirmation/confirm-change.js';
import { createTask } from './tasks/create-task.js';
import { deleteTask } from './tasks/delete-task.js';
import { findTasks } from './tasks/find-tasks.js';
import { getTask } from './tasks/get-task.js';
import { updateTask } from './tasks/update-task.js';
import { createTimeEntry } from './time/create-time-entry.js';
import { listTimeEntries } from './time/list-time-entries.js';
import { startTimer } from './time/start-timer.js';
import { stopTimer } from './time/stop-timer.js';
import { type Tool } from './tool/tool.js';
import { findObjects } from './workspace/find-objects.js';
import { getList } from './workspace/get-list.js';
import { getWorkspaceHierarchy } from './workspace/get-workspace-hierarchy.js';
import { savePlace } from './workspace/save-place.js';

/** Every tool, by name: tools/list, docs, consent groups, snapshots and budgets derive from this table. */
export const CATALOGUE: readonly Tool[] = [
  addComment,
  auditLog,
  bulkCreateTasks,
  callReadOperation,
  callWriteOperation,
  confirmChange,
  createTask,
  createTimeEntry,
  deleteTask,
  findObjects,
  findTasks,
  getList,
  getTask,
  getWorkspaceHierarchy,
  listComments,
  listTimeEntries,
  manageGroup,
  manageGuest,
  manageWebhook,
  savePlace,
  saveTag,
  saveView,
  searchOperations,
  setAccess,
  startTimer,
  stopTimer,
  updateTask,
];
