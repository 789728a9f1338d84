import { DeleteTask, type Task } from '#libs/clickup';
import { AppError, sha256 } from '#libs/core';
import { short } from '../answers/one-line.js';
import { inTime, leaveOrClose, passes, WAITING } from '../task-changes/later.js';
import { CONCURRENCY } from '../task-changes/read-tasks.js';
import { digestOf, wasInterrupted } from '../task-changes/resume.js';
import { refOf } from '../task-parts/relations.js';
import { concurrently } from '../tool/concurrently.js';
import { oncePerCall } from '../tool/once-per-call.js';
import { type LedgerEntry, type Preview, type Selection, type ToolContext } from '../tool/tool.js';
import { below, type Deletion, remove } from './deletion.js';
import { type UnderstoodFilters } from './filters.js';
import { counted, forecast, GONE, inWords, judgeByList, MOVED_ON, SelectedTasks } from './selected.js';
import { type Subtask, subtasksOf } from './subtasks.js';
import { allMatching, type Where, whereOf } from './where.js';

/** How many of the tasks, and of what goes along with them, the preview names. */
const SHOWN = 5;
/** Each task is read right before it is deleted. */
const REQUESTS = 2;
const AT = 'where';

/** `skipped`: it was selected, and is not there any more, or not as it was. */
export type SelectedDeletion = Omit<Deletion, 'fate'> & { fate: Deletion['fate'] | 'skipped' };

interface Found {
  /** Every task that matches. */
  tasks: Task[];
  /** Those of them that do not lie below others of them: these take the others along. */
  roots: Task[];
  /** What goes along although it does not match. */
  along: Subtask[];
}
interface Prepared {
  filters: UnderstoodFilters;
  selection: Selection;
  /** What this call itself has found; undefined when it goes on with what was found before. */
  found: Found | undefined;
}

/** Finds the tasks and what lies below them, unless they were found before: then it is about exactly those. */
const prepare = oncePerCall(async (where: Where, context: ToolContext): Promise<Prepared> => {
  const filters = await whereOf(where, AT, context);
  if (context.selection) return { filters, selection: context.selection, found: undefined };
  const tasks = await allMatching(where, filters, AT, context);
  const under = await subtasksOf(tasks, AT, context);
  const taken = new Set([...under.values()].flatMap((all) => all.map(({ id }) => id)));
  const roots = tasks.filter(({ id }) => !taken.has(id));
  const matching = new Set(tasks.map(({ id }) => id));
  const along = roots.flatMap(({ id }) => under.get(id)!.filter((each) => !matching.has(each.id)));
  const selection = roots.map(({ id }) => [id, ...under.get(id)!.map((each) => each.id)]);
  return { filters, selection, found: { tasks, roots, along } };
});

const keyOf = (where: Where, selection: Selection): string => `the same tasks ${digestOf([where, selection])}`;

/** Whether this call was begun, and is at work nowhere. */
export const deletionGoesOn = async (where: Where, context: ToolContext): Promise<boolean> =>
  context.selection !== undefined && wasInterrupted(keyOf(where, context.selection), context);

/** What would go, and how long that takes. */
export async function previewDeletion(where: Where, context: ToolContext): Promise<Preview> {
  const { found, selection } = await prepare(where, context);
  const state = sha256(JSON.stringify(selection)).toString('base64url');
  // Of what was confirmed, no more is asked for than whether it is the same.
  if (!found) return { summary: '', current: {}, state, selection };
  const { tasks, roots, along } = found;
  await judgeDeletions(roots, context);
  const within = tasks.length - roots.length;
  const name = (task: Task) => `${refOf(task)} "${short(task.name)}"`;
  return {
    summary: [
      `Delete ${inWords(tasks)}${within ? ` (${within} of them with their parents)` : ''}`,
      along.length ? `, and ${counted(along.length, 'subtask')} of theirs that where does not find` : '',
      `. ${counted(roots.length, 'deletion')}, ${forecast(REQUESTS * roots.length, context)}.`,
      ' Only a person can take it out of the trash again, in ClickUp itself.',
    ].join(''),
    current: {
      first: roots.slice(0, SHOWN).map(name),
      ...(along.length && { subtasks: along.slice(0, SHOWN).map((each) => `${each.ref} "${short(each.name)}"`) }),
    },
    state,
    selection,
  };
}

const judgeDeletions = (tasks: readonly Task[], context: ToolContext): Promise<void> =>
  judgeByList(
    tasks.map((task) => ({ task, requests: [{ operation: DeleteTask, args: { path: { task_id: task.id } } }] })),
    context,
  );

/**
 * Deletes the tasks that were found, each once, with exactly what lay below them. What cannot be begun in time is left for later.
 * @throws AppError `forbidden` when a part of them may not be deleted; then none of what is left is
 */
export async function deleteWhere(where: Where, context: ToolContext): Promise<SelectedDeletion[]> {
  const { filters, found, selection } = await prepare(where, context);
  const key = keyOf(where, selection);
  const earlier = await context.ledger.read(key);
  const open = selection.flatMap(([id], item) => (earlier.get(item)?.made ? [] : id!));
  const tasks = new SelectedTasks(where, filters, context, found?.tasks);
  await tasks.look(open.length);
  await judgeDeletions(tasks.known(open), context);
  let done = 0;
  const outcomes = await concurrently(selection, CONCURRENCY, async ([id, ...along], item) => {
    const outcome = await deletion({ id: id!, along, item }, earlier.get(item), tasks, key, context);
    context.progress(++done, selection.length, 'tasks deleted');
    return outcome;
  });
  leaveOrClose(outcomes, selection, key, context);
  return outcomes;
}

async function deletion(
  { id, along, item }: { id: string; along: readonly string[]; item: number },
  entry: LedgerEntry | undefined,
  tasks: SelectedTasks,
  key: string,
  context: ToolContext,
): Promise<SelectedDeletion> {
  const about = { ref: id, name: '' };
  if (entry?.made) return { fate: 'deleted', ref: entry.made.ref, name: '' };
  if (entry?.busy || !inTime(context)) return { fate: WAITING, ...about };
  try {
    const now = await tasks.alone(id, { include_subtasks: true });
    // Its deletion was sent, and nobody heard the answer.
    if (!now && entry) return await deletedBefore(id, item, key, context);
    if (!now) return { fate: 'skipped', ...about, error: GONE };
    const named = { ref: refOf(now.task), name: short(now.task.name) };
    if (!now.matches) return { fate: 'skipped', ...named, error: MOVED_ON };
    const seen = new Set(along);
    const other = below(now.task).find((each) => !seen.has(each.id));
    if (other)
      return { fate: 'skipped', ...named, error: `"${short(other.name)}" lies below it, which was not shown before` };
    return await remove({ task: now.task, item }, key, context, entry !== undefined);
  } catch (thrown) {
    // It was not sent, and the others go on.
    const error = AppError.of(thrown);
    return passes(error) ? { fate: WAITING, ...about } : { fate: 'failed', ...about, error: error.message };
  }
}

async function deletedBefore(id: string, item: number, key: string, context: ToolContext): Promise<SelectedDeletion> {
  await context.ledger.made(key, item, { id, ref: id }).catch(() => undefined);
  return { fate: 'deleted', ref: id, name: '' };
}
