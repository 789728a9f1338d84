import {
  AddGuestToFolder,
  AddGuestToList,
  AddGuestToTask,
  EditGuestOnWorkspace,
  GetGuest,
  InviteGuestToWorkspace,
  type NamedObject,
  RemoveGuestFromFolder,
  RemoveGuestFromList,
  RemoveGuestFromTask,
  RemoveGuestFromWorkspace,
} from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { Applied, NotApplied } from '../answers/changes.js';
import { addressOf } from '../arguments/address.js';
import { Ref } from '../arguments/inputs.js';
import { naming } from '../arguments/naming.js';
import { defineTool, type ToolContext } from '../tool/tool.js';

const LEVELS = ['read', 'comment', 'edit', 'create'] as const;
type Level = (typeof LEVELS)[number];
const MAX_SHARED = 20;
const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

const Shared = z.array(Ref).min(1).max(MAX_SHARED).optional();
const Input = z.strictObject({
  guest: Ref.describe('E-mail address, name or id; an unknown address is invited'),
  share: Shared.describe('Folders, Lists and tasks'),
  unshare: Shared,
  level: z.enum(LEVELS).optional().describe('For share'),
  can_edit_tags: z.boolean().optional(),
  can_see_time_spent: z.boolean().optional(),
  can_see_time_estimated: z.boolean().optional(),
  can_create_views: z.boolean().optional(),
  remove: z.boolean().optional().describe('Removes the guest from the Workspace'),
});
type Args = z.output<typeof Input>;

interface Item {
  kind: 'folder' | 'list' | 'task';
  id: string;
  path: string;
  query: object;
}

/** A place that can be shared, else a task. */
async function itemOf(argument: string, ref: string, context: ToolContext): Promise<Item> {
  const { directory } = context;
  try {
    const place = await directory.place(ref);
    if (place.kind !== 'space') return { kind: place.kind, id: place.id, path: place.path, query: {} };
    throw new AppError(
      'invalid_parameters',
      `"${place.name}" is a Space: ClickUp shares only Folders, Lists and tasks with guests.`,
    );
  } catch (thrown) {
    const isPlace = thrown instanceof AppError && /is a Space|more than one/.test(thrown.message);
    const other = !(thrown instanceof AppError) || !/^(invalid_parameters|clickup_not_found)$/.test(thrown.code);
    if (isPlace || other) return naming(argument, () => Promise.reject(thrown as Error));
    const { path, query } = await addressOf(argument, ref, context);
    return { kind: 'task', id: path.task_id, path: `task ${ref}`, query };
  }
}

interface Plan {
  team_id: string;
  /** Of a guest who is there. */
  guest?: NamedObject;
  address: string;
  share: Item[];
  unshare: Item[];
  rights: Partial<Record<(typeof RIGHTS)[number], boolean>>;
}
const RIGHTS = ['can_edit_tags', 'can_see_time_spent', 'can_see_time_estimated', 'can_create_views'] as const;

async function guestNamed(ref: string, { directory }: ToolContext): Promise<NamedObject> {
  const guests = await directory.objects('guest');
  return directory.object('guest', ref).catch((thrown: unknown) => {
    if (!(thrown instanceof AppError) || thrown.details.candidates !== undefined) throw thrown;
    const names = guests.map(({ name }) => name).join(', ') || 'none';
    throw new AppError(
      'invalid_parameters',
      `There is no guest "${ref.slice(0, 80)}" here. The guests: ${names}. An e-mail address invites a new one.`,
    );
  });
}

/** Everything that is asked for, found and judged; sends nothing. */
async function planOf(args: Args, context: ToolContext): Promise<Plan> {
  const { directory } = context;
  const guests = await directory.objects('guest');
  const key = args.guest.trim().toLowerCase();
  const known = guests.find(({ about }) => about?.toLowerCase() === key);
  const isNew = !known && ADDRESS.test(key);
  if (isNew) {
    const member = (await directory.people()).find(({ email }) => email.toLowerCase() === key);
    if (member)
      throw new AppError('invalid_parameters', `guest: ${member.username} is a member of this Workspace, not a guest.`);
    if (args.remove || args.unshare)
      throw new AppError('invalid_parameters', `guest: nobody with the address ${key} is a guest here.`);
  }
  const guest = isNew ? undefined : (known ?? (await naming('guest', () => guestNamed(args.guest, context))));
  const items = async (argument: 'share' | 'unshare') => {
    const found: Item[] = [];
    for (const ref of args[argument] ?? []) found.push(await itemOf(argument, ref, context));
    return found;
  };
  const share = await items('share');
  if (share.length > 0 && args.level === undefined)
    throw new AppError('invalid_parameters', `level: say what the guest may do there: ${LEVELS.join(', ')}.`, {
      details: { parameter: 'level' },
    });
  const rights = Object.fromEntries(RIGHTS.flatMap((name) => (args[name] === undefined ? [] : [[name, args[name]]])));
  const { id: team_id } = await directory.workspace();
  const plan = { team_id, ...(guest && { guest }), address: key, share, unshare: await items('unshare'), rights };
  await judge(args, plan, context);
  return plan;
}

async function judge({ remove, level }: Args, plan: Plan, { clickup }: ToolContext): Promise<void> {
  const { team_id, guest, address, rights } = plan;
  const guest_id = guest?.id ?? '0';
  const body = { permission_level: level ?? ('read' as const) };
  if (!guest) await clickup.judge(InviteGuestToWorkspace, [{ path: { team_id }, body: { email: address, ...rights } }]);
  else if (remove) await clickup.judge(RemoveGuestFromWorkspace, [{ path: { team_id, guest_id } }]);
  else if (Object.keys(rights).length)
    await clickup.judge(EditGuestOnWorkspace, [{ path: { team_id, guest_id }, body: rights }]);
  for (const { kind, id, query } of plan.share) {
    if (kind === 'list') await clickup.judge(AddGuestToList, [{ path: { list_id: id, guest_id }, body }]);
    else if (kind === 'folder') await clickup.judge(AddGuestToFolder, [{ path: { folder_id: id, guest_id }, body }]);
    else await clickup.judge(AddGuestToTask, [{ path: { task_id: id, guest_id }, query, body }]);
  }
  for (const { kind, id, query } of plan.unshare) {
    if (kind === 'list') await clickup.judge(RemoveGuestFromList, [{ path: { list_id: id, guest_id } }]);
    else if (kind === 'folder') await clickup.judge(RemoveGuestFromFolder, [{ path: { folder_id: id, guest_id } }]);
    else await clickup.judge(RemoveGuestFromTask, [{ path: { task_id: id, guest_id }, query }]);
  }
}

/** What would be done, one line each; in the words that then say what was done. */
function steps({ guest, share, unshare, rights, address }: Plan, { remove, level }: Args): string[] {
  if (guest && remove) return [`remove ${guest.name} from the Workspace and from everything that was shared`];
  return [
    ...(guest ? [] : [`invite ${address} as a guest (may cost a seat)`]),
    ...Object.entries(rights).map(([name, on]) => `${name.replaceAll('_', ' ')}: ${on ? 'yes' : 'no'}`),
    ...share.map(({ path }) => `share ${path}: ${level}`),
    ...unshare.map(({ path }) => `unshare ${path}`),
  ];
}

/** Sends the requests one after another. What fails is told with its reason, and does not undo what was done before. */
class Doing {
  readonly applied: string[] = [];
  readonly notApplied: NonNullable<NotApplied> = [];

  async step<T>(field: string, wanted: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await work();
      this.applied.push(wanted);
      return answer;
    } catch (thrown) {
      const { code, message } = AppError.of(thrown);
      // Nothing was done yet, so the error itself says all.
      if (this.applied.length === 0 && this.notApplied.length === 0 && code !== 'unknown_outcome') throw thrown;
      this.notApplied.push({ field, wanted, is: code === 'unknown_outcome' ? 'unknown' : 'not done', why: message });
      return undefined;
    }
  }
}

/** The id of the guest: it stands in the answer to the invitation. */
async function invited({ team_id, address, rights }: Plan, doing: Doing, { clickup }: ToolContext) {
  const answer = await doing.step('guest', `invited ${address}`, () =>
    clickup.call(InviteGuestToWorkspace, { path: { team_id }, body: { email: address, ...rights } }),
  );
  const member = answer?.team.members.find(({ user }) => user.email.toLowerCase() === address);
  return member && String(member.user.id);
}

async function share(item: Item, guest_id: string, permission_level: Level, { clickup }: ToolContext): Promise<void> {
  const { kind, id, query } = item;
  const body = { permission_level };
  // The answer would list everything that was ever shared with the guest.
  const brief = { ...query, include_shared: false };
  if (kind === 'list') await clickup.call(AddGuestToList, { path: { list_id: id, guest_id }, query: brief, body });
  else if (kind === 'folder')
    await clickup.call(AddGuestToFolder, { path: { folder_id: id, guest_id }, query: brief, body });
  else await clickup.call(AddGuestToTask, { path: { task_id: id, guest_id }, query: brief, body });
}

async function unshare({ kind, id, query }: Item, guest_id: string, { clickup }: ToolContext): Promise<void> {
  const brief = { ...query, include_shared: false };
  if (kind === 'list') await clickup.call(RemoveGuestFromList, { path: { list_id: id, guest_id }, query: brief });
  else if (kind === 'folder')
    await clickup.call(RemoveGuestFromFolder, { path: { folder_id: id, guest_id }, query: brief });
  else await clickup.call(RemoveGuestFromTask, { path: { task_id: id, guest_id }, query: brief });
}

/** What the guest may see and do now, as far as ClickUp tells. */
async function stateOf(plan: Plan, { clickup }: ToolContext): Promise<string[]> {
  if (!plan.guest) return [];
  const { team_id, guest } = plan;
  const { shared, ...rights } = (await clickup.call(GetGuest, { path: { team_id, guest_id: guest.id } })).guest;
  const level = ({ permission_level: found }: { permission_level?: string }) => (found ? `: ${found}` : '');
  return [
    ...RIGHTS.flatMap((name) => (rights[name] === undefined ? [] : [`${name}: ${rights[name] ? 'yes' : 'no'}`])),
    ...[...(shared?.folders ?? []), ...(shared?.lists ?? []), ...(shared?.tasks ?? [])].map(
      (item) => `${item.name}${level(item as { permission_level?: string })}`,
    ),
  ];
}

export const manageGuest = defineTool({
  name: 'manage_guest',
  title: 'Manage guest',
  description:
    'Invite a guest, share Folders, Lists and tasks with them or take them away, change their rights, or remove them (Enterprise).',
  toolset: 'guests',
  verb: 'update',
  risk: 'admin',
  listed: false,
  covers: [
    AddGuestToFolder,
    AddGuestToList,
    AddGuestToTask,
    EditGuestOnWorkspace,
    InviteGuestToWorkspace,
    RemoveGuestFromFolder,
    RemoveGuestFromList,
    RemoveGuestFromTask,
    RemoveGuestFromWorkspace,
  ],
  needs: {
    share: [[AddGuestToFolder, AddGuestToList, AddGuestToTask]],
    unshare: [[RemoveGuestFromFolder, RemoveGuestFromList, RemoveGuestFromTask]],
    level: [[AddGuestToFolder, AddGuestToList, AddGuestToTask]],
    can_edit_tags: [[EditGuestOnWorkspace, InviteGuestToWorkspace]],
    can_see_time_spent: [[EditGuestOnWorkspace, InviteGuestToWorkspace]],
    can_see_time_estimated: [[EditGuestOnWorkspace, InviteGuestToWorkspace]],
    can_create_views: [[EditGuestOnWorkspace, InviteGuestToWorkspace]],
    remove: [RemoveGuestFromWorkspace],
  },
  input: Input,
  output: z.strictObject({
    guest: z.string(),
    guest_id: z.string().optional(),
    applied: Applied,
    not_applied: NotApplied,
  }),
  headline: ({ guest, applied }) => `${applied?.length ? 'Changed' : 'Unchanged'}: guest ${guest}`,
  async preview(args, context) {
    const plan = await planOf(args, context);
    const todo = steps(plan, args);
    if (todo.length === 0) return undefined;
    const now = await stateOf(plan, context);
    return {
      summary: `Guest ${plan.guest?.name ?? plan.address}: ${todo.join('; ')}.`,
      current: plan.guest ? { guest: plan.guest.name, now } : { guest: 'nobody with this address' },
      state: JSON.stringify([plan.guest?.id, now, plan.share, plan.unshare]),
    };
  },
  async handler(args, context) {
    const { clickup } = context;
    const plan = await planOf(args, context);
    const { team_id, guest, rights } = plan;
    const doing = new Doing();
    const guest_id = guest ? guest.id : await invited(plan, doing, context);
    const name = guest?.name ?? plan.address;
    if (guest && args.remove) {
      const path = { team_id, guest_id: guest.id };
      await doing.step('guest', 'removed from the Workspace', () => clickup.call(RemoveGuestFromWorkspace, { path }));
    } else if (guest_id !== undefined) {
      if (guest && Object.keys(rights).length) await changeRights(guest.id, plan, doing, context);
      for (const item of plan.share)
        await doing.step('share', `${item.path}: ${args.level}`, () => share(item, guest_id, args.level!, context));
      for (const item of plan.unshare)
        await doing.step('unshare', `${item.path}: no access`, () => unshare(item, guest_id, context));
    } else
      for (const item of plan.share)
        doing.notApplied.push({ field: 'share', wanted: item.path, is: 'not done', why: 'the guest has no id yet' });
    if (guest_id !== undefined && !args.remove) await verify(team_id, guest_id, plan, args, doing, context);
    const { applied, notApplied } = doing;
    return {
      guest: name,
      guest_id,
      ...(applied.length > 0 && { applied }),
      ...(notApplied.length > 0 && { not_applied: notApplied }),
    };
  },
});

/**
 * ClickUp answers 200 to what it ignores, so what the guest has now is read, once. Where the answer does not list it, nothing is said.
 */
async function verify(
  team_id: string,
  guest_id: string,
  { share: given, unshare: taken }: Plan,
  { level }: Args,
  doing: Doing,
  { clickup }: ToolContext,
): Promise<void> {
  if (given.length + taken.length === 0) return;
  const { shared } = (await clickup.call(GetGuest, { path: { team_id, guest_id } })).guest;
  if (!shared) return;
  const has = new Map<string, string | undefined>(
    [...shared.folders, ...shared.lists, ...shared.tasks].flatMap((item) => {
      const { id, custom_id, permission_level } = item as { id: string; custom_id?: string; permission_level?: string };
      return [id, ...(custom_id ? [custom_id] : [])].map((each) => [each, permission_level] as const);
    }),
  );
  const wrong = [
    ...given.flatMap(({ id, path }) =>
      has.has(id) && (has.get(id) ?? level) === level
        ? []
        : [{ field: 'share', wanted: `${path}: ${level}`, is: has.has(id) ? (has.get(id) ?? '') : 'not shared' }],
    ),
    ...taken.flatMap(({ id, path }) =>
      has.has(id) ? [{ field: 'unshare', wanted: `${path}: no access`, is: has.get(id) ?? 'shared' }] : [],
    ),
  ];
  for (const each of wrong) {
    const at = doing.applied.indexOf(each.wanted);
    if (at < 0) continue;
    doing.applied.splice(at, 1);
    doing.notApplied.push(each);
  }
}

async function changeRights(guest_id: string, { team_id, rights }: Plan, doing: Doing, { clickup }: ToolContext) {
  const words = Object.entries(rights).map(([name, on]) => `${name}: ${on ? 'yes' : 'no'}`);
  await doing.step('rights', words.join(', '), () =>
    clickup.call(EditGuestOnWorkspace, { path: { team_id, guest_id }, body: rights }),
  );
}
