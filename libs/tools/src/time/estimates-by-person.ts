import { replaceTimeEstimatesByUser, type Task, updateTimeEstimatesByUser } from '#libs/clickup';
import { AppError, formatDuration, parseDuration } from '#libs/core';
import { z } from 'zod';
import { Applied, NotApplied, wasIs } from '../answers/changes.js';
import { TABLE, table } from '../answers/table.js';
import { people, personName } from '../answers/task.js';
import { addressOf } from '../arguments/address.js';
import { DurationText, Ref } from '../arguments/inputs.js';
import { naming } from '../arguments/naming.js';
import { refOf } from '../task-parts/relations.js';
import { readTask } from '../task-parts/the-task.js';
import { defineTool, type ToolContext } from '../tool/tool.js';

/** As many as ClickUp takes in one request. */
const MAX_ESTIMATES = 10;
const UNASSIGNED = 'unassigned';
const NONE = 'none';

interface Estimate {
  assignee: number | typeof UNASSIGNED;
  /** Milliseconds. */
  time: number;
  shown: string;
}

/** An estimate is for somebody who is assigned to the task, or for nobody. */
async function estimateOf(
  { person, estimate }: { person: string; estimate: string },
  index: number,
  { assignees }: Task,
  context: ToolContext,
): Promise<Estimate> {
  const at = (name: string) => `estimates[${index}].${name}`;
  const time = estimate.trim().toLowerCase() === NONE ? 0 : await naming(at('estimate'), () => parseDuration(estimate));
  if (person.trim().toLowerCase() === UNASSIGNED) return { assignee: UNASSIGNED, time, shown: UNASSIGNED };
  const found = await naming(at('person'), () => context.directory.person(person));
  if (!assignees.some(({ id }) => id === found.id))
    throw new AppError(
      'invalid_parameters',
      `${at('person')}: ${personName(found)} is not assigned to the task. Assigned are: ${people(assignees) || NONE}; "${UNASSIGNED}" is possible, too.`,
      { details: { parameter: at('person') } },
    );
  return { assignee: found.id, time, shown: personName(found) };
}

export const estimatesByPerson = defineTool({
  name: 'estimates_by_person',
  title: 'Estimates by person',
  description:
    'Set how long a task will take each of its assignees, or "unassigned". Others keep theirs, unless replace removes them. "none" clears.',
  toolset: 'time',
  verb: 'update',
  listed: false,
  covers: [updateTimeEstimatesByUser, replaceTimeEstimatesByUser],
  needs: { replace: [replaceTimeEstimatesByUser] },
  input: z.strictObject({
    task_id: Ref,
    estimates: z
      .array(z.strictObject({ person: Ref, estimate: DurationText }))
      .min(1)
      .max(MAX_ESTIMATES),
    replace: z.boolean().optional(),
  }),
  output: z.strictObject({ ref: z.string(), name: z.string(), ...TABLE, applied: Applied, not_applied: NotApplied }),
  headline: ({ ref, name, applied, not_applied }) =>
    `${applied || !not_applied ? 'Estimates set' : 'Unchanged, not as wanted'}: ${ref} "${name}"`,
  async handler({ task_id, estimates, replace = false }, context) {
    const task = await readTask('task_id', task_id, await addressOf('task_id', task_id, context), context);
    const wanted: Estimate[] = [];
    for (const [index, each] of estimates.entries()) wanted.push(await estimateOf(each, index, task, context));
    const twice = wanted.find(
      ({ assignee }, index) => wanted.findIndex((each) => each.assignee === assignee) !== index,
    );
    if (twice)
      throw new AppError('invalid_parameters', `estimates: ${twice.shown} is named twice.`, {
        details: { parameter: 'estimates' },
      });
    const { id: workspace_id } = await context.directory.workspace();
    const request = {
      path: { workspace_id, task_id: task.id },
      body: wanted.map(({ assignee, time }) => ({ assignee, time })),
    };
    const { total, by } = replace
      ? await context.clickup
          .call(replaceTimeEstimatesByUser, request)
          .then(({ data }) => ({ total: data.total_time_estimate, by: data.assignee_estimates }))
      : await context.clickup
          .call(updateTimeEstimatesByUser, request)
          .then(({ data }) => ({ total: data.total_time_estimate, by: data.updated_estimates }));
    const is = ({ assignee }: Estimate) => by[String(assignee)] ?? 0;
    const length = (ms: number) => (ms ? formatDuration(ms) : NONE);
    const not_applied = wanted
      .filter((each) => is(each) !== each.time)
      .map((each) => ({ field: each.shown, wanted: length(each.time), is: length(is(each)) }));
    // ClickUp tells no estimates by person before; of the whole task it does.
    const line = wasIs('estimate of the task', length(Number(task.time_estimate ?? 0)), length(total));
    return {
      ref: refOf(task),
      name: task.name,
      ...table(wanted, { person: ({ shown }) => shown, estimate: (each) => length(is(each)) }),
      applied: [
        ...wanted.filter((each) => is(each) === each.time).map(({ shown, time }) => `${shown}: now ${length(time)}`),
        ...(line ? [line] : [`estimate of the task: ${length(total)}, as before`]),
      ],
      ...(not_applied.length && { not_applied }),
    };
  },
});
