/** Where a row says something else than ClickUp's document, and why. `ours` and `documented` are the very words of the contract test. */
export interface Deviation {
  operation: string;
  where: string;
  ours: string;
  documented: string;
  reason: string;
}

const ORDER = { where: 'query.order_by enum', ours: 'created|due_date|id|updated', documented: 'any', reason: 'Any other value is answered with 500 (seen live).' };
const FIELD_FILTER = { ours: 'string', documented: 'array', reason: 'The filter is one JSON text in one parameter, not a repeated one.' };
const OPTIONAL = { ours: 'optional', documented: 'required', reason: 'A comment needs no assignee, and an update changes only what is sent.' };

const RICH = { where: 'body.comment', ours: 'present', documented: 'absent', reason: 'Rich text: Markdown in comment_text is mangled (developer.clickup.com/docs/comment-formatting).' };

export const DEVIATIONS: readonly Deviation[] = [
  { operation: 'GetTasks', ...ORDER },
  { operation: 'GetTasks', where: 'query.custom_fields', ...FIELD_FILTER },
  { operation: 'GetTasks', where: 'query.custom_field', ...FIELD_FILTER },
  { operation: 'GetFilteredTeamTasks', ...ORDER },
  { operation: 'GetFilteredTeamTasks', where: 'query.custom_fields', ...FIELD_FILTER },
  { operation: 'GetTask', where: 'query.custom_fields', ...FIELD_FILTER },
  { operation: 'UpdateTask', where: 'body.priority', ours: 'integer|null', documented: 'integer', reason: 'null takes the priority away, as it does on creation.' },
  {
    operation: 'UpdateTask',
    where: 'body.due_date',
    ours: 'integer|null',
    documented: 'integer',
    reason: 'null takes the date away (seen live: github.com/raksul/go-clickup/issues/31).',
  },
  { operation: 'CreateTaskComment', ...RICH },
  { operation: 'CreateThreadedComment', ...RICH },
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
  { operation: 'UpdateatimeEntry', where: 'body.tag_action enum', ours: 'add|remove|replace', documented: 'any', reason: 'Its description names these three.' },
  { operation: 'getChatChannels', where: 'query.channel_types', ours: 'array', documented: 'any', reason: 'Untyped there; its description says several types, which are joined by commas.' },
];
