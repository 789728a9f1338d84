import { type ErrorObject } from 'ajv';

/** Where ClickUp's documents contradict what ClickUp sends (or themselves), so that the second check must look away. */
export const WRONG_IN_THE_DOCUMENTS: readonly { reason: string; where: (error: ErrorObject) => boolean }[] = [
  { reason: 'what may be null is hardly ever marked so', where: ({ data }) => data === null },
  {
    reason: 'arrays of objects are typed as arrays of strings',
    where: ({ instancePath, schema, data }) =>
      schema === 'string' && /\/\d+$/.test(instancePath) && typeof data === 'object',
  },
  {
    reason: 'GetFolders: the array of Folders is typed as one Folder',
    where: ({ instancePath, schema }) => instancePath === '/folders' && schema === 'object',
  },
  {
    reason: 'GetFilteredTeamTasks: priority is typed as it is written, not as it is read',
    where: ({ instancePath, schema }) => /^\/tasks\/\d+\/priority$/.test(instancePath) && schema === 'integer',
  },
  {
    reason: 'an estimate is text in a task, but a number in a filtered list and in subtasks',
    where: ({ instancePath }) => /\/(tasks|subtasks)\/\d+\/time_estimate$/.test(instancePath),
  },
  {
    reason: 'start and end of time entries are typed as text; the example beside the type has numbers',
    where: ({ instancePath, schema }) => /^\/data\/(\d+\/)?(start|end)$/.test(instancePath) && schema === 'string',
  },
  {
    reason: 'an entry that runs has no end',
    where: ({ instancePath, params }) => /^\/data\/\d+$/.test(instancePath) && params.missingProperty === 'end',
  },
  {
    reason: 'an entry without task has neither task nor place',
    where: ({ instancePath, params }) =>
      /^\/data(\/\d+)?$/.test(instancePath) &&
      ['task', 'task_location', 'task_tags', 'task_url'].includes(params.missingProperty as string),
  },
  {
    reason: 'the owner of a List is typed as text where it is updated, as an object where it is created',
    where: ({ instancePath, data }) => instancePath === '/assignee' && typeof data === 'object',
  },
  {
    reason:
      'the progress of a target is typed as text or null (clients read a number), and so is one of the three floats in its history',
    where: ({ instancePath, data }) =>
      /^\/key_result\/(percent_completed|last_action\/steps_current_float)$/.test(instancePath) &&
      typeof data === 'number',
  },
  {
    reason: 'GetView: the alternative that is a form fails for a view of tasks, and is reported with the other',
    where: ({ instancePath, schema }) =>
      instancePath === '/view/type' && Array.isArray(schema) && schema.includes('form'),
  },
  {
    reason: 'GetViewTasks: the array of Custom Fields is typed as one of them, and the time spent as text',
    where: ({ instancePath, data }) =>
      /^\/tasks\/\d+\/(custom_fields|time_spent)$/.test(instancePath) && typeof data !== 'string',
  },
  {
    reason:
      'EditChecklistItem: the assignee is typed as it is written; CreateChecklistItem types the same item with a person',
    where: ({ instancePath, data }) =>
      /^\/checklist\/items\/\d+\/assignee$/.test(instancePath) && typeof data === 'object',
  },
  {
    reason: 'task links: the priority of the task is typed as text, in GetTask it is an object',
    where: ({ instancePath, data }) => instancePath === '/task/priority' && typeof data === 'object',
  },
  {
    reason: 'task links: tracked time is typed as text, in GetTask it is a number',
    where: ({ instancePath, data }) => instancePath === '/task/time_spent' && typeof data === 'number',
  },
  {
    reason: 'bulk time in status: the task ids of the example became required names',
    where: ({ instancePath, params }) =>
      instancePath === '' && ['27075wz', '20bbn28'].includes(params.missingProperty as string),
  },
  {
    reason: 'the dates of chat channels are typed as text; seen live as numbers',
    where: ({ instancePath, schema }) =>
      /^\/data\/(\d+\/)?(created_at|updated_at|latest_comment_at)$/.test(instancePath) && schema === 'string',
  },
  {
    reason: 'direct messages have no name',
    where: ({ data, params }) =>
      params.missingProperty === 'name' && /DM$/.test(String((data as { type?: unknown }).type)),
  },
];
