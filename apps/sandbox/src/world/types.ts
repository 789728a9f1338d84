import { type Group } from './people.js';
import { type View } from './views.js';
import { type Relations } from './relations.js';
import { type CustomFields } from './custom-fields.js';

/** 1 owner, 2 admin, 3 member, 4 guest. */
export type Role = 1 | 2 | 3 | 4;

export interface User {
  id: number;
  /** Empty until the invitation is accepted. */
  username: string;
  email: string;
  color: string;
  initials: string;
  /** IANA zone. */
  timezone: string;
  /** 0 = Sunday. */
  weekStartDay: number;
}

export interface Status {
  id: string;
  status: string;
  color: string;
  orderindex: number;
  type: 'open' | 'custom' | 'done' | 'closed';
}

export interface Tag {
  name: string;
  fg: string;
  bg: string;
  creator: number;
}

/** The plan that the Workspace pays for. */
export interface Plan {
  id: number;
  name: string;
  seats: number;
  guestSeats: number | 'Infinity';
}

export interface Workspace {
  id: string;
  name: string;
  color: string;
  members: Map<User, Role>;
  plan: Plan;
  spaces: Space[];
  /** Oldest first. */
  tasks: Task[];
  entries: TimeEntry[];
  /** The ClickApp that tells how long tasks are in each status. */
  timeInStatus: boolean;
  fields: CustomFields;
  /** Counts changes of tasks, so that sorted copies know when they are stale. */
  version: number;
}

export interface Space {
  id: string;
  name: string;
  color: string;
  workspace: Workspace;
  private: boolean;
  /** Who may see it while it is private. */
  members: Set<User>;
  adminCanManage: boolean;
  archived: boolean;
  multipleAssignees: boolean;
  statuses: Status[];
  features: Features;
  tags: Map<string, Tag>;
  /** The ClickApp that lets its tasks be in more than one List. */
  multipleLists: boolean;
  /** Prefix of custom task ids; without it tasks have none. */
  prefix: string | undefined;
  folders: Folder[];
  /** Holds the Lists that lie directly in the Space. */
  hidden: Folder;
}

/** ClickApps with their switches. */
export type Features = Record<string, Record<string, boolean>>;

export interface Folder {
  id: string;
  name: string;
  space: Space;
  hidden: boolean;
  archived: boolean;
  parent: Folder | undefined;
  lists: List[];
  /** Guests it was shared with. */
  guests: Set<User>;
}

export interface List {
  id: string;
  name: string;
  folder: Folder;
  content: string;
  /** Its own statuses; without them those of the Space hold. */
  statuses: Status[] | undefined;
  color: string | null;
  priority: number | null;
  assignee: User | undefined;
  due: number | null;
  dueTime: boolean;
  start: number | null;
  startTime: boolean;
  archived: boolean;
  /** Oldest first. */
  tasks: Task[];
  guests: Set<User>;
}

export interface Task {
  id: string;
  customId: string | null;
  customItemId: number | null;
  name: string;
  /** What was written: Markdown, or plain text where it came as `description`. */
  markdown: string;
  /** The same, flattened. */
  text: string;
  status: Status;
  created: number;
  updated: number;
  done: number | null;
  closed: number | null;
  archived: boolean;
  creator: User;
  assignees: User[];
  /** User groups that the task is assigned to. */
  groups: Group[];
  watchers: User[];
  tags: string[];
  parent: Task | undefined;
  children: Task[];
  /** 1 urgent … 4 low. */
  priority: number | null;
  due: number | null;
  start: number | null;
  points: number | null;
  estimate: number | null;
  list: List;
  entries: TimeEntry[];
  comments: Comment[];
  guests: Set<User>;
  relations: Relations;
}

export interface Comment {
  id: string;
  on: Task | List | View | Comment;
  user: User;
  text: string;
  runs: unknown[];
  resolved: boolean;
  assignee: User | undefined;
  assignedBy: User | undefined;
  date: number;
  /** Newest last. */
  replies: Comment[];
}

export interface TimeEntry {
  id: string;
  workspace: Workspace;
  task: Task | undefined;
  user: User;
  billable: boolean;
  start: number;
  /** Null while it runs. */
  end: number | null;
  description: string;
  tags: { name: string; fg: string; bg: string; creator: number }[];
  source: string;
  at: number;
}
