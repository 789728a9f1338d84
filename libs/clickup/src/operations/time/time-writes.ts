import { z } from 'zod';
import { operation, type Target } from '../../operation.js';
import { CustomIdQuery } from '../tasks/custom-id.js';
import { Ms, Nothing, Tag, TimeEntry } from '../entities/index.js';
import { recoverCreatedEntry, recoverStartedTimer, recoverStoppedTimer, traceOfEntry } from './time-recovery.js';

/** The running timer, if there is one. */
const RUNNING: Target = { kind: 'time_entry', id: 'current' };
const task = ({ body }: { body: { tid?: string } }): Target[] => (body.tid ? [{ kind: 'task', id: body.tid }] : []);
const NewTag = z.strictObject({ name: z.string(), tag_fg: z.string(), tag_bg: z.string() });

const NewEntry = z.strictObject({
  description: z.string().optional(),
  tags: z.array(Tag).optional(),
  start: Ms,
  billable: z.boolean().optional(),
  duration: Ms,
  assignee: z.int().optional(),
  tid: z.string().optional(),
});

export const Createatimeentry = operation({
  id: 'Createatimeentry',
  method: 'POST',
  path: '/api/v2/team/{team_Id}/time_entries',
  verb: 'create',
  toolset: 'time',
  summary: 'Records time that was worked.',
  query: CustomIdQuery,
  body: z.strictObject({
    description: z.string().optional(),
    tags: z.array(NewTag).optional(),
    /** Unix milliseconds. */
    start: z.int(),
    stop: z.int().optional(),
    end: z.int().optional(),
    billable: z.boolean().optional(),
    /** Milliseconds; ignored when both `start` and `end` are given. */
    duration: z.int(),
    assignee: z.int().optional(),
    tid: z.string().optional(),
  }),
  // Documented without an envelope and without an id; seen with both.
  response: z.union([NewEntry, z.strictObject({ data: NewEntry.extend({ id: z.string() }) })]),
  targets: task,
  trace: traceOfEntry,
  recover: recoverCreatedEntry,
});

export const UpdateatimeEntry = operation({
  id: 'UpdateatimeEntry',
  method: 'PUT',
  path: '/api/v2/team/{team_id}/time_entries/{timer_id}',
  verb: 'update',
  toolset: 'time',
  summary: 'Changes a time entry; start and end go together.',
  query: CustomIdQuery,
  body: z.strictObject({
    description: z.string().optional(),
    tags: z.array(NewTag),
    tag_action: z.enum(['replace', 'add', 'remove']).optional(),
    /** Unix milliseconds. */
    start: z.int().optional(),
    end: z.int().optional(),
    tid: z.string().optional(),
    billable: z.boolean().optional(),
    /** Milliseconds. */
    duration: z.int().optional(),
  }),
  response: Nothing,
  targets: task,
  // It can be moved to another task.
  relocates: true,
});

export const DeleteatimeEntry = operation({
  id: 'DeleteatimeEntry',
  method: 'DELETE',
  path: '/api/v2/team/{team_id}/time_entries/{timer_id}',
  verb: 'delete',
  toolset: 'time',
  summary: 'Deletes a time entry.',
  response: z.strictObject({ data: TimeEntry }),
});

export const StartatimeEntry = operation({
  id: 'StartatimeEntry',
  method: 'POST',
  path: '/api/v2/team/{team_Id}/time_entries/start',
  verb: 'start',
  toolset: 'time',
  summary: 'Starts a timer, on a task or on none; a timer that runs already is ended.',
  query: CustomIdQuery,
  body: z.strictObject({
    description: z.string().optional(),
    tags: z.array(z.strictObject({ name: z.string() })).optional(),
    tid: z.string().optional(),
    billable: z.boolean().optional(),
  }),
  response: z.strictObject({ data: TimeEntry }),
  // Starting a timer ends the running one. A new timer without a task lies in no place, so its Workspace is named.
  targets: ({ path, body }) => [
    RUNNING,
    ...(body.tid ? task({ body }) : [{ kind: 'workspace', id: path.team_Id } as const]),
  ],
  trace: ({ path, body }) => `timer ${path.team_Id} ${body.tid ?? ''}`,
  recover: recoverStartedTimer,
});

export const StopatimeEntry = operation({
  id: 'StopatimeEntry',
  method: 'POST',
  path: '/api/v2/team/{team_id}/time_entries/stop',
  verb: 'stop',
  toolset: 'time',
  summary: 'Stops the running timer.',
  // null where none ran, which the document does not say.
  response: z.strictObject({ data: TimeEntry.nullable() }),
  targets: () => [RUNNING],
  recover: recoverStoppedTimer,
});
