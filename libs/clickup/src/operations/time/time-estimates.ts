import { z } from 'zod';
import { operation } from '../../operation.js';

const Estimates = z
  .array(
    z.strictObject({
      /** Somebody who is assigned to the task. */
      assignee: z.union([z.int(), z.literal('unassigned')]),
      /** Milliseconds. */
      time: z.int().min(0),
    }),
  )
  .max(10);
/** Milliseconds by person id or `unassigned`. */
const ByPerson = z.record(z.string(), z.int());

export const updateTimeEstimatesByUser = operation({
  id: 'updateTimeEstimatesByUser',
  method: 'PATCH',
  path: '/api/v3/workspaces/{workspace_id}/tasks/{task_id}/time_estimates_by_user',
  verb: 'update',
  toolset: 'time',
  summary: 'Sets the time estimates of some assignees of a task; those of the others stay.',
  body: Estimates,
  response: z.strictObject({ data: z.strictObject({ total_time_estimate: z.int(), updated_estimates: ByPerson }) }),
});

export const replaceTimeEstimatesByUser = operation({
  id: 'replaceTimeEstimatesByUser',
  method: 'PUT',
  path: '/api/v3/workspaces/{workspace_id}/tasks/{task_id}/time_estimates_by_user',
  verb: 'update',
  toolset: 'time',
  summary: 'Replaces all time estimates of a task; those that are not sent are removed.',
  body: Estimates,
  response: z.strictObject({ data: z.strictObject({ total_time_estimate: z.int(), assignee_estimates: ByPerson }) }),
});
