import { AppError, knownZone } from '#libs/core';
import { type CallOperation } from '../operation.js';
import { GetAuthorizedTeams, GetAuthorizedUser } from '../operations/index.js';
import { theOne } from './the-one.js';
import { type Me, type Person, type Workspace } from './directory.js';
import { fold } from './names.js';

export async function loadMe(call: CallOperation): Promise<Me> {
  const { user } = await call(GetAuthorizedUser, {});
  return { ...person(user), timezone: knownZone(user.timezone), weekStartDay: user.week_start_day };
}

export async function loadWorkspaces(call: CallOperation): Promise<Workspace[]> {
  const { teams } = await call(GetAuthorizedTeams, {});
  return teams.map(({ id, name, members }) => ({
    id,
    name,
    members: members.map(({ user }) => ({ ...person(user), ...roleOf(user) })),
  }));
}

/**
 * The Workspace that is meant: the one named, else the bound one, else the only one.
 * @param argument how the caller can name one, if it can
 * @param bound the id of the only Workspace that this directory may work in
 * @throws AppError `invalid_parameters` when nothing says which, `clickup_not_found`, `forbidden` outside the bound one
 */
export function chooseWorkspace(all: readonly Workspace[], bound?: string, ref?: string, argument?: string): Workspace {
  const describe = ({ id, name }: Workspace) => ({ path: name, id, kind: 'workspace' });
  const named =
    ref === undefined ? undefined : all.filter(({ id, name }) => id === ref.trim() || fold(name) === fold(ref));
  if (bound !== undefined) {
    if (ref !== undefined && ref.trim() !== bound && !named?.some(({ id }) => id === bound)) throw outside(bound);
    return theOne(
      all.filter(({ id }) => id === bound),
      bound,
      'Workspace',
      describe,
    );
  }
  if (named) return theOne(named, ref!, 'Workspace', describe, () => all);
  const [only, another] = all;
  if (!only) throw new AppError('clickup_forbidden', 'This ClickUp credential reaches no Workspace.');
  if (!another) return only;
  const names = all
    .slice(0, 10)
    .map(({ id, name }) => `${name} (${id})`)
    .join('; ');
  const advice =
    argument === undefined
      ? 'Give ids or URLs of ClickUp, which say where they lie, or set TEAM_ID for this server.'
      : `Pass ${argument}, or set TEAM_ID for this server.`;
  throw new AppError('invalid_parameters', `This ClickUp credential reaches several Workspaces: ${names}. ${advice}`, {
    details: { ...(argument !== undefined && { parameter: argument }), candidates: all.slice(0, 10).map(describe) },
  });
}

/** A grant is for one Workspace, even if its ClickUp credential reaches more. */
export const outside = (bound: string) =>
  new AppError('forbidden', `This connection works in Workspace ${bound} only.`, {
    details: { reason: 'other Workspace' },
  });

const ROLES = new Map([
  [1, 'owner'],
  [2, 'admin'],
  [3, 'member'],
  [4, 'guest'],
] as const);
const roleOf = ({ role }: { role?: number | undefined }): Pick<Person, 'role'> => {
  const word = ROLES.get(role as 1);
  return word ? { role: word } : {};
};

/** An invited person has no name yet, and not everybody may see addresses. */
const person = ({ id, username, email }: { id: number; username: string | null; email?: string }): Person => ({
  id,
  username: username ?? email ?? `user ${id}`,
  email: email ?? '',
});
