import { StopatimeEntry } from '#libs/clickup';
import { AppError, formatDuration } from '#libs/core';
import { z } from 'zod';
import { timeText } from '../arguments/moments.js';
import { defineTool } from '../tool/tool.js';

export const stopTimer = defineTool({
  name: 'stop_timer',
  title: 'Stop timer',
  description: 'Stop your running timer.',
  toolset: 'time',
  verb: 'stop',
  covers: [StopatimeEntry],
  input: z.strictObject({}),
  output: z.strictObject({
    id: z.string(),
    task_id: z.string().optional(),
    task: z.string().optional(),
    start: z.string().optional(),
    duration: z.string(),
    billable: z.boolean().optional(),
  }),
  headline: () => 'Timer stopped',
  async handler(_, { clickup, directory, zone }) {
    const { id: team_id } = await directory.workspace();
    const { data } = await clickup.call(StopatimeEntry, { path: { team_id } });
    if (!data) throw new AppError('clickup_not_found', 'No timer is running.');
    return {
      id: data.id,
      task_id: data.task?.id,
      task: data.task?.name,
      start: timeText(data.start, zone),
      duration: formatDuration(Number(data.duration)),
      billable: data.billable || undefined,
    };
  },
});
