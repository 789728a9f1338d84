import { z } from 'zod';
import { operation, type Target } from '../../operation.js';
import { MsText, Nothing, Tag, User } from '../entities/index.js';

const entries = ({ body }: { body: { time_entry_ids: string[] } }): Target[] =>
  body.time_entry_ids?.map((id) => ({ kind: 'time_entry', id })) ?? [];
const ColouredTag = z.strictObject({ name: z.string(), tag_fg: z.string(), tag_bg: z.string() });

export const Gettimeentryhistory = operation({
  id: 'Gettimeentryhistory',
  method: 'GET',
  path: '/api/v2/team/{team_id}/time_entries/{timer_id}/history',
  verb: 'list',
  toolset: 'time',
  summary: 'Who changed a time entry, when, and from what to what.',
  // The document says "object" and no more: loose, with the fields that ClickUp's histories have elsewhere.
  response: z.strictObject({
    data: z.array(
      z.looseObject({
        id: z.string(),
        field: z.string(),
        before: z.unknown().optional(),
        after: z.unknown().optional(),
        date: MsText,
        user: User.optional(),
      }),
    ),
  }),
});

export const Getalltagsfromtimeentries = operation({
  id: 'Getalltagsfromtimeentries',
  method: 'GET',
  path: '/api/v2/team/{team_id}/time_entries/tags',
  verb: 'list',
  toolset: 'time',
  summary: 'All labels that time entries of a Workspace carry.',
  response: z.strictObject({ data: z.array(Tag) }),
});

export const Addtagsfromtimeentries = operation({
  id: 'Addtagsfromtimeentries',
  method: 'POST',
  path: '/api/v2/team/{team_id}/time_entries/tags',
  verb: 'add',
  toolset: 'time',
  summary: 'Puts labels on time entries.',
  body: z.strictObject({ time_entry_ids: z.array(z.string()), tags: z.array(ColouredTag) }),
  response: Nothing,
  targets: entries,
});

export const Removetagsfromtimeentries = operation({
  id: 'Removetagsfromtimeentries',
  method: 'DELETE',
  path: '/api/v2/team/{team_id}/time_entries/tags',
  verb: 'remove',
  toolset: 'time',
  summary: 'Takes labels off time entries; the labels themselves stay.',
  body: z.strictObject({ time_entry_ids: z.array(z.string()), tags: z.array(z.strictObject({ name: z.string() })) }),
  response: Nothing,
  targets: entries,
});

export const Changetagnamesfromtimeentries = operation({
  id: 'Changetagnamesfromtimeentries',
  method: 'PUT',
  path: '/api/v2/team/{team_id}/time_entries/tags',
  verb: 'update',
  toolset: 'time',
  summary: 'Renames and recolours a label on all time entries of a Workspace.',
  body: z.strictObject({ name: z.string(), new_name: z.string(), tag_bg: z.string(), tag_fg: z.string() }),
  response: Nothing,
});
