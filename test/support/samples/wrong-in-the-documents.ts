import { type ErrorObject } from 'ajv';

/** Where ClickUp's documents contradict what ClickUp sends (or themselves), so that the second check must look away. */
export const WRONG_IN_THE_DOCUMENTS: readonly { reason: string; where: (error: ErrorObject) => boolean }[] = [
  { reason: 'what may be null is hardly ever marked so', where: ({ data }) => data === null },
  { reason: 'arrays of objects are typed as arrays of strings', where: ({ instancePath, schema, data }) => schema === 'string' && /\/\d+$/.test(instancePath) && typeof data === 'object' },
  { reason: 'GetFolders: the array of Folders is typed as one Folder', where: ({ instancePath, schema }) => instancePath === '/folders' && schema === 'object' },
  { reason: 'GetFilteredTeamTasks: priority is typed as it is written, not as it is read', where: ({ instancePath, schema }) => /^\/tasks\/\d+\/priority$/.test(instancePath) && schema === 'integer' },
  { reason: 'an estimate is text in a task, but a number in a filtered list and in subtasks', where: ({ instancePath }) => /\/(tasks|subtasks)\/\d+\/time_estimate$/.test(instancePath) },
  { reason: 'start and end of time entries are typed as text; the example beside the type has numbers', where: ({ instancePath, schema }) => /^\/data\/(\d+\/)?(start|end)$/.test(instancePath) && schema === 'string' },
  { reason: 'an entry that runs has no end', where: ({ instancePath, params }) => /^\/data\/\d+$/.test(instancePath) && params.missingProperty === 'end' },
  { reason: 'an entry without task has neither task nor place', where: ({ instancePath, params }) => /^\/data(\/\d+)?$/.test(instancePath) && ['task', 'task_location', 'task_tags', 'task_url'].includes(params.missingProperty as string) },
  { reason: 'the owner of a List is typed as text where it is updated, as an object where it is created', where: ({ instancePath, data }) => instancePath === '/assignee' && typeof data === 'object' },
  { reason: 'the dates of chat channels are typed as text; seen live as numbers', where: ({ instancePath, schema }) => /^\/data\/(\d+\/)?(created_at|updated_at|latest_comment_at)$/.test(instancePath) && schema === 'string' },
  { reason: 'direct messages have no name', where: ({ data, params }) => params.missingProperty === 'name' && /DM$/.test(String((data as { type?: unknown }).type)) },
];
