import { AuditLog } from './audit-log.js';
import { Sharing } from './sharing.js';
import { type Role, type User, type Workspace } from './types.js';
import { type World } from './world.js';

export interface CustomRole {
  id: number;
  workspace: Workspace;
  name: string;
  inherited: Role;
  created: number;
}

/** What a Workspace knows about one of its people beside the role. Times are Unix milliseconds. */
export interface Membership {
  invitedBy: User | undefined;
  invited: number;
  joined: number | null;
  lastActive: number | null;
  customRole: CustomRole | undefined;
  /** Of guests. */
  rights: Record<Right, boolean>;
}

export const RIGHTS = [
  'can_edit_tags',
  'can_see_time_spent',
  'can_see_time_estimated',
  'can_create_views',
  'can_see_points_estimated',
] as const;
type Right = (typeof RIGHTS)[number];

export interface Group {
  id: string;
  workspace: Workspace;
  creator: User;
  name: string;
  handle: string;
  created: number;
  members: Set<User>;
}

const FIRST_INVITED = 61_300_001;
const noRights = (): Membership['rights'] => ({
  can_edit_tags: false,
  can_see_time_spent: false,
  can_see_time_estimated: false,
  can_create_views: false,
  can_see_points_estimated: false,
});

/** Who is in a Workspace and how they came there, their groups and custom roles, what was shared with them, and the log of it all. */
export class People {
  readonly sharing = new Sharing();
  readonly audit = new AuditLog();
  readonly groups = new Map<string, Group>();
  readonly roles = new Map<number, CustomRole>();
  private readonly memberships = new Map<Workspace, Map<User, Membership>>();
  private invitations = 0;
  private groupCount = 0;

  membership(workspace: Workspace, user: User): Membership {
    const known = this.memberships.get(workspace) ?? new Map<User, Membership>();
    this.memberships.set(workspace, known);
    let membership = known.get(user);
    if (!membership)
      known.set(
        user,
        (membership = {
          invitedBy: undefined,
          invited: 0,
          joined: null,
          lastActive: null,
          customRole: undefined,
          rights: noRights(),
        }),
      );
    return membership;
  }

  /** Adds somebody by address. Who is known already comes back as they were; who is not has no name until they accept. */
  invite(world: World, workspace: Workspace, email: string, role: Role, by: User): User {
    let user = [...world.users.values()].find((known) => known.email === email);
    if (!user) {
      const id = FIRST_INVITED + 37 * this.invitations++;
      user = {
        id,
        username: '',
        email,
        color: '',
        initials: email.slice(0, 1).toUpperCase(),
        timezone: 'UTC',
        weekStartDay: 0,
      };
      world.users.set(id, user);
    }
    workspace.members.set(user, role);
    Object.assign(this.membership(workspace, user), {
      invitedBy: by,
      invited: world.now(),
      joined: null,
      lastActive: null,
      customRole: undefined,
      rights: noRights(),
    });
    const seats = filledSeats(workspace);
    // A full Workspace is not refused: ClickUp sells it another seat.
    workspace.plan.seats = Math.max(workspace.plan.seats, seats);
    return user;
  }

  remove(workspace: Workspace, user: User): void {
    workspace.members.delete(user);
    this.memberships.get(workspace)?.delete(user);
    for (const group of this.groups.values()) if (group.workspace === workspace) group.members.delete(user);
    for (const space of workspace.spaces) {
      space.members.delete(user);
      for (const folder of [...space.folders, space.hidden]) {
        this.sharing.take(folder, user);
        for (const list of folder.lists) {
          this.sharing.take(list, user);
          for (const task of list.tasks) this.sharing.take(task, user);
        }
      }
    }
  }

  addGroup(group: Omit<Group, 'id'>): Group {
    const id = `4bfdfcec-6f4f-40a7-b0d6-${String(++this.groupCount).padStart(12, '0')}`;
    const made = { id, ...group };
    this.groups.set(id, made);
    return made;
  }

  rolesOf(workspace: Workspace): CustomRole[] {
    return [...this.roles.values()].filter((role) => role.workspace === workspace);
  }

  groupsOf(workspace: Workspace): Group[] {
    return [...this.groups.values()].filter((group) => group.workspace === workspace);
  }
}

/** Seats that members, admins and the owner take. */
export const filledSeats = ({ members }: Workspace): number =>
  [...members.values()].filter((role) => role !== 4).length;
