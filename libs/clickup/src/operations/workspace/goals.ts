import { z } from 'zod';
import { operation, type Target } from '../../operation.js';
import { Goal, GoalFolder, GoalSummary, KeyResult, Nothing } from '../entities/index.js';

const People = z.array(z.int());
const Ids = z.array(z.string());

/** What a target of type `automatic` counts. */
const counted = ({
  task_ids = [],
  list_ids = [],
}: {
  task_ids?: string[] | undefined;
  list_ids?: string[] | undefined;
}): Target[] => [
  ...task_ids.map((id): Target => ({ kind: 'task', id })),
  ...list_ids.map((id): Target => ({ kind: 'list', id })),
];

/** Steps are whole numbers when they are written. */
const NewKeyResult = z.strictObject({
  name: z.string(),
  owners: People,
  /** `number`, `currency`, `boolean`, `percentage` or `automatic`. */
  type: z.string(),
  steps_start: z.int(),
  steps_end: z.int(),
  unit: z.string(),
  task_ids: Ids,
  list_ids: Ids,
});

export const GetGoals = operation({
  id: 'GetGoals',
  method: 'GET',
  path: '/api/v2/team/{team_id}/goal',
  verb: 'list',
  toolset: 'goals',
  summary:
    'The Goals of a Workspace with owners and percentage, loose and in Folders; completed ones only when asked for.',
  query: z.strictObject({ include_completed: z.boolean().optional() }),
  response: z.strictObject({ goals: z.array(GoalSummary), folders: z.array(GoalFolder) }),
});

export const GetGoal = operation({
  id: 'GetGoal',
  method: 'GET',
  path: '/api/v2/goal/{goal_id}',
  verb: 'get',
  toolset: 'goals',
  summary: 'One Goal with its targets (key results), their progress and the history of updates.',
  response: z.strictObject({ goal: Goal }),
});

export const CreateGoal = operation({
  id: 'CreateGoal',
  method: 'POST',
  path: '/api/v2/team/{team_id}/goal',
  verb: 'create',
  toolset: 'goals',
  summary: 'Sets a new Goal with due date, owners and colour; every property is required.',
  body: z.strictObject({
    name: z.string(),
    /** Unix milliseconds. */
    due_date: z.int(),
    description: z.string(),
    multiple_owners: z.boolean(),
    owners: People,
    color: z.string(),
  }),
  response: z.strictObject({ goal: Goal }),
  changesDirectory: 'goal',
});

export const UpdateGoal = operation({
  id: 'UpdateGoal',
  method: 'PUT',
  path: '/api/v2/goal/{goal_id}',
  verb: 'update',
  toolset: 'goals',
  summary: 'Changes name, due date, description, colour or owners of a Goal; the description is replaced.',
  body: z.strictObject({
    name: z.string(),
    /** Unix milliseconds. */
    due_date: z.int(),
    description: z.string(),
    rem_owners: People,
    add_owners: People,
    color: z.string(),
  }),
  response: z.strictObject({ goal: Goal }),
  changesDirectory: 'goal',
});

export const DeleteGoal = operation({
  id: 'DeleteGoal',
  method: 'DELETE',
  path: '/api/v2/goal/{goal_id}',
  verb: 'delete',
  toolset: 'goals',
  summary: 'Deletes a Goal with its targets.',
  response: Nothing,
  changesDirectory: 'goal',
});

export const CreateKeyResult = operation({
  id: 'CreateKeyResult',
  method: 'POST',
  path: '/api/v2/goal/{goal_id}/key_result',
  verb: 'create',
  toolset: 'goals',
  summary:
    'Adds a target (key result) to a Goal: a number, an amount, a yes or no, a percentage, or tasks and Lists to be finished.',
  body: NewKeyResult,
  response: z.strictObject({ key_result: KeyResult }),
  targets: ({ body }) => counted(body),
  changesDirectory: ['goal', 'key_result'],
});

export const EditKeyResult = operation({
  id: 'EditKeyResult',
  method: 'PUT',
  path: '/api/v2/key_result/{key_result_id}',
  verb: 'update',
  toolset: 'goals',
  summary: 'Reports progress on a target (key result) with a note, or changes the target itself.',
  body: NewKeyResult.partial().extend({ steps_current: z.int(), note: z.string() }),
  response: z.strictObject({ key_result: KeyResult }),
  targets: ({ body }) => counted(body),
  changesDirectory: ['goal', 'key_result'],
});

export const DeleteKeyResult = operation({
  id: 'DeleteKeyResult',
  method: 'DELETE',
  path: '/api/v2/key_result/{key_result_id}',
  verb: 'delete',
  toolset: 'goals',
  summary: 'Deletes a target (key result) of a Goal.',
  response: Nothing,
  changesDirectory: ['goal', 'key_result'],
});
