import { mergeTasks, type Task } from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { Applied, NotApplied } from '../answers/changes.js';
import { placeName } from '../answers/task.js';
import { addressOf } from '../arguments/address.js';
import { Ref } from '../arguments/inputs.js';
import { refOf } from '../task-parts/relations.js';
import { readTask } from '../task-parts/the-task.js';
import { concurrently } from '../tool/concurrently.js';
import { defineTool, type ToolContext } from '../tool/tool.js';

const MAX_SOURCES = 20;
const CONCURRENCY = 5;
/** How many tasks the preview describes. */
const SHOWN = 3;

interface Args {
  task_id: string;
  from: readonly string[];
}

const called = (task: Task): string => `${refOf(task)} "${task.name}"`;

/** The tasks themselves: a merge takes no custom ids, and cannot be taken back (ClickUp fact 30), so each is read first. */
async function read({ task_id, from }: Args, context: ToolContext): Promise<{ target: Task; sources: Task[] }> {
  const one = async (argument: string, ref: string) =>
    readTask(argument, ref, await addressOf(argument, ref, context), context, { include_subtasks: true });
  const target = await one('task_id', task_id);
  const found = await concurrently([...new Set(from)], CONCURRENCY, (ref, index) => one(`from[${index}]`, ref));
  const sources = [...new Map(found.map((task) => [task.id, task])).values()];
  if (sources.some(({ id }) => id === target.id))
    throw new AppError('invalid_parameters', 'from: a task cannot be merged into itself.', {
      details: { parameter: 'from' },
    });
  await context.clickup.judge(mergeTasks, [requestOf(target, sources)]);
  return { target, sources };
}

const requestOf = (target: Task, sources: readonly Task[]) => ({
  path: { task_id: target.id },
  body: { source_task_ids: sources.map(({ id }) => id) },
});

/** Not `mergeTasks`: that is the operation, by ClickUp's name. */
export const mergeTasksTool = defineTool({
  name: 'merge_tasks',
  title: 'Merge tasks',
  description:
    'Merge other tasks into one, for good: their comments, subtasks, files and time move there and they are gone. Shows first what would go.',
  toolset: 'tasks',
  verb: 'merge',
  risk: 'destructive',
  listed: false,
  covers: [mergeTasks],
  input: z.strictObject({ task_id: Ref, from: z.array(Ref).min(1).max(MAX_SOURCES) }),
  output: z.strictObject({
    ref: z.string(),
    name: z.string(),
    url: z.string(),
    applied: Applied,
    not_applied: NotApplied,
  }),
  headline: ({ ref, name, not_applied }) =>
    not_applied ? `Not certain that everything was merged into ${ref} "${name}"` : `Merged into ${ref} "${name}"`,
  async preview(args, context) {
    const { target, sources } = await read(args, context);
    const rest = sources.length > SHOWN ? ` and ${sources.length - SHOWN} more` : '';
    const names = sources.slice(0, SHOWN).map(called).join(', ');
    return {
      summary: `Merge ${names}${rest} into ${called(target)}. They are gone afterwards, and nothing takes a merge back.`,
      current: {
        into: `${called(target)} in ${placeName(target)}`,
        gone: sources.map(
          (task) =>
            `${called(task)} in ${placeName(task)}, ${task.status.status}, ${task.subtasks?.length ?? 0} subtasks, ${task.attachments?.length ?? 0} files`,
        ),
      },
      // The subtasks too: one added or changed meanwhile would be moved unseen.
      state: [target, ...sources]
        .flatMap((task) => [task, ...(task.subtasks ?? [])])
        .map(({ id, date_updated }) => `${id} ${date_updated}`)
        .join(', '),
    };
  },
  async handler(args, context) {
    const { target, sources } = await read(args, context);
    await context.clickup.call(mergeTasks, requestOf(target, sources));
    // ClickUp answers nothing, so the sources are looked for: they must be gone.
    const left = await concurrently(sources, CONCURRENCY, (source) => stateOf(source, context));
    const applied = sources
      .filter((_, index) => left[index] === undefined)
      .map((task) => `${called(task)}: there → merged`);
    const not_applied = sources.flatMap((task, index) =>
      left[index] === undefined ? [] : [{ field: 'from', wanted: called(task), is: left[index] }],
    );
    return {
      ref: refOf(target),
      name: target.name,
      url: target.url,
      ...(applied.length && { applied }),
      ...(not_applied.length && { not_applied }),
    };
  },
});

/** Undefined when a task is gone. */
async function stateOf({ id }: Task, context: ToolContext): Promise<string | undefined> {
  try {
    await readTask('from', id, { path: { task_id: id }, query: {} }, context);
    return 'still there';
  } catch (thrown) {
    const error = AppError.of(thrown);
    return error.code === 'clickup_not_found' ? undefined : `not known: ${error.message}`;
  }
}
