import { CreateTask } from '#libs/clickup';
import { AppError, sha256 } from '#libs/core';
import { z } from 'zod';
import { concurrently } from '../tool/concurrently.js';
import { Ref } from '../arguments/inputs.js';
import { dateText } from '../arguments/moments.js';
import { table, TABLE } from '../answers/table.js';
import { defineTool, type ToolContext } from '../tool/tool.js';
import { NEW_TASK, type PreparedTask, prepareTask } from './new-task.js';
import { notApplied, NotApplied } from '../answers/not-applied.js';

const MAX_TASKS = 50;
/** More tasks than this need a preview. */
const PREVIEW_ABOVE = 10;
/** How many of the tasks the preview describes. */
const SHOWN = 3;
/** As many requests as one ClickUp token may have in flight (SEC-D17). */
const CONCURRENCY = 10;

const input = z.strictObject({
  list_id: Ref.optional(),
  tasks: z
    .array(z.strictObject({ list_id: Ref.optional(), ...NEW_TASK }))
    .min(1)
    .max(MAX_TASKS),
});
type Bulk = z.output<typeof input>;
/** `unknown`: the request left and was not answered, so the task may exist. Repeating it could make a second one. */
type Fate = 'created' | 'failed' | 'unknown';
type Outcome = { id: string; ignored: NonNullable<z.infer<typeof NotApplied>> } | { error: AppError };

const fateOf = (outcome: Outcome): Fate =>
  'id' in outcome ? 'created' : outcome.error.code === 'unknown_outcome' ? 'unknown' : 'failed';

function listOf({ list_id }: Bulk, item: Bulk['tasks'][number], index: number): string {
  const list = item.list_id ?? list_id;
  if (list !== undefined) return list;
  throw new AppError('invalid_parameters', `tasks[${index}].list_id: no List is given, neither here nor for all.`, {
    details: { parameter: `tasks[${index}].list_id`, required: true, type: 'string' },
  });
}

/** Everything is resolved and judged before the first write, so a mistake in one item, or one that may not be made, creates none. */
async function prepareAll(bulk: Bulk, context: ToolContext): Promise<PreparedTask[]> {
  const prepared = await concurrently(bulk.tasks, CONCURRENCY, (item, index) =>
    prepareTask(listOf(bulk, item, index), item, context, `tasks[${index}].`),
  );
  await context.clickup.judge(
    CreateTask,
    prepared.map(({ list_id, body }) => ({ path: { list_id }, body })),
  );
  return prepared;
}

/** What became of one item. An error is its outcome and is not thrown, because the others go on. */
async function create(
  { list_id, body, wanted }: PreparedTask,
  index: number,
  { clickup, zone }: ToolContext,
): Promise<Outcome> {
  try {
    const task = await clickup.call(CreateTask, { path: { list_id }, body });
    return {
      id: task.id,
      ignored: (notApplied(wanted, task, zone) ?? []).map((difference) => ({
        ...difference,
        field: `tasks[${index}].${difference.field}`,
      })),
    };
  } catch (thrown) {
    return { error: AppError.of(thrown) };
  }
}

/** How words for dates and people were understood, shown while nothing is made yet. */
const described = ({ body: { name, due_date, start_date } }: PreparedTask, { zone }: ToolContext): string =>
  [
    name.slice(0, 80),
    ...[
      ['due', dateText(due_date, zone)],
      ['start', dateText(start_date, zone)],
    ].flatMap(([field, date]) => (date ? [`${field} ${date}`] : [])),
  ].join(', ');

export const bulkCreateTasks = defineTool({
  name: 'bulk_create_tasks',
  title: 'Create many tasks',
  description:
    "Create up to 50 tasks, fields as in create_task; an item's own list_id wins. All are checked before the first is made. More than 10 are shown first.",
  toolset: 'tasks',
  verb: 'create',
  bulk: true,
  covers: [CreateTask],
  input,
  output: z.strictObject({
    created: z.number(),
    failed: z.number().optional(),
    unknown: z.number().optional(),
    ...TABLE,
    not_applied: NotApplied,
  }),
  headline: ({ created, failed, unknown }) =>
    [
      `${created} tasks created`,
      ...(failed ? [`${failed} failed`] : []),
      ...(unknown ? [`${unknown} unknown: look for them before you create them again`] : []),
    ].join(', '),
  async preview(args, context) {
    if (args.tasks.length <= PREVIEW_ABOVE) return undefined;
    const prepared = await prepareAll(args, context);
    const counts = new Map<string, number>();
    for (const { list_id } of prepared) counts.set(list_id, (counts.get(list_id) ?? 0) + 1);
    const lists = [...counts].map(([list, count]) => `${count} in List ${list}`).join(', ');
    return {
      summary: `Create ${prepared.length} tasks: ${lists}.`,
      current: { first: prepared.slice(0, SHOWN).map((task) => described(task, context)) },
      // As they would be sent: by the time of the confirmation, a name may mean another List or person.
      state: sha256(JSON.stringify(prepared.map(({ list_id, body }) => [list_id, body]))).toString('base64url'),
    };
  },
  async handler(args, context) {
    const prepared = await prepareAll(args, context);
    let done = 0;
    const outcomes = await concurrently(prepared, CONCURRENCY, async (item, index) => {
      const outcome = await create(item, index, context);
      context.progress(++done, prepared.length, 'tasks created');
      return outcome;
    });
    const fates = outcomes.map(fateOf);
    const count = (fate: Fate) => fates.filter((one) => one === fate).length;
    const [first] = outcomes.flatMap((outcome) => ('error' in outcome ? [outcome.error] : []));
    // When it is certain that nothing was made, the call as a whole has failed.
    if (
      first &&
      count('failed') === outcomes.length &&
      outcomes.every((outcome) => 'error' in outcome && outcome.error.code === first.code)
    )
      throw first;
    const ignored = outcomes.flatMap((outcome) => ('ignored' in outcome ? outcome.ignored : []));
    return {
      created: count('created'),
      failed: count('failed') || undefined,
      unknown: count('unknown') || undefined,
      ...table(outcomes, {
        index: (_, index) => index,
        // Said only where not all of them were created.
        outcome: (_, index) => (first ? fates[index] : undefined),
        id: (outcome) => ('id' in outcome ? outcome.id : undefined),
        error: (outcome) => ('error' in outcome ? outcome.error.message : undefined),
      }),
      not_applied: ignored.length ? ignored : undefined,
    };
  },
});
