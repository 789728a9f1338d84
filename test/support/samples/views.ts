import { type Samples, SPRINT_42 } from './sample.js';

/** Ids of what the sandbox seeds: the Workspace in base 36 and a count. */
const seeded = (index: number) => `${(12345).toString(36)}-${105 + index}`;
const OVERDUE = seeded(0);
const CHAT = seeded(2);

const VIEW = {
  name: 'Bugs by age',
  type: 'board',
  grouping: { field: 'status', dir: 1, collapsed: [], ignore: false },
  divide: { field: null, dir: null, collapsed: [] },
  sorting: { fields: [{ field: 'dueDate', dir: -1, idx: 0 }] },
  filters: { op: 'AND', fields: [{ field: 'tag', op: 'ANY', values: ['bug'], idx: 0 }], search: '', show_closed: true },
  columns: { fields: [{ field: 'assignee', idx: 0, width: 160, hidden: true, name: null, display: null }] },
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

/** Views at four levels, and comments in chat views. */
export const views: Samples = {
  GetTeamViews: () => ({ path: { team_id: '12345' } }),
  GetSpaceViews: () => ({ path: { space_id: '90140201' } }),
  GetFolderViews: () => ({ path: { folder_id: '901480203' } }),
  GetListViews: () => ({ path: { list_id: '90144360435' } }),
  CreateTeamView: () => ({ path: { team_id: '12345' }, body: VIEW }),
  CreateSpaceView: () => ({ path: { space_id: '90140201' }, body: VIEW }),
  CreateFolderView: () => ({ path: { folder_id: '901480203' }, body: VIEW }),
  CreateListView: () => ({ path: { list_id: SPRINT_42 }, body: VIEW }),
  GetView: () => ({ path: { view_id: OVERDUE } }),
  UpdateView: () => ({ path: { view_id: OVERDUE }, body: { ...VIEW, parent: { id: SPRINT_42, type: 6 } } }),
  DeleteView: () => ({ path: { view_id: OVERDUE } }),
  GetViewTasks: () => ({ path: { view_id: OVERDUE }, query: { page: 0 } }),
  GetChatViewComments: () => ({ path: { view_id: CHAT } }),
  CreateChatViewComment: () => ({ path: { view_id: CHAT }, body: { comment_text: 'Hello', notify_all: false } }),
};
