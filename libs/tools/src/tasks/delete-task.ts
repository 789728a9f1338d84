import { DeleteTask, GetTask } from '#libs/clickup';
import { z } from 'zod';
import { Ref } from '../arguments/inputs.js';
import { dayText } from '../arguments/moments.js';
import { defineTool } from '../tool/tool.js';
import { addressOf } from '../arguments/address.js';
import { people, placeName } from '../answers/task.js';

export const deleteTask = defineTool({
  name: 'delete_task',
  title: 'Delete task',
  description: 'Move a task and its subtasks to the trash. The first call only shows what would go.',
  toolset: 'tasks',
  verb: 'delete',
  risk: 'destructive',
  covers: [DeleteTask],
  input: z.strictObject({ task_id: Ref }),
  output: z.strictObject({ deleted: z.string() }),
  headline: () => 'Task deleted',
  async preview({ task_id }, context) {
    const { path, query } = await addressOf('task_id', task_id, context);
    await context.clickup.judge(DeleteTask, [{ path, query }]);
    const task = await context.clickup.call(GetTask, { path, query: { ...query, include_subtasks: true } });
    const subtasks = task.subtasks?.length ?? 0;
    const and = subtasks ? ` and its ${subtasks} subtask${subtasks > 1 ? 's' : ''}` : '';
    return {
      summary: `Delete the task "${task.name}" in ${placeName(task)}${and}. Only a person can take it out of the trash again.`,
      current: {
        id: task.id,
        name: task.name,
        list: placeName(task),
        status: task.status.status,
        assignees: people(task.assignees),
        subtasks,
        updated: dayText(task.date_updated, context.zone),
      },
      // The children too: one added or changed meanwhile would go with it unseen.
      state: [task, ...(task.subtasks ?? [])].map(({ id, date_updated }) => `${id} ${date_updated}`).join(', '),
    };
  },
  async handler({ task_id }, context) {
    const address = await addressOf('task_id', task_id, context);
    await context.clickup.call(DeleteTask, address);
    return { deleted: address.path.task_id };
  },
});
