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
  // From here to codeWrong only OAUTH_007, 010 and 017 are documented, and the words of webhookExists have been met (n8n-io/n8n issue 17400); the other codes are only of ClickUp's form.
  docUnknown: kind(404, 'Doc not found', 'DOC_404'),
  pageUnknown: kind(404, 'Page not found', 'PAGE_404'),
  docParentInvalid: kind(400, 'Parent type invalid', 'DOC_400'),
  editModeInvalid: kind(400, 'content_edit_mode invalid', 'DOC_401'),
  formatInvalid: kind(400, 'content_format invalid', 'DOC_402'),
  limitInvalid: kind(400, 'limit must be between 10 and 100', 'DOC_403'),
  cursorInvalid: kind(400, 'cursor invalid', 'DOC_405'),
  labelInvalid: kind(400, 'Tag name invalid', 'TIMEENTRY_016'),
  webhookUnknown: kind(404, 'Webhook not found', 'WEBHOOK_404'),
  webhookExists: kind(400, 'Webhook configuration already exists', 'OAUTH_171'),
  endpointInvalid: kind(400, 'Endpoint invalid', 'WEBHOOK_001'),
  eventInvalid: kind(400, 'Event invalid', 'WEBHOOK_002'),
  clientUnknown: kind(401, 'Client not found', 'OAUTH_010'),
  redirectMissing: kind(401, 'Redirect URI required', 'OAUTH_017'),
  redirectWrong: kind(401, 'Redirect URI does not match the app', 'OAUTH_007'),
  secretWrong: kind(401, 'Client secret invalid', 'OAUTH_011'),
  codeWrong: kind(401, 'Code invalid or used', 'OAUTH_014'),
  nothingChosen: kind(400, 'Choose who you are and at least one Workspace', 'SANDBOX_400'),
  notBuilt: (operation: string) => new Refusal(501, `${operation} is not in the sandbox yet`, 'SANDBOX_501'),
} as const;
