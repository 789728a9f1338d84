import { AppError } from '#libs/core';
import { type CallOperation } from '../../operation.js';
import { GetTask } from './task-reads.js';

interface Move {
  path: { task_id: string; list_id: string };
}

/** A task that is at home in the wanted List was moved; any other may be moved again. */
export async function recoverMovedTask(
  { path: { task_id, list_id } }: Move,
  read: CallOperation,
): Promise<{ data: { task_id: string; new_list_id: string } } | 'not_done'> {
  const { list } = await read(GetTask, { path: { task_id } });
  return list.id === list_id ? { data: { task_id, new_list_id: list_id } } : 'not_done';
}

interface Merge {
  body: { source_task_ids: readonly string[] };
}

/** Merged when all sources are gone, not merged when all are there; anything between stays unknown. */
export async function recoverMergedTasks(
  { body: { source_task_ids } }: Merge,
  read: CallOperation,
): Promise<Record<string, never> | 'not_done' | 'unknown'> {
  const there = await Promise.all(
    source_task_ids.map((task_id) =>
      read(GetTask, { path: { task_id } }).then(
        () => true,
        (error: unknown) => {
          if (error instanceof AppError && error.details.clickup_status === 404) return false;
          throw error;
        },
      ),
    ),
  );
  if (there.every(Boolean)) return 'not_done';
  return there.some(Boolean) ? 'unknown' : {};
}
