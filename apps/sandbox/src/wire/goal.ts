import {
  type Goal,
  type GoalAction,
  type GoalFolder,
  type KeyResult,
  percentOf,
  percentOfGoal,
  steps,
} from '../world/goals.js';
import { type User } from '../world/types.js';
import { userWire } from './user.js';

const memberWire = (user: User, level: 'edit' | 'read') => ({ ...userWire(user), permission_level: level });

const members = ({ creator, members: others }: Goal) => [
  { ...memberWire(creator, 'edit'), isCreator: true },
  ...others.filter((user) => user !== creator).map((user) => ({ ...memberWire(user, 'edit'), isCreator: false })),
];

const core = (goal: Goal) => ({
  id: goal.id,
  pretty_id: String(goal.prettyId),
  name: goal.name,
  team_id: goal.workspace.id,
  creator: goal.creator.id,
  color: goal.color,
  date_created: String(goal.created),
  start_date: null,
  due_date: String(goal.due),
  description: goal.description,
  private: goal.private,
  archived: false,
  multiple_owners: goal.multipleOwners,
  folder_id: goal.folder?.id ?? null,
  members: members(goal),
  owners: goal.owners.map(userWire),
  percent_completed: percentOfGoal(goal),
});

const text = (value: number | null) => (value === null ? null : String(Math.trunc(value)));

function actionWire({ id: keyResultId }: KeyResult, { id, user, date, note, before, current }: GoalAction) {
  const taken = before === null || current === null ? null : current - before;
  return {
    id,
    key_result_id: keyResultId,
    userid: user.id,
    date_modified: String(date),
    note,
    steps_taken: text(taken),
    steps_before: text(before),
    steps_current: text(current),
    ...(taken === null ? {} : { steps_taken_float: taken, steps_before_float: before, steps_current_float: current }),
  };
}

export function keyResultWire(keyResult: KeyResult) {
  const { start, end, current } = steps(keyResult);
  return {
    id: keyResult.id,
    goal_id: keyResult.goal.id,
    goal_pretty_id: String(keyResult.goal.prettyId),
    name: keyResult.name,
    type: keyResult.type,
    unit: keyResult.unit,
    creator: keyResult.creator.id,
    date_created: String(keyResult.created),
    percent_completed: percentOf(keyResult),
    completed: percentOf(keyResult) === 100,
    task_ids: keyResult.tasks.map(({ id }) => id),
    subcategory_ids: keyResult.lists.map(({ id }) => id),
    owners: keyResult.owners.map(userWire),
    steps_start: start,
    steps_end: end,
    steps_current: current,
    last_action: actionWire(keyResult, keyResult.actions.at(-1) as GoalAction),
  };
}

/** A Goal by itself: with targets and history, newest first. */
export const goalWire = (goal: Goal) => ({
  ...core(goal),
  key_results: goal.keyResults.map(keyResultWire),
  history: goal.keyResults
    .flatMap((keyResult) =>
      keyResult.actions.map((action) => ({ date: action.date, wire: actionWire(keyResult, action) })),
    )
    .sort((a, b) => b.date - a.date)
    .map(({ wire }) => wire),
  pretty_url: `https://app.clickup.com/${goal.workspace.id}/goals/${goal.prettyId}`,
});

/** A Goal in a list. */
export const goalSummaryWire = (goal: Goal) => ({
  ...core(goal),
  owner: null,
  editor_token: `goal:${goal.id}:${goal.updated}`,
  date_updated: String(goal.updated),
  last_update: String(goal.updated),
  pinned: false,
  key_result_count: goal.keyResults.length,
  group_members: [],
  ...(goal.folder ? { folder_access: true } : {}),
});

/** @param goals those in it that may be seen */
export const goalFolderWire = ({ id, name, workspace, creator, created }: GoalFolder, goals: readonly Goal[]) => ({
  id,
  name,
  team_id: workspace.id,
  private: false,
  date_created: String(created),
  creator: creator.id,
  goal_count: goals.length,
  members: [{ ...memberWire(creator, 'edit'), date_added: created, added_by: creator.id }],
  goals: goals.map(goalSummaryWire),
});
