import { type Verb } from '#libs/core';

/** What people say, and the words of the operation table for it. Plain words on both sides; endings do not matter. */
export const SYNONYMS: Readonly<Record<string, string>> = {
  ticket: 'task', issue: 'task', todo: 'task', card: 'task', bug: 'task', story: 'task', work: 'task', assignment: 'task', subtask: 'task',
  person: 'member user', people: 'member user', who: 'member user', colleague: 'user member', teammate: 'user member', coworker: 'user member', employee: 'user member', everybody: 'member user', human: 'user',
  myself: 'authorized user', me: 'authorized user credential', i: 'authorized user credential', account: 'user workspace',
  workspace: 'team', organisation: 'team workspace', organization: 'team workspace', company: 'team workspace', team: 'group workspace', squad: 'group', usergroup: 'group', department: 'space group',
  project: 'folder list space', directory: 'folder', sprint: 'list folder', backlog: 'list', column: 'field status', property: 'field', attribute: 'field', dropdown: 'field',
  label: 'tag', keyword: 'tag', category: 'tag',
  document: 'doc', wiki: 'doc page', article: 'doc page', note: 'doc page', chapter: 'page', section: 'page', subpage: 'page', outline: 'page listing',
  okr: 'goal key result', objective: 'goal', target: 'goal key result', kpi: 'key result', milestone: 'custom item goal', measure: 'key result',
  file: 'attachment', upload: 'attachment', image: 'attachment', picture: 'attachment', screenshot: 'attachment', pdf: 'attachment', attach: 'attachment',
  emoji: 'reaction', react: 'reaction', thumb: 'reaction', like: 'reaction', heart: 'reaction', smiley: 'reaction',
  dm: 'direct message channel', conversation: 'channel chat message', room: 'channel', discussion: 'channel comment', chat: 'channel message', say: 'message comment', announce: 'message', announcement: 'message', private: 'direct acl', mention: 'tagged user', mentioned: 'tagged user', subscriber: 'follower', follow: 'follower', watch: 'follower', post: 'message',
  answer: 'reply threaded', respond: 'reply threaded', thread: 'reply threaded', remark: 'comment', feedback: 'comment',
  blocker: 'dependency', block: 'dependency', blocked: 'dependency', depend: 'dependency', wait: 'dependency', waiting: 'dependency', prerequisite: 'dependency', predecessor: 'dependency',
  relate: 'link', related: 'link', connect: 'link', relation: 'link', relationship: 'link dependency', reference: 'link',
  combine: 'merge', duplicate: 'merge', consolidate: 'merge', unify: 'merge',
  callback: 'webhook', notify: 'webhook', notification: 'webhook', subscribe: 'webhook', subscription: 'webhook plan', event: 'webhook audit', hook: 'webhook',
  external: 'guest', client: 'guest', contractor: 'guest', customer: 'guest', freelancer: 'guest', outsider: 'guest', visitor: 'guest',
  invite: 'invite user guest', kick: 'remove user', offboard: 'remove user', onboard: 'invite user', colour: 'color', admin: 'role user', role: 'roles customroles',
  permission: 'acl role', privacy: 'acl', access: 'acl shared', visible: 'acl', public: 'acl', share: 'shared acl guest', shared: 'shared hierarchy',
  log: 'time entry auditlog', activity: 'auditlog history', audit: 'auditlog', security: 'auditlog', login: 'auditlog', change: 'history', revision: 'history',
  licence: 'seat', license: 'seat', seat: 'seats', billing: 'plan', tier: 'plan', price: 'plan',
  step: 'checklist item', check: 'checklist', tick: 'checklist item', checkbox: 'checklist item', bullet: 'checklist item', item: 'checklist',
  blueprint: 'template', boilerplate: 'template', scaffold: 'template',
  type: 'custom item subtype', kind: 'custom item', subtype: 'subtypes',
  board: 'view', gantt: 'view', calendar: 'view', dashboard: 'view', kanban: 'view', filter: 'view', table: 'listing', content: 'listing page', without: 'folderless', directly: 'folderless', loose: 'folderless',
  timer: 'time entry', stopwatch: 'time entry', clock: 'time entry', timesheet: 'time entry', hour: 'time entry', minute: 'time entry', worked: 'time entry', logged: 'time entry', track: 'time entry', tracked: 'time entry', billable: 'time entry', spent: 'time entry', duration: 'time',
  interval: 'time interval', legacy: 'legacy interval', current: 'running', now: 'running current', stuck: 'time status', long: 'time status', stage: 'status', workflow: 'status', phase: 'status',
  estimate: 'estimates', estimated: 'estimates', effort: 'estimates', planned: 'estimates',
  relocate: 'move home', transfer: 'move home', another: 'home', token: 'token oauth', oauth: 'token', exchange: 'token', child: 'subtask', value: 'field', set: 'field',
};

/** What people say for what an operation does. */
export const VERB_WORDS: Readonly<Record<string, readonly Verb[]>> = {
  get: ['get', 'list', 'search'], show: ['get', 'list', 'search'], list: ['list', 'search'], read: ['get', 'list'], see: ['get', 'list'], view: ['get', 'list'], find: ['search', 'list', 'get'], search: ['search', 'list'], which: ['list', 'search', 'get'], what: ['get', 'list'], who: ['get', 'list', 'search'], how: ['get', 'list'], look: ['get', 'list'], open: ['get'], fetch: ['get', 'list'], where: ['list', 'get'], browse: ['list'], all: ['list', 'search'], display: ['get', 'list'], tell: ['get', 'list'],
  create: ['create'], add: ['add', 'create'], new: ['create'], make: ['create', 'update'], write: ['create', 'update'], post: ['create'], send: ['create'], register: ['create'], invite: ['create', 'add'], upload: ['create', 'add'], attach: ['add', 'create'], reply: ['create'], say: ['create'], react: ['create', 'add'], log: ['create'], put: ['add', 'create'], give: ['add', 'update', 'create'], share: ['add'], connect: ['add', 'create'], relate: ['add', 'create'], link: ['add', 'create'], start: ['start', 'create'], apply: ['create', 'add'], use: ['create'],
  update: ['update'], change: ['update'], edit: ['update'], rename: ['update'], modify: ['update'], set: ['update', 'add'], mark: ['update'], assign: ['update'], replace: ['update'], resolve: ['update'], tick: ['update'], correct: ['update'], fix: ['update'], adjust: ['update'], finish: ['update', 'stop'], close: ['update'], archive: ['update'], switch: ['update'], turn: ['update'], enable: ['update'], disable: ['update'], recolour: ['update'],
  delete: ['delete', 'remove'], remove: ['remove', 'delete'], drop: ['remove', 'delete'], take: ['remove'], clear: ['remove', 'delete'], unlink: ['remove', 'delete'], revoke: ['remove', 'delete'], kick: ['remove', 'delete'], trash: ['delete'], cancel: ['delete', 'stop'], disconnect: ['remove', 'delete'], untag: ['remove'], erase: ['delete'], rid: ['delete', 'remove'], offboard: ['remove', 'delete'], throw: ['delete'],
  stop: ['stop'], end: ['stop'], pause: ['stop'], move: ['move'], transfer: ['move'], relocate: ['move'], merge: ['merge'], combine: ['merge'], consolidate: ['merge'],
};

/** Words of a request that say nothing about an operation. */
export const SMALL_WORDS: ReadonlySet<string> = new Set(
  'a an and any are as at be been by can could did do does for from had has have i if in into is it its let me my of off on one onto or our out please should so some that the their them then there these they this those to under up us was we were will with would you your clickup api'.split(' '),
);
