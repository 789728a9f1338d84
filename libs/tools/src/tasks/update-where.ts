import { type Task } from '#libs/clickup';
import { AppError, sha256 } from '#libs/core';
import { short } from '../answers/one-line.js';
import { inTime, leaveOrClose, passes, WAITING } from '../task-changes/later.js';
import { notBegun, orphans, type Outcome, outcomeOf, readAllBack } from '../task-changes/outcomes.js';
import { type Change } from '../task-changes/inputs.js';
import { Lists, type Plan, planChange } from '../task-changes/plan.js';
import { CONCURRENCY } from '../task-changes/read-tasks.js';
import { refuseEmpty, type Resolved, resolveChange } from '../task-changes/resolve.js';
import { digestOf, wasInterrupted } from '../task-changes/resume.js';
import { judgePlans, type Sent, send, showsAll } from '../task-changes/send.js';
import { refOf } from '../task-parts/relations.js';
import { concurrently } from '../tool/concurrently.js';
import { oncePerCall } from '../tool/once-per-call.js';
import { type LedgerEntry, type Preview, type Selection, type ToolContext } from '../tool/tool.js';
import { type UnderstoodFilters } from './filters.js';
import { counted, forecast, GONE, inWords, judgeByList, MOVED_ON, SelectedTasks } from './selected.js';
import { allMatching, type Where, whereOf } from './where.js';

/** How many of the tasks the preview names. */
const SHOWN = 5;
/** How many different changes it describes. */
const DESCRIBED = 5;

/** One change of all tasks that filters find. */
export type WhereGroup = Change & { where: Where };
/** `skipped`: it was selected, and is not there any more or does not match any more. */
export type SelectedOutcome = Omit<Outcome, 'fate'> & { fate: Outcome['fate'] | 'skipped' };

const AT = 'groups[0].';

interface Prepared {
  change: Resolved;
  filters: UnderstoodFilters;
  selection: Selection;
  /** What this call itself has found; undefined when it goes on with what was found before. */
  found: Task[] | undefined;
}

/** Finds the tasks, unless they were found before: then it is about exactly those. */
const prepare = oncePerCall(async ({ where, ...change }: WhereGroup, context: ToolContext): Promise<Prepared> => {
  const resolved = await resolveChange(change, context, AT);
  refuseEmpty(resolved, 'groups[0]: ');
  const filters = await whereOf(where, `${AT}where`, context);
  const found = context.selection ? undefined : await allMatching(where, filters, `${AT}where`, context);
  return { change: resolved, filters, found, selection: context.selection ?? found!.map(({ id }) => [id]) };
});

/** What is confirmed: this change of these tasks. */
const stateOf = ({ change: { list, ...change }, selection }: Prepared): string =>
  sha256(JSON.stringify([change, list?.id, selection])).toString('base64url');

const keyOf = (group: WhereGroup, selection: Selection): string => `the same tasks ${digestOf([group, selection])}`;

/** Whether this call was begun, and is at work nowhere. */
export const whereGoesOn = async (group: WhereGroup, context: ToolContext): Promise<boolean> =>
  context.selection !== undefined && wasInterrupted(keyOf(group, context.selection), context);

const requestsOf = ({ before, steps }: Plan) => ({ task: before, requests: steps });

/** What would be changed of how many tasks, and how long that takes. */
export async function previewWhere(group: WhereGroup, context: ToolContext): Promise<Preview> {
  const prepared = await prepare(group, context);
  const { change, found, selection } = prepared;
  const state = stateOf(prepared);
  // Of what was confirmed, no more is asked for than whether it is the same.
  if (!found) return { summary: '', current: {}, state, selection };
  const lists = new Lists(context);
  const plans = await concurrently(found, CONCURRENCY, (task) => planChange(change, task, context, lists));
  await judgeByList(plans.map(requestsOf), context);
  const changing = plans.filter(({ steps }) => steps.length > 0);
  const lossy = plans.filter(({ lost }) => lost.length > 0);
  const does = [...new Set(changing.flatMap(({ steps }) => steps.map((step) => step.does)))];
  const fresh = [...new Set(plans.flatMap((plan) => plan.newTags))];
  const requests = changing.reduce((sum, { steps }) => sum + steps.length, 0);
  const so = plans.length - changing.length;
  return {
    summary: [
      `Change ${inWords(found)}: ${does.slice(0, DESCRIBED).join('; ') || 'nothing'}${does.length > DESCRIBED ? '; …' : ''}.`,
      so > 0 && `${so} of them are so already.`,
      `${counted(requests, 'change')}, ${forecast(requests, context)}.`,
      lossy.length > 0 && `${lossy.length} of them would lose values of Custom Fields that the new List lacks.`,
      fresh.length > 0 && `New tags: ${fresh.map((tag) => short(tag)).join(', ')}.`,
      orphans(plans),
    ]
      .filter(Boolean)
      .join(' '),
    current: {
      first: changing.slice(0, SHOWN).map(({ before }) => `${refOf(before)} ${short(before.name)}`),
      lost: lossy.slice(0, SHOWN).map(({ before, lost }) => `${refOf(before)} ${lost.join(', ')}`),
    },
    state,
    selection,
  };
}

/** What became of one task so far; `plan` and `sent` where something was sent. */
interface Handled {
  outcome?: SelectedOutcome;
  plan?: Plan;
  sent?: Sent;
}

/**
 * Changes the tasks that were found, each once: what is noted as done is not looked at again, and what was begun is compared with how it
 * is to be. What cannot be begun in time is left for later.
 * @throws AppError `forbidden` when a part of them may not be written; then none of what is left is
 */
export async function changeWhere(group: WhereGroup, context: ToolContext): Promise<SelectedOutcome[]> {
  const { change, filters, found, selection } = await prepare(group, context);
  const ids = selection.map(([id]) => id!);
  const key = keyOf(group, selection);
  const earlier = await context.ledger.read(key);
  const open = ids.map((id, item) => ({ id, item })).filter(({ item }) => !earlier.get(item)?.made);
  const tasks = new SelectedTasks(group.where, filters, context, found);
  await tasks.look(open.length);
  const lists = new Lists(context);
  const planned = (task: Task) => planChange(change, task, context, lists);
  const known = await concurrently(tasks.known(open.map(({ id }) => id)), CONCURRENCY, (task) =>
    planned(task).catch(refusalOnly),
  );
  const plans = known.flatMap((plan) => (plan instanceof AppError ? [] : plan));
  await judgeByList(plans.map(requestsOf), context);
  // Together they are found out by few requests where a policy names places; one by one each would take its own.
  await judgePlans(plans, context);

  let done = ids.length - open.length;
  const handled = new Map<string, Promise<Handled>>();
  const byId = new Map(open.map((one) => [one.id, one]));
  const once = (one: Item): Promise<Handled> => {
    const under = handled.get(one.id) ?? handle(one);
    handled.set(one.id, under);
    return under;
  };
  async function handle({ id, item }: Item): Promise<Handled> {
    const entry = earlier.get(item);
    if (entry?.busy || !inTime(context)) return { outcome: { fate: WAITING, ref: id, what: '' } };
    try {
      const now = await tasks.now(id);
      if (!now) return { outcome: { fate: 'skipped', ref: id, what: GONE } };
      const plan = await planned(now.task);
      const ref = refOf(now.task);
      // Of what was begun before, this is what became of it.
      if (plan.steps.length === 0 && entry) await noted(item, now.task);
      if (plan.steps.length === 0) return { outcome: { fate: entry ? 'done' : 'unchanged', ref, what: '' }, plan };
      if (!entry && !now.matches) return { outcome: { fate: 'skipped', ref, what: MOVED_ON } };
      // Whether that was done cannot be seen, and twice is not once.
      if (entry && plan.steps.some(({ wants }) => wants.some(({ unreadable }) => unreadable)))
        return { outcome: { fate: 'unknown', ref, what: 'it was begun, and what it has done cannot be seen' } };
      // A parent takes its subtasks along, so it goes first.
      const above = change.list && byId.get(now.task.parent ?? '');
      const parent = above && (await once(above)).sent;
      const began = await context.ledger.begin(key, item, digestOf(id));
      // Another call has begun it meanwhile.
      if (!began && !entry) return { outcome: { fate: WAITING, ref, what: '' } };
      const sent = inTime(context) ? await send(plan, context, parent) : notBegun(plan);
      const outcome = showsAll(plan, sent) ? outcomeOf(plan, sent, sent.answered!) : undefined;
      if (outcome) await settled(item, now.task, outcome);
      return { plan, sent, ...(outcome && { outcome }) };
    } catch (thrown) {
      // Nothing of it was sent, and the others go on.
      const error = AppError.of(thrown);
      return {
        outcome: { fate: passes(error) ? WAITING : 'failed', ref: id, what: passes(error) ? '' : error.message },
      };
    } finally {
      context.progress(++done, ids.length, 'tasks changed');
    }
  }
  // What cannot be noted is compared anew when the call goes on, so it is no failure of the change.
  const lenient = (note: Promise<void>) => note.catch(() => undefined);
  const noted = (item: number, task: Task) =>
    lenient(context.ledger.made(key, item, { id: task.id, ref: refOf(task) }));
  async function settled(item: number, task: Task, { fate }: SelectedOutcome): Promise<void> {
    if (fate === 'done' || fate === 'unchanged') await noted(item, task);
    else if (fate === 'unknown') await lenient(context.ledger.unknown(key, item));
    // Nothing of it was done.
    else if (fate !== 'partly') await lenient(context.ledger.forget(key, item));
  }

  const results = await concurrently(open, CONCURRENCY, once);
  const unread = results.flatMap(({ outcome, plan, sent }, at) =>
    !outcome && plan && sent ? [{ at, plan, sent }] : [],
  );
  const after = await readAllBack(
    unread.map(({ plan }) => plan),
    unread.map(({ sent }) => sent),
    context,
  );
  for (const [index, { at, plan, sent }] of unread.entries()) {
    const late = sent.failure !== undefined && passes(sent.failure.error);
    const outcome = outcomeOf(plan, sent, after[index]!);
    results[at]!.outcome = late ? { ...outcome, fate: WAITING } : outcome;
    // Of what ended in the middle for want of time, the note stays: it goes on there.
    if (!(late && sent.done.length > 0)) await settled(open[at]!.item, plan.before, outcome);
  }
  const outcomes = ids.map((id, item): SelectedOutcome => doneBefore(id, earlier.get(item)));
  for (const [at, { item }] of open.entries()) outcomes[item] = results[at]!.outcome!;
  leaveOrClose(outcomes, selection, key, context);
  return outcomes;
}

interface Item {
  id: string;
  item: number;
}

const doneBefore = (id: string, entry: LedgerEntry | undefined): SelectedOutcome => ({
  fate: 'done',
  ref: entry?.made?.ref ?? id,
  what: '',
});

/** That one of the tasks cannot become so is its own outcome, when its turn comes. */
function refusalOnly(thrown: unknown): AppError {
  const error = AppError.of(thrown);
  if (error.code === 'internal_error') throw thrown;
  return error;
}
