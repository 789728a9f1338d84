import { type Comment, type User, type Workspace } from './types.js';

/** The numbers that ClickUp has for the levels of its hierarchy. */
export const PARENT_TYPES = { space: 4, folder: 5, list: 6, workspace: 7 } as const;
export type ParentType = (typeof PARENT_TYPES)[keyof typeof PARENT_TYPES];
export const PARENT_NUMBERS: readonly number[] = Object.values(PARENT_TYPES);

export const VIEW_TYPES = [
  'list',
  'board',
  'calendar',
  'table',
  'timeline',
  'workload',
  'activity',
  'map',
  'conversation',
  'gantt',
];

/** What every view but a form consists of; an update replaces all of them. */
export const PARTS = ['grouping', 'divide', 'sorting', 'filters', 'columns', 'team_sidebar', 'settings'] as const;
export type Parts = Readonly<Record<(typeof PARTS)[number], Readonly<Record<string, unknown>>>>;

export interface View {
  id: string;
  name: string;
  type: string;
  parent: { id: string; type: ParentType };
  creator: User;
  created: number;
  visibility: 'public' | 'private';
  /** Forms have none. */
  parts: Parts | undefined;
  /** In chat views. Newest last. */
  comments: Comment[];
}

/** What a new view looks like where nobody chose anything. */
export const PLAIN: Parts = {
  grouping: { field: 'status', dir: 1, collapsed: [], ignore: false },
  divide: { field: null, dir: null, collapsed: [] },
  sorting: { fields: [] },
  filters: { op: 'AND', fields: [], search: '', show_closed: false },
  columns: { fields: [] },
  team_sidebar: { assignees: [], assigned_comments: false, unassigned_tasks: false },
  settings: {
    show_task_locations: false,
    show_subtasks: 3,
    show_subtask_parent_names: false,
    show_closed_subtasks: false,
    show_assignees: true,
    show_images: true,
    collapse_empty_columns: null,
    me_comments: true,
    me_subtasks: true,
    me_checklists: true,
  },
};

const FIRST = 105;

/** The views of all places, in the order of making. */
export class Views {
  readonly all = new Map<string, View>();
  private count = FIRST;

  at(type: ParentType, id: string): View[] {
    return [...this.all.values()].filter(({ parent }) => parent.type === type && parent.id === id);
  }

  /** The id begins with the Workspace, as ClickUp's do: `9ix-105`. */
  add(workspace: Workspace, view: Omit<View, 'id' | 'comments'>): View {
    const added: View = { ...view, id: `${Number(workspace.id).toString(36)}-${this.count++}`, comments: [] };
    this.all.set(added.id, added);
    return added;
  }
}
