/** Everything that can be subscribed to. */
export const EVENTS: readonly string[] = [
  'taskCreated', 'taskUpdated', 'taskDeleted', 'taskPriorityUpdated', 'taskStatusUpdated', 'taskAssigneeUpdated', 'taskDueDateUpdated', 'taskTagUpdated', 'taskMoved',
  'taskCommentPosted', 'taskCommentUpdated', 'taskTimeEstimateUpdated', 'taskTimeTrackedUpdated', 'listCreated', 'listUpdated', 'listDeleted', 'folderCreated', 'folderUpdated',
  'folderDeleted', 'spaceCreated', 'spaceUpdated', 'spaceDeleted', 'goalCreated', 'goalUpdated', 'goalDeleted', 'keyResultCreated', 'keyResultUpdated', 'keyResultDeleted',
];
