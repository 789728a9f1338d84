import { type ArgumentsOf, GetTask, moveTask, type Operation, type Task, UpdateTask } from '#libs/clickup';
import { AppError } from '#libs/core';
import { type NotApplied, wasIs } from '../answers/changes.js';
import { type ToolContext } from '../tool/tool.js';
import { type Plan, type Step } from './plan.js';
import { difference, type Want } from './wants.js';

/** How far the requests of a plan came. */
export interface Sent {
  done: Step[];
  /** The task of ClickUp's last answer that showed one. */
  answered?: Task;
  /** Why it ended before its end, and at which request. */
  failure?: { step: Step; error: AppError };
}

/** What became of one task. */
export interface Result {
  task: Task;
  applied: string[];
  unchanged: string[];
  not_applied: NotApplied;
}

/** Judges every request of several plans before the first one is sent. */
export async function judgePlans(plans: readonly Plan[], { clickup }: Pick<ToolContext, 'clickup'>): Promise<void> {
  const byOperation = new Map<Operation, ArgumentsOf<Operation>[]>();
  for (const { operation, args } of plans.flatMap(({ steps }) => steps))
    byOperation.set(operation, [...(byOperation.get(operation) ?? []), args]);
  for (const [operation, calls] of byOperation) await clickup.judge(operation, calls);
}

/**
 * Sends the requests one after another until one fails. The failure is returned and not thrown, because those before it were done.
 * @param parent how its parent was moved to the same List, which took this task along
 */
export async function send(
  plan: Plan,
  context: Pick<ToolContext, 'clickup' | 'directory'>,
  parent?: Sent,
): Promise<Sent> {
  const { clickup, directory } = context;
  const sent: Sent = { done: [] };
  for (const step of plan.steps) {
    try {
      if (parent && step.operation === moveTask) {
        // Moved by itself, the task would lose its parent.
        if (!parent.done.some(({ operation }) => operation === moveTask))
          throw parent.failure?.error ?? new AppError('unavailable', 'Its parent was not moved.');
        sent.done.push(step);
        continue;
      }
      if (step.operation === UpdateTask && plan.joins) await joinAgain(plan, step, context);
      const answer: unknown = await clickup.call(step.operation, step.args);
      if (step.operation === UpdateTask) sent.answered = answer as Task;
      sent.done.push(step);
    } catch (thrown) {
      sent.failure = { step, error: AppError.of(thrown) };
      break;
    }
  }
  if (plan.newTags.length > 0) directory.invalidate('tag');
  return sent;
}

/**
 * Text is joined with the description as it is at the last moment, because ClickUp knows no condition for a write: what somebody else wrote
 * since the task was read would be lost.
 */
async function joinAgain(plan: Plan, step: Step, { clickup }: Pick<ToolContext, 'clickup'>): Promise<void> {
  if (clickup.stats.requests === plan.readAt) return;
  const now = await clickup.call(GetTask, {
    path: { task_id: plan.before.id },
    query: { include_markdown_description: true },
  });
  const { markdown, want } = plan.joins!(now);
  step.args = { ...step.args, body: { ...(step.args.body as object), markdown_content: markdown } };
  step.wants = step.wants.map((other) => (other.field === want.field ? want : other));
}

/** Whether ClickUp's last answer shows all that was changed, so that the task need not be read. */
export const showsAll = ({ steps, joins }: Plan, { answered, failure }: Sent): boolean =>
  steps.length === 0 || (steps.length === 1 && answered !== undefined && failure === undefined && joins === undefined);

/** Whether it is certain that nothing was changed although something should have been. */
export const failedAtOnce = ({ done, failure }: Sent): boolean =>
  done.length === 0 && failure !== undefined && failure.error.code !== 'unknown_outcome';

/** The task as it is afterwards, or why it could not be read. */
export async function readBack(
  plan: Plan,
  sent: Sent,
  { clickup }: Pick<ToolContext, 'clickup'>,
): Promise<Task | AppError> {
  if (showsAll(plan, sent)) return sent.answered ?? plan.before;
  try {
    return await clickup.call(GetTask, {
      path: { task_id: plan.before.id },
      query: plan.joins ? { include_markdown_description: true } : {},
    });
  } catch (thrown) {
    const error = AppError.of(thrown);
    if (error.code === 'internal_error') throw thrown;
    return error;
  }
}

/** Compares what was asked for with what is there now. */
export function resultOf({ before, steps, unchanged, besides }: Plan, sent: Sent, after: Task | AppError): Result {
  const result: Result = {
    task: after instanceof AppError ? (sent.answered ?? before) : after,
    applied: [],
    unchanged: [...unchanged],
    not_applied: [],
  };
  const seen = new Set<string>();
  for (const step of steps) {
    const done = sent.done.includes(step);
    for (const want of step.wants) {
      if (after instanceof AppError) unread(result, want, done, before, sent, step);
      else if (want.isShown(after)) {
        const line = wasIs(want.field, want.shows(before), want.shows(after)) ?? `${want.field}: changed`;
        // Several tags are several requests with one outcome.
        if (!seen.has(line)) result.applied.push(line);
        seen.add(line);
      } else if (done && want.unreadable) result.applied.push(`${want.field}: ${want.wanted}`);
      else result.not_applied.push(difference(want, after, whyNot(step, done, sent)));
    }
  }
  if (!(after instanceof AppError))
    for (const { field, shows } of besides) {
      const line = wasIs(field, shows(before), shows(after));
      if (line !== undefined && !result.applied.some((other) => other.startsWith(`${field}: `)))
        result.applied.push(line);
    }
  return result;
}

/** What can be said without having read the task: which requests ClickUp said were done. */
function unread(result: Result, want: Want, done: boolean, before: Task, sent: Sent, step: Step): void {
  if (done)
    result.applied.push(
      `${want.field}: ${want.shows(before) || 'none'} → ${want.wanted || 'none'} (as ClickUp answered; the task could not be read afterwards)`,
    );
  else
    result.not_applied.push({
      field: want.field,
      wanted: want.wanted || 'none',
      is: 'not known',
      why: whyNot(step, done, sent),
    });
}

function whyNot(step: Step, done: boolean, { failure }: Sent): string {
  if (done) return 'ClickUp said that it was done, but does not show it';
  if (!failure) return 'it was not sent';
  const { error } = failure;
  if (failure.step !== step) return `not sent, because ${failure.step.does} failed`;
  return error.code === 'unknown_outcome'
    ? `${step.does}: ClickUp did not answer, so it may still come: look before you repeat it`
    : `${step.does} failed: ${error.message}`;
}
