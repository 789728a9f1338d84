import { z } from 'zod';
import { operation } from '../../operation.js';
import { CustomIdQuery } from '../tasks/custom-id.js';
import { MsText } from '../entities/index.js';

/** Minutes, and when the status was entered last. */
const TotalTime = z.strictObject({ by_minute: z.int(), since: MsText });
const TimeInStatus = z.strictObject({
  current_status: z.strictObject({ status: z.string(), color: z.string(), total_time: TotalTime }),
  status_history: z.array(
    z.strictObject({
      status: z.string(),
      color: z.string(),
      type: z.string(),
      total_time: TotalTime,
      orderindex: z.int(),
    }),
  ),
});

export const GetTasksTimeInStatus = operation({
  id: "GetTask'sTimeinStatus",
  method: 'GET',
  path: '/api/v2/task/{task_id}/time_in_status',
  verb: 'get',
  toolset: 'time',
  summary: 'How many minutes a task has been in each status; needs the ClickApp.',
  query: CustomIdQuery,
  response: TimeInStatus,
});

export const GetBulkTasksTimeInStatus = operation({
  id: "GetBulkTasks'TimeinStatus",
  method: 'GET',
  path: '/api/v2/task/bulk_time_in_status/task_ids',
  verb: 'list',
  toolset: 'time',
  summary: 'How many minutes each of up to 100 tasks has been in each status; needs the ClickApp.',
  query: CustomIdQuery.extend({ task_ids: z.array(z.string()).min(1).max(100) }),
  repeated: ['task_ids'],
  /** By task id: the names in the document are those of its example. */
  response: z.record(z.string(), TimeInStatus),
  targets: ({ query: { task_ids = [] } }) => task_ids.map((id) => ({ kind: 'task', id })),
});
