import { moveTask, type Task } from '#libs/clickup';
import { AppError } from '#libs/core';
import { refOf } from '../task-parts/relations.js';
import { type ToolContext } from '../tool/tool.js';
import { passes, WAITING } from './later.js';
import { type Plan } from './plan.js';
import { type Named, readTasks } from './read-tasks.js';
import { failedAtOnce, resultOf, type Sent, showsAll } from './send.js';

/** `unknown`: a request left and was not answered, so it may have been done. `waiting`: left for later. */
type Fate = 'done' | 'unchanged' | 'partly' | typeof WAITING | 'failed' | 'unknown';
export interface Outcome {
  fate: Fate;
  ref: string;
  what: string;
}

/** The tasks as they are afterwards, where the answers of the changes do not show it; read together, because that costs few requests. */
export async function readAllBack(
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

export function outcomeOf(plan: Plan, sent: Sent, after: Task | AppError): Outcome {
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
export const notBegun = ({ steps: [step] }: Plan): Sent => ({
  done: [],
  ...(step && { failure: { step, error: new AppError('deadline_exceeded') } }),
});

const listOf = ({ steps }: Pick<Plan, 'steps'>): string | undefined =>
  steps.find(({ operation }) => operation === moveTask)?.args.path.list_id;

/** Of a task that is moved, the plan that moves its parent to the same List. */
export function parents(plans: readonly Plan[]): (plan: Plan) => Plan | undefined {
  const byId = new Map(plans.map((plan) => [plan.before.id, plan]));
  return (plan) => {
    const parent = byId.get(plan.before.parent ?? '');
    return parent && listOf(plan) !== undefined && listOf(parent) === listOf(plan) ? parent : undefined;
  };
}

/** A subtask that is moved without its parent becomes a task of its own. */
export function orphans(plans: readonly Plan[]): string {
  const parentOf = parents(plans);
  const alone = plans.filter(
    (plan) => listOf(plan) !== undefined && plan.before.parent !== null && parentOf(plan) === undefined,
  ).length;
  return alone ? `${alone} of them are subtasks whose parents do not move: they become tasks of their own.` : '';
}
