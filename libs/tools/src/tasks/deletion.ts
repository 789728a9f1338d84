import { DeleteTask, GetTask, type Task } from '#libs/clickup';
import { AppError } from '#libs/core';
import { short } from '../answers/one-line.js';
import { inTime, passes, WAITING } from '../task-changes/later.js';
import { digestOf } from '../task-changes/resume.js';
import { refOf } from '../task-parts/relations.js';
import { type ToolContext } from '../tool/tool.js';

/** A task below another one, which goes along with it. */
export interface Below {
  id: string;
  date_updated: string;
  name: string;
}

/** Everything below a task, at any depth. */
export function below(task: Pick<Task, 'subtasks'>): Below[] {
  const all: Below[] = [];
  const open = [...(task.subtasks ?? [])];
  for (let next = open.pop(); next; next = open.pop()) {
    all.push({ id: next.id, date_updated: next.date_updated, name: next.name });
    open.push(...(next.subtasks ?? []));
  }
  return all;
}

export type Deletion = {
  fate: 'deleted' | typeof WAITING | 'failed' | 'unknown';
  ref: string;
  name: string;
  error?: string;
};

/**
 * Deletes one task; what became of it is its outcome and not thrown, because the others go on.
 * @param item its place in the call
 * @param earlier whether this call is known to have begun it before
 */
export async function remove(
  { task, item }: { task: Task; item: number },
  key: string,
  context: ToolContext,
  earlier = true,
): Promise<Deletion & { thrown?: AppError }> {
  const { clickup, ledger } = context;
  const about = { ref: refOf(task), name: short(task.name) };
  if (!inTime(context)) return { fate: WAITING, ...about };
  // Of a call that goes on it is there already; of any other, another call is deleting the task.
  const began = await ledger.begin(key, item, digestOf(task.id));
  if (!began && !earlier) return { fate: WAITING, ...about };
  // Deleted since this call has read it, by the call that it takes up.
  if (!began && (await ledger.read(key)).get(item)?.made) return { fate: 'deleted', ...about };
  try {
    await clickup.call(DeleteTask, { path: { task_id: task.id } });
    await ledger.made(key, item, { id: task.id, ref: about.ref }).catch(() => undefined);
    return { fate: 'deleted', ...about };
  } catch (thrown) {
    const error = AppError.of(thrown);
    // It was not sent.
    if (passes(error)) await ledger.forget(key, item).catch(() => undefined);
    if (passes(error)) return { fate: WAITING, ...about };
    if (error.code !== 'unknown_outcome') return { fate: 'failed', ...about, error: error.message, thrown: error };
    // Reading costs one request and says what became of it.
    const gone = await clickup.call(GetTask, { path: { task_id: task.id }, query: {} }).then(
      () => false,
      (other: unknown) => (AppError.of(other).code === 'clickup_not_found' ? true : undefined),
    );
    if (gone === undefined) return { fate: 'unknown', ...about, error: error.message, thrown: error };
    return gone
      ? { fate: 'deleted', ...about }
      : { fate: 'failed', ...about, error: `${error.message} It is still there.`, thrown: error };
  }
}
