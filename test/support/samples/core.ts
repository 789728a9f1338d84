import { NOW, type Samples, SPRINT_42 } from './sample.js';

const FEATURES = {
  due_dates: { enabled: true, start_date: true, remap_due_dates: false, remap_closed_due_date: false },
  ...Object.fromEntries(
    [
      'time_tracking',
      'tags',
      'time_estimates',
      'checklists',
      'custom_fields',
      'remap_dependencies',
      'dependency_warning',
      'portfolios',
    ].map((app) => [app, { enabled: true }]),
  ),
};

/** Workspaces, places, tasks, comments and time. */
export const core: Samples = {
  GetAuthorizedUser: () => ({}),
  GetAuthorizedTeams: () => ({}),
  GetSpaces: () => ({ path: { team_id: '12345' } }),
  GetSpace: () => ({ path: { space_id: '90140206' } }),
  CreateSpace: () => ({
    path: { team_id: '12345' },
    body: { name: 'Lab', multiple_assignees: true, features: FEATURES },
  }),
  UpdateSpace: () => ({
    path: { space_id: '90140201' },
    body: {
      name: 'Eng',
      color: '#111111',
      private: true,
      admin_can_manage: true,
      multiple_assignees: false,
      features: FEATURES,
    },
  }),
  DeleteSpace: () => ({ path: { space_id: '90140205' } }),
  GetFolders: () => ({ path: { space_id: '90140201' } }),
  GetFolder: () => ({ path: { folder_id: '901480202' }, query: { include_subfolders: true } }),
  CreateFolder: () => ({ path: { space_id: '90140201' }, body: { name: 'Sub', parent_folder_id: '901480202' } }),
  UpdateFolder: () => ({ path: { folder_id: '901480202' }, body: { name: 'Core' } }),
  MoveFolder: () => ({
    path: { folder_id: '901480202' },
    body: { space_id: '90140202', position: 0, custom_type_map: { '1': 0 } },
  }),
  DeleteFolder: () => ({ path: { folder_id: '901480202' } }),
  GetLists: () => ({ path: { folder_id: '901480202' } }),
  GetFolderlessLists: () => ({ path: { space_id: '90140201' } }),
  GetList: () => ({ path: { list_id: SPRINT_42 } }),
  CreateList: () => ({
    path: { folder_id: '901480202' },
    body: {
      name: 'Sprint 43',
      content: 'c',
      due_date: NOW,
      due_date_time: true,
      priority: 2,
      assignee: 61_234_501,
      status: 'red',
    },
  }),
  CreateFolderlessList: () => ({ path: { space_id: '90140201' }, body: { name: 'Loose', markdown_content: '**x**' } }),
  UpdateList: () => ({
    path: { list_id: SPRINT_42 },
    body: {
      name: 'Sprint 42b',
      due_date: NOW,
      due_date_time: false,
      priority: 1,
      assignee: '61234501',
      unset_status: true,
    },
  }),
  DeleteList: () => ({ path: { list_id: SPRINT_42 } }),
  GetListMembers: () => ({ path: { list_id: '90144360445' } }),
  GetTasks: () => ({
    path: { list_id: SPRINT_42 },
    query: { include_closed: true, subtasks: true, include_markdown_description: true },
  }),
  GetFilteredTeamTasks: () => ({
    path: { team_Id: '12345' },
    query: {
      include_closed: true,
      subtasks: true,
      include_markdown_description: true,
      statuses: ['to do', 'complete'],
    },
  }),
  GetTask: () => ({
    path: { task_id: 'ENG-123' },
    query: { custom_task_ids: true, team_id: '12345', include_subtasks: true, include_markdown_description: true },
  }),
  GetTaskMembers: ({ task }) => ({ path: { task_id: task } }),
  CreateTask: ({ owner }) => ({
    path: { list_id: SPRINT_42 },
    body: {
      name: 'New',
      markdown_content: '# New',
      assignees: [Number(owner)],
      tags: ['Bug', 'Fresh'],
      priority: 1,
      due_date: NOW,
      start_date: NOW,
      time_estimate: 60_000,
      points: 2.5,
    },
  }),
  UpdateTask: ({ task, owner }) => ({
    path: { task_id: task },
    body: { status: 'COMPLETE', assignees: { add: [Number(owner)], rem: [] }, priority: null },
  }),
  DeleteTask: ({ task }) => ({ path: { task_id: task } }),
  AddTagToTask: ({ task }) => ({ path: { task_id: task, tag_name: 'needs review/now' } }),
  RemoveTagFromTask: ({ task }) => ({ path: { task_id: task, tag_name: 'backend' } }),
  GetTaskComments: ({ task }) => ({ path: { task_id: task } }),
  GetListComments: () => ({ path: { list_id: SPRINT_42 } }),
  GetThreadedComments: ({ comment }) => ({ path: { comment_id: comment } }),
  CreateTaskComment: ({ task, owner }) => ({
    path: { task_id: task },
    body: { comment_text: 'Hello', assignee: Number(owner), notify_all: false },
  }),
  CreateListComment: () => ({ path: { list_id: SPRINT_42 }, body: { comment_text: 'Hello', notify_all: true } }),
  CreateThreadedComment: ({ comment }) => ({
    path: { comment_id: comment },
    body: { comment_text: 'Indeed', notify_all: false },
  }),
  UpdateComment: ({ comment, owner }) => ({
    path: { comment_id: comment },
    body: { comment_text: 'Better', assignee: Number(owner), resolved: true },
  }),
  DeleteComment: ({ comment }) => ({ path: { comment_id: comment } }),
  Gettimeentrieswithinadaterange: ({ owner }) => ({
    path: { team_Id: '12345' },
    query: { assignee: [Number(owner), 61_234_501 + 3 * 37], include_task_tags: true, include_location_names: true },
  }),
  Getsingulartimeentry: ({ entry }) => ({
    path: { team_id: '12345', timer_id: entry },
    query: { include_task_tags: true, include_location_names: true },
  }),
  Getrunningtimeentry: () => ({ path: { team_id: '12345' }, query: { assignee: 61_234_501 + 3 * 37 } }),
  Createatimeentry: ({ task }) => ({
    path: { team_Id: '12345' },
    body: {
      start: NOW,
      duration: 60_000,
      tid: task,
      description: 'd',
      billable: true,
      tags: [{ name: 'a', tag_fg: '#000000', tag_bg: '#ffffff' }],
    },
  }),
  UpdateatimeEntry: ({ entry }) => ({
    path: { team_id: '12345', timer_id: entry },
    body: { tags: [{ name: 'a', tag_fg: '#000000', tag_bg: '#ffffff' }], tag_action: 'add', start: NOW, end: NOW + 1 },
  }),
  DeleteatimeEntry: ({ entry }) => ({ path: { team_id: '12345', timer_id: entry } }),
  StartatimeEntry: ({ task }) => ({
    path: { team_Id: '12345' },
    body: { tid: task, tags: [{ name: 'a' }], billable: true },
  }),
  StopatimeEntry: () => ({ path: { team_id: '12345' } }),
};
