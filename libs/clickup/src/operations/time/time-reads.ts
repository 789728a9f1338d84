import { z } from 'zod';
import { operation } from '../../operation.js';
import { CustomIdQuery } from '../tasks/custom-id.js';
import { TimeEntry } from '../entities/index.js';

const Details = {
  include_task_tags: z.boolean().optional(),
  include_location_names: z.boolean().optional(),
  include_approval_history: z.boolean().optional(),
  include_approval_details: z.boolean().optional(),
};

export const Gettimeentrieswithinadaterange = operation({
  id: 'Gettimeentrieswithinadaterange',
  method: 'GET',
  path: '/api/v2/team/{team_Id}/time_entries',
  verb: 'list',
  toolset: 'time',
  summary: 'Time entries in a span of time, all at once; without arguments the last 30 days of the person asking.',
  query: CustomIdQuery.extend({
    /** Unix milliseconds. */
    start_date: z.number().optional(),
    /** Unix milliseconds. */
    end_date: z.number().optional(),
    /** Other people's need an owner or admin. */
    assignee: z.array(z.number()).optional(),
    ...Details,
    /** One of the four places at a time. */
    space_id: z.string().optional(),
    folder_id: z.string().optional(),
    list_id: z.string().optional(),
    task_id: z.string().optional(),
    is_billable: z.boolean().optional(),
  }),
  csv: ['assignee'],
  response: z.strictObject({ data: z.array(TimeEntry) }),
  ofWorkspace: 'placed',
  placeFilters: { space_id: 'space', folder_id: 'folder', list_id: 'list', task_id: 'task' },
});

export const Getsingulartimeentry = operation({
  id: 'Getsingulartimeentry',
  method: 'GET',
  path: '/api/v2/team/{team_id}/time_entries/{timer_id}',
  verb: 'get',
  toolset: 'time',
  summary: 'One time entry.',
  query: z.strictObject(Details),
  response: z.strictObject({ data: TimeEntry }),
});

export const Getrunningtimeentry = operation({
  id: 'Getrunningtimeentry',
  method: 'GET',
  path: '/api/v2/team/{team_id}/time_entries/current',
  verb: 'get',
  toolset: 'time',
  summary: 'The timer that is running, if any.',
  query: z.strictObject({ assignee: z.number().optional() }),
  response: z.strictObject({ data: TimeEntry.nullable() }),
  ofWorkspace: 'placed',
});
