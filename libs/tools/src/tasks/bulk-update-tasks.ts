import {
  AddTagToTask,
  GetBulkTasksTimeInStatus,
  moveTask,
  RemoveCustomFieldValue,
  RemoveTagFromTask,
  SetCustomFieldValue,
  type Task,
  UpdateTask,
} from '#libs/clickup';
import { AppError, sha256 } from '#libs/core';
import { z } from 'zod';
import { short } from '../answers/one-line.js';
import { table, TABLE } from '../answers/table.js';
import { placeName } from '../answers/task.js';
import { addressOf } from '../arguments/address.js';
import { Ref, UNLISTED } from '../arguments/inputs.js';
import { SAME_CHANGE } from '../task-changes/inputs.js';
import { Lists, type Plan, planChange } from '../task-changes/plan.js';
import { inTime, JOB, WAITING, waitingInWords } from '../task-changes/later.js';
import { notBegun, orphans, type Outcome, outcomeOf, parents, readAllBack } from '../task-changes/outcomes.js';
import { CONCURRENCY, type Named, readTasks } from '../task-changes/read-tasks.js';
import { refuseEmpty, type Resolved, resolveChange } from '../task-changes/resolve.js';
import { judgePlans, type Sent, send } from '../task-changes/send.js';
import { refOf } from '../task-parts/relations.js';
import { concurrently } from '../tool/concurrently.js';
import { oncePerCall } from '../tool/once-per-call.js';
import { defineTool, type ToolContext } from '../tool/tool.js';
import { changeWhere, previewWhere, type SelectedOutcome, whereGoesOn, type WhereGroup } from './update-where.js';
import { refuseBoth, Where } from './where.js';

const MAX_TASKS = 50;
/** More tasks than this need a preview. */
const PREVIEW_ABOVE = 10;
/** Of tasks that were found by filters, so many are named that something came between. */
const MOST_TOLD = 50;
/** How many of the tasks the preview names. */
const SHOWN = 3;

const input = z.strictObject({
  groups: z
    .array(z.strictObject({ task_ids: z.array(Ref).min(1).max(MAX_TASKS).optional(), where: Where, ...SAME_CHANGE }))
    .min(1)
    .max(MAX_TASKS),
  // A repeated call compares each task anew and sends only what is still missing, so nothing has to be remembered under the key.
  request_key: z.string().min(1).max(200).optional().meta(UNLISTED),
});
type Groups = z.output<typeof input>['groups'];

const tasksNamed = (groups: Groups): number => groups.reduce((sum, { task_ids = [] }) => sum + task_ids.length, 0);

/**
 * The group that finds its tasks by filters; undefined when tasks are named.
 * @throws AppError `invalid_parameters` when it is not alone: tasks of two groups would be the same ones, with two changes
 */
function byWhere(groups: Groups): WhereGroup | undefined {
  for (const [index, { task_ids, where }] of groups.entries()) refuseBoth(task_ids, where, `groups[${index}].`);
  const index = groups.findIndex(({ where }) => where !== undefined);
  if (index < 0) return undefined;
  if (groups.length > 1)
    throw new AppError(
      'invalid_parameters',
      `groups[${index}].where: a group with where stands alone: make a call for each, and one for those with task_ids.`,
      { details: { parameter: `groups[${index}].where` } },
    );
  return groups[0] as WhereGroup;
}

/** Everything is found, compared and judged before the first write, so a mistake in one of them changes none. */
const prepareAll = oncePerCall(async (groups: Groups, context: ToolContext): Promise<Plan[]> => {
  const total = tasksNamed(groups);
  if (total > MAX_TASKS)
    throw new AppError(
      'invalid_parameters',
      `groups: ${total} tasks came; at most ${MAX_TASKS} are taken in one call.`,
      {
        details: { parameter: 'groups' },
      },
    );
  const changes: Resolved[] = [];
  const named: (Named & { group: number })[] = [];
  for (const [group, { task_ids = [], where: _, ...change }] of groups.entries()) {
    const where = `groups[${group}].`;
    const resolved = await resolveChange(change, context, where);
    refuseEmpty(resolved, `groups[${group}]: `);
    changes.push(resolved);
    for (const [index, ref] of task_ids.entries()) {
      const argument = `${where}task_ids[${index}]`;
      named.push({ argument, ref, group, address: await addressOf(argument, ref, context) });
    }
  }
  const tasks = await readTasks(named, context);
  const lists = new Lists(context);
  const once = new Map<string, { task: Task; group: number }>();
  for (const [index, task] of tasks.entries()) {
    const { group, argument } = named[index]!;
    const other = once.get(task.id);
    if (other && other.group !== group)
      throw new AppError(
        'invalid_parameters',
        `${argument}: "${short(task.name)}" is in groups[${other.group}], too: name each task in one group.`,
        {
          details: { parameter: argument },
        },
      );
    once.set(task.id, { task, group });
  }
  const plans = await concurrently([...once.values()], CONCURRENCY, ({ task, group }) =>
    planChange(changes[group]!, task, context, lists),
  );
  await judgePlans(plans, context);
  return plans;
});

/** What happened to all of them in the same way is said once. */
function rowsOf(outcomes: readonly Outcome[]) {
  const [first] = outcomes;
  const same = outcomes.length > 1 && outcomes.every(({ fate, what }) => fate === first!.fate && what === first!.what);
  return {
    ...(same && { all: `${first!.fate}: ${first!.what}` }),
    ...table(outcomes, {
      ref: ({ ref }) => ref,
      outcome: ({ fate, what }) => (same ? undefined : `${fate}${what ? `: ${what}` : ''}`),
    }),
  };
}

function countsOf(outcomes: readonly { fate: SelectedOutcome['fate'] }[]) {
  const count = (fate: SelectedOutcome['fate']) => outcomes.filter((outcome) => outcome.fate === fate).length;
  return {
    changed: count('done'),
    unchanged: count('unchanged') || undefined,
    partly: count('partly') || undefined,
    failed: count('failed') || undefined,
    unknown: count('unknown') || undefined,
  };
}

/** Of many, those are named whose outcome is no matter of course. */
function answerOf(outcomes: readonly SelectedOutcome[]) {
  const count = (fate: SelectedOutcome['fate']) =>
    outcomes.filter((outcome) => outcome.fate === fate).length || undefined;
  const telling = outcomes.filter(({ fate }) => !['done', 'unchanged', WAITING].includes(fate));
  return {
    ...countsOf(outcomes),
    skipped: count('skipped'),
    waiting: count(WAITING),
    ...table(telling.slice(0, MOST_TOLD), {
      ref: ({ ref }) => ref,
      outcome: ({ fate, what }) => `${fate}${what ? `: ${what}` : ''}`,
    }),
  };
}

export const bulkUpdateTasks = defineTool({
  name: 'bulk_update_tasks',
  title: 'Change many tasks',
  description:
    'Change up to 50 tasks, each group as in update_task; or one group by where instead of task_ids, up to 1,000. All are checked before the first is changed.',
  toolset: 'tasks',
  verb: 'update',
  bulk: true,
  premium: true,
  covers: [UpdateTask, AddTagToTask, RemoveTagFromTask, SetCustomFieldValue, RemoveCustomFieldValue, moveTask],
  needs: {
    'groups.add_tags': [AddTagToTask],
    'groups.remove_tags': [RemoveTagFromTask],
    'groups.fields': [SetCustomFieldValue, RemoveCustomFieldValue],
    'groups.list_id': [moveTask],
    'groups.where.in_status': [GetBulkTasksTimeInStatus],
  },
  input,
  output: z.strictObject({
    changed: z.number(),
    unchanged: z.number().optional(),
    partly: z.number().optional(),
    failed: z.number().optional(),
    unknown: z.number().optional(),
    skipped: z.number().optional(),
    waiting: z.number().optional(),
    all: z.string().optional(),
    ...TABLE,
    new_tags: z.array(z.string()).optional(),
    ...JOB,
  }),
  objects: ({ groups }) => tasksNamed(groups),
  async goesOn({ groups }, context) {
    const group = byWhere(groups);
    return group !== undefined && whereGoesOn(group, context);
  },
  headline: ({ changed, unchanged, partly, failed, unknown, skipped, ...rest }) =>
    changed + (partly ?? 0) + (failed ?? 0) + (unknown ?? 0) + (skipped ?? 0) + waitingInWords(rest).length === 0
      ? 'Unchanged: all were so already'
      : [
          `${changed} tasks changed`,
          ...(unchanged ? [`${unchanged} unchanged`] : []),
          ...(partly ? [`${partly} changed in part`] : []),
          ...(failed ? [`${failed} failed`] : []),
          ...(unknown ? [`${unknown} unknown: look at them before you repeat this`] : []),
          ...(skipped ? [`${skipped} skipped: they are gone, or do not match any more`] : []),
          ...waitingInWords(rest),
        ].join(', '),
  async preview({ groups }, context) {
    const group = byWhere(groups);
    if (group) return previewWhere(group, context);
    const total = tasksNamed(groups);
    // Less than that needs a preview only where a move loses values.
    if (!context.forPerson && total <= PREVIEW_ABOVE && groups.every(({ list_id }) => list_id === undefined))
      return undefined;
    const plans = await prepareAll(groups, context);
    const lossy = plans.filter(({ lost }) => lost.length > 0);
    if (!context.forPerson && plans.length <= PREVIEW_ABOVE && lossy.length === 0) return undefined;
    const changing = plans.filter(({ steps }) => steps.length > 0);
    const lists = [...new Set(plans.map(({ before }) => placeName(before)))];
    const does = [...new Set(changing.flatMap(({ steps }) => steps.map((step) => step.does)))];
    return {
      summary: [
        `Change ${changing.length} of ${plans.length} tasks in ${lists
          .slice(0, SHOWN)
          .map((list) => short(list))
          .join(
            ', ',
          )}${lists.length > SHOWN ? ` and ${lists.length - SHOWN} more Lists` : ''}: ${does.slice(0, 5).join('; ') || 'all are so already'}${does.length > 5 ? '; …' : ''}.`,
        lossy.length > 0 && `${lossy.length} of them would lose values of Custom Fields that the new List lacks.`,
        orphans(plans),
      ]
        .filter(Boolean)
        .join(' '),
      current: {
        first: changing.slice(0, SHOWN).map(({ before }) => `${refOf(before)} ${short(before.name)}`),
        lost: lossy.slice(0, SHOWN).map(({ before, lost }) => `${refOf(before)} ${lost.join(', ')}`),
      },
      state: sha256(
        JSON.stringify(
          plans.map(({ before, steps }) => [
            before.date_updated,
            steps.map(({ operation: { id }, args }) => [id, args]),
          ]),
        ),
      ).toString('base64url'),
    };
  },
  async handler({ groups }, context) {
    const group = byWhere(groups);
    if (group) return answerOf(await changeWhere(group, context));
    const plans = await prepareAll(groups, context);
    let done = 0;
    const sentBy = new Map<Plan, Sent>();
    const parentOf = parents(plans);
    // A parent takes its subtasks along, so it goes first.
    for (let rest = [...plans]; rest.length > 0; rest = rest.filter((plan) => !sentBy.has(plan))) {
      const ready = rest.filter((plan) => {
        const parent = parentOf(plan);
        return parent === undefined || sentBy.has(parent);
      });
      await concurrently(ready.length ? ready : rest, CONCURRENCY, async (plan) => {
        const parent = parentOf(plan);
        sentBy.set(plan, inTime(context) ? await send(plan, context, parent && sentBy.get(parent)) : notBegun(plan));
        context.progress(++done, plans.length, 'tasks changed');
      });
    }
    const sent = plans.map((plan) => sentBy.get(plan)!);
    const after = await readAllBack(plans, sent, context);
    const outcomes = plans.map((plan, index) => outcomeOf(plan, sent[index]!, after[index]!));
    const fresh = [...new Set(plans.flatMap((plan) => plan.newTags))];
    const waiting = outcomes.filter(({ fate }) => fate === WAITING).length;
    if (waiting) context.leave(waiting);
    return {
      ...countsOf(outcomes),
      ...rowsOf(outcomes),
      new_tags: fresh.length ? fresh : undefined,
    };
  },
});
