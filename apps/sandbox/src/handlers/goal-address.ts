import { type Call } from '../call.js';
import { refuse } from '../refusal.js';
import { type Goal, type KeyResult } from '../world/goals.js';
import { type User } from '../world/types.js';

/** Private Goals are seen by the people in them only; guests see none at all. */
export function seesGoal({ access, user }: Call, goal: Goal): boolean {
  const role = access.role(goal.workspace);
  if (!role) return false;
  const inside = goal.creator === user || goal.owners.includes(user) || goal.members.includes(user);
  return inside || (!goal.private && role !== 4);
}

/** @throws Refusal 401 for one that is not there, or not for this person */
export function goalOf(call: Call): Goal {
  const goal = call.world.goals.goals.get(call.path.goal_id ?? '');
  if (!goal || !seesGoal(call, goal)) throw refuse.notAuthorized();
  return goal;
}

/** @throws Refusal 401 */
export function keyResultOf(call: Call): KeyResult {
  const keyResult = call.world.goals.keyResults.get(call.path.key_result_id ?? '');
  if (!keyResult || !seesGoal(call, keyResult.goal)) throw refuse.notAuthorized();
  return keyResult;
}

/** Ids of people outside of the Workspace are dropped without a word. */
export const peopleOf = ({ world }: Call, { workspace }: Pick<Goal, 'workspace'>, ids: readonly number[]): User[] =>
  [...new Set(ids)].flatMap((id) => world.users.get(id) ?? []).filter((user) => workspace.members.has(user));
