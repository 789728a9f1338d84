import { DeleteTask, GetBulkTasksTimeInStatus, type Task } from '#libs/clickup';
import { AppError, sha256 } from '#libs/core';
import { z } from 'zod';
import { oneLine, short } from '../answers/one-line.js';
import { table, TABLE } from '../answers/table.js';
import { placeName } from '../answers/task.js';
import { addressOf } from '../arguments/address.js';
import { Ref, UNLISTED } from '../arguments/inputs.js';
import { JOB, WAITING, waitingInWords } from '../task-changes/later.js';
import { digestOf, wasInterrupted } from '../task-changes/resume.js';
import { CONCURRENCY } from '../task-changes/read-tasks.js';
import { refOf } from '../task-parts/relations.js';
import { readTask } from '../task-parts/the-task.js';
import { concurrently } from '../tool/concurrently.js';
import { oncePerCall } from '../tool/once-per-call.js';
import { defineTool, type ToolContext } from '../tool/tool.js';
import { deletionGoesOn, deleteWhere, previewDeletion, type SelectedDeletion } from './delete-where.js';
import { type Below, below, type Deletion, remove } from './deletion.js';
import { counted } from './selected.js';
import { refuseBoth, Where } from './where.js';

const MAX_TASKS = 50;
/** Of tasks that were found by filters, so many are named that something came between. */
const MOST_TOLD = 50;
/** How many tasks the preview names. */
const SHOWN = 20;

const input = z.strictObject({
  task_ids: z.array(Ref).min(1).max(MAX_TASKS).optional(),
  where: Where,
  task_id: Ref.optional().meta(UNLISTED),
});
type Args = z.output<typeof input>;

const idsOf = ({ task_ids, task_id }: Args): readonly string[] | undefined =>
  task_ids ?? (task_id === undefined ? undefined : [task_id]);

/** A task of the call, and where it was named. */
interface NamedTask {
  ref: string;
  argument: string;
  /** Its place in the call. */
  item: number;
}

interface Doomed extends NamedTask {
  task: Task;
  /** Ids of everything below it that goes along. */
  below: Below[];
}

/** Under what the journal knows the call: the same call goes on where it was interrupted. */
const keyOf = (args: Args): string => `the same call ${digestOf(args)}`;

interface Found {
  roots: Doomed[];
  /** How many an interrupted call has deleted already. */
  before: number;
}

/** The tasks as they are, each once, and judged: a mistake in one deletes none. */
const doomed = oncePerCall(async (args: Args, context: ToolContext): Promise<Found> => {
  const { task_ids = [], task_id } = args;
  const named: NamedTask[] = task_ids.map((ref, item) => ({ ref, argument: `task_ids[${item}]`, item }));
  if (task_id !== undefined) named.push({ ref: task_id, argument: 'task_id', item: named.length });
  // What another call is deleting just now is that call's to tell.
  const entries = [...(await context.ledger.read(keyOf(args)))].filter(([, { busy }]) => !busy);
  const earlier = new Map(entries);
  const open = named.filter(({ item }) => !earlier.get(item)?.made);
  const read = await concurrently(open, CONCURRENCY, async (one): Promise<Doomed | undefined> => {
    const { ref, argument, item } = one;
    try {
      const task = await readTask(argument, ref, await addressOf(argument, ref, context), context, {
        include_subtasks: true,
      });
      return { ...one, task, below: below(task) };
    } catch (thrown) {
      // Its deletion was sent, and nobody heard the answer.
      if (earlier.has(item) && AppError.of(thrown).code === 'clickup_not_found') return undefined;
      throw thrown;
    }
  });
  const there = read.filter((one) => one !== undefined);
  const once = [...new Map(there.map((one) => [one.task.id, one])).values()];
  // What goes with its parent anyway must not be deleted a second time.
  const along = new Set(once.flatMap((one) => one.below.map(({ id }) => id)));
  const roots = once.filter(({ task }) => !along.has(task.id));
  await context.clickup.judge(
    DeleteTask,
    roots.map(({ task }) => ({ path: { task_id: task.id } })),
  );
  return { roots, before: named.length - there.length };
});

/** Of many, those are named that were not deleted. */
function answerOf(outcomes: readonly SelectedDeletion[]) {
  const count = (fate: SelectedDeletion['fate']) => outcomes.filter((outcome) => outcome.fate === fate).length;
  const telling = outcomes.filter(({ fate }) => fate !== 'deleted' && fate !== WAITING);
  return {
    deleted: count('deleted'),
    failed: count('failed') || undefined,
    unknown: count('unknown') || undefined,
    skipped: count('skipped') || undefined,
    waiting: count(WAITING) || undefined,
    ...table(telling.slice(0, MOST_TOLD), {
      ref: ({ ref }) => ref,
      name: ({ name }) => name,
      outcome: ({ fate, error }) => `${fate}: ${error ?? ''}`,
    }),
  };
}

export const deleteTask = defineTool({
  name: 'delete_task',
  title: 'Delete tasks',
  description:
    'Move up to 50 tasks (up to 1,000 by where) with their subtasks to the trash; the API cannot bring them back. Shows first what would go.',
  toolset: 'tasks',
  verb: 'delete',
  risk: 'destructive',
  bulk: true,
  covers: [DeleteTask],
  needs: { 'where.in_status': [GetBulkTasksTimeInStatus] },
  input,
  output: z.strictObject({
    deleted: z.number(),
    failed: z.number().optional(),
    unknown: z.number().optional(),
    skipped: z.number().optional(),
    waiting: z.number().optional(),
    ...TABLE,
    ...JOB,
  }),
  goesOn: (args, context) => (args.where ? deletionGoesOn(args.where, context) : wasInterrupted(keyOf(args), context)),
  objects: ({ task_ids = [], task_id }) => task_ids.length + (task_id === undefined ? 0 : 1),
  headline: ({ deleted, failed, unknown, skipped, ...rest }) =>
    [
      `${counted(deleted, 'task')} moved to the trash`,
      ...(failed ? [`${failed} failed`] : []),
      ...(unknown ? [`${unknown} unknown: look whether they are still there`] : []),
      ...(skipped ? [`${skipped} skipped: the rows say why`] : []),
      ...waitingInWords(rest),
    ].join(', '),
  async preview(args, context) {
    refuseBoth(idsOf(args), args.where);
    if (args.where) return previewDeletion(args.where, context);
    const { roots, before } = await doomed(args, context);
    if (roots.length === 0) return undefined;
    const subtasks = roots.reduce((sum, one) => sum + one.below.length, 0);
    const and = subtasks ? ` and ${roots.length === 1 ? 'its' : 'their'} ${counted(subtasks, 'subtask')}` : '';
    const [only] = roots;
    const lists = [...new Set(roots.map(({ task }) => oneLine(placeName(task))))];
    const which =
      roots.length === 1
        ? `the task "${short(only!.task.name)}" in ${lists[0]}`
        : `${roots.length} tasks in ${lists.slice(0, 3).join(', ')}${lists.length > 3 ? ` and ${lists.length - 3} more Lists` : ''}`;
    return {
      summary: `${before ? `${counted(before, 'task')} of this call went before it was interrupted. ` : ''}Delete ${which}${and}. Only a person can take it out of the trash again, in ClickUp itself.`,
      current: {
        tasks: roots.slice(0, SHOWN).map(
          (one) =>
            `${refOf(one.task)} "${short(one.task.name)}" (${one.task.status.status}, ${oneLine(placeName(one.task))}${
              one.below.length
                ? `, with ${one.below
                    .slice(0, 3)
                    .map(({ name }) => `"${short(name, 40)}"`)
                    .join(', ')}${one.below.length > 3 ? ` and ${one.below.length - 3} more` : ''}`
                : ''
            })`,
        ),
        ...(roots.length > SHOWN && { more: `${roots.length - SHOWN} more` }),
        subtasks,
      },
      // The children too: one added or changed meanwhile would go with it unseen.
      state: sha256(
        JSON.stringify(roots.map((one) => [one.task, ...one.below].map(({ id, date_updated }) => [id, date_updated]))),
      ).toString('base64url'),
    };
  },
  async handler(args, context) {
    refuseBoth(idsOf(args), args.where);
    if (args.where) return answerOf(await deleteWhere(args.where, context));
    const { roots, before } = await doomed(args, context);
    const key = keyOf(args);
    let done = before;
    const outcomes = await concurrently(roots, CONCURRENCY, async (root) => {
      const outcome = await remove(root, key, context);
      context.progress(++done, before + roots.length, 'tasks deleted');
      return outcome;
    });
    const [only, another] = outcomes;
    if (!before && !another && only?.thrown) throw only.thrown;
    const count = (fate: Deletion['fate']) => outcomes.filter((outcome) => outcome.fate === fate).length;
    const waiting = count(WAITING);
    if (waiting) context.leave(waiting);
    else if (!count('unknown')) context.ledger.close(key);
    return {
      deleted: before + count('deleted'),
      failed: count('failed') || undefined,
      unknown: count('unknown') || undefined,
      ...table(outcomes, {
        ref: ({ ref }) => ref,
        name: ({ name }) => name,
        outcome: ({ fate, error }) =>
          error === undefined ? (fate === WAITING ? fate : undefined) : `${fate}: ${error}`,
      }),
    };
  },
});
