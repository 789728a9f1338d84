import { type Handler } from '../call.js';
import { dateField, flagField, numbersIn, textField } from '../fields.js';
import { refuse } from '../refusal.js';
import { goalFolderWire, goalSummaryWire, goalWire } from '../wire/goal.js';
import { percentOfGoal } from '../world/goals.js';
import { goalOf, peopleOf, seesGoal } from './goal-address.js';

/** Goals in Folders stand in their Folder only. */
export const GetGoals: Handler = (call) => {
  const { world, access, path, query } = call;
  const workspace = access.workspace(path.team_id);
  const completed = query.flag('include_completed');
  const visible = world.goals
    .of(workspace)
    .filter((goal) => seesGoal(call, goal) && (completed || percentOfGoal(goal) < 100));
  const folders = world.goals.folders.filter((folder) => folder.workspace === workspace);
  return {
    goals: visible.filter(({ folder }) => !folder).map(goalSummaryWire),
    folders: folders.map((folder) =>
      goalFolderWire(
        folder,
        visible.filter((goal) => goal.folder === folder),
      ),
    ),
  };
};

export const GetGoal: Handler = (call) => ({ goal: goalWire(goalOf(call)) });

export const CreateGoal: Handler = (call) => {
  const { world, access, path, body, user, now } = call;
  const workspace = access.workspace(path.team_id);
  access.mayBuild(workspace);
  const name = textField(body, 'name')?.trim();
  const due = dateField(body, 'due_date');
  const [description, color] = [textField(body, 'description'), textField(body, 'color')];
  const multipleOwners = flagField(body, 'multiple_owners');
  if (
    !name ||
    typeof due !== 'number' ||
    description === undefined ||
    color === undefined ||
    multipleOwners === undefined ||
    !Array.isArray(body.owners)
  )
    throw refuse.goalIncomplete();
  const owners = peopleOf(call, { workspace }, numbersIn(body.owners)).slice(0, multipleOwners ? undefined : 1);
  const goal = world.goals.add({
    workspace,
    folder: undefined,
    name,
    description,
    creator: user,
    created: now,
    updated: now,
    due,
    color,
    private: false,
    multipleOwners,
    owners,
    members: [],
  });
  return { goal: goalWire(goal) };
};

/** Owners come and go by `add_owners` and `rem_owners`; an `owners` array is taken and does nothing. */
export const UpdateGoal: Handler = (call) => {
  const { access, body, now } = call;
  const goal = goalOf(call);
  access.mayBuild(goal.workspace);
  const due = dateField(body, 'due_date');
  const gone = new Set(numbersIn(body.rem_owners));
  const added = peopleOf(call, goal, numbersIn(body.add_owners));
  goal.name = textField(body, 'name')?.trim() || goal.name;
  goal.description = textField(body, 'description') ?? goal.description;
  goal.color = textField(body, 'color') ?? goal.color;
  goal.due = due ?? goal.due;
  goal.owners = [...new Set([...goal.owners, ...added])].filter(({ id }) => !gone.has(id));
  goal.updated = now;
  return { goal: goalWire(goal) };
};

export const DeleteGoal: Handler = (call) => {
  const goal = goalOf(call);
  call.access.mayBuild(goal.workspace);
  call.world.goals.remove(goal);
  return {};
};
