/** An answer that is not a success, with ClickUp's own code. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly ecode: string,
  ) {
    super(message);
  }
}

const kind = (status: number, message: string, ecode: string) => () => new Refusal(status, message, ecode);

/** Everything the sandbox refuses with. Codes as people have met them on the real service. */
export const refuse = {
  noToken: kind(401, 'Authorization header required', 'OAUTH_017'),
  noSuchToken: kind(401, 'Oauth token not found', 'OAUTH_019'),
  badToken: kind(401, 'Token invalid', 'OAUTH_025'),
  /** Also for ids that do not exist and for custom ids without `custom_task_ids`. */
  notAuthorized: kind(401, 'Team not authorized', 'OAUTH_027'),
  noAccess: kind(403, 'You do not have access to this', 'ACCESS_083'),
  taskGone: kind(404, 'Task not found, deleted', 'ITEM_013'),
  noRoute: kind(404, 'Route not found', 'APP_001'),
  rateLimited: kind(429, 'Rate limit reached', 'APP_002'),
  badOrder: kind(500, 'Internal Server Error', 'ITEM_093'),
  badJson: kind(400, 'Unexpected token in JSON', 'JSON_001'),
  nameInvalid: kind(400, 'Task name invalid', 'INPUT_005'),
  placeNameInvalid: kind(400, 'Name invalid', 'INPUT_006'),
  dateInvalid: kind(400, 'Date invalid', 'INPUT_010'),
  numberInvalid: kind(400, 'Number invalid', 'INPUT_011'),
  priorityInvalid: kind(400, 'Priority invalid', 'ITEM_020'),
  statusUnknown: kind(400, 'Status not found', 'CRTSK_001'),
  parentElsewhere: kind(400, 'Parent not child of list', 'ITEM_137'),
  parentBelow: kind(400, 'Parent cannot be a subtask of its own', 'ITEM_138'),
  twoPlaces: kind(400, 'Only one location filter at a time', 'TIMEENTRY_045'),
  othersTime: kind(403, 'You have no access to these time entries', 'TIMEENTRY_059'),
  entryUnknown: kind(404, 'Time entry not found', 'TIMEENTRY_033'),
  entrySpan: kind(400, 'Start and end must be sent together', 'TIMEENTRY_060'),
  entryIncomplete: kind(400, 'Start and duration required', 'TIMEENTRY_015'),
  noTimer: kind(400, 'No timer running', 'TIMEENTRY_022'),
  teamIdMissing: kind(400, 'team_id is required with custom_task_ids', 'INPUT_003'),
  commentEmpty: kind(400, 'Comment text required', 'COMMENT_010'),
  commentUnknown: kind(404, 'Comment not found', 'COMMENT_021'),
  // Nobody has published what ClickUp answers to these: the codes are ours.
  notEnterprise: kind(403, 'This is part of the Enterprise plan', 'TEAM_110'),
  notOwner: kind(403, 'Only the owner of the Workspace may do this', 'AUDIT_001'),
  personUnknown: kind(404, 'User not found in this Workspace', 'TEAM_041'),
  guestUnknown: kind(404, 'Guest not found in this Workspace', 'TEAM_042'),
  alreadyIn: kind(400, 'User is already in this Workspace', 'TEAM_043'),
  ownerStays: kind(400, 'The owner of a Workspace cannot be changed or removed', 'TEAM_044'),
  emailInvalid: kind(400, 'Email invalid', 'INPUT_015'),
  roleUnknown: kind(400, 'Custom role does not exist or does not fit', 'CUSTOMROLE_001'),
  levelInvalid: kind(400, 'Permission level invalid', 'INPUT_016'),
  groupName: kind(400, 'Group name or handle invalid', 'GROUP_001'),
  handleTaken: kind(400, 'Group handle is taken', 'GROUP_002'),
  objectUnknown: kind(404, 'Object not found', 'ACL_001'),
  notBuilt: (operation: string) => new Refusal(501, `${operation} is not in the sandbox yet`, 'SANDBOX_501'),
} as const;
