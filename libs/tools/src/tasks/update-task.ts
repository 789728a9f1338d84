import {
  AddTagToTask,
  moveTask,
  RemoveCustomFieldValue,
  RemoveTagFromTask,
  SetCustomFieldValue,
  UpdateTask,
} from '#libs/clickup';
import { AppError, sha256 } from '#libs/core';
import { z } from 'zod';
import { Applied, NotApplied } from '../answers/changes.js';
import { oneLine } from '../answers/one-line.js';
import { placeName } from '../answers/task.js';
import { addressOf } from '../arguments/address.js';
import { Ref } from '../arguments/inputs.js';
import { CHANGE } from '../task-changes/inputs.js';
import { type Plan, planChange } from '../task-changes/plan.js';
import { refuseEmpty, resolveChange } from '../task-changes/resolve.js';
import { failedAtOnce, judgePlans, readBack, resultOf, send } from '../task-changes/send.js';
import { refOf } from '../task-parts/relations.js';
import { readTask } from '../task-parts/the-task.js';
import { oncePerCall } from '../tool/once-per-call.js';
import { defineTool, type ToolContext } from '../tool/tool.js';

const input = z.strictObject({ task_id: Ref, ...CHANGE });

/** Everything is found and judged, nothing is sent yet that changes anything. */
const prepare = oncePerCall(
  async ({ task_id, ...change }: z.output<typeof input>, context: ToolContext): Promise<Plan> => {
    const resolved = await resolveChange(change, context);
    refuseEmpty(resolved);
    const address = await addressOf('task_id', task_id, context);
    const before = await readTask('task_id', task_id, address, context, {
      ...(resolved.description && { include_markdown_description: true }),
    });
    const plan = await planChange(resolved, before, context);
    await judgePlans([plan], context);
    return plan;
  },
);

const some = <T>(items: T[]): T[] | undefined => (items.length ? items : undefined);

export const updateTask = defineTool({
  name: 'update_task',
  title: 'Update task',
  description:
    'Change a task; what is not given stays, "none" clears. list_id moves it. Answers what was and what is now.',
  toolset: 'tasks',
  verb: 'update',
  covers: [UpdateTask, AddTagToTask, RemoveTagFromTask, SetCustomFieldValue, RemoveCustomFieldValue, moveTask],
  needs: {
    add_tags: [AddTagToTask],
    remove_tags: [RemoveTagFromTask],
    fields: [SetCustomFieldValue, RemoveCustomFieldValue],
    list_id: [moveTask],
  },
  input,
  output: z.strictObject({
    ref: z.string(),
    name: z.string(),
    list: z.string().optional(),
    applied: Applied,
    unchanged: z.array(z.string()).optional(),
    not_applied: NotApplied,
    new_tags: z.array(z.string()).optional(),
    url: z.string(),
  }),
  headline({ applied, not_applied }) {
    if (applied) return not_applied ? 'Task updated, but not in everything' : 'Task updated';
    return not_applied ? 'Not updated: see not_applied' : 'Unchanged: the task was so already';
  },
  /** Asks only where values would be lost: a List without some of the task's Custom Fields. */
  async preview(args, context) {
    if (args.list_id === undefined && !context.forPerson) return undefined;
    const { before, lost, steps } = await prepare(args, context);
    if (lost.length === 0 && !(context.forPerson && steps.length > 0)) return undefined;
    const target = steps[0]?.wants[0]?.wanted;
    return {
      summary: lost.length
        ? `Move the task "${oneLine(before.name)}" from ${oneLine(placeName(before))} to ${target}: that List lacks ${lost.length} of its Custom Fields, so these values would be lost.`
        : `Change the task "${oneLine(before.name)}" in ${oneLine(placeName(before))}: ${steps.map(({ does }) => does).join('; ')}.`,
      current: { ref: refOf(before), lost, also: steps.slice(lost.length ? 1 : steps.length).map(({ does }) => does) },
      state: sha256(
        JSON.stringify([before.date_updated, lost, steps.map(({ operation: { id }, args: sent }) => [id, sent])]),
      ).toString('base64url'),
    };
  },
  async handler(args, context) {
    const plan = await prepare(args, context);
    const sent = await send(plan, context);
    if (failedAtOnce(sent)) throw refused(plan, sent.failure!);
    const { task, applied, unchanged, not_applied } = resultOf(plan, sent, await readBack(plan, sent, context));
    return {
      ref: refOf(task),
      name: oneLine(task.name),
      list: plan.before.list.id === task.list.id ? undefined : oneLine(placeName(task)),
      applied: some(applied),
      unchanged: some(unchanged),
      not_applied: some(not_applied),
      new_tags: some(plan.newTags),
      url: task.url,
    };
  },
});

/** The very first request failed, so nothing was changed: the error says which request that was. */
function refused({ steps }: Plan, { step, error }: { step: Plan['steps'][number]; error: AppError }): AppError {
  const others = steps.length > 1 ? ' Nothing was changed.' : '';
  if (error.code === 'internal_error') return error;
  return new AppError(error.code, `${step.does} failed: ${error.message}${others}`, {
    details: error.details,
    cause: error,
  });
}
