import { z } from 'zod';
import { operation } from '../../operation.js';
import { Guest, GuestRights, Person, Team, User } from '../entities/index.js';
import { Role } from '../entities/role.js';

const Rights = GuestRights.partial().extend({ custom_role_id: z.int().optional() });
const Invited = GuestRights.extend({ user: Person, invited_by: User.optional() });

export const InviteGuestToWorkspace = operation({
  id: 'InviteGuestToWorkspace',
  method: 'POST',
  path: '/api/v2/team/{team_id}/guest',
  verb: 'create',
  risk: 'admin',
  toolset: 'guests',
  summary: 'Invites a guest to a Workspace, who sees nothing until something is shared (Enterprise).',
  body: Rights.extend({ email: z.string() }),
  response: z.strictObject({ team: Team.extend({ members: z.array(Invited), roles: z.array(Role) }) }),
  changesDirectory: 'people',
});

export const GetGuest = operation({
  id: 'GetGuest',
  method: 'GET',
  path: '/api/v2/team/{team_id}/guest/{guest_id}',
  verb: 'get',
  toolset: 'guests',
  summary: 'One guest with rights and everything that was shared with them (Enterprise).',
  // The answer is documented as an empty object; it is the guest that EditGuestOnWorkspace answers.
  response: z.strictObject({ guest: Guest }),
});

export const EditGuestOnWorkspace = operation({
  id: 'EditGuestOnWorkspace',
  method: 'PUT',
  path: '/api/v2/team/{team_id}/guest/{guest_id}',
  verb: 'update',
  risk: 'admin',
  toolset: 'guests',
  summary: 'Changes what a guest may see and edit, or their custom role (Enterprise).',
  body: Rights,
  response: z.strictObject({ guest: Guest }),
});

export const RemoveGuestFromWorkspace = operation({
  id: 'RemoveGuestFromWorkspace',
  method: 'DELETE',
  path: '/api/v2/team/{team_id}/guest/{guest_id}',
  verb: 'remove',
  risk: 'admin',
  toolset: 'guests',
  summary: 'Removes a guest from a Workspace and from everything that was shared with them (Enterprise).',
  response: z.strictObject({ team: Team.extend({ members: z.array(Invited) }) }),
  changesDirectory: 'people',
});
