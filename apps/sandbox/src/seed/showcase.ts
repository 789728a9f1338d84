/** A task that demos, tests and people look for. Days are relative to the start; negative is past. */
export interface Showcase {
  list: string;
  name: string;
  customId?: string;
  status?: string;
  priority?: 1 | 2 | 3 | 4;
  /** Indexes into PEOPLE. */
  assignees?: readonly number[];
  due?: number;
  /** Days since the last change. */
  idle?: number;
  tags?: readonly string[];
  markdown?: string;
  /** Index of the parent in this table. */
  parent?: number;
  comments?: number;
}

const SPRINT = 'Engineering/Frontend/Current Sprint';
const BUGS = 'Engineering/Incoming Bugs';

/** They come first, so that they exist with any number of tasks that is not tiny. Append only: ids follow the index. */
export const SHOWCASE: readonly Showcase[] = [
  {
    list: 'Engineering/Backend/Sprint 42',
    name: 'Fix memory leak in export worker',
    status: 'in progress',
    priority: 1,
    assignees: [0, 1],
    due: 1,
    tags: ['backend', 'bug', 'performance'],
    comments: 30,
    markdown:
      '## Symptom\n\nThe export worker grows by **40 MB per hour** until it is killed.\n\n## Suspects\n\n- `ExportStream` keeps every page\n- timers in the retry queue\n\nSee [the heap dump](https://example.com/heap).',
  },
  {
    list: SPRINT,
    name: 'Refactor Login Component',
    customId: 'ENG-123',
    status: 'in progress',
    priority: 2,
    assignees: [0, 2],
    due: 2,
    idle: 14,
    tags: ['frontend', 'tech-debt'],
    comments: 3,
    markdown: 'Split `LoginForm` into **form**, **session** and *errors*.\n\n1. Move validation\n2. Add tests',
  },
  { list: SPRINT, name: 'Write tests for LoginForm', parent: 1, assignees: [2], due: 2, idle: 14 },
  { list: SPRINT, name: 'Move validation to hook', parent: 1, status: 'complete', assignees: [2] },
  {
    list: SPRINT,
    name: 'Keyboard navigation in tables',
    status: 'in progress',
    assignees: [5],
    due: -4,
    idle: 12,
    comments: 1,
  },
  {
    list: SPRINT,
    name: 'Checkout page loads twice',
    status: 'blocked',
    priority: 2,
    assignees: [6],
    due: -1,
    idle: 16,
    tags: ['bug'],
  },
  { list: SPRINT, name: 'New colour tokens', status: 'in review', assignees: [7], due: 5, idle: 1 },
  { list: SPRINT, name: 'Remove legacy modal', status: 'to do', assignees: [0], due: 6, idle: 21 },
  { list: BUGS, name: 'Frontend: button unreadable in dark mode', priority: 3, tags: ['frontend', 'bug'], idle: 1 },
  { list: BUGS, name: 'Frontend: date picker off by one day', priority: 2, tags: ['frontend', 'bug'], idle: 0 },
  { list: BUGS, name: 'Backend: 500 when the tag is empty', priority: 1, tags: ['backend', 'bug'], idle: 0 },
  { list: BUGS, name: 'Backend: duplicate webhook deliveries', priority: 2, tags: ['backend', 'bug'], idle: 2 },
  { list: BUGS, name: 'Backend: login slow after deploy', tags: ['backend', 'bug', 'performance'], idle: 3 },
  { list: BUGS, name: 'Frontend: crash on an empty board', priority: 1, tags: ['frontend', 'bug'], idle: 1 },
  {
    list: 'Engineering/Backend/Database Migrations',
    name: 'Add index on events.created_at',
    status: 'in review',
    assignees: [1],
    due: 3,
    tags: ['backend'],
  },
  {
    list: 'Engineering/Backend/Database Migrations',
    name: 'Split users table',
    status: 'to do',
    assignees: [0],
    due: 9,
    priority: 3,
    tags: ['backend'],
  },
  { list: 'Engineering/Backend/Database Migrations', name: 'Drop legacy_sessions', status: 'complete', assignees: [3] },
  {
    list: 'Engineering/Backend/Sprint 42',
    name: 'Rotate signing keys',
    status: 'to do',
    priority: 2,
    assignees: [0],
    due: 0,
    tags: ['security'],
  },
  { list: 'Engineering/Backend/Sprint 42', name: 'Paginate audit log', status: 'complete', assignees: [1] },
  { list: 'Product/Feedback', name: 'Customers want bulk edit', assignees: [39], due: 12, comments: 2 },
  {
    list: 'Support/Success/Churn',
    name: 'Save the Initech account',
    status: 'Pending',
    priority: 1,
    assignees: [0, 20],
    due: -2,
    tags: ['churn-risk'],
    comments: 2,
  },
  {
    list: 'Marketing/Content/Blog',
    name: 'Q4 launch announcement',
    status: 'drafting',
    assignees: [12],
    due: 8,
    tags: ['q4'],
  },
  {
    list: 'Leadership/Strategy/OKRs',
    name: 'Reduce churn below 2 %',
    status: 'in progress',
    priority: 1,
    assignees: [0],
    due: 30,
    tags: ['confidential'],
  },
  {
    list: 'Support/Tickets/Inbox',
    name: 'Invoice shows wrong VAT',
    status: 'Solved',
    assignees: [22],
    tags: ['billing'],
  },
];
