import { NOW, type Samples, SPRINT_42 } from './sample.js';

/** Ids of what the sandbox seeds: counted up, so the same after each reset. */
const seeded = (index: number) => `e53a033c-900e-462d-a849-${index.toString(16).padStart(12, '0')}`;
const REDUCE_CHURN = seeded(2);
const MONTHLY_CHURN = seeded(3);

/** Goals and their targets. */
export const goals: Samples = {
  GetGoals: () => ({ path: { team_id: '12345' }, query: { include_completed: true } }),
  GetGoal: () => ({ path: { goal_id: REDUCE_CHURN } }),
  CreateGoal: ({ owner }) => ({
    path: { team_id: '12345' },
    body: {
      name: 'Win a prize',
      due_date: NOW,
      description: 'Any',
      multiple_owners: true,
      owners: [Number(owner)],
      color: '#32a852',
    },
  }),
  UpdateGoal: ({ owner }) => ({
    path: { goal_id: REDUCE_CHURN },
    body: {
      name: 'Reduce churn',
      due_date: NOW,
      description: 'd',
      rem_owners: [Number(owner)],
      add_owners: [61_234_501 + 37],
      color: '#000000',
    },
  }),
  DeleteGoal: () => ({ path: { goal_id: REDUCE_CHURN } }),
  CreateKeyResult: ({ owner, task }) => ({
    path: { goal_id: REDUCE_CHURN },
    body: {
      name: 'Finish',
      owners: [Number(owner)],
      type: 'automatic',
      steps_start: 0,
      steps_end: 10,
      unit: 'tasks',
      task_ids: [task],
      list_ids: [SPRINT_42],
    },
  }),
  EditKeyResult: () => ({
    path: { key_result_id: MONTHLY_CHURN },
    body: { steps_current: 3, note: 'Better', name: 'Churn per month' },
  }),
  DeleteKeyResult: () => ({ path: { key_result_id: MONTHLY_CHURN } }),
};
