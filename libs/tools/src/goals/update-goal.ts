import { EditKeyResult, GetGoal, type Goal, UpdateGoal } from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { Applied, NotApplied, wasIs } from '../answers/changes.js';
import { Markdown, Note, Ref, When } from '../arguments/inputs.js';
import { defineTool, type ToolContext } from '../tool/tool.js';
import { goalNamed } from './goal-parts.js';
import { goalStep, progressStep, type Step } from './goal-steps.js';
import { percent } from './read-goal.js';

const input = z.strictObject({
  goal: Ref,
  key_result: Ref.optional(),
  current: z.number().optional().describe('where the key result stands now; 1 = yes'),
  note: Note.optional(),
  due_date: When.optional(),
  description: Markdown.optional(),
});

/** A step that was sent, or was not because one before it failed. */
interface Sent {
  step: Step;
  failure?: AppError;
}

const NOT_SENT = new AppError('unavailable', 'not sent, because the change before it failed');

/** Sends one after another until one fails; the failures are returned, because what went before was done. */
async function send(steps: readonly Step[]): Promise<Sent[]> {
  const sent: Sent[] = [];
  for (const step of steps) {
    const ended = sent.some(({ failure }) => failure);
    const failure = ended ? NOT_SENT : await step.send().then(nothing, (thrown: unknown) => AppError.of(thrown));
    sent.push({ step, ...(failure && { failure }) });
  }
  return sent;
}
const nothing = () => undefined;

/** The goal as it is afterwards; undefined where that cannot be known. */
async function goalAfter(goal: Goal, { clickup }: ToolContext): Promise<Goal | undefined> {
  return clickup.call(GetGoal, { path: { goal_id: goal.id } }).then(
    (answer) => answer.goal,
    () => undefined,
  );
}

/** What is not as it was wanted, with the reason where a request failed. */
function missing(sent: readonly Sent[], after: Goal | undefined): NotApplied | undefined {
  const found = sent.flatMap(({ step, failure }) => {
    const why = failure?.message;
    if (after) return step.missing(after).map((each) => ({ ...each, ...(why && { why }) }));
    const is = failure && failure.code !== 'unknown_outcome' ? 'as it was' : 'sent, not verified';
    return [{ field: 'goal', wanted: 'changed', is, why: why ?? 'the goal could not be read afterwards' }];
  });
  return found.length > 0 ? found : undefined;
}

export const updateGoal = defineTool({
  name: 'update_goal',
  title: 'Update goal',
  description: 'Report progress on a key result of a goal, with a note, or change the goal.',
  toolset: 'goals',
  verb: 'update',
  covers: [EditKeyResult, UpdateGoal],
  needs: {
    key_result: [EditKeyResult],
    current: [EditKeyResult],
    note: [EditKeyResult],
    due_date: [UpdateGoal],
    description: [UpdateGoal],
  },
  idempotent: false,
  input,
  output: z.strictObject({
    goal: z.string(),
    progress: z.string(),
    url: z.string(),
    applied: Applied,
    not_applied: NotApplied,
  }),
  headline: ({ applied, not_applied }) =>
    !applied?.length ? 'Unchanged' : not_applied ? 'Goal updated, but not in everything' : 'Goal updated',
  async handler(args, context) {
    const { goal: ref, ...wanted } = args;
    if (Object.values(wanted).every((value) => value === undefined))
      throw new AppError('invalid_parameters', 'Nothing to change: give current or note, due_date or description.', {
        details: { required: ['current', 'note', 'due_date', 'description'] },
      });
    const goal = await goalNamed(ref, context);
    const steps = [progressStep(wanted, goal, context), await goalStep(wanted, goal, context)].filter(
      (step) => step !== undefined,
    );
    for (const step of steps) await step.judge();
    const sent = await send(steps);
    const [first] = sent;
    // Nothing was done, and that is certain.
    if (first?.failure && first.failure.code !== 'unknown_outcome') throw first.failure;
    const after = steps.length ? await goalAfter(goal, context) : goal;
    if (!after && first?.failure) throw first.failure;
    const lines = after
      ? [
          ...steps.flatMap((step) => step.changed(after)),
          wasIs('progress', percent(goal.percent_completed), percent(after.percent_completed)),
        ]
      : ['sent, see not_applied'];
    return {
      goal: goal.name,
      progress: percent((after ?? goal).percent_completed),
      url: goal.pretty_url,
      applied: lines.filter((line) => line !== undefined),
      not_applied: missing(sent, after),
    };
  },
});
