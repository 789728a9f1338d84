/**
 * What people may limit a client to: the toolsets, and the key of each one's name on the pages. `auth` is left out, because it holds
 * only the exchange of ClickUp's codes, which is no work that anybody would want done.
 */
export const AREAS: Readonly<Record<string, string>> = {
  tasks: 'area.tasks',
  workspace: 'area.workspace',
  fields: 'area.fields',
  checklists: 'area.checklists',
  relations: 'area.relations',
  tags: 'area.tags',
  attachments: 'area.attachments',
  comments: 'area.comments',
  chat: 'area.chat',
  docs: 'area.docs',
  time: 'area.time',
  goals: 'area.goals',
  views: 'area.views',
  templates: 'area.templates',
  members: 'area.members',
  users: 'area.users',
  guests: 'area.guests',
  groups: 'area.groups',
  sharing: 'area.sharing',
  webhooks: 'area.webhooks',
  audit: 'area.audit',
};
