import { StartatimeEntry } from '#libs/clickup';
import { z } from 'zod';
import { Note, Ref } from '../arguments/inputs.js';
import { timeText } from '../arguments/moments.js';
import { addressOf } from '../arguments/address.js';
import { NotApplied } from '../answers/not-applied.js';
import { defineTool } from '../tool/tool.js';

export const startTimer = defineTool({
  name: 'start_timer',
  title: 'Start timer',
  description: 'Start your timer on a task; one that runs is stopped.',
  toolset: 'time',
  verb: 'start',
  covers: [StartatimeEntry],
  input: z.strictObject({ task_id: Ref, description: Note.optional(), billable: z.boolean().optional() }),
  output: z.strictObject({
    id: z.string(),
    task_id: z.string(),
    task: z.string().optional(),
    start: z.string().optional(),
    billable: z.boolean().optional(),
    not_applied: NotApplied,
  }),
  headline: () => 'Timer running',
  async handler({ task_id, description, billable }, context) {
    const { path, query } = await addressOf('task_id', task_id, context);
    const { id: team_Id } = await context.directory.workspace();
    const { data } = await context.clickup.call(StartatimeEntry, {
      path: { team_Id },
      query,
      body: { tid: path.task_id, description, billable },
    });
    const on = data.task?.id === path.task_id || data.task?.custom_id === path.task_id;
    const ignored = [
      ...(on || query.custom_task_ids
        ? []
        : [{ field: 'task_id', wanted: path.task_id, got: data.task?.id ?? 'none' }]),
      ...(billable === undefined || billable === data.billable
        ? []
        : [{ field: 'billable', wanted: String(billable), got: String(data.billable) }]),
    ];
    return {
      id: data.id,
      task_id: data.task?.id ?? path.task_id,
      task: data.task?.name,
      start: timeText(data.start, context.zone),
      billable: data.billable || undefined,
      not_applied: ignored.length ? ignored : undefined,
    };
  },
});
