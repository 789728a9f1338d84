import { type TargetKind } from '../../operation.js';

/**
 * The object types of the ACL, with what stands for them when permission is judged. `workspace`: nothing narrower is known to,
 * either because the gateway has no such kind or because the id may be that of something else (a history item, a set of descendants).
 */
export const ACL_OBJECTS = {
  approval: 'workspace', attachment: 'attachment', attachmentAccess: 'workspace', banWorkspace: 'workspace', checklist: 'checklist', checklistItem: 'workspace',
  checklistTemplateAccess: 'workspace', comment: 'comment', commentThread: 'workspace', commentsLastReadAt: 'workspace', customField: 'field', customFieldAccess: 'workspace',
  customItem: 'workspace', customPermissionLevel: 'workspace', dashboard: 'workspace', dashboardAccess: 'workspace', doc: 'doc', docAccess: 'workspace', folder: 'folder',
  folderDescendantsSet: 'workspace', folderTemplateAccess: 'workspace', form: 'workspace', formulaValue: 'workspace', foundationalJob: 'workspace', goal: 'goal', goalAccess: 'workspace',
  goalFolder: 'workspace', goalFolderAccess: 'workspace', hierarchy: 'workspace', list: 'list', listDescendantsPoints: 'workspace', listDescendantsSet: 'workspace',
  listDescendantsTimeEstimates: 'workspace', listTemplateAccess: 'workspace', notepad: 'workspace', page: 'page', pageAccess: 'workspace', post: 'workspace', reminder: 'workspace',
  reminderAccess: 'workspace', rolledUpFieldValue: 'workspace', scheduledComment: 'workspace', space: 'space', spaceDescendantsSet: 'workspace', spaceTemplateAccess: 'workspace',
  task: 'task', taskAccess: 'workspace', taskHistory: 'workspace', taskProperty: 'workspace', taskTemplateAccess: 'workspace', template: 'template', user: 'user', userAccess: 'workspace',
  userGroup: 'group', userHierarchy: 'workspace', userPresence: 'workspace', view: 'view', viewAccess: 'workspace', viewTemplateAccess: 'workspace', whiteboard: 'workspace',
  whiteboardAccess: 'workspace', widget: 'workspace', workscheduleScheduleExceptions: 'workspace', workscheduleWorkweekSchedule: 'workspace', workspace: 'workspace',
  workspaceDescendantsSet: 'workspace',
} as const satisfies Record<string, TargetKind>;
export type AclObject = keyof typeof ACL_OBJECTS;

export const isAclObject = (type: string): type is AclObject => Object.hasOwn(ACL_OBJECTS, type);
