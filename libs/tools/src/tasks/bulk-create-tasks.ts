import { CreateTask } from '#libs/clickup';
import { AppError, sha256 } from '#libs/core';
import { z } from 'zod';
import { oneLine, short } from '../answers/one-line.js';
import { table, TABLE } from '../answers/table.js';
import { Ref, UNLISTED } from '../arguments/inputs.js';
import { NEW_TASK } from '../task-changes/inputs.js';
import { type PreparedTask, prepareTask } from '../task-changes/new-task.js';
import { inTime, JOB, passes, WAITING, waitingInWords } from '../task-changes/later.js';
import { CONCURRENCY } from '../task-changes/read-tasks.js';
import { digestOf, known, wasInterrupted } from '../task-changes/resume.js';
import { newTags, spaceOfList } from '../task-changes/tags.js';
import { dated, missing } from '../task-changes/wants.js';
import { refOf } from '../task-parts/relations.js';
import { readTask } from '../task-parts/the-task.js';
import { concurrently } from '../tool/concurrently.js';
import { oncePerCall } from '../tool/once-per-call.js';
import { defineTool, type ToolContext } from '../tool/tool.js';

const MAX_TASKS = 50;
/** More tasks than this need a preview. */
const PREVIEW_ABOVE = 10;
/** How many of the tasks the preview describes. */
const SHOWN = 3;

const input = z.strictObject({
  list_id: Ref.optional(),
  tasks: z
    .array(z.strictObject({ list_id: Ref.optional(), ...NEW_TASK }))
    .min(1)
    .max(MAX_TASKS),
  // Without one the same call goes on where it was interrupted; with one it does so, too, when it was not.
  request_key: z.string().min(1).max(200).optional().meta(UNLISTED),
});
type Bulk = z.output<typeof input>;
/** `unknown`: the request left and was not answered, so the task may exist. Repeating it could make a second one. `waiting`: left for later. */
type Fate = 'created' | 'created before' | typeof WAITING | 'failed' | 'unknown';
/** `before`: made by an earlier call under the same key. */
type Outcome = { ref: string; ignored: string; before?: true } | { later: true } | { error: AppError };

function fateOf(outcome: Outcome): Fate {
  if ('ref' in outcome) return outcome.before ? 'created before' : 'created';
  if ('later' in outcome) return WAITING;
  return outcome.error.code === 'unknown_outcome' ? 'unknown' : 'failed';
}

function listOf({ list_id }: Bulk, item: Bulk['tasks'][number], index: number): string {
  const list = item.list_id ?? list_id;
  if (list !== undefined) return list;
  throw new AppError('invalid_parameters', `tasks[${index}].list_id: no List is given, neither here nor for all.`, {
    details: { parameter: `tasks[${index}].list_id`, required: true, type: 'string' },
  });
}

/** Under what the journal knows the call. Without a key of the caller's own, the same call goes on only where it was interrupted. */
const keyOf = ({ request_key, list_id, tasks }: Bulk): string =>
  request_key ?? `the same call ${digestOf([list_id, tasks])}`;

interface Prepared {
  tasks: PreparedTask[];
  newTags: string[];
}

/** Everything is found and judged before the first write, so a mistake in one item, or one that may not be made, creates none. */
const prepareAll = oncePerCall(async (bulk: Bulk, context: ToolContext): Promise<Prepared> => {
  const tasks = await concurrently(bulk.tasks, CONCURRENCY, (item, index) =>
    prepareTask(listOf(bulk, item, index), item, context, `tasks[${index}].`),
  );
  await checkParents(tasks, context);
  await context.clickup.judge(
    CreateTask,
    tasks.map(({ list_id, body }) => ({ path: { list_id }, body })),
  );
  return { tasks, newTags: await tagsToBeMade(bulk, context) };
});

/** A subtask lies in the List of its parent (ClickUp fact 25). Each parent is read once. */
async function checkParents(tasks: readonly PreparedTask[], context: ToolContext): Promise<void> {
  const first = new Map<string, number>();
  for (const [index, { body }] of tasks.entries())
    if (body.parent && !first.has(body.parent)) first.set(body.parent, index);
  const parents = [...first];
  const read = await concurrently(parents, CONCURRENCY, ([id, index]) =>
    readTask(`tasks[${index}].parent`, id, { path: { task_id: id }, query: {} }, context),
  );
  const lists = new Map(read.map(({ list }, index) => [parents[index]![0], list]));
  for (const [index, { body, list_id, list }] of tasks.entries()) {
    const home = body.parent && lists.get(body.parent);
    if (home && home.id !== list_id)
      throw new AppError(
        'invalid_parameters',
        `tasks[${index}].parent: it lies in the List "${short(home.name)}" and not in ${short(list)}; a subtask lies in the List of its parent.`,
        { details: { parameter: `tasks[${index}].parent` } },
      );
  }
}

async function tagsToBeMade(bulk: Bulk, context: ToolContext): Promise<string[]> {
  const bySpace = new Map<string, string[]>();
  for (const [index, item] of bulk.tasks.entries()) {
    if (!item.tags?.length) continue;
    const space = await spaceOfList(listOf(bulk, item, index), context);
    bySpace.set(space, [...(bySpace.get(space) ?? []), ...item.tags]);
  }
  const fresh: string[] = [];
  for (const [space, tags] of bySpace) fresh.push(...(await newTags(tags, space, context)));
  return [...new Set(fresh)];
}

/** Notes in the ledger what becomes of one item. */
interface Noted {
  begin(): Promise<boolean>;
  made(object: { id: string; ref: string }): Promise<void>;
  failed(error: AppError): Promise<void>;
}

function noting(key: string, item: number, digest: string, { ledger }: ToolContext): Noted {
  // What cannot be noted is looked for in ClickUp when the call is repeated, so it is no failure of the creation.
  const lenient = (noted: Promise<void>) => noted.catch(() => undefined);
  return {
    begin: () => ledger.begin(key, item, digest),
    made: (object) => lenient(ledger.made(key, item, object)),
    failed: ({ code }) => lenient(code === 'unknown_outcome' ? ledger.unknown(key, item) : ledger.forget(key, item)),
  };
}

/** What became of one item. An error is its outcome and is not thrown, because the others go on. */
async function create({ list_id, body, wants }: PreparedTask, context: ToolContext, noted: Noted): Promise<Outcome> {
  if (!inTime(context)) return { later: true };
  try {
    // Another call under this key is making it.
    if (!(await noted.begin())) return { later: true };
    const task = await context.clickup.call(CreateTask, { path: { list_id }, body }).catch(async (thrown: unknown) => {
      await noted.failed(AppError.of(thrown));
      throw thrown;
    });
    await noted.made({ id: task.id, ref: refOf(task) });
    const ignored = missing(wants, task).map(({ field, wanted, is }) => `${field}: wanted ${wanted}, is ${is}`);
    return { ref: refOf(task), ignored: ignored.join('; ') };
  } catch (thrown) {
    const error = AppError.of(thrown);
    return passes(error) ? { later: true } : { error };
  }
}

/** How words for places, dates and people were understood, shown while nothing is made yet. */
const described = ({ body, wants }: PreparedTask, list: string, { zone }: ToolContext): string =>
  [
    short(body.name),
    `in ${list}`,
    ...[
      ['due', dated(body.due_date, zone)],
      ['start', dated(body.start_date, zone)],
    ].flatMap(([field, date]) => (date ? [`${field} ${date}`] : [])),
    ...wants.filter(({ field }) => field === 'assignees').map(({ wanted }) => `for ${wanted}`),
  ].join(', ');

/** Where the tasks would lie, by path. A List that cannot be read is shown as it was given. */
async function listNames(tasks: readonly PreparedTask[], { directory }: ToolContext): Promise<Map<string, string>> {
  const given = new Map(tasks.map(({ list_id, list }) => [list_id, list]));
  const named = await concurrently([...given], CONCURRENCY, async ([id, list]) => {
    const place = await directory.place(id, ['list']).catch(() => undefined);
    return [id, short(place?.path ?? list)] as const;
  });
  return new Map(named);
}

export const bulkCreateTasks = defineTool({
  name: 'bulk_create_tasks',
  title: 'Create many tasks',
  description:
    "Create up to 50 tasks, each as in create_task; an item's own list_id wins. All are checked before the first is made.",
  toolset: 'tasks',
  verb: 'create',
  bulk: true,
  premium: true,
  covers: [CreateTask],
  input,
  output: z.strictObject({
    created: z.number(),
    created_before: z.number().optional(),
    failed: z.number().optional(),
    unknown: z.number().optional(),
    ...TABLE,
    new_tags: z.array(z.string()).optional(),
    ...JOB,
  }),
  objects: ({ tasks }) => tasks.length,
  goesOn: (args, context) => wasInterrupted(keyOf(args), context),
  headline: ({ created, created_before, failed, unknown, ...rest }) =>
    [
      `${created} tasks created`,
      ...(created_before ? [`${created_before} had been created before`] : []),
      ...(failed ? [`${failed} failed`] : []),
      ...(unknown ? [`${unknown} unknown: look for them before you create them again`] : []),
      ...waitingInWords(rest),
    ].join(', '),
  async preview(args, context) {
    if (args.tasks.length <= PREVIEW_ABOVE) return undefined;
    const { tasks, newTags: fresh } = await prepareAll(args, context);
    const names = await listNames(tasks, context);
    const counts = new Map<string, number>();
    for (const { list_id } of tasks) counts.set(list_id, (counts.get(list_id) ?? 0) + 1);
    const lists = [...counts].map(([id, count]) => `${count} in ${names.get(id)}`).join(', ');
    return {
      summary: `Create ${tasks.length} tasks: ${lists}.${fresh.length ? ` New tags: ${fresh.map(oneLine).join(', ')}.` : ''}`,
      current: { first: tasks.slice(0, SHOWN).map((task) => described(task, names.get(task.list_id)!, context)) },
      // As they would be sent: by the time of the confirmation, a name may mean another List or person.
      state: sha256(JSON.stringify(tasks.map(({ list_id, body }) => [list_id, body]))).toString('base64url'),
    };
  },
  async handler(args, context) {
    const { tasks, newTags: fresh } = await prepareAll(args, context);
    let done = 0;
    const digests = args.tasks.map((item) => digestOf([args.list_id, item]));
    const key = keyOf(args);
    const earlier = await known(key, tasks, digests, context);
    const outcomes = await concurrently(tasks, CONCURRENCY, async (item, index): Promise<Outcome> => {
      const before = earlier.get(index);
      const outcome: Outcome = !before
        ? await create(item, context, noting(key, index, digests[index]!, context))
        : 'ref' in before
          ? { ...before, ignored: '', ...(!context.inJob && { before: true }) }
          : before;
      context.progress(++done, tasks.length, 'tasks created');
      return outcome;
    });
    if (fresh.length) context.directory.invalidate('tag');
    const fates = outcomes.map(fateOf);
    const count = (fate: Fate) => fates.filter((one) => one === fate).length;
    const waiting = count(WAITING);
    if (waiting) context.leave(waiting);
    else if (args.request_key === undefined && !count('unknown')) context.ledger.close(key);
    const [first] = outcomes.flatMap((outcome) => ('error' in outcome ? [outcome.error] : []));
    // When it is certain that nothing was made, the call as a whole has failed.
    if (
      first &&
      count('failed') === outcomes.length &&
      outcomes.every((outcome) => 'error' in outcome && outcome.error.code === first.code)
    )
      throw first;
    return {
      created: count('created'),
      created_before: count('created before') || undefined,
      failed: count('failed') || undefined,
      unknown: count('unknown') || undefined,
      ...table(outcomes, {
        index: (_, index) => index,
        // Said only where not all of them were created now.
        outcome: (_, index) => (fates.every((fate) => fate === 'created') ? undefined : fates[index]),
        ref: (outcome) => ('ref' in outcome ? outcome.ref : undefined),
        error: (outcome) => ('error' in outcome ? outcome.error.message : undefined),
        not_applied: (outcome) => ('ref' in outcome ? outcome.ignored : undefined),
      }),
      new_tags: fresh.length ? fresh : undefined,
    };
  },
});
