import { makeComment } from '../world/make.js';
import { REMARKS } from './data.js';
import { type Places } from './places.js';
import { type User } from '../world/types.js';
import { type ParentType, PARENT_TYPES, PLAIN, type Parts, type View } from '../world/views.js';
import { type World } from '../world/world.js';

const DAY = 86_400_000;
const HOUR = 3_600_000;
/** More than the 25 that one page of comments holds. */
const CHAT = 30;
const FIRST_COMMENT = 90_140_030_000_001;

interface ViewSeed {
  name: string;
  type: string;
  level: ParentType;
  place: string;
  filters?: readonly object[];
  sorting?: readonly object[];
  private?: true;
}

const [ENGINEERING, LEADERSHIP] = ['90140201', '90140206'];

/** Places by id; Lists and Folders by path. Append only: ids follow the order. */
const VIEWS: readonly ViewSeed[] = [
  {
    name: 'Overdue everywhere',
    type: 'list',
    level: PARENT_TYPES.workspace,
    place: '12345',
    filters: [{ field: 'dueDate', op: 'EQ', values: [{ op: 'overdue' }] }],
    sorting: [{ field: 'dueDate', dir: 1, idx: 0 }],
  },
  {
    name: 'Urgent work',
    type: 'board',
    level: PARENT_TYPES.space,
    place: ENGINEERING,
    filters: [{ field: 'priority', op: 'EQ', values: [1] }],
  },
  { name: 'Engineering chat', type: 'conversation', level: PARENT_TYPES.space, place: ENGINEERING },
  {
    name: 'My focus',
    type: 'list',
    level: PARENT_TYPES.space,
    place: ENGINEERING,
    filters: [{ field: 'assignee', op: 'ANY', values: ['me'] }],
    private: true,
  },
  { name: 'Board prep', type: 'list', level: PARENT_TYPES.space, place: LEADERSHIP },
  {
    name: 'Frontend bugs',
    type: 'list',
    level: PARENT_TYPES.folder,
    place: 'Engineering/Frontend/Current Sprint',
    filters: [{ field: 'tag', op: 'ANY', values: ['bug'] }],
  },
  { name: 'Sprint board', type: 'board', level: PARENT_TYPES.list, place: 'Engineering/Frontend/Current Sprint' },
  {
    name: 'Unassigned',
    type: 'list',
    level: PARENT_TYPES.list,
    place: 'Engineering/Incoming Bugs',
    filters: [{ field: 'assignee', op: 'ANY', values: [null] }],
    sorting: [{ field: 'priority', dir: 1, idx: 0 }],
  },
  { name: 'Report a bug', type: 'form', level: PARENT_TYPES.list, place: 'Engineering/Incoming Bugs' },
  { name: 'Sprint 42', type: 'list', level: PARENT_TYPES.list, place: 'Engineering/Backend/Sprint 42' },
];

/** Views at all four levels, a chat with a history, a form; and one view in the second Workspace. */
export function seedViews(world: World, { acme, people, lists }: Places): void {
  const [anna] = people;
  if (!anna) return;
  for (const { name, type, level, place, filters = [], sorting = [], private: own } of VIEWS) {
    const list = lists.get(place);
    const id = level === PARENT_TYPES.list ? list?.id : level === PARENT_TYPES.folder ? list?.folder.id : place;
    const parts: Parts = {
      ...PLAIN,
      filters: { ...PLAIN.filters, fields: filters.map((filter, idx) => ({ ...filter, idx })) },
      sorting: { fields: sorting },
    };
    const view = world.views.add(acme, {
      name,
      type,
      parent: { id: id ?? '', type: level },
      creator: anna,
      created: world.now() - 50 * DAY,
      visibility: own ? 'private' : 'public',
      parts: type === 'form' ? undefined : parts,
    });
    if (type === 'conversation') chat(world, view, people.slice(0, 7));
  }
  const globex = world.workspace('67890');
  const [hank] = globex.members.keys();
  if (hank)
    world.views.add(globex, {
      name: 'Secret view of the reactor',
      type: 'list',
      parent: { id: '67890', type: PARENT_TYPES.workspace },
      creator: hank,
      created: world.now() - 9 * DAY,
      visibility: 'public',
      parts: PLAIN,
    });
}

function chat(world: World, view: View, people: readonly User[]): void {
  for (let at = 0; at < CHAT; at++) {
    world.addComment(
      makeComment(
        String(FIRST_COMMENT + at),
        view,
        people[at % people.length] as User,
        REMARKS[at % REMARKS.length] ?? '',
        world.now() - (CHAT - at) * 7 * HOUR,
      ),
    );
  }
}
