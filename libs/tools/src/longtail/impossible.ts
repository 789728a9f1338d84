/** What people ask for and ClickUp's public API cannot do, with the nearest thing that can be done. */
export interface Impossible {
  name: string;
  /**
   * What asks for it: words that have to be there together, in any form and order; one of these groups is enough. `!` before a word: it
   * must not be there, because then something else is asked for.
   */
  asked: readonly string[];
  instead: string;
}

const DAYS = 'monday tuesday wednesday thursday friday saturday sunday'.split(' ');
/** When somebody is to be reminded, and how people say it. */
const LATER = [...DAYS, 'tomorrow', 'later', 'tonight', 'hour', 'week', 'evening', 'morning'];
const NUDGES = 'poke nudge ping tell alert notify wake call'.split(' ');

export const IMPOSSIBLE: readonly Impossible[] = [
  {
    name: 'recurring tasks',
    asked: [
      'recur',
      'recurring',
      'recurrence',
      'recurs',
      'repeat',
      'repeats',
      ...['day', 'week', 'month', 'year', 'quarter', ...DAYS].map((day) => `every ${day} !what !which`),
    ],
    instead:
      'Set the recurrence in ClickUp itself; create_task or bulk_create_tasks make the next ones, each with its due date.',
  },
  {
    name: 'reminders',
    asked: ['remind', 'reminder', ...LATER.flatMap((when) => NUDGES.map((nudge) => `${nudge} me ${when}`))],
    instead: 'Set a due date, or assign a comment with add_comment: ClickUp then notifies the person.',
  },
  {
    name: 'restore from the trash',
    asked: [
      'restore',
      'undelete',
      'deleted back',
      'trash back',
      'undo delete',
      'recover',
      'out trash',
      'show trash',
      'in trash',
    ],
    instead: 'A person can restore it in the trash of ClickUp; create_task makes it anew.',
  },
  {
    name: 'history of a field',
    asked: [
      'who changed !time !log !audit !permission',
      'who edited !time !log !audit',
      'who moved',
      'who set',
      'when changed !time',
      'history field',
      'history task',
      'history due',
      'activity task',
      'previous value',
    ],
    instead:
      'get_task says how long it was in each status; webhooks report changes from now on; the activity is shown in ClickUp.',
  },
  {
    name: 'automations',
    asked: ['automation', 'automate', 'automatically'],
    instead: 'Made in ClickUp only; a webhook (CreateWebhook) can call a program of yours instead.',
  },
  {
    name: 'define custom fields',
    asked: [
      'create custom field !task',
      'new custom field',
      'define field',
      'delete custom field !value',
      'rename custom field',
      'add option dropdown',
      'new option',
      'add dropdown',
    ],
    instead: 'Fields are made in ClickUp; update_task sets values, get_list reads definitions.',
  },
  {
    name: 'define statuses',
    asked: [
      'create status !task',
      'new status',
      'define status',
      'add status !view',
      'rename status',
      'delete status',
      'edit status',
    ],
    instead: 'Statuses are edited in ClickUp; what is made from a template brings its own.',
  },
  {
    name: 'delete a Doc or page',
    asked: [
      'delete doc',
      'delete page',
      'delete wiki',
      'delete document',
      'remove doc',
      'remove page',
      'trash doc',
      'trash page',
      'archive doc',
    ],
    instead: 'A person deletes it in ClickUp; editPagePublic can empty a page.',
  },
  {
    name: 'dashboards',
    asked: ['dashboard', 'widget', 'burndown', 'velocity'],
    instead: 'find_tasks with count_by and list_time_entries with sum_by answer counts and sums.',
  },
  {
    name: 'forms',
    asked: ['form', 'survey'],
    instead: 'Forms are made in ClickUp; find_tasks finds the tasks that they make.',
  },
  {
    name: 'whiteboards',
    asked: ['whiteboard', 'mindmap', 'mind map'],
    instead: 'Only in ClickUp; Docs take text.',
  },
  {
    name: 'notifications and inbox',
    asked: ['inbox', 'unread', 'mute', 'my notification'],
    instead: 'list_comments with since and find_tasks with updated say what is new.',
  },
  {
    name: 'move a List',
    asked: ['movelist'],
    instead: 'Lists are moved in ClickUp; MoveFolder moves a Folder with its Lists, update_task a task.',
  },
  {
    name: 'search inside files',
    asked: ['inside file', 'inside attachment', 'inside pdf', 'search attachment', 'text attachment', 'ocr'],
    instead: 'get_task gives the links of attachments; their contents are not searched.',
  },
  {
    name: 'export and import',
    asked: ['export', 'csv', 'excel', 'backup', 'import !guest'],
    instead: 'find_tasks reads tasks page by page; bulk_create_tasks makes up to 50 at a time.',
  },
  {
    name: 'favorites',
    asked: ['favorite', 'favourite', 'bookmark', 'pin'],
    instead: 'Only in ClickUp.',
  },
];
