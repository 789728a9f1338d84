import { Createatimeentry } from '#libs/clickup';
import { AppError, formatDuration, parseDuration } from '#libs/core';
import { z } from 'zod';
import { DurationText, Note, Ref, When } from '../arguments/inputs.js';
import { moment, timeText } from '../arguments/moments.js';
import { naming } from '../arguments/naming.js';
import { addressOf } from '../arguments/address.js';
import { NotApplied } from '../answers/not-applied.js';
import { defineTool } from '../tool/tool.js';

export const createTimeEntry = defineTool({
  name: 'create_time_entry',
  title: 'Log time',
  description: 'Record worked time on a task. start: ISO or words ("yesterday 2pm"); duration: "2h 30m".',
  toolset: 'time',
  verb: 'create',
  covers: [Createatimeentry],
  input: z.strictObject({
    task_id: Ref,
    start: When,
    duration: DurationText,
    description: Note.optional(),
    billable: z.boolean().optional(),
  }),
  output: z.strictObject({
    id: z.string().optional(),
    task_id: z.string(),
    start: z.string().optional(),
    duration: z.string(),
    billable: z.boolean().optional(),
    description: z.string().optional(),
    not_applied: NotApplied,
  }),
  headline: () => 'Time recorded',
  async handler({ task_id, start, duration, description, billable }, context) {
    const { zone } = context;
    const from = await moment('start', start, context, 'past');
    const length = await naming('duration', () => parseDuration(duration));
    if (length === 0)
      throw new AppError('invalid_parameters', 'duration: must be more than nothing.', {
        details: { parameter: 'duration' },
      });
    const { path, query } = await addressOf('task_id', task_id, context);
    const { id: team_Id } = await context.directory.workspace();
    const body = { tid: path.task_id, start: from.ms, duration: length, description, billable };
    const answer = await context.clickup.call(Createatimeentry, { path: { team_Id }, query, body });
    const entry = 'data' in answer ? answer.data : { ...answer, id: undefined };
    const ignored = [
      ...(Number(entry.start) === from.ms
        ? []
        : [{ field: 'start', wanted: timeText(from.ms, zone) ?? '', got: timeText(entry.start, zone) ?? 'none' }]),
      ...(Number(entry.duration) === length
        ? []
        : [{ field: 'duration', wanted: formatDuration(length), got: formatDuration(Number(entry.duration)) }]),
      ...(billable === undefined || billable === (entry.billable ?? false)
        ? []
        : [{ field: 'billable', wanted: String(billable), got: String(entry.billable ?? false) }]),
    ];
    return {
      id: entry.id,
      task_id: path.task_id,
      start: timeText(entry.start, zone),
      duration: formatDuration(Number(entry.duration)),
      billable: entry.billable || undefined,
      description: entry.description || undefined,
      not_applied: ignored.length ? ignored : undefined,
    };
  },
});
