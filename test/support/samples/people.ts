import { NOW, type Samples, SPRINT_42 } from './sample.js';

const TEAM = { team_id: '12345' };
const person = (index: number) => String(61_234_501 + index * 37);
/** Gina, the guest, sees the Folder Frontend and the List Feedback. */
const GUEST = person(39);
const FRONTEND = '901480203';
const GROUP = '4bfdfcec-6f4f-40a7-b0d6-000000000001';
const RIGHTS = {
  can_edit_tags: true,
  can_see_time_spent: true,
  can_see_time_estimated: true,
  can_create_views: true,
  can_see_points_estimated: true,
  custom_role_id: 4_547_089,
};

/** Guests, people, groups, roles, the plan, sharing and the audit log. */
export const people: Samples = {
  InviteGuestToWorkspace: () => ({ path: TEAM, body: { email: 'new.guest@partner.example', ...RIGHTS } }),
  GetGuest: () => ({ path: { ...TEAM, guest_id: GUEST } }),
  EditGuestOnWorkspace: () => ({ path: { ...TEAM, guest_id: GUEST }, body: RIGHTS }),
  RemoveGuestFromWorkspace: () => ({ path: { ...TEAM, guest_id: GUEST } }),
  AddGuestToTask: () => ({
    path: { task_id: 'ENG-123', guest_id: GUEST },
    query: { custom_task_ids: true, team_id: '12345', include_shared: true },
    body: { permission_level: 'comment' },
  }),
  RemoveGuestFromTask: ({ task }) => ({ path: { task_id: task, guest_id: GUEST } }),
  AddGuestToList: () => ({ path: { list_id: SPRINT_42, guest_id: GUEST }, body: { permission_level: 'read' } }),
  RemoveGuestFromList: () => ({ path: { list_id: SPRINT_42, guest_id: GUEST } }),
  AddGuestToFolder: () => ({ path: { folder_id: FRONTEND, guest_id: GUEST }, body: { permission_level: 'edit' } }),
  RemoveGuestFromFolder: () => ({ path: { folder_id: FRONTEND, guest_id: GUEST } }),
  InviteUserToWorkspace: () => ({
    path: TEAM,
    body: { email: 'new.hire@acme.example', admin: false, custom_role_id: 6_715_664 },
  }),
  GetUser: () => ({ path: { ...TEAM, user_id: GUEST }, query: { include_shared: true } }),
  EditUserOnWorkspace: () => ({
    path: { ...TEAM, user_id: person(2) },
    body: { username: 'Sarah Chen-Lee', admin: true, custom_role_id: 2_957_195 },
  }),
  RemoveUserFromWorkspace: () => ({ path: { ...TEAM, user_id: person(7) } }),
  GetCustomRoles: () => ({ path: TEAM, query: { include_members: true } }),
  CreateUserGroup: () => ({
    path: TEAM,
    body: { name: 'On Call', handle: 'oncall', members: [Number(person(1)), Number(person(2))] },
  }),
  UpdateTeam: () => ({
    path: { group_id: GROUP },
    body: { name: 'Backend Circle', handle: 'circle', members: { add: [Number(person(1))], rem: [Number(person(2))] } },
  }),
  DeleteTeam: () => ({ path: { group_id: GROUP } }),
  GetTeams1: () => ({ query: { team_id: '12345', group_ids: [GROUP] } }),
  SharedHierarchy: () => ({ path: TEAM }),
  GetWorkspaceseats: () => ({ path: TEAM }),
  GetWorkspaceplan: () => ({ path: TEAM }),
  publicPatchAcl: () => ({
    path: { workspace_id: '12345', object_type: 'list', object_id: SPRINT_42 },
    body: {
      private: true,
      entries: [
        { kind: 'user', id: person(2), permission_level: 4 },
        { kind: 'group', id: GROUP, permission_level: 1 },
        { kind: 'user', id: GUEST, permission_level: null },
      ],
    },
  }),
  queryAuditLog: () => ({
    path: { workspace_id: '12345' },
    body: {
      applicability: 'auth-and-security',
      filter: { workspaceId: '12345', eventType: ['USER_LOGIN'], endTime: NOW },
      pagination: { pageRows: 5, pageTimestamp: NOW, pageDirection: 'before' },
    },
  }),
};
