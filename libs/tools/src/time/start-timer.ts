import { Getrunningtimeentry, StartatimeEntry, type TimeEntry } from '#libs/clickup';
import { formatDuration } from '#libs/core';
import { z } from 'zod';
import { Note, Ref } from '../arguments/inputs.js';
import { timeText } from '../arguments/moments.js';
import { addressOf } from '../arguments/address.js';
import { NotApplied } from '../answers/changes.js';
import { lengthOf, taskText } from '../answers/entry.js';
import { defineTool, type ToolContext } from '../tool/tool.js';

/** What runs now and is about to be stopped: the answer to the start does not say it. */
async function running({ clickup, directory }: ToolContext): Promise<TimeEntry | null> {
  const { id: team_id } = await directory.workspace();
  return (await clickup.call(Getrunningtimeentry, { path: { team_id }, query: {} })).data;
}

export const startTimer = defineTool({
  name: 'start_timer',
  title: 'Start timer',
  description: 'Start your timer on a task; one that runs is stopped.',
  toolset: 'time',
  verb: 'start',
  covers: [StartatimeEntry],
  input: z.strictObject({ task_id: Ref, description: Note.optional(), billable: z.boolean().optional() }),
  output: z.strictObject({
    entry_id: z.string(),
    task_id: z.string(),
    task: z.string().optional(),
    start: z.string().optional(),
    billable: z.boolean().optional(),
    stopped: z.string().optional(),
    not_applied: NotApplied,
  }),
  headline: ({ task, task_id }) => `Timer running on ${task ? `"${task.replace(/\s+/g, ' ')}"` : task_id}`,
  async handler({ task_id, description, billable }, context) {
    const { path, query } = await addressOf('task_id', task_id, context);
    const { id: team_Id } = await context.directory.workspace();
    const request = { path: { team_Id }, query, body: { tid: path.task_id, description, billable } };
    await context.clickup.judge(StartatimeEntry, [request]);
    const before = await running(context);
    const { data } = await context.clickup.call(StartatimeEntry, request);
    const on = query.custom_task_ids
      ? data.task?.custom_id?.toLowerCase() === path.task_id.toLowerCase()
      : data.task?.id === path.task_id;
    const ignored = [
      ...(on ? [] : [{ field: 'task_id', wanted: path.task_id, is: data.task ? taskText(data) : 'none' }]),
      ...(billable === undefined || billable === data.billable
        ? []
        : [{ field: 'billable', wanted: String(billable), is: String(data.billable) }]),
    ];
    return {
      entry_id: data.id,
      task_id: data.task?.custom_id ?? data.task?.id ?? path.task_id,
      task: data.task?.name,
      start: timeText(data.start, context.zone),
      billable: data.billable || undefined,
      stopped:
        before && before.id !== data.id
          ? `${taskText(before)} after ${formatDuration(lengthOf(before, context.now))} (entry ${before.id})`
          : undefined,
      not_applied: ignored.length ? ignored : undefined,
    };
  },
});
