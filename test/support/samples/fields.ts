import { type Samples, SPRINT_42 } from './sample.js';

/** The field `Related Work` of Sprint 42; the seed makes its id. */
const RELATED_WORK = '0e965ee6-eefc-43ea-a370-169ea127596c';
const TAG = { name: 'Release', tag_fg: '#ffffff', tag_bg: '#0231e8' };
const OPTIONS = {
  return_immediately: false,
  content: 'From a template',
  time_estimate: 1,
  old_due_date: true,
  subtasks: true,
  priority: false,
};

/** Custom Fields, task types, the tags of Spaces, templates. */
export const fields: Samples = {
  GetAccessibleCustomFields: () => ({ path: { list_id: SPRINT_42 }, query: { include_applied_objects: true } }),
  getFolderAvailableFields: () => ({ path: { folder_id: '901480202' } }),
  getSpaceAvailableFields: () => ({ path: { space_id: '90140201' }, query: { include_applied_objects: true } }),
  getTeamAvailableFields: () => ({ path: { team_id: '12345' } }),
  SetCustomFieldValue: ({ task }) => ({
    path: { task_id: task, field_id: RELATED_WORK },
    body: { value: { add: [task] } },
  }),
  RemoveCustomFieldValue: ({ task }) => ({ path: { task_id: task, field_id: RELATED_WORK } }),
  GetCustomItems: () => ({ path: { team_id: '12345' } }),
  GetSpaceTags: () => ({ path: { space_id: '90140201' } }),
  CreateSpaceTag: () => ({ path: { space_id: '90140201' }, body: { tag: TAG } }),
  EditSpaceTag: () => ({
    path: { space_id: '90140201', tag_name: 'bug' },
    body: { tag: { name: 'Defect', fg_color: '#000000', bg_color: '#ff0000' } },
  }),
  DeleteSpaceTag: () => ({ path: { space_id: '90140201', tag_name: 'bug' }, body: { tag: TAG } }),
  GetTaskTemplates: () => ({ path: { team_id: '12345' }, query: { page: 0 } }),
  GetListTemplates: () => ({ path: { team_id: '12345' } }),
  GetFolderTemplates: () => ({ path: { team_id: '12345' } }),
  CreateTaskFromTemplate: () => ({
    path: { list_id: SPRINT_42, template_id: 't-86820008' },
    body: { name: 'Release 4.2' },
  }),
  CreateFolderListFromTemplate: () => ({
    path: { folder_id: '901480202', template_id: 't-86820043' },
    body: { name: 'Sprint 43', options: OPTIONS },
  }),
  CreateSpaceListFromTemplate: () => ({
    path: { space_id: '90140201', template_id: 't-86820043' },
    body: { name: 'Sprint 43', options: OPTIONS },
  }),
  CreateFolderFromTemplate: () => ({
    path: { space_id: '90140201', template_id: 't-86820106' },
    body: { name: 'Launch', parent_folder_id: '901480202', options: { ...OPTIONS, time_estimate: true } },
  }),
};
