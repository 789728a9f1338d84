import { CreateChecklist, CreateChecklistItem, DeleteChecklistItem, EditChecklistItem } from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { Applied, NotApplied } from '../answers/changes.js';
import { oneLine } from '../answers/one-line.js';
import { TABLE } from '../answers/table.js';
import { addressOf } from '../arguments/address.js';
import { Name, Ref } from '../arguments/inputs.js';
import { type Checklist, checklistTable } from '../task-parts/checklists.js';
import { refOf } from '../task-parts/relations.js';
import { readTask } from '../task-parts/the-task.js';
import { inTurn, whyNot } from '../tool/in-turn.js';
import { oncePerCall } from '../tool/once-per-call.js';
import { defineTool, type ToolContext } from '../tool/tool.js';

const MAX_ITEMS = 50;
const Items = z.array(Name).max(MAX_ITEMS).optional();
type Item = Checklist['items'][number];
const ACTIONS = ['remove', 'add', 'check', 'uncheck'] as const;
type Action = (typeof ACTIONS)[number];

/** One request: what is to be done with which item. An item that the same call adds has no id before. */
interface Step {
  action: Action;
  name: string;
  id?: string | undefined;
}

const fold = (name: string): string => name.trim().replace(/\s+/gu, ' ').toLowerCase();
const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ') || 'none';

function invalid(parameter: string, message: string, candidates?: readonly { id: string; name: string }[]): AppError {
  return new AppError('invalid_parameters', `${parameter}: ${message}`, { details: { parameter, candidates } });
}

/** The one that a name (without case) or an id means. */
function named<T extends { id: string; name: string }>(
  all: readonly T[],
  ref: string,
  argument: string,
): T | undefined {
  const found = all.filter(({ id, name }) => id === ref || fold(name) === fold(ref));
  if (found.length < 2) return found[0];
  const ids = found.map(({ id, name }) => ({ id, name }));
  throw invalid(
    argument,
    `there are ${found.length} of the name "${ref}": pass the id of one, ${ids.map(({ id }) => id).join(' or ')}.`,
    ids,
  );
}

type Wanted = Partial<Record<Action, readonly string[] | undefined>>;

/**
 * What has to be sent, in an order in which every answer but that of a removal shows the checklist; what is so already is left out.
 * @throws AppError `invalid_parameters` that names the items there are
 */
function stepsOf(wanted: Wanted, items: readonly Item[]): { steps: Step[]; same: string[] } {
  const same: string[] = [];
  const added = new Map<string, string>();
  for (const name of wanted.add ?? []) if (!named(items, name, 'add')) added.set(fold(name), name.trim());
  for (const name of wanted.add ?? []) if (!added.has(fold(name))) same.push(`"${name}" is there`);
  const twice = (wanted.check ?? []).find((name) => wanted.uncheck?.some((other) => fold(other) === fold(name)));
  if (twice !== undefined) throw invalid('uncheck', `"${twice}" is in check, too.`);
  const existing = (action: 'remove' | 'check' | 'uncheck') =>
    (wanted[action] ?? []).flatMap((ref): Step[] => {
      const item = named(items, ref, action);
      if (!item && action === 'remove') {
        same.push(`"${ref}" is not there`);
        return [];
      }
      if (!item && !added.has(fold(ref)))
        throw invalid(action, `there is no item "${ref}". The items are: ${quoted(items.map(({ name }) => name))}.`);
      const resolved = action === 'check';
      if (action !== 'remove' && (item?.resolved ?? false) === resolved) {
        same.push(`"${item?.name ?? ref}" is ${resolved ? 'checked' : 'not checked'}`);
        return [];
      }
      return [{ action, name: item?.name ?? added.get(fold(ref)) ?? ref, id: item?.id }];
    });
  const steps = [
    ...existing('remove'),
    ...[...added.values()].map((name): Step => ({ action: 'add', name })),
    ...existing('check'),
    ...existing('uncheck'),
  ];
  return {
    steps: [...new Map(steps.map((step) => [`${step.action} ${step.id ?? fold(step.name)}`, step])).values()],
    same,
  };
}

/** Was and is, as every write says it. */
const CHANGE: Record<Action, string> = {
  remove: 'there → removed',
  add: 'none → added',
  check: 'open → checked',
  uncheck: 'checked → open',
};

/** Whether a checklist shows what a step wanted. */
function shows({ items }: Checklist, { action, name, id }: Step): boolean {
  const item = items.find((each) => (id === undefined ? fold(each.name) === fold(name) : each.id === id));
  if (action === 'remove') return item === undefined;
  return item !== undefined && (action === 'add' || item.resolved === (action === 'check'));
}

/** One request that may not be made must not leave the others done. */
async function judge(task: string, checklist: Checklist | undefined, steps: readonly Step[], context: ToolContext) {
  const { clickup } = context;
  const adds = steps.filter(({ action }) => action === 'add');
  if (!checklist) {
    await clickup.judge(CreateChecklist, [{ path: { task_id: task }, body: { name: '' } }]);
    // Where the items will lie is not there yet; whether such requests may be made at all is known.
    for (const operation of [CreateChecklistItem, EditChecklistItem]) {
      const { allowed } = context.permits(operation);
      if (!allowed && steps.length > 0)
        throw new AppError('forbidden', undefined, { details: { operation: operation.id } });
    }
    return;
  }
  const [parent, checklist_id] = [{ task }, checklist.id];
  if (adds.length > 0)
    await clickup.judge(
      CreateChecklistItem,
      adds.map(({ name }) => ({ path: { checklist_id }, body: { name }, parent })),
    );
  const at = (...actions: Action[]) =>
    steps.flatMap(({ action, id }) => (actions.includes(action) && id !== undefined ? [id] : []));
  const path = (checklist_item_id: string) => ({ checklist_id, checklist_item_id });
  const [edited, removed] = [at('check', 'uncheck'), at('remove')];
  if (edited.length > 0)
    await clickup.judge(
      EditChecklistItem,
      edited.map((id) => ({ path: path(id), body: {}, parent })),
    );
  if (removed.length > 0)
    await clickup.judge(
      DeleteChecklistItem,
      removed.map((id) => ({ path: path(id), parent })),
    );
}

/** The checklist of one call, as the newest answer shows it. */
class Editing {
  /** Removals answer nothing, so after them it is read. */
  stale = false;

  constructor(
    private readonly task: string,
    public checklist: Checklist,
    private readonly context: ToolContext,
  ) {}

  async send({ action, name, id }: Step): Promise<void> {
    const { call } = this.context.clickup;
    const [checklist_id, parent] = [this.checklist.id, { task: this.task }];
    if (action === 'add') {
      const body = { name };
      this.take(await call(CreateChecklistItem, { path: { checklist_id }, body, parent }));
      return;
    }
    const checklist_item_id = id ?? named(this.checklist.items, name, action)?.id;
    if (checklist_item_id === undefined) throw new AppError('clickup_api_error', `"${name}" is not on the checklist.`);
    const path = { checklist_id, checklist_item_id };
    if (action === 'remove') {
      await call(DeleteChecklistItem, { path, parent });
      this.stale = true;
    } else this.take(await call(EditChecklistItem, { path, body: { resolved: action === 'check' }, parent }));
  }

  private take({ checklist }: { checklist: Checklist }): void {
    this.checklist = checklist;
    this.stale = false;
  }
}

const NOT_KNOWN = 'not_known';
/** A preview shows so many items by name. */
const SHOWN = 3;

const input = z.strictObject({
  task_id: Ref,
  checklist: Name,
  add: Items,
  check: Items,
  uncheck: Items,
  remove: Items,
});

/** The checklist and what has to be sent to it; nothing is sent yet that changes anything. */
const prepare = oncePerCall(async (args: z.output<typeof input>, context: ToolContext) => {
  const address = await addressOf('task_id', args.task_id, context);
  const task = await readTask('task_id', args.task_id, address, context);
  const there = named(task.checklists ?? [], args.checklist, 'checklist');
  const changes = ACTIONS.some((action) => args[action]?.length);
  if (!there && !args.add?.length && changes)
    throw invalid(
      'checklist',
      `there is none "${args.checklist}" on ${refOf(task)}. Its checklists are: ${quoted((task.checklists ?? []).map(({ name }) => name))}. Give add to make it.`,
    );
  const { steps, same } = stepsOf(args, there?.items ?? []);
  if (!there || steps.length > 0) await judge(task.id, there, steps, context);
  return { task, there, steps, same };
});

export const editChecklist = defineTool({
  name: 'edit_checklist',
  title: 'Edit checklist',
  description: 'Change the items of a checklist on a task by name; one that is not there is made.',
  toolset: 'checklists',
  verb: 'update',
  covers: [CreateChecklist, CreateChecklistItem, DeleteChecklistItem, EditChecklistItem],
  needs: {
    add: [CreateChecklistItem],
    check: [EditChecklistItem],
    uncheck: [EditChecklistItem],
    remove: [DeleteChecklistItem],
  },
  input,
  output: z.strictObject({
    ref: z.string(),
    name: z.string(),
    ...TABLE,
    applied: Applied,
    unchanged: z.string().optional(),
    not_applied: NotApplied,
  }),
  headline({ ref, name, columns, applied, not_applied }) {
    const what = `${ref} "${name}"`;
    if (columns[0] === NOT_KNOWN) return `${what}: the checklist could not be read afterwards`;
    if (applied?.length) return not_applied ? `Changed, but not in everything: ${what}` : `Changed: ${what}`;
    return not_applied ? `Unchanged, not as wanted: ${what}` : `Unchanged, it was so already: ${what}`;
  },
  /** What is removed, ClickUp cannot bring back. */
  async preview(args, context) {
    const { task, there, steps } = await prepare(args, context);
    const gone = steps.filter(({ action }) => action === 'remove').map(({ name }) => name);
    if (!there || gone.length === 0) return undefined;
    const more = gone.length > SHOWN ? ` and ${gone.length - SHOWN} more` : '';
    const others = steps.length - gone.length;
    return {
      summary: `Remove from the checklist "${oneLine(there.name)}" of ${refOf(task)} "${oneLine(task.name)}": ${quoted(gone.slice(0, SHOWN).map(oneLine))}${more}${others ? `, and make ${others} other changes` : ''}. ClickUp cannot bring items back.`,
      current: { task: refOf(task), items: there.items.length, removed: gone },
      state: JSON.stringify([there.id, there.items.map(({ id, name, resolved }) => [id, name, resolved])]),
    };
  },
  async handler(args, context) {
    const { task, there, steps, same } = await prepare(args, context);
    // When it cannot be made, nothing was done, and the call has failed.
    const made = there ?? (await create(task.id, args.checklist.trim(), context));
    const editing = new Editing(task.id, made, context);
    const progress = await inTurn(steps, (step) => editing.send(step));
    const { done, failed } = progress;
    if (failed && there && done.length === 0 && failed.error.code !== 'unknown_outcome') throw failed.error;
    const read = editing.stale || failed ? await checklistNow(task.id, made.id, context) : editing.checklist;
    const known = read instanceof AppError ? undefined : read;
    const reached = (step: Step) => (known ? shows(known, step) : done.includes(step));
    const applied = [
      ...(there ? [] : [`checklist: none → ${made.name}`]),
      ...steps.filter(reached).map(({ action, name }) => `${name}: ${CHANGE[action]}`),
    ];
    const not_applied = steps
      .filter((step) => !reached(step))
      .map((step) => ({
        field: step.action,
        wanted: step.name,
        is: known ? 'unchanged' : 'not known',
        why: whyNot(progress, step) ?? 'ClickUp answered as if it had done this, and the checklist does not show it',
      }));
    return {
      ref: refOf(task),
      name: task.name,
      ...(known ? checklistTable([known]) : { columns: [NOT_KNOWN], rows: [[(read as AppError).message]] }),
      ...(applied.length && { applied }),
      ...(same.length && { unchanged: same.join(', ') }),
      ...(not_applied.length && { not_applied }),
    };
  },
});

async function create(task_id: string, name: string, { clickup }: ToolContext): Promise<Checklist> {
  const { checklist } = await clickup.call(CreateChecklist, { path: { task_id }, body: { name } });
  return checklist;
}

/** The checklist as it is; why it could not be read is part of the answer, because something was sent. */
async function checklistNow(task_id: string, id: string, context: ToolContext): Promise<Checklist | AppError> {
  try {
    const { checklists = [] } = await readTask('task_id', task_id, { path: { task_id }, query: {} }, context);
    return (
      checklists.find((checklist) => checklist.id === id) ?? new AppError('clickup_not_found', 'The checklist is gone.')
    );
  } catch (thrown) {
    return AppError.of(thrown);
  }
}
