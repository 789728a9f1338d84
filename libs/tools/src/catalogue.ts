import { addComment } from './comments/add-comment.js';
import { listComments } from './comments/list-comments.js';
import { callReadOperation } from './longtail/call-read-operation.js';
import { callWriteOperation } from './longtail/call-write-operation.js';
import { searchOperations } from './longtail/search-operations.js';
import { bulkCreateTasks } from './tasks/bulk-create-tasks.js';
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
import { findMembers } from './workspace/find-members.js';
import { getList } from './workspace/get-list.js';
import { getWorkspaceHierarchy } from './workspace/get-workspace-hierarchy.js';

/** Every tool, by name: tools/list, docs, consent groups, snapshots and budgets derive from this table. */
export const CATALOGUE: readonly Tool[] = [
  addComment,
  bulkCreateTasks,
  callReadOperation,
  callWriteOperation,
  createTask,
  createTimeEntry,
  deleteTask,
  findMembers,
  findTasks,
  getList,
  getTask,
  getWorkspaceHierarchy,
  listComments,
  listTimeEntries,
  searchOperations,
  startTimer,
  stopTimer,
  updateTask,
];
