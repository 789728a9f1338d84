import { z } from 'zod';
import { operation } from '../../operation.js';
import { MsText, Person, RoleNumber, SharedItems, Team, User } from '../entities/index.js';
import { Role } from '../entities/role.js';

const Member = z.strictObject({ user: Person, invited_by: User.optional() });
const MemberAnswer = z.strictObject({ member: Member.extend({ shared: SharedItems.optional() }) });

export const InviteUserToWorkspace = operation({
  id: 'InviteUserToWorkspace',
  method: 'POST',
  path: '/api/v2/team/{team_id}/user',
  verb: 'create',
  risk: 'admin',
  toolset: 'users',
  summary: 'Invites somebody to a Workspace as a member or admin; takes a paid seat (Enterprise).',
  body: z.strictObject({ email: z.string(), admin: z.boolean(), custom_role_id: z.int().optional() }),
  response: z.strictObject({ team: Team.extend({ members: z.array(Member), roles: z.array(Role) }) }),
  changesDirectory: 'people',
});

export const GetUser = operation({
  id: 'GetUser',
  method: 'GET',
  path: '/api/v2/team/{team_id}/user/{user_id}',
  verb: 'get',
  toolset: 'users',
  summary: 'One person of a Workspace: role, inviter, when they joined and were last active (Enterprise).',
  query: z.strictObject({ include_shared: z.boolean().optional() }),
  response: MemberAnswer,
});

export const EditUserOnWorkspace = operation({
  id: 'EditUserOnWorkspace',
  method: 'PUT',
  path: '/api/v2/team/{team_id}/user/{user_id}',
  verb: 'update',
  risk: 'admin',
  toolset: 'users',
  summary: 'Renames a person and sets their role, all three values together (Enterprise).',
  body: z.strictObject({ username: z.string(), admin: z.boolean(), custom_role_id: z.int() }),
  response: MemberAnswer,
  changesDirectory: ['people', 'group'],
});

export const RemoveUserFromWorkspace = operation({
  id: 'RemoveUserFromWorkspace',
  method: 'DELETE',
  path: '/api/v2/team/{team_id}/user/{user_id}',
  verb: 'remove',
  risk: 'admin',
  toolset: 'users',
  summary: 'Deactivates a person in a Workspace; what they made stays (Enterprise).',
  response: z.strictObject({ team: Team.extend({ members: z.array(Member) }) }),
  changesDirectory: ['people', 'group'],
});

export const GetCustomRoles = operation({
  id: 'GetCustomRoles',
  method: 'GET',
  path: '/api/v2/team/{team_id}/customroles',
  verb: 'list',
  toolset: 'users',
  summary: 'The custom roles of a Workspace, with who has them when asked for.',
  query: z.strictObject({ include_members: z.boolean().optional() }),
  response: z.strictObject({
    custom_roles: z.array(
      z.strictObject({
        id: z.int(),
        team_id: z.string(),
        name: z.string(),
        inherited_role: RoleNumber,
        date_created: MsText,
        /** Ids of people; only with `include_members`. */
        members: z.array(z.int()).optional(),
      }),
    ),
  }),
});
