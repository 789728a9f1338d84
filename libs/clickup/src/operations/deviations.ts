/** Where a row says something else than ClickUp's document, and why. `ours` and `documented` are the very words of the contract test. */
export interface Deviation {
  operation: string;
  where: string;
  ours: string;
  documented: string;
  reason: string;
}

const ORDER = {
  where: 'query.order_by enum',
  ours: 'created|due_date|id|updated',
  documented: 'any',
  reason: 'Any other value is answered with 500 (seen live).',
};
const FIELD_FILTER = {
  ours: 'string',
  documented: 'array',
  reason: 'The filter is one JSON text in one parameter, not a repeated one.',
};
const OPTIONAL = {
  ours: 'optional',
  documented: 'required',
  reason: 'A comment needs no assignee, and an update changes only what is sent.',
};

const LIKE_DUE_DATE = {
  ours: 'integer|null',
  documented: 'integer',
  reason:
    'Nothing else could take it away. That null does so is known of due_date only: update_task reads the answer and says so if ClickUp ignores it.',
};

const RICH = {
  where: 'body.comment',
  ours: 'present',
  documented: 'absent',
  reason: 'Rich text: Markdown in comment_text is mangled (developer.clickup.com/docs/comment-formatting).',
};

const EDITED_TARGET = ['name', 'owners', 'type', 'steps_start', 'steps_end', 'unit', 'task_ids', 'list_ids'].map(
  (name) => ({
    operation: 'EditKeyResult',
    where: `body.${name}`,
    ours: 'present',
    documented: 'absent',
    reason: 'The prose beside the body: everything that creates a target may be sent too.',
  }),
);
const ONE_WAY = {
  ours: 'optional',
  documented: 'required',
  reason: 'A dependency has one direction: only the id that the task waits on, or blocks, is sent.',
};
const FILE = {
  operation: 'CreateTaskAttachment',
  reason: 'The document leaves the file untyped; a form without one is refused.',
};
const OF_FILE = { ...FILE, ours: 'present', documented: 'absent' };
const LEVELS = {
  where: 'body.permission_level enum',
  ours: 'comment|create|edit|read',
  documented: 'any',
  reason: 'Its description names these four.',
};

const VIEW_WRITES = ['CreateTeamView', 'CreateSpaceView', 'CreateFolderView', 'CreateListView', 'UpdateView'];

/** Properties of the objects in views' arrays that are typed as arrays of strings. */
const VIEW_MEMBERS = { filters: ['field', 'op', 'values'], sorting: ['field', 'dir'], columns: ['field'] };
const MEMBERS_REASON =
  'Typed as text; the example beside the type has objects, as developer.clickup.com/docs/filter-views has.';
const DIVIDE_REASON =
  'Typed as null; a view that is divided has the field there, and an update must be able to send it back.';

const VIEW_DIFFERENCES: readonly Omit<Deviation, 'operation'>[] = [
  ...Object.entries(VIEW_MEMBERS).flatMap(([part, names]) => [
    { where: `body.${part}.fields[]`, ours: 'object', documented: 'string', reason: MEMBERS_REASON },
    ...names.map((name) => ({
      where: `body.${part}.fields[].${name}`,
      ours: 'present',
      documented: 'absent',
      reason: MEMBERS_REASON,
    })),
  ]),
  { where: 'body.divide.field', ours: 'null|string', documented: 'null', reason: DIVIDE_REASON },
  { where: 'body.divide.dir', ours: 'integer|null', documented: 'null', reason: DIVIDE_REASON },
];

/** The five writes of views share one body. */
const VIEW_DEVIATIONS: readonly Deviation[] = VIEW_WRITES.flatMap((operation) =>
  VIEW_DIFFERENCES.map((difference) => ({ operation, ...difference })),
);

export const DEVIATIONS: readonly Deviation[] = [
  { operation: 'GetTasks', ...ORDER },
  { operation: 'GetTasks', where: 'query.custom_fields', ...FIELD_FILTER },
  { operation: 'GetTasks', where: 'query.custom_field', ...FIELD_FILTER },
  { operation: 'GetFilteredTeamTasks', ...ORDER },
  { operation: 'GetFilteredTeamTasks', where: 'query.custom_fields', ...FIELD_FILTER },
  { operation: 'GetTask', where: 'query.custom_fields', ...FIELD_FILTER },
  {
    operation: 'UpdateTask',
    where: 'body.priority',
    ours: 'integer|null',
    documented: 'integer',
    reason: 'null takes the priority away, as it does on creation.',
  },
  {
    operation: 'UpdateTask',
    where: 'body.due_date',
    ours: 'integer|null',
    documented: 'integer',
    reason: 'null takes the date away (seen live: github.com/raksul/go-clickup/issues/31).',
  },
  { operation: 'UpdateTask', where: 'body.start_date', ...LIKE_DUE_DATE },
  { operation: 'UpdateTask', where: 'body.time_estimate', ...LIKE_DUE_DATE },
  ...EDITED_TARGET,
  { operation: 'CreateTaskComment', ...RICH },
  { operation: 'CreateThreadedComment', ...RICH },
  { operation: 'CreateListComment', ...RICH },
  { operation: 'CreateChatViewComment', ...RICH },
  { operation: 'UpdateComment', ...RICH },
  { operation: 'CreateListComment', where: 'body.assignee', ...OPTIONAL },
  { operation: 'UpdateComment', where: 'body.assignee', ...OPTIONAL },
  { operation: 'UpdateComment', where: 'body.resolved', ...OPTIONAL },
  {
    operation: 'Gettimeentrieswithinadaterange',
    where: 'query.assignee',
    ours: 'array',
    documented: 'number',
    reason: 'Several people are joined by commas, as its own description says; one number cannot say that.',
  },
  {
    operation: 'UpdateatimeEntry',
    where: 'body.tag_action enum',
    ours: 'add|remove|replace',
    documented: 'any',
    reason: 'Its description names these three.',
  },
  ...VIEW_DEVIATIONS,
  { operation: 'DeleteDependency', where: 'query.depends_on', ...ONE_WAY },
  { operation: 'DeleteDependency', where: 'query.dependency_of', ...ONE_WAY },
  {
    operation: "GetBulkTasks'TimeinStatus",
    where: 'query.task_ids',
    ours: 'array',
    documented: 'string',
    reason: 'Its description repeats the key, once for each task.',
  },
  { ...FILE, where: 'body.attachment', ours: 'required', documented: 'optional' },
  { ...FILE, where: 'body.attachment[]', ours: 'object', documented: 'any' },
  { ...OF_FILE, where: 'body.attachment[].filename' },
  { ...OF_FILE, where: 'body.attachment[].content' },
  { ...OF_FILE, where: 'body.attachment[].content_type' },
  {
    operation: 'postEntityAttachment',
    where: 'body.attachment',
    ours: 'present',
    documented: 'absent',
    reason: 'The document names the shown filename only; the file goes in the field of API v2.',
  },
  {
    operation: 'createDocPublic',
    where: 'body.parent.type enum',
    ours: '12|4|5|6|7',
    documented: 'any',
    reason: 'Its description names these five; permission is judged by what they stand for.',
  },
  {
    operation: 'publicPatchAcl',
    where: 'body.entries[].permission_level',
    ours: 'null|number',
    documented: 'number',
    reason: 'null takes the access away, as its own description says.',
  },
  {
    operation: 'queryAuditLog',
    where: 'body.filter.workspaceId',
    ours: 'string',
    documented: 'object',
    reason: 'Typed as an object; the example beside the type has an id.',
  },
  {
    operation: 'queryAuditLog',
    where: 'body.filter.eventType',
    ours: 'array|string',
    documented: 'string',
    reason: 'Typed as one of the events; the example beside the type has an array.',
  },
  {
    operation: 'queryAuditLog',
    where: 'body.pagination.pageDirection',
    ours: 'string',
    documented: 'any',
    reason: 'Its description names the two.',
  },
  {
    operation: 'queryAuditLog',
    where: 'body.pagination.pageDirection enum',
    ours: 'after|before',
    documented: 'any',
    reason: 'Its description names the two.',
  },
  { operation: 'AddGuestToTask', ...LEVELS },
  { operation: 'AddGuestToList', ...LEVELS },
  { operation: 'AddGuestToFolder', ...LEVELS },
  {
    operation: 'getChatChannels',
    where: 'query.channel_types',
    ours: 'array',
    documented: 'any',
    reason: 'Untyped there; its description says several types, which are joined by commas.',
  },
];
