import {
  AddTagToTask,
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
import { inTime, JOB, passes, WAITING, waitingInWords } from '../task-changes/later.js';
import { CONCURRENCY, type Named, readTasks } from '../task-changes/read-tasks.js';
import { refuseEmpty, type Resolved, resolveChange } from '../task-changes/resolve.js';
import { failedAtOnce, judgePlans, resultOf, type Sent, send, showsAll } from '../task-changes/send.js';
import { refOf } from '../task-parts/relations.js';
import { concurrently } from '../tool/concurrently.js';
import { oncePerCall } from '../tool/once-per-call.js';
import { defineTool, type ToolContext } from '../tool/tool.js';

const MAX_TASKS = 50;
/** More tasks than this need a preview. */
const PREVIEW_ABOVE = 10;
/** How many of the tasks the preview names. */
const SHOWN = 3;

const input = z.strictObject({
  groups: z
    .array(z.strictObject({ task_ids: z.array(Ref).min(1).max(MAX_TASKS), ...SAME_CHANGE }))
    .min(1)
    .max(MAX_TASKS),
  // A repeated call compares each task anew and sends only what is still missing, so nothing has to be remembered under the key.
  request_key: z.string().min(1).max(200).optional().meta(UNLISTED),
});
type Groups = z.output<typeof input>['groups'];

/** `unknown`: a request left and was not answered, so it may have been done. `waiting`: left for later. */
type Fate = 'done' | 'unchanged' | 'partly' | typeof WAITING | 'failed' | 'unknown';
interface Outcome {
  fate: Fate;
  ref: string;
  what: string;
}

/** Everything is found, compared and judged before the first write, so a mistake in one of them changes none. */
const prepareAll = oncePerCall(async (groups: Groups, context: ToolContext): Promise<Plan[]> => {
  const total = groups.reduce((sum, { task_ids }) => sum + task_ids.length, 0);
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
  for (const [group, { task_ids, ...change }] of groups.entries()) {
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

/** The tasks as they are afterwards, where the answers of the changes do not show it; read together, because that costs few requests. */
async function readAllBack(
  plans: readonly Plan[],
  sent: readonly Sent[],
  context: ToolContext,
): Promise<(Task | AppError)[]> {
  const after = plans.map(({ before }, index): Task | AppError => sent[index]!.answered ?? before);
  const open = plans.flatMap((plan, index) =>
    showsAll(plan, sent[index]!) || failedAtOnce(sent[index]!) ? [] : [{ plan, index }],
  );
  const named = open.map(({ plan: { before, steps }, index }): Named => {
    const home = listOf({ steps });
    return {
      argument: 'groups',
      ref: refOf(before),
      address: { path: { task_id: before.id }, query: {} },
      list: home && sent[index]!.done.length > 0 ? home : before.list.id,
    };
  });
  try {
    const tasks = await readTasks(named, context);
    for (const [at, { index }] of open.entries()) after[index] = tasks[at]!;
  } catch (thrown) {
    const error = AppError.of(thrown);
    if (error.code === 'internal_error') throw thrown;
    for (const { index } of open) after[index] = error;
  }
  return after;
}

function outcomeOf(plan: Plan, sent: Sent, after: Task | AppError): Outcome {
  const ref = refOf(plan.before);
  const { failure } = sent;
  if (failure && failedAtOnce(sent) && passes(failure.error)) return { fate: WAITING, ref, what: '' };
  if (failure && failedAtOnce(sent))
    return { fate: 'failed', ref, what: `${failure.step.does} failed: ${failure.error.message}` };
  const { applied, unchanged, not_applied } = resultOf(plan, sent, after);
  const missing = not_applied.map(
    ({ field, wanted, is, why }) => `${field}: wanted ${wanted}, is ${is}${why ? ` (${why})` : ''}`,
  );
  if (missing.length === 0)
    return applied.length
      ? { fate: 'done', ref, what: applied.join('; ') }
      : { fate: 'unchanged', ref, what: unchanged.join('; ') };
  const fate = failure?.error.code === 'unknown_outcome' ? 'unknown' : applied.length ? 'partly' : 'failed';
  return { fate, ref, what: [...applied, ...missing].join('; ') };
}

/** As if its first request had been refused for want of time; a plan without one has nothing to do. */
const notBegun = ({ steps: [step] }: Plan): Sent => ({
  done: [],
  ...(step && { failure: { step, error: new AppError('deadline_exceeded') } }),
});

const listOf = ({ steps }: Pick<Plan, 'steps'>): string | undefined =>
  steps.find(({ operation }) => operation === moveTask)?.args.path.list_id;

/** Of a task that is moved, the plan that moves its parent to the same List. */
function parents(plans: readonly Plan[]): (plan: Plan) => Plan | undefined {
  const byId = new Map(plans.map((plan) => [plan.before.id, plan]));
  return (plan) => {
    const parent = byId.get(plan.before.parent ?? '');
    return parent && listOf(plan) !== undefined && listOf(parent) === listOf(plan) ? parent : undefined;
  };
}

/** A subtask that is moved without its parent becomes a task of its own. */
function orphans(plans: readonly Plan[]): string {
  const parentOf = parents(plans);
  const alone = plans.filter(
    (plan) => listOf(plan) !== undefined && plan.before.parent !== null && parentOf(plan) === undefined,
  ).length;
  return alone ? ` ${alone} of them are subtasks whose parents do not move: they become tasks of their own.` : '';
}

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

export const bulkUpdateTasks = defineTool({
  name: 'bulk_update_tasks',
  title: 'Change many tasks',
  description:
    'Change up to 50 tasks; each group of tasks gets its own changes, as in update_task. All are checked before the first is changed.',
  toolset: 'tasks',
  verb: 'update',
  bulk: true,
  covers: [UpdateTask, AddTagToTask, RemoveTagFromTask, SetCustomFieldValue, RemoveCustomFieldValue, moveTask],
  needs: {
    'groups.add_tags': [AddTagToTask],
    'groups.remove_tags': [RemoveTagFromTask],
    'groups.fields': [SetCustomFieldValue, RemoveCustomFieldValue],
    'groups.list_id': [moveTask],
  },
  input,
  output: z.strictObject({
    changed: z.number(),
    unchanged: z.number().optional(),
    partly: z.number().optional(),
    failed: z.number().optional(),
    unknown: z.number().optional(),
    all: z.string().optional(),
    ...TABLE,
    new_tags: z.array(z.string()).optional(),
    ...JOB,
  }),
  objects: ({ groups }) => groups.reduce((sum, { task_ids }) => sum + task_ids.length, 0),
  headline: ({ changed, unchanged, partly, failed, unknown, ...rest }) =>
    changed + (partly ?? 0) + (failed ?? 0) + (unknown ?? 0) + waitingInWords(rest).length === 0
      ? 'Unchanged: all were so already'
      : [
          `${changed} tasks changed`,
          ...(unchanged ? [`${unchanged} unchanged`] : []),
          ...(partly ? [`${partly} changed in part`] : []),
          ...(failed ? [`${failed} failed`] : []),
          ...(unknown ? [`${unknown} unknown: look at them before you repeat this`] : []),
          ...waitingInWords(rest),
        ].join(', '),
  async preview({ groups }, context) {
    const total = groups.reduce((sum, { task_ids }) => sum + task_ids.length, 0);
    // Less than that needs a preview only where a move loses values.
    if (total <= PREVIEW_ABOVE && groups.every(({ list_id }) => list_id === undefined)) return undefined;
    const plans = await prepareAll(groups, context);
    const lossy = plans.filter(({ lost }) => lost.length > 0);
    if (plans.length <= PREVIEW_ABOVE && lossy.length === 0) return undefined;
    const changing = plans.filter(({ steps }) => steps.length > 0);
    const lists = [...new Set(plans.map(({ before }) => placeName(before)))];
    const does = [...new Set(changing.flatMap(({ steps }) => steps.map((step) => step.does)))];
    return {
      summary: `Change ${changing.length} of ${plans.length} tasks in ${lists
        .slice(0, SHOWN)
        .map((list) => short(list))
        .join(
          ', ',
        )}${lists.length > SHOWN ? ` and ${lists.length - SHOWN} more Lists` : ''}: ${does.slice(0, 5).join('; ') || 'all are so already'}${does.length > 5 ? '; …' : ''}.${lossy.length ? ` ${lossy.length} of them would lose values of Custom Fields that the new List lacks.` : ''}${orphans(plans)}`,
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
    const count = (fate: Fate) => outcomes.filter((outcome) => outcome.fate === fate).length || undefined;
    const fresh = [...new Set(plans.flatMap((plan) => plan.newTags))];
    const waiting = count(WAITING);
    if (waiting) context.leave(waiting);
    return {
      changed: count('done') ?? 0,
      unchanged: count('unchanged'),
      partly: count('partly'),
      failed: count('failed'),
      unknown: count('unknown'),
      ...rowsOf(outcomes),
      new_tags: fresh.length ? fresh : undefined,
    };
  },
});
