import { CustomFields } from '../world/custom-fields.js';
import { makeFolder, makeList, makeSpace, makeStatuses } from '../world/make.js';
import {
  COLORS,
  FIRST_FOLDER_ID,
  FIRST_LIST_ID,
  LIST_IDS,
  OWN_STATUSES,
  PEOPLE,
  SHARED,
  SPACES,
  type SpaceSeed,
  ZONES,
} from './data.js';
import { type Folder, type List, type Plan, type Role, type User, type Workspace } from '../world/types.js';
import { type World } from '../world/world.js';

/** Where seeded tasks may go. */
export interface Places {
  acme: Workspace;
  people: readonly User[];
  /** By path without blanks around the slashes. */
  lists: ReadonlyMap<string, List>;
}

const ENTERPRISE: Plan = { id: 4, name: 'Enterprise', seats: 40, guestSeats: 50 };
const BUSINESS: Plan = { id: 3, name: 'Business', seats: 2, guestSeats: 'Infinity' };

export function seedPlaces(world: World): Places {
  const people = PEOPLE.map(([first, last], index) =>
    makeUser(world, 61_234_501 + index * 37, first, last, 'acme', ZONES[index % ZONES.length] ?? 'UTC', index),
  );
  const acme = makeWorkspace(world, '12345', 'Acme', ENTERPRISE, people, (index) => PEOPLE[index]?.[2] ?? 3);
  const lists = new Map<string, List>();
  let folderId = FIRST_FOLDER_ID;
  let listId = FIRST_LIST_ID;
  const addList = (path: string, folder: Folder, name: string) => {
    const own = OWN_STATUSES[path];
    const id = LIST_IDS[path] ?? String(listId++);
    const list = makeList(folder, id, { name, statuses: own && makeStatuses(`sc${id}`, own) });
    world.addList(list);
    lists.set(path, list);
  };
  for (const seed of SPACES) {
    const space = addSpace(world, acme, seed, String(folderId++));
    for (const [name, names] of Object.entries(seed.folders)) {
      const folder = makeFolder(space, String(folderId++), { name });
      world.addFolder(folder);
      for (const list of names) addList(`${seed.name}/${name}/${list}`, folder, list);
    }
    for (const list of seed.lists) addList(`${seed.name}/${list}`, space.hidden, list);
  }
  share(acme, lists);
  seedGlobex(world);
  return { acme, people, lists };
}

function addSpace(world: World, workspace: Workspace, seed: SpaceSeed, hiddenFolderId: string) {
  const [owner] = workspace.members.keys();
  const members = new Set([...workspace.members].filter(([, role]) => role < 3).map(([user]) => user));
  const space = makeSpace(workspace, seed.id, hiddenFolderId, {
    name: seed.name,
    color: COLORS[world.spaces.size % COLORS.length] ?? '#7b68ee',
    private: seed.private ?? false,
    members,
    prefix: seed.prefix,
    statuses: makeStatuses(`p${seed.id}`, seed.statuses),
    tags: new Map(
      seed.tags.map((name, index) => [
        name,
        { name, fg: '#ffffff', bg: COLORS[index % COLORS.length] ?? '#7b68ee', creator: owner?.id ?? 0 },
      ]),
    ),
  });
  world.addSpace(space);
  return space;
}

function share(acme: Workspace, lists: ReadonlyMap<string, List>): void {
  for (const [user, role] of acme.members) {
    if (role !== 4) continue;
    for (const [path, list] of lists) {
      if (path.startsWith(`${SHARED.folder}/`)) list.folder.guests.add(user);
      if (path === SHARED.list) list.guests.add(user);
    }
  }
}

/** The Workspace of other people: everything in it must stay invisible to the first one, and the other way round. */
function seedGlobex(world: World): void {
  const people = [
    makeUser(world, 71_000_001, 'Hank', 'Scorpio', 'globex', 'America/Denver', 3),
    makeUser(world, 71_000_002, 'Sarah', 'Quinn', 'globex', 'America/Denver', 4),
  ];
  const globex = makeWorkspace(world, '67890', 'Globex', BUSINESS, people, (index) => (index === 0 ? 1 : 3));
  const statuses = [
    ['to do', '#87909e', 'open'],
    ['complete', '#008844', 'closed'],
  ] as const;
  const seed: SpaceSeed = {
    name: 'Plant',
    id: '90150301',
    prefix: 'GLX',
    weight: 0,
    statuses,
    tags: ['secret'],
    words: [[], []],
    folders: {},
    lists: [],
  };
  const space = addSpace(world, globex, seed, '901590301');
  const folder = makeFolder(space, '901590302', { name: 'Reactor' });
  world.addFolder(folder);
  world.addList(makeList(folder, '90154400001', { name: 'Maintenance' }));
  world.addList(makeList(space.hidden, '90154400002', { name: 'Backlog' }));
}

function makeUser(
  world: World,
  id: number,
  first: string,
  last: string,
  domain: string,
  timezone: string,
  index: number,
): User {
  const user: User = {
    id,
    username: `${first} ${last}`,
    email: `${first}.${last}@${domain}.example`.toLowerCase(),
    color: COLORS[index % COLORS.length] ?? '#7b68ee',
    initials: first.slice(0, 1) + last.slice(0, 1),
    timezone,
    weekStartDay: timezone.startsWith('Europe/') ? 1 : 0,
  };
  world.users.set(id, user);
  return user;
}

function makeWorkspace(
  world: World,
  id: string,
  name: string,
  plan: Plan,
  people: readonly User[],
  role: (index: number) => Role,
): Workspace {
  const members = new Map(people.map((user, index) => [user, role(index)]));
  const workspace: Workspace = {
    id,
    name,
    color: '#536cfe',
    members,
    plan: { ...plan },
    spaces: [],
    tasks: [],
    entries: [],
    timeInStatus: true,
    fields: new CustomFields(),
    version: 0,
  };
  world.workspaces.set(id, workspace);
  return workspace;
}
