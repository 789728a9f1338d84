import { z } from 'zod';
import { operation } from '../../operation.js';
import { CustomIdQuery } from '../tasks/custom-id.js';
import { MsText, Nothing, User } from '../entities/index.js';

/** All three are wanted; the length (milliseconds) counts, not the distance between the dates (Unix milliseconds). */
const Interval = z.strictObject({ start: z.int(), end: z.int(), time: z.int() });

export const Gettrackedtime = operation({
  id: 'Gettrackedtime',
  method: 'GET',
  path: '/api/v2/task/{task_id}/time',
  verb: 'list',
  toolset: 'time',
  summary: 'The time tracked on a task, summed up by person (the older way).',
  query: CustomIdQuery,
  response: z.strictObject({
    data: z.array(
      z.strictObject({
        user: User,
        /** Milliseconds in all. */
        time: z.int(),
        intervals: z.array(
          z.strictObject({
            id: z.string(),
            start: MsText.nullable(),
            end: MsText.nullable(),
            time: MsText,
            source: z.string(),
            date_added: MsText,
          }),
        ),
      }),
    ),
  }),
});

export const Tracktime = operation({
  id: 'Tracktime',
  method: 'POST',
  path: '/api/v2/task/{task_id}/time',
  verb: 'create',
  toolset: 'time',
  summary: 'Records time worked on a task (the older way).',
  query: CustomIdQuery,
  body: Interval,
  response: z.strictObject({ id: z.string() }),
});

export const Edittimetracked = operation({
  id: 'Edittimetracked',
  method: 'PUT',
  path: '/api/v2/task/{task_id}/time/{interval_id}',
  verb: 'update',
  toolset: 'time',
  summary: 'Changes a stretch of tracked time on a task (the older way).',
  query: CustomIdQuery,
  body: Interval,
  response: Nothing,
});

export const Deletetimetracked = operation({
  id: 'Deletetimetracked',
  method: 'DELETE',
  path: '/api/v2/task/{task_id}/time/{interval_id}',
  verb: 'delete',
  toolset: 'time',
  summary: 'Deletes a stretch of tracked time from a task (the older way).',
  query: CustomIdQuery,
  response: Nothing,
});
