import { type FieldType, type TaskType } from '../world/custom-fields.js';

export const TASK_TYPES: readonly TaskType[] = [
  { id: 1, name: 'Milestone', name_plural: 'Milestones', description: null },
  { id: 1002, name: 'Bug', name_plural: 'Bugs', description: 'Something that does not work as it should.' },
  { id: 1003, name: 'Feature', name_plural: 'Features', description: 'Something that customers will notice.' },
  {
    id: 1004,
    name: 'Customer Request',
    name_plural: 'Customer Requests',
    description: 'What a customer asked for, in their words.',
  },
];
const [BUG, REQUEST] = [1002, 1004];

export interface FieldSeed {
  /** Path of the List, Folder or Space; '' is the Workspace. */
  place: string;
  name: string;
  type: FieldType;
  /** Names of options, for dropdowns and labels. */
  options?: readonly string[];
  config?: Readonly<Record<string, unknown>>;
  hidden?: true;
  required?: true;
  taskTypes?: readonly number[];
}

const BUGS = 'Engineering/Incoming Bugs';
const SPRINT = 'Engineering/Backend/Sprint 42';
const FEEDBACK = 'Product/Feedback';

/** Append only: ids follow the index. */
export const FIELDS: readonly FieldSeed[] = [
  { place: '', name: 'Client', type: 'short_text' },
  {
    place: 'Engineering',
    name: 'Severity',
    type: 'drop_down',
    options: ['Low', 'Medium', 'High', 'Critical'],
    taskTypes: [BUG],
  },
  { place: 'Engineering', name: 'Areas', type: 'labels', options: ['API', 'Interface', 'Database', 'Infrastructure'] },
  {
    place: 'Engineering',
    name: 'Reviewer',
    type: 'users',
    config: { include_guests: false, include_team_members: true, single_user: true },
  },
  { place: 'Engineering/Backend', name: 'Deploy Date', type: 'date' },
  { place: SPRINT, name: 'Progress', type: 'manual_progress', config: { start: 10, end: 30 } },
  {
    place: SPRINT,
    name: 'Subtasks Done',
    type: 'automatic_progress',
    config: { tracking: { subtasks: true, checklists: false, assigned_comments: false }, complete_on: 3 },
  },
  { place: SPRINT, name: 'Escalate', type: 'button', config: { button_label: 'Escalate' } },
  { place: SPRINT, name: 'Related Work', type: 'tasks' },
  { place: SPRINT, name: 'Specification', type: 'attachment' },
  { place: SPRINT, name: 'Cost', type: 'formula', config: { formula: 'TIME_ESTIMATE * 80' } },
  { place: BUGS, name: 'Steps to Reproduce', type: 'text' },
  { place: BUGS, name: 'Log', type: 'url' },
  { place: BUGS, name: 'Regression', type: 'checkbox' },
  { place: 'Support', name: 'Contract Value', type: 'currency', config: { precision: 2, currency_type: 'USD' } },
  { place: 'Support', name: 'Contact Email', type: 'email' },
  { place: 'Support', name: 'Contact Phone', type: 'phone' },
  { place: 'Support', name: 'Satisfaction', type: 'emoji', config: { count: 5, code_point: '2b50' } },
  { place: FEEDBACK, name: 'Votes', type: 'number' },
  { place: FEEDBACK, name: 'Office', type: 'location' },
  { place: FEEDBACK, name: 'Internal Note', type: 'short_text', hidden: true },
  {
    place: FEEDBACK,
    name: 'Source',
    type: 'drop_down',
    options: ['Call', 'Email', 'Forum'],
    required: true,
    taskTypes: [REQUEST],
  },
  { place: FEEDBACK, name: 'Ideas', type: 'list_relationship' },
  { place: FEEDBACK, name: 'Total Votes', type: 'rollup' },
];

export const CLIENTS = ['Northwind', 'Initech', 'Umbrella', 'Hooli', 'Stark'];
