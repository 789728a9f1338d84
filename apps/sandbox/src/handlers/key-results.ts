import { type Call, type Handler } from '../call.js';
import { numberField, numbersIn, textField, textsIn } from '../fields.js';
import { refuse } from '../refusal.js';
import { keyResultWire } from '../wire/goal.js';
import { type KeyResult, steps, TARGET_TYPES, type TargetType } from '../world/goals.js';
import { goalOf, keyResultOf, peopleOf } from './goal-address.js';

export const CreateKeyResult: Handler = (call) => {
  const { world, access, body, user, now } = call;
  const goal = goalOf(call);
  access.mayBuild(goal.workspace);
  const name = textField(body, 'name')?.trim();
  const type = typeIn(call);
  const [start, end] = [stepsField(body, 'steps_start'), stepsField(body, 'steps_end')];
  const unit = textField(body, 'unit');
  const lists = [body.owners, body.task_ids, body.list_ids];
  if (!name || !type || start === undefined || end === undefined || unit === undefined || !lists.every(Array.isArray))
    throw refuse.targetInvalid();
  const owners = peopleOf(call, goal, numbersIn(body.owners));
  const keyResult = world.goals.addKeyResult({
    goal,
    name,
    type,
    unit,
    creator: user,
    created: now,
    start,
    end,
    owners,
    ...counted(call),
  });
  goal.updated = now;
  return { key_result: keyResultWire(keyResult) };
};

/** `steps_current` is where things stand now, not what was added. Automatic targets keep counting by themselves. */
export const EditKeyResult: Handler = (call) => {
  const { world, access, body, user, now } = call;
  const keyResult = keyResultOf(call);
  access.mayBuild(keyResult.goal.workspace);
  const type = typeIn(call);
  if (body.type !== undefined && !type) throw refuse.targetInvalid();
  const { current: before } = steps(keyResult);
  const current = stepsField(body, 'steps_current');
  const note = textField(body, 'note');
  change(keyResult, call, type);
  if (current !== undefined || note) {
    keyResult.current = current ?? keyResult.current;
    keyResult.actions.push({
      id: world.goals.nextId(),
      user,
      date: now,
      note: note ?? '',
      before,
      current: steps(keyResult).current,
    });
  }
  keyResult.goal.updated = now;
  return { key_result: keyResultWire(keyResult) };
};

export const DeleteKeyResult: Handler = (call) => {
  const keyResult = keyResultOf(call);
  call.access.mayBuild(keyResult.goal.workspace);
  call.world.goals.removeKeyResult(keyResult);
  return {};
};

function change(keyResult: KeyResult, call: Call, type: TargetType | undefined): void {
  const { body } = call;
  const [start, end] = [stepsField(body, 'steps_start'), stepsField(body, 'steps_end')];
  const { tasks, lists } = counted(call);
  keyResult.name = textField(body, 'name')?.trim() || keyResult.name;
  keyResult.unit = textField(body, 'unit') ?? keyResult.unit;
  keyResult.type = type ?? keyResult.type;
  keyResult.start = start ?? keyResult.start;
  keyResult.end = end ?? keyResult.end;
  if (Array.isArray(body.owners)) keyResult.owners = peopleOf(call, keyResult.goal, numbersIn(body.owners));
  if (Array.isArray(body.task_ids)) keyResult.tasks = tasks;
  if (Array.isArray(body.list_ids)) keyResult.lists = lists;
}

const typeIn = ({ body }: Call): TargetType | undefined => TARGET_TYPES.find((type) => type === body.type);

/** A number, or yes and no as 1 and 0. @throws Refusal 400 */
function stepsField(body: Call['body'], name: string): number | undefined {
  const value = body[name];
  return typeof value === 'boolean' ? Number(value) : (numberField(body, name) ?? undefined);
}

/** @throws Refusal for tasks and Lists that this person may not see */
const counted = ({ access, body }: Call) => ({
  tasks: textsIn(body.task_ids).map((id) => access.task(id)),
  lists: textsIn(body.list_ids).map((id) => access.list(id)),
});
