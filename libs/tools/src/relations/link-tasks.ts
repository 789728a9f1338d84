import {
  AddDependency,
  AddTaskLink,
  AddTaskToList,
  DeleteDependency,
  DeleteTaskLink,
  GetTask,
  RemoveTaskFromList,
  type Task,
} from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { Applied, NotApplied, wasIs } from '../answers/changes.js';
import { TABLE } from '../answers/table.js';
import { addressOf } from '../arguments/address.js';
import { Ref } from '../arguments/inputs.js';
import { naming } from '../arguments/naming.js';
import { refOf, relationsOf, relationTable } from '../task-parts/relations.js';
import { readTask } from '../task-parts/the-task.js';
import { concurrently } from '../tool/concurrently.js';
import { inTurn, whyNot } from '../tool/in-turn.js';
import { defineTool, type ToolContext } from '../tool/tool.js';

const RELATIONS = ['waits_on', 'blocks', 'linked', 'also_in_list'] as const;
type Relation = (typeof RELATIONS)[number];
const MAX_OTHERS = 20;
const CONCURRENCY = 5;

/** What the task is to be related to. */
interface Other {
  id: string;
  /** How the answer calls it. */
  shown: string;
  task?: Task;
}

/** ClickUp takes ids only in these requests, so that a custom id is never taken for another task's. */
const SEND: Record<
  Relation,
  Record<'add' | 'remove', (task: string, other: string, context: ToolContext) => Promise<unknown>>
> = {
  waits_on: {
    add: (task_id, depends_on, { clickup }) => clickup.call(AddDependency, { path: { task_id }, body: { depends_on } }),
    remove: (task_id, depends_on, { clickup }) =>
      clickup.call(DeleteDependency, { path: { task_id }, query: { depends_on } }),
  },
  blocks: {
    add: (task_id, dependency_of, { clickup }) =>
      clickup.call(AddDependency, { path: { task_id }, body: { dependency_of } }),
    remove: (task_id, dependency_of, { clickup }) =>
      clickup.call(DeleteDependency, { path: { task_id }, query: { dependency_of } }),
  },
  linked: {
    add: (task_id, links_to, { clickup }) => clickup.call(AddTaskLink, { path: { task_id, links_to } }),
    remove: (task_id, links_to, { clickup }) => clickup.call(DeleteTaskLink, { path: { task_id, links_to } }),
  },
  also_in_list: {
    add: (task_id, list_id, { clickup }) => clickup.call(AddTaskToList, { path: { task_id, list_id } }),
    remove: (task_id, list_id, { clickup }) => clickup.call(RemoveTaskFromList, { path: { task_id, list_id } }),
  },
};

/** One request that may not be made must not leave the others done. */
async function judge(
  relation: Relation,
  remove: boolean,
  task_id: string,
  others: readonly Other[],
  { clickup }: ToolContext,
): Promise<void> {
  const ids = others.map(({ id }) => id);
  if (relation === 'linked') {
    await clickup.judge(
      remove ? DeleteTaskLink : AddTaskLink,
      ids.map((links_to) => ({ path: { task_id, links_to } })),
    );
  } else if (relation === 'also_in_list') {
    await clickup.judge(
      remove ? RemoveTaskFromList : AddTaskToList,
      ids.map((list_id) => ({ path: { task_id, list_id } })),
    );
  } else {
    const ends = ids.map((id) => (relation === 'waits_on' ? { depends_on: id } : { dependency_of: id }));
    if (remove)
      await clickup.judge(
        DeleteDependency,
        ends.map((query) => ({ path: { task_id }, query })),
      );
    else
      await clickup.judge(
        AddDependency,
        ends.map((body) => ({ path: { task_id }, body })),
      );
  }
}

async function othersOf(
  relation: Relation,
  refs: readonly string[],
  task: Task,
  context: ToolContext,
): Promise<Other[]> {
  const found = await concurrently([...new Set(refs)], CONCURRENCY, async (ref, index): Promise<Other> => {
    const argument = `to[${index}]`;
    if (relation === 'also_in_list') {
      const { id, path } = await naming(argument, () => context.directory.place(ref, ['list']));
      return { id, shown: path };
    }
    const other = await readTask(argument, ref, await addressOf(argument, ref, context), context);
    if (other.id === task.id)
      throw new AppError('invalid_parameters', `${argument}: a task cannot be related to itself.`, {
        details: { parameter: argument },
      });
    return { id: other.id, shown: `${refOf(other)} "${other.name}"`, task: other };
  });
  return [...new Map(found.map((other) => [other.id, other])).values()];
}

/** The ids that a relation of a task leads to. */
const idsOf = (task: Task, relation: Relation): Set<string> =>
  new Set(relationsOf(task).flatMap((related) => (related.relation === relation ? [related.id] : [])));

const IGNORED: Record<Relation, string> = {
  waits_on: 'ClickUp answered as if it had done this, and the task does not show it',
  blocks: 'ClickUp answered as if it had done this, and the task does not show it',
  linked: 'ClickUp answered as if it had done this, and the task does not show it',
  // ClickUp fact 29.
  also_in_list:
    'ClickUp took the request and did nothing: the Space seems not to have the ClickApp for tasks in several Lists',
};
const NOT_KNOWN = 'not_known';

export const linkTasks = defineTool({
  name: 'link_tasks',
  title: 'Link tasks',
  description: 'Add or remove dependencies, links and further Lists of a task. to: tasks; for also_in_list, Lists.',
  toolset: 'relations',
  verb: 'add',
  covers: [AddDependency, AddTaskLink, AddTaskToList, DeleteDependency, DeleteTaskLink, RemoveTaskFromList],
  needs: {
    'relation=waits_on': [[AddDependency, DeleteDependency]],
    'relation=blocks': [[AddDependency, DeleteDependency]],
    'relation=linked': [[AddTaskLink, DeleteTaskLink]],
    'relation=also_in_list': [[AddTaskToList, RemoveTaskFromList]],
    remove: [[DeleteDependency, DeleteTaskLink, RemoveTaskFromList]],
  },
  input: z.strictObject({
    task_id: Ref,
    relation: z.enum(RELATIONS),
    to: z.array(Ref).min(1).max(MAX_OTHERS),
    remove: z.boolean().optional(),
  }),
  output: z.strictObject({ ref: z.string(), name: z.string(), ...TABLE, applied: Applied, not_applied: NotApplied }),
  headline({ ref, name, columns, applied, not_applied }) {
    const what = `${ref} "${name}"`;
    if (columns[0] === NOT_KNOWN) return `${what}: it is not known whether everything was done`;
    if (applied?.length) return not_applied ? `Changed, but not in everything: ${what}` : `Changed: ${what}`;
    return not_applied ? `Unchanged, not as wanted: ${what}` : `Unchanged, it was so already: ${what}`;
  },
  async handler({ task_id, relation, to, remove = false }, context) {
    const before = await readTask('task_id', task_id, await addressOf('task_id', task_id, context), context);
    const others = await othersOf(relation, to, before, context);
    const had = idsOf(before, relation);
    const isHome = ({ id }: Other) => relation === 'also_in_list' && id === before.list.id;
    const wanted = others.filter((other) => !isHome(other) && had.has(other.id) === remove);
    if (wanted.length > 0) await judge(relation, remove, before.id, wanted, context);
    const send = SEND[relation][remove ? 'remove' : 'add'];
    const progress = await inTurn(wanted, ({ id }) => send(before.id, id, context));
    const { done, failed } = progress;
    // When it is certain that nothing was changed, the call has failed.
    if (failed && done.length === 0 && failed.error.code !== 'unknown_outcome') throw failed.error;
    const after = wanted.length === 0 ? before : await readAgain(before.id, context);
    const now = after instanceof AppError ? undefined : idsOf(after, relation);
    const differs = (other: Other) => (now ? now.has(other.id) === remove : !done.includes(other));
    const not_applied = [
      ...wanted.filter(differs).map((other) => ({
        field: relation,
        wanted: remove ? `not ${other.shown}` : other.shown,
        is: now ? (remove ? 'still there' : 'not there') : 'not known',
        why: whyNot(progress, other) ?? IGNORED[relation],
      })),
      ...(remove ? others.filter(isHome) : []).map(({ shown }) => ({
        field: relation,
        wanted: `not ${shown}`,
        is: 'its home List',
        why: 'a task always has one: update_task with list_id moves it',
      })),
    ];
    const answer = { ref: refOf(before), name: before.name, ...(not_applied.length && { not_applied }) };
    if (after instanceof AppError || !now) {
      const sent = done.map(({ shown }) => shown).join(', ') || 'nothing';
      const why = after instanceof AppError ? after.message : '';
      const said = `ClickUp took ${remove ? 'the removal of ' : ''}${sent}; the task could not be read afterwards: ${why}`;
      return { ...answer, columns: [NOT_KNOWN], rows: [[said]] };
    }
    const related = relationsOf(after).filter((each) => each.relation === relation);
    const known = new Map(others.flatMap(({ id, task }) => (task ? [[id, task] as const] : [])));
    const table = await relationTable(related, context, known);
    const refs = new Map(others.map(({ id, shown, task }) => [id, task ? refOf(task) : shown]));
    for (const [index, { id, name }] of related.entries()) refs.set(id, name ?? table.rows[index]?.[1] ?? id);
    const named = (ids: ReadonlySet<string>) => [...ids].map((id) => refs.get(id) ?? id).join(', ');
    const line = wasIs(relation, named(had), named(now));
    return { ...answer, ...table, ...(line && { applied: [line] }) };
  },
});

/** The task as it is afterwards; why it could not be read is part of the answer, because the writes were sent. */
async function readAgain(task_id: string, { clickup }: ToolContext): Promise<Task | AppError> {
  try {
    return await clickup.call(GetTask, { path: { task_id }, query: {} });
  } catch (thrown) {
    return AppError.of(thrown);
  }
}
