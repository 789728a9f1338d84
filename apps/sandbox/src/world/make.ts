import { makeRelations } from './relations.js';
import {
  type Comment,
  type Features,
  type Folder,
  type List,
  type Space,
  type Status,
  type Task,
  type TimeEntry,
  type User,
  type Workspace,
} from './types.js';

/** New objects with ClickUp's defaults. Registering them is the World's work. */
const ON = [
  'time_tracking',
  'tags',
  'time_estimates',
  'checklists',
  'custom_fields',
  'dependency_warning',
  'multiple_assignees',
  'custom_items',
  'milestones',
  'portfolios',
  'points',
];
const OFF = ['sprints', 'zoom', 'remap_dependencies', 'emails'];
function switches(apps: readonly string[], enabled: boolean): Features {
  return Object.fromEntries(apps.map((app) => [app, { enabled }]));
}

const FEATURES: Features = {
  due_dates: { enabled: true, start_date: true, remap_due_dates: false, remap_closed_due_date: false },
  ...switches(ON, true),
  ...switches(OFF, false),
};

export const makeStatuses = (scope: string, seeds: readonly (readonly [string, string, Status['type']])[]): Status[] =>
  seeds.map(([status, color, type], orderindex) => ({ id: `${scope}_${orderindex}`, status, color, orderindex, type }));

export const DEFAULT_STATUSES: readonly (readonly [string, string, Status['type']])[] = [
  ['to do', '#87909e', 'open'],
  ['complete', '#008844', 'closed'],
];

export function makeSpace(
  workspace: Workspace,
  id: string,
  hiddenFolderId: string,
  rest: Partial<Space> & Pick<Space, 'name'>,
): Space {
  const space: Space = {
    id,
    workspace,
    color: '#7b68ee',
    private: false,
    members: new Set(),
    adminCanManage: true,
    archived: false,
    multipleAssignees: true,
    statuses: [],
    features: structuredClone(FEATURES),
    tags: new Map(),
    multipleLists: true,
    prefix: undefined,
    folders: [],
    hidden: undefined as never,
    ...rest,
  };
  space.hidden = makeFolder(space, hiddenFolderId, { name: 'hidden', hidden: true });
  return space;
}

export const makeFolder = (space: Space, id: string, rest: Partial<Folder> & Pick<Folder, 'name'>): Folder => ({
  id,
  space,
  hidden: false,
  archived: false,
  parent: undefined,
  lists: [],
  guests: new Set(),
  ...rest,
});

export const makeList = (folder: Folder, id: string, rest: Partial<List> & Pick<List, 'name'>): List => ({
  id,
  folder,
  content: '',
  statuses: undefined,
  color: null,
  priority: null,
  assignee: undefined,
  due: null,
  dueTime: false,
  start: null,
  startTime: false,
  archived: false,
  tasks: [],
  guests: new Set(),
  ...rest,
});

export const makeTask = (
  list: List,
  id: string,
  creator: User,
  status: Status,
  created: number,
  rest: Partial<Task> & Pick<Task, 'name'>,
): Task => ({
  id,
  list,
  creator,
  status,
  created,
  updated: created,
  customId: null,
  customItemId: 0,
  markdown: '',
  text: '',
  done: null,
  closed: null,
  archived: false,
  assignees: [],
  groups: [],
  watchers: [creator],
  tags: [],
  parent: undefined,
  children: [],
  priority: null,
  due: null,
  start: null,
  points: null,
  estimate: null,
  entries: [],
  comments: [],
  guests: new Set(),
  relations: makeRelations(),
  ...rest,
});

export const makeComment = (
  id: string,
  on: Comment['on'],
  user: User,
  text: string,
  date: number,
  rest: Partial<Comment> = {},
): Comment => ({
  id,
  on,
  user,
  text,
  runs: [{ text }],
  resolved: false,
  assignee: undefined,
  assignedBy: undefined,
  date,
  replies: [],
  ...rest,
});

export const makeEntry = (
  id: string,
  workspace: Workspace,
  user: User,
  start: number,
  end: number | null,
  rest: Partial<TimeEntry> = {},
): TimeEntry => ({
  id,
  workspace,
  user,
  start,
  end,
  task: undefined,
  billable: false,
  description: '',
  tags: [],
  source: 'clickup',
  at: end ?? start,
  ...rest,
});
