import { type NamedObject, type Place, publicPatchAcl } from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { personIds, taskIdOf } from '../arguments/address.js';
import { Ref, Refs } from '../arguments/inputs.js';
import { naming } from '../arguments/naming.js';
import { defineTool, type ToolContext } from '../tool/tool.js';

/** ClickUp's numbers; null takes the access away. */
const LEVELS = { read: 1, comment: 3, edit: 4, full: 5, none: null } as const;
type Level = keyof typeof LEVELS;

const Input = z.strictObject({
  kind: z.enum(['space', 'folder', 'list', 'task', 'doc', 'view', 'goal']),
  object: Ref.describe('Name, path, id or URL'),
  people: Refs.optional(),
  groups: Refs.optional(),
  level: z.enum(Object.keys(LEVELS) as [Level]).optional(),
  private: z.boolean().optional(),
});
type Args = z.output<typeof Input>;

interface Plan {
  path: { workspace_id: string; object_type: Args['kind']; object_id: string };
  body: {
    private?: boolean;
    entries?: { kind: 'user' | 'group'; id: string; permission_level: 1 | 3 | 4 | 5 | null }[];
  };
  name: string;
  /** What would be done, in words. */
  steps: string[];
}

async function objectOf({ kind, object }: Args, context: ToolContext): Promise<{ id: string; name: string }> {
  const { directory } = context;
  if (kind === 'task') return { id: await taskIdOf('object', object, context), name: `task ${object}` };
  const found: Place | NamedObject =
    kind === 'space' || kind === 'folder' || kind === 'list'
      ? await naming('object', () => directory.place(object, [kind]))
      : await naming('object', () => directory.object(kind, object));
  return { id: found.id, name: `${kind} ${'path' in found ? found.path : found.name}` };
}

async function planOf(args: Args, context: ToolContext): Promise<Plan> {
  const { directory } = context;
  const { level, people = [], groups = [] } = args;
  if (people.length + groups.length > 0 && level === undefined)
    throw new AppError('invalid_parameters', `level: say what they may do: ${Object.keys(LEVELS).join(', ')}.`, {
      details: { parameter: 'level' },
    });
  if (people.length + groups.length === 0 && args.private === undefined)
    throw new AppError('invalid_parameters', 'people: name people or groups and a level, or say private.', {
      details: { parameter: 'people' },
    });
  const { id, name } = await objectOf(args, context);
  const ids = await personIds('people', people, context);
  const found: NamedObject[] = [];
  for (const ref of groups) found.push(await naming('groups', () => directory.object('group', ref)));
  const permission_level = LEVELS[level ?? 'none'];
  const names = new Map((await directory.people()).map((person) => [person.id, person.username]));
  const who = [...ids.map((each) => names.get(each) ?? String(each)), ...found.map((group) => `group ${group.name}`)];
  const plan: Plan = {
    path: { workspace_id: (await directory.workspace()).id, object_type: args.kind, object_id: id },
    body: {
      ...(args.private !== undefined && { private: args.private }),
      ...(who.length > 0 && {
        entries: [
          ...ids.map((each) => ({ kind: 'user' as const, id: String(each), permission_level })),
          ...found.map((group) => ({ kind: 'group' as const, id: group.id, permission_level })),
        ],
      }),
    },
    name,
    steps: [
      ...(args.private === undefined
        ? []
        : [args.private ? 'make it private' : 'open it to everybody in the Workspace']),
      ...(who.length ? [`${level === 'none' ? 'take access from' : `give ${level} access to`} ${who.join(', ')}`] : []),
    ],
  };
  await context.clickup.judge(publicPatchAcl, [{ path: plan.path, body: plan.body }]);
  return plan;
}

export const setAccess = defineTool({
  name: 'set_access',
  title: 'Set access',
  description:
    'Make a place, task, Doc, view or goal private or public, or give, change or take access of people and groups.',
  toolset: 'sharing',
  verb: 'update',
  risk: 'admin',
  listed: false,
  covers: [publicPatchAcl],
  input: Input,
  output: z.strictObject({ object: z.string(), sent: z.array(z.string()), note: z.string() }),
  headline: ({ object }) => `Access sent: ${object}`,
  async preview(args, context) {
    const { name, path, body, steps } = await planOf(args, context);
    return {
      summary: `${name}: ${steps.join('; ')}. This may cost seats.`,
      current: { object: name, id: path.object_id },
      state: JSON.stringify([path, body]),
    };
  },
  async handler(args, context) {
    const { name, path, body, steps } = await planOf(args, context);
    await context.clickup.call(publicPatchAcl, { path, body });
    return {
      object: name,
      sent: steps,
      note: 'ClickUp accepted this. Its API does not show who has access, so it was not read back.',
    };
  },
});
