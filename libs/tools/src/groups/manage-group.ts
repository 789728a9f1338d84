import { CreateUserGroup, DeleteTeam, GetTeams1, type Group, UpdateTeam } from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { Applied, NotApplied, wasIs } from '../answers/changes.js';
import { people } from '../answers/task.js';
import { personIds } from '../arguments/address.js';
import { Name, Ref, Refs } from '../arguments/inputs.js';
import { naming } from '../arguments/naming.js';
import { defineTool, type ToolContext } from '../tool/tool.js';

const Input = z.strictObject({
  group: Ref.describe('Name, @handle or id; an unknown name makes a new group'),
  name: Name.optional().describe('New name'),
  add: Refs.optional().describe('People'),
  remove: Refs.optional(),
  delete: z.boolean().optional(),
});
type Args = z.output<typeof Input>;

interface Plan {
  team_id: string;
  group?: Group;
  add: number[];
  rem: number[];
}

/** The group as ClickUp has it now, so that a preview and what follows it see the same. */
async function planOf(args: Args, context: ToolContext): Promise<Plan> {
  const { clickup, directory } = context;
  const { id: team_id } = await directory.workspace();
  const isNew = !args.delete && !args.remove && args.name === undefined && args.add !== undefined;
  const found = await naming('group', () => directory.object('group', args.group)).catch((thrown: unknown) => {
    const several = thrown instanceof AppError && thrown.details.candidates !== undefined;
    const unknown = thrown instanceof AppError && thrown.code === 'invalid_parameters' && !several;
    if (isNew && unknown) return undefined;
    throw thrown;
  });
  const group = found && (await clickup.call(GetTeams1, { query: { team_id, group_ids: [found.id] } })).groups[0];
  if (found && !group) throw new AppError('clickup_not_found', `group: ${found.name} is gone.`);
  const here = new Set(group?.members.map(({ id }) => id));
  const add = args.add ? await personIds('add', args.add, context) : [];
  const rem = args.remove ? await personIds('remove', args.remove, context) : [];
  const plan = {
    team_id,
    ...(group && { group }),
    add: add.filter((id) => !here.has(id)),
    rem: rem.filter((id) => here.has(id)),
  };
  await judge(args, plan, context);
  return plan;
}

async function judge(args: Args, { team_id, group, add, rem }: Plan, { clickup }: ToolContext) {
  if (!group) return clickup.judge(CreateUserGroup, [{ path: { team_id }, body: { name: args.group, members: add } }]);
  const path = { group_id: group.id };
  if (args.delete) return clickup.judge(DeleteTeam, [{ path }]);
  return clickup.judge(UpdateTeam, [{ path, body: { members: { add, rem } } }]);
}

async function namesOf(ids: readonly number[], { directory }: ToolContext): Promise<string[]> {
  const names = new Map((await directory.people()).map(({ id, username }) => [id, username]));
  return ids.map((id) => names.get(id) ?? String(id));
}

async function steps(args: Args, { group, add, rem }: Plan, context: ToolContext): Promise<string[]> {
  const added = await namesOf(add, context);
  if (!group) return [`make the group "${args.group}" of ${added.join(', ')} (a guest in it may cost a seat)`];
  if (args.delete) return [`delete the group "${group.name}"; its people stay`];
  const removed = await namesOf(rem, context);
  return [
    ...(args.name !== undefined && args.name !== group.name ? [`rename it to "${args.name}"`] : []),
    ...(added.length ? [`add ${added.join(', ')}`] : []),
    ...(removed.length ? [`remove ${removed.join(', ')}`] : []),
  ];
}

/** Was → is, from what ClickUp answered. */
function told(args: Args, plan: Plan, before: Group, after: Group) {
  const applied = [
    wasIs('name', before.name, after.name),
    wasIs('members', people(before.members), people(after.members)),
  ].filter((line) => line !== undefined);
  const here = new Set(after.members.map(({ id }) => id));
  const notApplied = [
    ...(args.name !== undefined && args.name !== after.name
      ? [{ field: 'name', wanted: args.name, is: after.name }]
      : []),
    ...(plan.add.some((id) => !here.has(id)) || plan.rem.some((id) => here.has(id))
      ? [{ field: 'members', wanted: 'as asked', is: people(after.members) }]
      : []),
  ];
  return { ...(applied.length > 0 && { applied }), ...(notApplied.length > 0 && { not_applied: notApplied }) };
}

export const manageGroup = defineTool({
  name: 'manage_group',
  title: 'Manage group',
  description: 'Make a user group (team of people), rename it, add or remove its people, or delete it.',
  toolset: 'groups',
  verb: 'update',
  risk: 'admin',
  listed: false,
  covers: [CreateUserGroup, DeleteTeam, UpdateTeam],
  needs: {
    add: [[CreateUserGroup, UpdateTeam]],
    remove: [UpdateTeam],
    name: [UpdateTeam],
    delete: [DeleteTeam],
  },
  input: Input,
  output: z.strictObject({
    outcome: z.string(),
    group: z.string(),
    group_id: z.string(),
    members: z.string(),
    applied: Applied,
    not_applied: NotApplied,
  }),
  headline: ({ outcome, group }) => `${outcome.charAt(0).toUpperCase()}${outcome.slice(1)}: group ${group}`,
  async preview(args, context) {
    const plan = await planOf(args, context);
    const todo = await steps(args, plan, context);
    if (todo.length === 0) return undefined;
    const { group } = plan;
    return {
      summary: `${group ? `Group "${group.name}": ` : ''}${todo.join('; ')}.`,
      current: group ? { group: group.name, members: people(group.members) } : { group: 'none of this name' },
      state: JSON.stringify([group?.id, group?.name, group?.members.map(({ id }) => id)]),
    };
  },
  async handler(args, context) {
    const { clickup } = context;
    const plan = await planOf(args, context);
    const { team_id, group, add, rem } = plan;
    if (!group) {
      const made = await clickup.call(CreateUserGroup, { path: { team_id }, body: { name: args.group, members: add } });
      const missing = add.filter((id) => !made.members.some((member) => member.id === id));
      return {
        ...shown('created', made),
        ...(missing.length > 0 && {
          not_applied: [
            { field: 'add', wanted: (await namesOf(missing, context)).join(', '), is: people(made.members) },
          ],
        }),
      };
    }
    const path = { group_id: group.id };
    if (args.delete) {
      await clickup.call(DeleteTeam, { path });
      return shown('deleted', group);
    }
    const name = args.name === group.name ? undefined : args.name;
    if (name === undefined && add.length + rem.length === 0) return shown('unchanged', group);
    const body = { ...(name !== undefined && { name }), members: { add, rem } };
    const after = await clickup.call(UpdateTeam, { path, body });
    const changes = told(args, plan, group, after);
    return { ...shown(changes.applied ? 'changed' : 'unchanged', after), ...changes };
  },
});

const shown = (outcome: string, { id, name, members }: Group) => ({
  outcome,
  group: name,
  group_id: id,
  members: people(members),
});
