import { GetGoal, type Goal, type KeyResult } from '#libs/clickup';
import { AppError } from '#libs/core';
import { naming } from '../arguments/naming.js';
import { type ToolContext } from '../tool/tool.js';

const MOST_NAMED = 15;
const sameName = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/**
 * A goal by id, URL or exact name, as it is now: one request when the goals are known.
 * @throws AppError `clickup_not_found`, or `invalid_parameters` with the candidates
 */
export async function goalNamed(
  ref: string,
  { clickup, directory }: Pick<ToolContext, 'clickup' | 'directory'>,
): Promise<Goal> {
  const { id } = await naming('goal', () => directory.object('goal', ref));
  return (await clickup.call(GetGoal, { path: { goal_id: id } })).goal;
}

/**
 * A key result of a goal by id or exact name; without a name the only one.
 * @throws AppError `clickup_not_found` or `invalid_parameters`, naming those that there are
 */
export function keyResultNamed(goal: Goal, ref: string | undefined): KeyResult {
  const all = goal.key_results;
  const found = ref === undefined ? all : all.filter(({ id, name }) => id === ref || sameName(name, ref));
  const [only, another] = found;
  if (only && !another) return only;
  const named = (some: readonly KeyResult[]) =>
    some
      .slice(0, MOST_NAMED)
      .map(({ id, name }) => `${name} (${id})`)
      .join('; ');
  const there = all.length ? `It has ${named(all)}.` : 'It has none yet: save_key_result makes one.';
  if (!only && ref !== undefined)
    throw new AppError('clickup_not_found', `key_result: there is no "${ref}" in the goal "${goal.name}". ${there}`);
  const which =
    ref === undefined
      ? `the goal "${goal.name}" has ${all.length} key results`
      : `"${ref}" can mean more than one key result`;
  throw new AppError(
    'invalid_parameters',
    `key_result: ${which}. ${found.length ? `Name one: ${named(found)}.` : there}`,
    {
      details: { parameter: 'key_result' },
    },
  );
}
