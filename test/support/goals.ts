import { type Goal, type KeyResult } from '#libs/clickup';
import { NOW, PEOPLE, userOf } from './tool-context.js';

const ADA = userOf(PEOPLE[0]!);
type Action = Goal['history'][number];

export const action = (overrides: Partial<Action> = {}): Action => ({
  id: 'a1',
  key_result_id: 'k1',
  userid: 1,
  date_modified: String(NOW),
  note: 'Created Key Result',
  steps_taken: null,
  steps_before: null,
  steps_current: null,
  ...overrides,
});

/** A key result as ClickUp answers it. */
export const keyResult = (overrides: Partial<KeyResult> = {}): KeyResult => ({
  id: 'k1',
  goal_id: 'g1',
  goal_pretty_id: '7',
  name: 'Monthly churn',
  type: 'percentage',
  unit: '%',
  creator: 1,
  date_created: '1',
  percent_completed: 33,
  completed: false,
  task_ids: [],
  subcategory_ids: [],
  owners: [ADA],
  steps_start: 5,
  steps_end: 2,
  steps_current: 4,
  last_action: action(),
  ...overrides,
});

/** A goal as ClickUp answers it. */
export const goal = (overrides: Partial<Goal> = {}): Goal => ({
  id: 'g1',
  pretty_id: '7',
  name: 'Reduce churn',
  team_id: '9',
  creator: 1,
  color: '#32a852',
  date_created: '1',
  start_date: null,
  due_date: String(Date.parse('2026-12-31T03:00:00Z')),
  description: 'Below 2 %.',
  private: false,
  archived: false,
  multiple_owners: false,
  folder_id: null,
  members: [],
  owners: [ADA],
  percent_completed: 33,
  key_results: [keyResult()],
  history: [action()],
  pretty_url: 'https://app.clickup.com/9/goals/7',
  ...overrides,
});
