import { type User, type Workspace } from '../world/types.js';
import { type World } from '../world/world.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Custom roles: id, name, the built-in role that each narrows, and the index of who has it. */
const ROLES = [
  [4_547_089, 'Contractor', 4, 39],
  [6_715_664, 'Project lead', 3, 4],
  [2_957_195, 'Billing admin', 2, 3],
] as const;
const GROUPS: readonly (readonly [name: string, handle: string, members: readonly number[]])[] = [
  ['Backend Guild', 'backend', [2, 4, 6, 10]],
  ['Design', 'design', [5, 7, 13]],
  ['Support Crew', 'support', [8, 11, 15, 16, 22]],
];

/** When people came, their custom roles and groups, and the log of the last weeks. */
export function seedPeople(world: World): void {
  for (const workspace of world.workspaces.values()) seedMemberships(world, workspace);
  const acme = world.workspace('12345');
  const people = [...acme.members.keys()];
  const at = (index: number) => people[index] as User;
  for (const [id, name, inherited, holder] of ROLES) {
    const role = { id, workspace: acme, name, inherited, created: world.now() - 300 * DAY };
    world.people.roles.set(id, role);
    world.people.membership(acme, at(holder)).customRole = role;
  }
  for (const [index, [name, handle, members]] of GROUPS.entries()) {
    world.people.addGroup({
      workspace: acme,
      creator: at(0),
      name,
      handle,
      created: world.now() - (200 - index) * DAY,
      members: new Set(members.map(at)),
    });
  }
  seedAudit(world, acme, people);
}

/**
 * Somebody of the first Workspace who also works for the second, as a guest with one Folder, and somebody who is in none any more.
 * A personal token reaches all Workspaces of its owner. They are added last, so that nothing else in the seed changes.
 */
export function seedGuestOfBoth(world: World): void {
  const globex = world.workspace('67890');
  const [hank] = globex.members.keys();
  const reactor = globex.spaces.flatMap(({ folders }) => folders).find(({ name }) => name === 'Reactor');
  if (!hank || !reactor) return;
  const chloe = world.people.invite(world, globex, 'chloe.bennett@acme.example', 4, hank);
  Object.assign(world.people.membership(globex, chloe), {
    joined: world.now() - 30 * DAY,
    invited: world.now() - 31 * DAY,
  });
  reactor.guests.add(chloe);
  world.users.set(LEFT.id, LEFT);
}

/** The owner of the first Workspace as an owner of the second. */
export function seedOwnerOfBoth(world: World): void {
  const [owner] = world.workspace('12345').members.keys();
  if (owner) world.workspace('67890').members.set(owner, 1);
}

const LEFT: User = {
  id: 61_299_001,
  username: 'Owen Grant',
  email: 'owen.grant@acme.example',
  color: '#7b68ee',
  initials: 'OG',
  timezone: 'Europe/London',
  weekStartDay: 1,
};

function seedMemberships(world: World, workspace: Workspace): void {
  const [owner] = workspace.members.keys();
  for (const [index, [user, role]] of [...workspace.members].entries()) {
    const invited = world.now() - (400 - index) * DAY;
    const membership = world.people.membership(workspace, user);
    Object.assign(membership, {
      invitedBy: index === 0 ? undefined : owner,
      invited,
      joined: invited + DAY,
      lastActive: world.now() - (index % 9) * 5 * HOUR,
    });
    if (role === 4) Object.assign(membership.rights, { can_see_time_estimated: true, can_edit_tags: true });
  }
}

function seedAudit(world: World, acme: Workspace, people: readonly User[]): void {
  const { audit } = world.people;
  const [owner, admin] = people as [User, User];
  for (let back = 21; back >= 1; back--) {
    for (let entry = 0; entry < 3; entry++) {
      const user = people[(back * 7 + entry * 11) % people.length] as User;
      const failed = back % 8 === 3 && entry === 2;
      audit.record(
        acme,
        user,
        'USER_LOGIN',
        world.now() - back * DAY + entry * HOUR,
        { method: 'password' },
        failed ? 'failed' : 'success',
      );
    }
    if (back === 14)
      audit.record(acme, owner, 'CHANGE_USER_ROLE', world.now() - 14 * DAY + 4 * HOUR, {
        userId: (people[3] as User).id,
        role: 'admin',
      });
    if (back === 9)
      audit.record(acme, admin, 'CHANGE_2FA_POLICY', world.now() - 9 * DAY + 4 * HOUR, { required: 'all' });
    if (back === 5) audit.record(acme, admin, 'FIELD_CREATED', world.now() - 5 * DAY + 4 * HOUR, { name: 'Severity' });
  }
}
