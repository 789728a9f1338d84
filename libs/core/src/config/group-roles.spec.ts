import { groupRoles } from './group-roles.js';

test('groups, roles and Workspaces', () =>
  expect(groupRoles('platform=operator, team-a=admin:90120,team-a=auditor:90121,audit=auditor')).toEqual([
    { group: 'platform', role: 'operator' },
    { group: 'team-a', role: 'admin', workspaceId: '90120' },
    { group: 'team-a', role: 'auditor', workspaceId: '90121' },
    { group: 'audit', role: 'auditor' },
  ]));

test('a group whose name means something here is percent-encoded', () =>
  expect(groupRoles('CN%3DOps%2COU%3DIT=operator')).toEqual([{ group: 'CN=Ops,OU=IT', role: 'operator' }]));

test.each([
  '',
  'platform',
  'platform=owner',
  'platform=operator:1',
  'team-a=admin',
  '=operator',
  'a=operator,',
  'a=b=operator',
  '%=operator',
  'a=admin:9 0',
])('%j is refused', (text) => expect(groupRoles(text)).toBeUndefined());
