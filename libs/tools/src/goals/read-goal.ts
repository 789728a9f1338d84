import { GetGoal, type Goal, type KeyResult } from '#libs/clickup';
import { ANSWER_TOKENS, cutText } from '../answers/budget.js';
import { oneLine } from '../answers/one-line.js';
import { personName } from '../answers/task.js';
import { dateText, dayText } from '../arguments/moments.js';
import { type ToolContext } from '../tool/tool.js';

/** A goal as text, as far as one answer holds. */
export interface GoalText {
  id: string;
  title: string;
  url: string;
  text: string;
  /** Where to go on, in characters; undefined at the end. */
  next?: number;
}

/** What a key result stands at. ClickUp's own figures are whole numbers, except where the history knows better. */
export function stepsOf({ steps_start, steps_current, steps_end, last_action }: KeyResult): {
  start?: number;
  current?: number;
  end?: number;
} {
  const current = steps_current ?? last_action.steps_current_float ?? toNumber(last_action.steps_current);
  return {
    ...(typeof steps_start === 'number' && { start: steps_start }),
    ...(typeof current === 'number' && { current }),
    ...(typeof steps_end === 'number' && { end: steps_end }),
  };
}

const toNumber = (text: string | null): number | undefined => (text === null || text === '' ? undefined : Number(text));

/** 0 to 100 as `34 %`. */
export const percent = (value: number | string | null | undefined): string => `${Math.round(Number(value ?? 0))} %`;

/** A figure of a key result in its unit: `3 %`, `18000 USD`, `yes`. */
export function figure({ type, unit }: Pick<KeyResult, 'type' | 'unit'>, value: number | undefined): string {
  if (value === undefined) return 'unknown';
  if (type === 'boolean') return value ? 'yes' : 'no';
  return [String(value), unit || undefined].filter(Boolean).join(' ');
}

/** One key result in a line: name, where it stands, from where to where, percent, owners. */
function keyResultLine(keyResult: KeyResult): string {
  const { start, current, end } = stepsOf(keyResult);
  const span =
    keyResult.type === 'boolean' || start === undefined || end === undefined
      ? ''
      : `, from ${figure(keyResult, start)} to ${figure(keyResult, end)}`;
  const counted = keyResult.type === 'automatic' ? ', counted by ClickUp from finished tasks' : '';
  const owners = keyResult.owners.map(personName).join(', ');
  return `- ${keyResult.id} ${oneLine(keyResult.name)}: ${figure(keyResult, current)}${span}${counted}; ${percent(keyResult.percent_completed)}${owners ? `; ${owners}` : ''}`;
}

/**
 * A goal with owners, percentage, key results and the history of updates, newest first: one request.
 * @param from `next` of the piece before
 */
export async function readGoal(
  goal_id: string,
  from: number | undefined,
  context: Pick<ToolContext, 'clickup' | 'directory' | 'zone'>,
  maxTokens = ANSWER_TOKENS,
): Promise<GoalText> {
  const { goal } = await context.clickup.call(GetGoal, { path: { goal_id } });
  const { text, next } = cutText(await goalText(goal, context), from ?? 0, maxTokens);
  return {
    id: goal.id,
    title: oneLine(goal.name),
    url: goal.pretty_url,
    text,
    ...(next !== undefined && { next }),
  };
}

async function goalText(goal: Goal, { directory, zone }: Pick<ToolContext, 'directory' | 'zone'>): Promise<string> {
  const people = new Map((await directory.people()).map((person) => [person.id, personName(person)]));
  const names = new Map(goal.key_results.map(({ id, name }) => [id, oneLine(name)]));
  const keyResults = new Map(goal.key_results.map((each) => [each.id, each]));
  const history = goal.history.map((action) => {
    const of = keyResults.get(action.key_result_id);
    const value = (exact: number | null | undefined, whole: string | null) =>
      figure(of ?? { type: 'number', unit: null }, exact ?? toNumber(whole));
    const moved =
      action.steps_before === null && action.steps_current === null
        ? ''
        : `: ${value(action.steps_before_float, action.steps_before)} → ${value(action.steps_current_float, action.steps_current)}`;
    const who = people.get(action.userid) ?? `person ${action.userid}`;
    const note = action.note ? `, "${oneLine(action.note)}"` : '';
    return `- ${dayText(action.date_modified, zone)} ${who}, ${names.get(action.key_result_id) ?? 'a deleted key result'}${moved}${note}`;
  });
  return [
    `Progress: ${percent(goal.percent_completed)}`,
    `Owners: ${goal.owners.map(personName).join(', ') || 'none'}`,
    `Due: ${dateText(goal.due_date, zone) ?? 'none'}`,
    goal.private ? 'Private: seen by its people only' : '',
    goal.archived ? 'Archived' : '',
    goal.description ? `Description:\n${goal.description.replace(/^(?=.)/gm, '  ')}` : '',
    `Key results:\n${goal.key_results.map(keyResultLine).join('\n') || '(none)'}`,
    `History:\n${history.join('\n') || '(none)'}`,
  ]
    .filter(Boolean)
    .join('\n');
}
