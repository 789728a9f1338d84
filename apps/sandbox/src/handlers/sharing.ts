import { type Call, type Handler } from '../call.js';
import { flagField, objectIn, textField } from '../fields.js';
import { refuse } from '../refusal.js';
import { bareFolderWire, listWire } from '../wire/places.js';
import { taskWire } from '../wire/task.js';
import { type Level, LEVELS, type Shareable, sharedWith } from '../world/sharing.js';
import { type Space, type User, type Workspace } from '../world/types.js';
import { workspaceOf } from '../world/world.js';
import { personOf } from './person-address.js';

export const SharedHierarchy: Handler = ({ access, path, user }) => {
  const { tasks, lists, folders } = sharedWith(user, access.workspace(path.team_id).spaces);
  return {
    shared: {
      tasks: tasks.map((task) => taskWire(task, false)),
      lists: lists.map(listWire),
      folders: folders.map((folder) => {
        const { id, name, orderindex, task_count } = bareFolderWire(folder);
        return { id, name, orderindex, content: null, task_count, due_date: null, archived: folder.archived };
      }),
    },
  };
};

/** Something with an ACL: who is let in, who is put out, and whether anybody else sees it. */
interface Subject {
  workspace: Workspace;
  takesGuests: boolean;
  give(user: User, level: Level): void;
  take(user: User): void;
  setPrivate(on: boolean): void;
}

const shareable = ({ world: { people } }: Call, object: Shareable, workspace: Workspace): Subject => ({
  workspace,
  takesGuests: true,
  give: (user, level) => people.sharing.give(object, user, level),
  take: (user) => people.sharing.take(object, user),
  setPrivate: (on) => people.sharing.setPrivate(object, on),
});

/** Guests are let into Folders, Lists and tasks, never into a whole Space. */
const spaceSubject = (space: Space): Subject => ({
  workspace: space.workspace,
  takesGuests: false,
  give: (user) => void space.members.add(user),
  take: (user) => void space.members.delete(user),
  setPrivate: (on) => void (space.private = on),
});

type FindSubject = (call: Call, id: string | undefined) => Subject;

/** The objects that the sandbox can share, by object type. */
const SUBJECTS = new Map<string, FindSubject>(
  Object.entries<FindSubject>({
    space: ({ access }, id) => spaceSubject(access.space(id)),
    folder: (call, id) => {
      const folder = call.access.folder(id);
      return shareable(call, folder, folder.space.workspace);
    },
    list: (call, id) => {
      const list = call.access.list(id);
      return shareable(call, list, workspaceOf(list));
    },
    task: (call, id) => {
      const task = call.access.task(id);
      return shareable(call, task, workspaceOf(task.list));
    },
  }),
);

/** Whoever makes something private keeps access to it. An entry without a level gives full access, one with null takes access away. */
export const publicPatchAcl: Handler = (call) => {
  const { access, path, body, user } = call;
  const workspace = access.workspace(path.workspace_id);
  access.mayBuild(workspace);
  const find = SUBJECTS.get(path.object_type ?? '');
  if (!find) throw refuse.objectUnknown();
  const subject = find(call, path.object_id);
  if (subject.workspace !== workspace) throw refuse.notAuthorized();
  const entries = (Array.isArray(body.entries) ? body.entries : []).map((entry) =>
    entryOf(call, workspace, objectIn(entry) ?? {}),
  );
  const isGuest = (person: User) => workspace.members.get(person) === 4;
  if (!subject.takesGuests && entries.some(({ people, level }) => level && people.some(isGuest)))
    throw refuse.noAccess();
  const hidden = flagField(body, 'private');
  if (hidden !== undefined) subject.setPrivate(hidden);
  if (hidden) subject.give(user, 'create');
  for (const { people, level } of entries)
    for (const person of people)
      if (level) subject.give(person, level);
      else subject.take(person);
  return {};
};

function entryOf(
  call: Call,
  workspace: Workspace,
  entry: Readonly<Record<string, unknown>>,
): { people: User[]; level: Level | undefined } {
  const id = textField(entry, 'id');
  const { permission_level = LEVELS.create } = entry;
  const level = (Object.keys(LEVELS) as Level[]).find((name) => LEVELS[name] === permission_level);
  if (!level && permission_level !== null) throw refuse.levelInvalid();
  if (entry.kind !== 'group') return { people: [personOf(call, workspace, id)], level };
  const group = call.world.people.groups.get(id ?? '');
  if (group?.workspace !== workspace) throw refuse.personUnknown();
  return { people: [...group.members], level };
}
