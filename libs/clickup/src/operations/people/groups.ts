import { z } from 'zod';
import { operation } from '../../operation.js';
import { Group, Nothing } from '../entities/index.js';

export const GetTeams1 = operation({
  id: 'GetTeams1',
  method: 'GET',
  path: '/api/v2/group',
  verb: 'list',
  toolset: 'groups',
  summary: 'The user groups of a Workspace with their members.',
  query: z.strictObject({ team_id: z.string(), group_ids: z.array(z.string()).optional() }),
  repeated: ['group_ids'],
  response: z.strictObject({ groups: z.array(Group) }),
  targets: ({ query: { team_id, group_ids = [] } }) => [
    { kind: 'workspace', id: team_id },
    ...group_ids.map((id) => ({ kind: 'group' as const, id })),
  ],
});

export const CreateUserGroup = operation({
  id: 'CreateUserGroup',
  method: 'POST',
  path: '/api/v2/team/{team_id}/group',
  verb: 'create',
  risk: 'admin',
  toolset: 'groups',
  summary: 'Makes a user group of some people; a guest in it may cost a seat.',
  body: z.strictObject({ name: z.string(), handle: z.string().optional(), members: z.array(z.int()) }),
  response: Group,
  changesDirectory: 'group',
});

export const UpdateTeam = operation({
  id: 'UpdateTeam',
  method: 'PUT',
  path: '/api/v2/group/{group_id}',
  verb: 'update',
  risk: 'admin',
  toolset: 'groups',
  summary: 'Renames a user group, or adds and removes members; a guest in it may cost a seat.',
  body: z.strictObject({
    name: z.string().optional(),
    handle: z.string().optional(),
    members: z.strictObject({ add: z.array(z.int()), rem: z.array(z.int()) }).optional(),
  }),
  response: Group,
  changesDirectory: 'group',
});

export const DeleteTeam = operation({
  id: 'DeleteTeam',
  method: 'DELETE',
  path: '/api/v2/group/{group_id}',
  verb: 'delete',
  risk: 'admin',
  toolset: 'groups',
  summary: 'Deletes a user group; its people stay.',
  response: Nothing,
  changesDirectory: 'group',
});
