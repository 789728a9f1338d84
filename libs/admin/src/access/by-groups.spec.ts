import { byGroups } from './by-groups.js';

const TABLE = [
  { group: 'platform', role: 'operator' },
  { group: 'team-a', role: 'admin', workspaceId: '1' },
  { group: 'watchers', role: 'auditor', workspaceId: '1' },
  { group: 'audit', role: 'auditor' },
] as const;

test.each<[string[], object]>([
  [[], { standings: [] }],
  [['Platform', 'others'], { standings: [] }],
  [['team-a'], { standings: [{ workspaceId: '1', role: 'admin' }] }],
  [['watchers', 'team-a'], { standings: [{ workspaceId: '1', role: 'admin' }] }],
  [['audit', 'watchers'], { everywhere: 'auditor', standings: [] }],
  [['audit', 'team-a'], { everywhere: 'auditor', standings: [{ workspaceId: '1', role: 'admin' }] }],
  [['team-a', 'audit', 'platform'], { everywhere: 'operator', standings: [] }],
])('members of %j', (groups, expected) => expect(byGroups(groups, TABLE)).toEqual(expected));
