import { type Call } from '../call.js';
import { type At, atFolder, atList, atSpace, type Event } from './event.js';

type Kind = 'space' | 'folder' | 'list' | 'goal' | 'key_result';
type Happened = 'Created' | 'Updated' | 'Deleted';

/** What operations do to places and goals. */
const OPERATIONS: Readonly<Record<string, readonly [Kind, Happened]>> = {
  CreateSpace: ['space', 'Created'],
  UpdateSpace: ['space', 'Updated'],
  DeleteSpace: ['space', 'Deleted'],
  CreateFolder: ['folder', 'Created'],
  CreateFolderFromTemplate: ['folder', 'Created'],
  UpdateFolder: ['folder', 'Updated'],
  MoveFolder: ['folder', 'Updated'],
  DeleteFolder: ['folder', 'Deleted'],
  CreateList: ['list', 'Created'],
  CreateFolderlessList: ['list', 'Created'],
  CreateFolderListFromTemplate: ['list', 'Created'],
  CreateSpaceListFromTemplate: ['list', 'Created'],
  UpdateList: ['list', 'Updated'],
  DeleteList: ['list', 'Deleted'],
  CreateGoal: ['goal', 'Created'],
  UpdateGoal: ['goal', 'Updated'],
  DeleteGoal: ['goal', 'Deleted'],
  CreateKeyResult: ['key_result', 'Created'],
  EditKeyResult: ['key_result', 'Updated'],
  DeleteKeyResult: ['key_result', 'Deleted'],
};
const NAMES: Readonly<Record<Kind, string>> = {
  space: 'space',
  folder: 'folder',
  list: 'list',
  goal: 'goal',
  key_result: 'keyResult',
};

const AT: Readonly<Record<Kind, (call: Call, id: string) => At | undefined>> = {
  space: ({ world }, id) => ifThere(world.spaces.get(id), atSpace),
  folder: ({ world }, id) => ifThere(world.folders.get(id), atFolder),
  list: ({ world }, id) => ifThere(world.lists.get(id), atList),
  goal: anywhere,
  key_result: anywhere,
};

const ifThere = <T>(value: T | undefined, at: (value: T) => At): At | undefined =>
  value === undefined ? undefined : at(value);

/** Goals lie in no place: in the Workspace of the person. */
function anywhere({ world, access }: Call): At | undefined {
  const workspace = [...world.workspaces.values()].find((candidate) => access.role(candidate));
  return workspace && { workspace };
}

/** Remembers where a place lies before the request may delete it. The function it returns makes the events, once the answer is there. */
export function watchPlace(operation: string, call: Call): (answer: object) => Event[] {
  const [kind, happened] = OPERATIONS[operation] ?? [];
  if (!kind) return () => [];
  const named = happened === 'Created' ? undefined : call.path[`${kind}_id`];
  const before = named === undefined ? undefined : AT[kind](call, named);
  return (answer) => {
    const id = named ?? idIn(answer, kind);
    const at = before ?? (id === undefined ? undefined : AT[kind](call, id));
    return id === undefined || !at ? [] : [{ name: NAMES[kind] + happened, at, ids: { [`${kind}_id`]: id } }];
  };
}

/** The id in an answer of either form: `{id}` or `{goal: {id}}`. */
function idIn(answer: object, kind: Kind): string | undefined {
  const { id } = ((answer as Record<string, unknown>)[kind] ?? answer) as { id?: unknown };
  return typeof id === 'string' ? id : undefined;
}
