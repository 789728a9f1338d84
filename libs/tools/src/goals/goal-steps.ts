import { EditKeyResult, type Goal, type KeyResult, UpdateGoal } from '#libs/clickup';
import { AppError } from '#libs/core';
import { type NotApplied, wasIs } from '../answers/changes.js';
import { dateText, dayText, moment } from '../arguments/moments.js';
import { type ToolContext } from '../tool/tool.js';
import { keyResultNamed } from './goal-parts.js';
import { figure, percent, stepsOf } from './read-goal.js';

/** What is to become of a goal. */
export interface Wanted {
  key_result?: string | undefined;
  current?: number | undefined;
  note?: string | undefined;
  due_date?: string | undefined;
  description?: string | undefined;
}

/** One request, and what a goal shows that it did not reach. */
export interface Step {
  judge(): Promise<void>;
  send(): Promise<unknown>;
  /** What was wanted and is not so in `after`. */
  missing(after: Goal): NonNullable<NotApplied>;
  /** What this step changed, in lines. */
  changed(after: Goal): (string | undefined)[];
}

const NOTHING = 'none';
const SHOWN = 40;
const isNothing = (text: string): boolean => text.trim().toLowerCase() === NOTHING;
const wrong = (parameter: string, why: string) =>
  new AppError('invalid_parameters', `${parameter}: ${why}`, { details: { parameter } });

/** Without a time of day only the day counts. */
const sameDate = (wanted: { ms: number; hasTime: boolean }, is: string | null, { zone }: ToolContext): boolean =>
  wanted.hasTime ? Number(is) === wanted.ms : is !== null && dayText(is, zone) === dayText(wanted.ms, zone);

/**
 * The change of the goal itself; undefined where it is so already. Its request needs everything, so what stays is sent as it is.
 * @throws AppError `invalid_parameters`
 */
export async function goalStep(wanted: Wanted, goal: Goal, context: ToolContext): Promise<Step | undefined> {
  if (wanted.due_date !== undefined && isNothing(wanted.due_date))
    throw wrong('due_date', 'a goal of ClickUp always has one. Give another day instead.');
  const asked = await moment('due_date', wanted.due_date, context);
  const due = asked && !sameDate(asked, goal.due_date, context) ? asked : undefined;
  const text = wanted.description !== undefined && isNothing(wanted.description) ? '' : wanted.description;
  const description = text === goal.description ? undefined : text;
  if (!due && description === undefined) return undefined;
  if (!due && goal.due_date === null)
    throw wrong('due_date', 'this goal has none, and ClickUp changes a goal only with one. Give it, too.');
  const { name, color } = goal;
  const request = {
    path: { goal_id: goal.id },
    body: {
      name,
      color,
      due_date: due?.ms ?? Number(goal.due_date),
      description: description ?? goal.description,
      rem_owners: [],
      add_owners: [],
    },
  };
  const day = (ms: number | string | null) => dateText(ms, context.zone) ?? NOTHING;
  return {
    judge: () => context.clickup.judge(UpdateGoal, [request]),
    send: () => context.clickup.call(UpdateGoal, request),
    missing: (after) => [
      ...(due && !sameDate(due, after.due_date, context)
        ? [{ field: 'due_date', wanted: day(due.ms), is: day(after.due_date) }]
        : []),
      ...(description !== undefined && after.description.trim() !== description.trim()
        ? [{ field: 'description', wanted: shown(description), is: shown(after.description) }]
        : []),
    ],
    changed: (after) => [
      wasIs('due_date', day(goal.due_date), day(after.due_date)),
      after.description === goal.description
        ? undefined
        : `description: ${goal.description.length} → ${after.description.length} characters`,
    ],
  };
}

const shown = (text: string): string => text.replace(/\s+/g, ' ').slice(0, SHOWN) || NOTHING;

/**
 * Progress of a key result; undefined where nothing would be new.
 * @throws AppError `invalid_parameters`, `clickup_not_found`
 */
export function progressStep(
  { key_result, current, note }: Wanted,
  goal: Goal,
  { clickup }: ToolContext,
): Step | undefined {
  if (key_result === undefined && current === undefined && note === undefined) return undefined;
  const keyResult = keyResultNamed(goal, key_result);
  if (current === undefined && note === undefined)
    throw wrong('current', 'give where the key result stands now, or a note about it.');
  if (current !== undefined) judgeFigure(keyResult, current);
  const before = stepsOf(keyResult).current;
  const steps_current = current ?? before;
  if (steps_current === undefined)
    throw wrong('current', 'ClickUp does not say where this key result stands, so give it together with the note.');
  if (steps_current === before && !note) return undefined;
  const request = { path: { key_result_id: keyResult.id }, body: { steps_current, note: note ?? '' } };
  const now = (after: Goal) => after.key_results.find(({ id }) => id === keyResult.id);
  const at = (each: KeyResult | undefined) => (each ? figure(each, stepsOf(each).current) : 'gone');
  const old = new Set(goal.history.map(({ id }) => id));
  const noted = (after: Goal) =>
    after.history.some(
      (action) => action.key_result_id === keyResult.id && !old.has(action.id) && action.note?.trim() === note?.trim(),
    );
  const { name } = keyResult;
  return {
    judge: () => clickup.judge(EditKeyResult, [request]),
    send: () => clickup.call(EditKeyResult, request),
    missing: (after) => [
      ...(at(now(after)) === figure(keyResult, steps_current)
        ? []
        : [{ field: name, wanted: figure(keyResult, steps_current), is: at(now(after)) }]),
      ...(note && !noted(after) ? [{ field: 'note', wanted: shown(note), is: NOTHING }] : []),
    ],
    changed: (after) => [
      wasIs(name, at(keyResult), at(now(after))),
      wasIs(`percent of ${name}`, percent(keyResult.percent_completed), percent(now(after)?.percent_completed)),
      note && noted(after) ? `note: ${shown(note)}` : undefined,
    ],
  };
}

function judgeFigure({ name, type }: KeyResult, current: number): void {
  if (type === 'automatic')
    throw wrong(
      'current',
      `ClickUp counts "${name}" by itself from finished tasks: finish these, or give only a note.`,
    );
  if (type === 'boolean' && current !== 0 && current !== 1)
    throw wrong('current', `"${name}" is a yes or no: give 1 or 0, not ${current}.`);
  if (!Number.isInteger(current)) throw wrong('current', `ClickUp takes whole numbers only, not ${current}.`);
}
