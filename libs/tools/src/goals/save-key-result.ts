import { CreateKeyResult, DeleteKeyResult, EditKeyResult, type Goal, type KeyResult } from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { Applied, NotApplied } from '../answers/changes.js';
import { personIds, taskIdOf } from '../arguments/address.js';
import { Name, Ref } from '../arguments/inputs.js';
import { naming } from '../arguments/naming.js';
import { defineTool, type ToolContext } from '../tool/tool.js';
import { goalNamed, keyResultNamed } from './goal-parts.js';
import { changes, facts, type KeyResultBody, missing } from './key-result-facts.js';
import { stepsOf } from './read-goal.js';

const TYPES = ['number', 'currency', 'boolean', 'percentage', 'automatic'] as const;
const MOST = 50;
const Some = z.array(Ref).min(1).max(MOST).optional();

const input = z.strictObject({
  goal: Ref,
  key_result: Ref.optional().describe('one to change; without it a new one is made'),
  name: Name.optional(),
  type: z.enum(TYPES).optional().describe('automatic counts finished tasks and Lists'),
  start: z.int().optional(),
  end: z.int().optional(),
  unit: z.string().max(50).optional(),
  owners: Some,
  tasks: Some,
  lists: Some,
  remove: z.boolean().optional(),
});
type Input = z.output<typeof input>;

const required = (parameter: string, why: string) =>
  new AppError('invalid_parameters', `${parameter}: ${why}`, { details: { parameter, required: true } });

/** What the arguments say, in ClickUp's terms. */
async function bodyOf({ name, type, start, end, unit, ...args }: Input, context: ToolContext): Promise<KeyResultBody> {
  const owners = args.owners && (await personIds('owners', args.owners, context));
  const task_ids = args.tasks && (await each(args.tasks, (ref) => taskIdOf('tasks', ref, context)));
  const list_ids =
    args.lists && (await each(args.lists, (ref) => naming('lists', () => context.directory.listId(ref))));
  return {
    ...(name !== undefined && { name }),
    ...(type && { type }),
    ...(start !== undefined && { steps_start: start }),
    ...(end !== undefined && { steps_end: end }),
    ...(unit !== undefined && { unit }),
    ...(owners && { owners }),
    ...(task_ids && { task_ids }),
    ...(list_ids && { list_ids }),
  };
}

async function each(refs: readonly string[], find: (ref: string) => Promise<string>): Promise<string[]> {
  const ids: string[] = [];
  for (const ref of refs) ids.push(await find(ref));
  return ids;
}

/** Where a new key result of a type begins and ends unless told otherwise. */
const SPANS: Readonly<Record<string, readonly [number, number]>> = {
  boolean: [0, 1],
  percentage: [0, 100],
  automatic: [0, 0],
};

async function create(goal: Goal, body: KeyResultBody, { clickup, me }: ToolContext): Promise<KeyResult> {
  const { name } = body;
  if (name === undefined) throw required('name', 'a new key result needs one. To change one, name it as key_result.');
  const type = body.type ?? ((body.task_ids ?? body.list_ids) ? 'automatic' : 'number');
  if (type === 'automatic' && !body.task_ids && !body.list_ids)
    throw required('tasks', 'a key result that counts by itself needs tasks or lists to count.');
  const [start, end] = SPANS[type] ?? [0, undefined];
  const steps_end = body.steps_end ?? end;
  if (steps_end === undefined) throw required('end', `a key result of type ${type} needs the figure to reach.`);
  const twin = goal.key_results.find((other) => other.name.trim().toLowerCase() === name.trim().toLowerCase());
  if (twin)
    throw new AppError(
      'invalid_parameters',
      `name: the goal "${goal.name}" has a key result "${twin.name}" (${twin.id}) already. Name it as key_result to change it, or give another name.`,
      { details: { parameter: 'name' } },
    );
  const { key_result } = await clickup.call(CreateKeyResult, {
    path: { goal_id: goal.id },
    body: { steps_start: start, unit: '', owners: [me.id], task_ids: [], list_ids: [], ...body, name, type, steps_end },
  });
  return key_result;
}

async function change(keyResult: KeyResult, body: KeyResultBody, { clickup }: ToolContext): Promise<KeyResult> {
  const { current = keyResult.type === 'automatic' ? 0 : undefined } = stepsOf(keyResult);
  if (current === undefined || !Number.isInteger(current))
    throw new AppError(
      'invalid_parameters',
      `key_result: ClickUp changes "${keyResult.name}" only together with a whole figure of where it stands, which is ${current ?? 'not known'}. Report a whole one with update_goal first.`,
      { details: { parameter: 'key_result' } },
    );
  const { key_result } = await clickup.call(EditKeyResult, {
    path: { key_result_id: keyResult.id },
    // Its request needs both: where it stands is sent as it is.
    body: { ...body, steps_current: current, note: '' },
  });
  return key_result;
}

export const saveKeyResult = defineTool({
  name: 'save_key_result',
  title: 'Save key result',
  description: 'Give a goal a key result, or rename, redefine or remove one; a removal is shown first.',
  toolset: 'goals',
  verb: 'update',
  risk: 'destructive',
  listed: false,
  covers: [CreateKeyResult, EditKeyResult, DeleteKeyResult],
  needs: { name: [[CreateKeyResult, EditKeyResult]], remove: [DeleteKeyResult] },
  idempotent: false,
  input,
  output: z.strictObject({
    goal: z.string(),
    key_result: z.string(),
    ref: z.string(),
    url: z.string(),
    applied: Applied,
    not_applied: NotApplied,
  }),
  headline: ({ applied, not_applied }) =>
    !applied?.length ? 'Unchanged' : not_applied ? 'Key result saved, but not in everything' : 'Key result saved',
  async preview(args, context) {
    if (!args.remove) return undefined;
    const goal = await goalNamed(args.goal, context);
    const keyResult = keyResultNamed(goal, chosen(args));
    await context.clickup.judge(DeleteKeyResult, [{ path: { key_result_id: keyResult.id } }]);
    const updates = goal.history.filter(({ key_result_id }) => key_result_id === keyResult.id).length;
    return {
      summary: `Delete the key result "${keyResult.name}" of the goal "${goal.name}" with its ${updates} updates. ClickUp cannot bring it back.`,
      current: { goal: goal.name, ...facts(keyResult) },
      state: `${keyResult.id} ${keyResult.last_action.id}`,
    };
  },
  async handler(args, context) {
    const goal = await goalNamed(args.goal, context);
    const about = { goal: goal.name, url: goal.pretty_url };
    if (args.remove) {
      const { id, name } = keyResultNamed(goal, chosen(args));
      await context.clickup.call(DeleteKeyResult, { path: { key_result_id: id } });
      return { ...about, key_result: name, ref: id, applied: ['deleted'] };
    }
    const before = args.key_result === undefined ? undefined : keyResultNamed(goal, args.key_result);
    const body = await bodyOf(args, context);
    if (before && Object.keys(body).length === 0)
      throw new AppError(
        'invalid_parameters',
        'Nothing to change: give at least one field besides goal and key_result.',
        {
          details: { required: ['name', 'end', '…'] },
        },
      );
    if (before && !missing(body, before)) return { ...about, key_result: before.name, ref: before.id, applied: [] };
    const after = await (before ? change(before, body, context) : create(goal, body, context));
    const applied = before ? changes(before, after) : ['created', ...changes(undefined, after)];
    return { ...about, key_result: after.name, ref: after.id, applied, not_applied: missing(body, after) };
  },
});

/** A key result is never removed without being named, even if it is the only one. */
function chosen({ key_result }: Input): string {
  if (key_result === undefined) throw required('key_result', 'name the one to remove.');
  return key_result;
}
