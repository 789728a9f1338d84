import { type AnswerOf, GetTask } from '#libs/clickup';
import { AppError } from '#libs/core';
import { type addressOf } from '../arguments/address.js';
import { type ToolContext } from '../tool/tool.js';

export type Address = Awaited<ReturnType<typeof addressOf>>;
type Reading = { include_subtasks?: true; include_markdown_description?: true };

/** What ClickUp answers for a task that is not there says nothing of tasks (ClickUp fact 3), so this says what it means. */
function missing(argument: string, ref: string, { query }: Address, cause: AppError): AppError {
  const shown = ref.length > 80 ? `${ref.slice(0, 80)}…` : ref;
  const which = query.custom_task_ids
    ? `no task with the custom id "${shown}" in this Workspace`
    : `no task "${shown}" here`;
  return new AppError('clickup_not_found', `${argument}: There is ${which}, or this ClickUp user may not see it.`, {
    details: { ...cause.details, task_id: shown },
    cause,
  });
}

/**
 * Does something with the task that an argument names; a refusal because it is not there says so in words about tasks.
 * @throws AppError what `work` throws, `clickup_not_found` with the name of the argument
 */
async function onTask<T>(argument: string, ref: string, address: Address, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'clickup_not_found')
      throw missing(argument, ref, address, thrown);
    throw thrown;
  }
}

/**
 * The task that an argument names; one request.
 * @throws AppError `clickup_not_found` that names the argument
 */
export function readTask(
  argument: string,
  ref: string,
  address: Address,
  { clickup }: Pick<ToolContext, 'clickup'>,
  reading: Reading = {},
): Promise<AnswerOf<typeof GetTask>> {
  const { path, query } = address;
  return onTask(argument, ref, address, () => clickup.call(GetTask, { path, query: { ...query, ...reading } }));
}
