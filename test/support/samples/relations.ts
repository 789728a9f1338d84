import { taskId } from '../../../apps/sandbox/src/world/ids.js';
import { seed } from '../../../apps/sandbox/src/seed/seed.js';
import { NOW, type Samples, SPRINT_42 } from './sample.js';

const ACME = '12345';
const OWNER = 61_234_501;
/** Tasks of the showcase: the memory leak with a checklist and files, a task that waits on ENG-123, and one of two that are linked. */
const [LEAK, LOGIN, CHECKOUT, BUG, SLOW] = [0, 1, 5, 8, 12].map((index) => taskId('86c', index)) as [
  string,
  string,
  string,
  string,
  string,
];

const checklist = seed(30, () => NOW).tasks.get(LEAK)?.relations.checklists[0];
const CHECKLIST = { checklist_id: checklist?.id ?? '' };
const ITEM = { ...CHECKLIST, checklist_item_id: checklist?.items[1]?.id ?? '' };

const picture = {
  filename: 'graph.png',
  content: Buffer.from('not really a picture').toString('base64'),
  content_type: 'image/png',
};
const LOGIN_BY_CUSTOM_ID = { custom_task_ids: true, team_id: ACME };

/** Checklists, dependencies, links, Lists of a task, estimates, time in status, files. */
export const relations: Samples = {
  CreateChecklist: () => ({ path: { task_id: 'ENG-123' }, query: LOGIN_BY_CUSTOM_ID, body: { name: 'Release' } }),
  EditChecklist: () => ({ path: CHECKLIST, body: { name: 'Plan', position: 0 } }),
  DeleteChecklist: () => ({ path: CHECKLIST }),
  CreateChecklistItem: () => ({ path: CHECKLIST, body: { name: 'Tell support', assignee: OWNER } }),
  EditChecklistItem: () => ({
    path: ITEM,
    body: { name: 'Done', resolved: true, assignee: String(OWNER), parent: checklist?.items[0]?.id },
  }),
  DeleteChecklistItem: () => ({ path: ITEM }),
  AddDependency: ({ task }) => ({ path: { task_id: task }, body: { depends_on: LOGIN } }),
  DeleteDependency: () => ({ path: { task_id: CHECKOUT }, query: { depends_on: LOGIN } }),
  AddTaskLink: ({ task }) => ({ path: { task_id: task, links_to: LOGIN } }),
  DeleteTaskLink: () => ({ path: { task_id: LEAK, links_to: SLOW } }),
  AddTaskToList: () => ({ path: { list_id: SPRINT_42, task_id: LOGIN } }),
  RemoveTaskFromList: () => ({ path: { list_id: SPRINT_42, task_id: SLOW } }),
  moveTask: () => ({
    path: { workspace_id: ACME, task_id: LOGIN, list_id: SPRINT_42 },
    body: { move_custom_fields: true },
  }),
  mergeTasks: () => ({ path: { task_id: BUG }, body: { source_task_ids: [SLOW] } }),
  updateTimeEstimatesByUser: () => ({
    path: { workspace_id: ACME, task_id: 'ENG-123' },
    body: [{ assignee: OWNER, time: 3_600_000 }],
  }),
  replaceTimeEstimatesByUser: () => ({
    path: { workspace_id: ACME, task_id: LOGIN },
    body: [
      { assignee: OWNER, time: 3_600_000 },
      { assignee: 'unassigned', time: 60_000 },
    ],
  }),
  "GetTask'sTimeinStatus": ({ task }) => ({ path: { task_id: task } }),
  "GetBulkTasks'TimeinStatus": ({ task }) => ({ query: { task_ids: [task, LOGIN] } }),
  CreateTaskAttachment: ({ task }) => ({ path: { task_id: task }, body: { attachment: [picture] } }),
  getParentEntityAttachments: () => ({
    path: { workspace_id: ACME, entity_type: 'attachments', entity_id: LEAK },
    query: { limit: 1 },
  }),
  postEntityAttachment: () => ({
    path: { workspace_id: ACME, entity_type: 'custom_fields', entity_id: 'b955c4dc-b8a8-48d8-a0c6-b4200788a683' },
    body: { filename: 'Graph', attachment: [picture] },
  }),
};
