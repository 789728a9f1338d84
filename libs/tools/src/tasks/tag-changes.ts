import { AddTagToTask, GetTask, RemoveTagFromTask, type Task } from '#libs/clickup';
import { AppError } from '#libs/core';
import { type ToolContext } from '../tool/tool.js';
import { type addressOf } from '../arguments/address.js';

type Address = Awaited<ReturnType<typeof addressOf>>;
type Asking = Pick<ToolContext, 'clickup'>;

/** One tag that is to come or to go: a request of its own, because tags cannot be part of an update. */
export interface TagChange {
  tag: string;
  /** Adds or removes: both are of one shape. */
  operation: typeof AddTagToTask;
}

/** How far a series of requests came. */
export interface Progress {
  done: TagChange[];
  left: TagChange[];
  /** Why it ended before its end. */
  failure?: AppError;
}

export function tagChanges({
  add_tags = [],
  remove_tags = [],
}: {
  add_tags?: string[] | undefined;
  remove_tags?: string[] | undefined;
}): TagChange[] {
  return [
    ...add_tags.map((tag) => ({ tag, operation: AddTagToTask })),
    ...remove_tags.map((tag) => ({ tag, operation: RemoveTagFromTask })),
  ];
}

/** One request that is refused must not leave the others done. */
export async function judgeTags(
  changes: readonly TagChange[],
  { path, query }: Address,
  { clickup }: Asking,
): Promise<void> {
  for (const operation of [AddTagToTask, RemoveTagFromTask]) {
    const same = changes.filter((change) => change.operation === operation);
    if (same.length > 0)
      await clickup.judge(
        operation,
        same.map(({ tag }) => ({ path: { ...path, tag_name: tag }, query })),
      );
  }
}

/**
 * Sends the changes one after another, until one fails. The failure is returned and not thrown, because the changes before it were made.
 */
export async function changeTags(
  changes: readonly TagChange[],
  { path, query }: Address,
  { clickup }: Asking,
): Promise<Progress> {
  for (const [index, { tag, operation }] of changes.entries()) {
    try {
      await clickup.call(operation, { path: { ...path, tag_name: tag }, query });
    } catch (thrown) {
      return { done: changes.slice(0, index), left: changes.slice(index), failure: AppError.of(thrown) };
    }
  }
  return { done: [...changes], left: [] };
}

const saying = (changes: readonly TagChange[]): string =>
  changes.map(({ tag, operation }) => `tag "${tag}" ${operation === AddTagToTask ? 'added' : 'removed'}`).join(', ');

/**
 * The task after changes of its tags. Their own answers are empty, so the task is read. When it cannot be read, this is the task of the
 * update's answer, with the tags that are known to have been added or removed.
 * @throws AppError `unknown_outcome` that says what was done, when it cannot be read and there was no update
 */
export async function taskAfter(
  { done, left, failure }: Progress,
  address: Address,
  updated: Task | undefined,
  { clickup }: Asking,
): Promise<Task> {
  try {
    return await clickup.call(GetTask, address);
  } catch (thrown) {
    if (updated) return { ...updated, tags: tagsAfter(updated.tags, done) };
    const parts = [
      done.length ? `Done: ${saying(done)}.` : '',
      left.length ? `Not done: ${saying(left)}.` : '',
      'The task could not be read afterwards.',
      (failure ?? AppError.of(thrown)).message,
    ];
    throw new AppError('unknown_outcome', parts.filter(Boolean).join(' '), { cause: thrown });
  }
}

function tagsAfter(tags: Task['tags'], done: readonly TagChange[]): Task['tags'] {
  const changed = new Map(tags.map((tag) => [tag.name.toLowerCase(), tag]));
  for (const { tag, operation } of done) {
    if (operation === AddTagToTask) changed.set(tag.toLowerCase(), { name: tag.toLowerCase() });
    else changed.delete(tag.toLowerCase());
  }
  return [...changed.values()];
}
