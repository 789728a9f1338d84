/** An answer that is not a success, with ClickUp's own code. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly ecode: string,
  ) {
    super(message);
  }

  /** The answer; the younger services behind API v3 have no codes and word it in another way. `now` in Unix ms. */
  body(now: number): object {
    return this.ecode === NO_CODE ? { status: this.status, message: this.message, trace_id: null, timestamp: now } : { err: this.message, ECODE: this.ecode };
  }
}

/** Instead of a code, where the service has none. */
export const NO_CODE = '';

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
  notBuilt: (operation: string) => new Refusal(501, `${operation} is not in the sandbox yet`, 'SANDBOX_501'),
} as const;
