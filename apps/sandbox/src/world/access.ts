import { refuse } from '../refusal.js';
import { type Level, LEVELS, type Shareable } from './sharing.js';
import {
  type Comment,
  type Folder,
  type List,
  type Role,
  type Space,
  type Task,
  type User,
  type Workspace,
} from './types.js';
import { PARENT_TYPES, type View } from './views.js';
import { type World, workspaceOf } from './world.js';

/** Who sees what: members everything but private Spaces they are not in, guests what was shared with them. */
export class Access {
  constructor(
    private readonly world: World,
    readonly user: User,
    /** What a guest must have been given to do what is asked. */
    private readonly needs: Level,
    /** Ids of the Workspaces that an app was let into; without it all of the person's. */
    private readonly granted?: ReadonlySet<string>,
  ) {}

  role(workspace: Workspace): Role | undefined {
    return this.granted && !this.granted.has(workspace.id) ? undefined : workspace.members.get(this.user);
  }

  isAdmin(workspace: Workspace): boolean {
    const role = this.role(workspace);
    return role === 1 || role === 2;
  }

  seesSpace(space: Space): boolean {
    const role = this.role(space.workspace);
    if (!role) return false;
    if (role === 4) return [...space.folders, space.hidden].some((folder) => this.seesFolder(folder));
    return !space.private || space.members.has(this.user);
  }

  seesFolder(folder: Folder): boolean {
    if (this.role(folder.space.workspace) !== 4) return this.given(folder) ?? this.seesSpace(folder.space);
    return folder.guests.has(this.user) || folder.lists.some(({ guests }) => guests.has(this.user));
  }

  seesList(list: List): boolean {
    if (this.role(workspaceOf(list)) !== 4) return this.given(list) ?? this.seesFolder(list.folder);
    return list.guests.has(this.user) || list.folder.guests.has(this.user);
  }

  seesTask(task: Task): boolean {
    const elsewhere = [...task.relations.lists].some((list) => this.seesList(list));
    if (this.role(workspaceOf(task.list)) !== 4) return this.given(task) ?? (this.seesList(task.list) || elsewhere);
    return this.seesList(task.list) || elsewhere || task.guests.has(this.user);
  }

  /** Whether a member sees something for its own sake: true where it was shared with them by hand, false where it is private; undefined means that the place around it decides. */
  private given(object: Shareable): boolean | undefined {
    if (object.guests.has(this.user)) return true;
    return this.world.people.sharing.isPrivate(object) ? false : undefined;
  }

  seesComment(comment: Comment): boolean {
    const { on } = comment;
    if ('parts' in on) return this.seesView(on);
    return 'replies' in on ? this.seesComment(on) : 'comments' in on ? this.seesTask(on) : this.seesList(on);
  }

  /** A private view is seen by its creator only; a view goes with its place. */
  seesView({ parent: { id, type }, visibility, creator }: View): boolean {
    if (visibility === 'private' && creator !== this.user) return false;
    const { workspaces, spaces, folders, lists } = this.world;
    const [workspace, space, folder, list] = [workspaces.get(id), spaces.get(id), folders.get(id), lists.get(id)];
    if (type === PARENT_TYPES.workspace)
      return workspace !== undefined && [1, 2, 3].includes(this.role(workspace) ?? 0);
    if (type === PARENT_TYPES.space) return space !== undefined && this.seesSpace(space);
    return type === PARENT_TYPES.folder
      ? folder !== undefined && this.seesFolder(folder)
      : list !== undefined && this.seesList(list);
  }

  view(id: string | undefined): View {
    const view = this.world.views.all.get(id ?? '');
    if (!view || !this.seesView(view)) throw refuse.notAuthorized();
    return view;
  }

  workspace(id: string | undefined): Workspace {
    const workspace = this.world.workspaces.get(id ?? '');
    if (!workspace || !this.role(workspace)) throw refuse.notAuthorized();
    return workspace;
  }

  space(id: string | undefined): Space {
    const space = this.world.spaces.get(id ?? '');
    if (!space || !this.seesSpace(space)) throw refuse.notAuthorized();
    return space;
  }

  folder(id: string | undefined): Folder {
    const folder = this.world.folders.get(id ?? '');
    if (!folder || !this.seesFolder(folder)) throw refuse.notAuthorized();
    this.may([folder]);
    return folder;
  }

  list(id: string | undefined): List {
    const list = this.world.lists.get(id ?? '');
    if (!list || !this.seesList(list)) throw refuse.notAuthorized();
    this.may([list, list.folder]);
    return list;
  }

  /** An id that never existed is refused like one that the caller may not see; a deleted task is said to be gone. */
  task(id: string | undefined): Task {
    const task = this.world.tasks.get(id ?? '');
    if (!task && this.world.trash.has(id ?? '')) throw refuse.taskGone();
    if (!task || !this.seesTask(task)) throw refuse.notAuthorized();
    this.may([task, task.list, task.list.folder]);
    return task;
  }

  taskByCustomId(workspace: Workspace, id: string | undefined): Task {
    const task = this.world.taskByCustomId(workspace, id ?? '');
    if (!task || !this.seesTask(task)) throw refuse.notAuthorized();
    this.may([task, task.list, task.list.folder]);
    return task;
  }

  comment(id: string | undefined): Comment {
    const comment = this.world.comments.get(id ?? '');
    if (!comment) throw refuse.commentUnknown();
    if (!this.seesComment(comment)) throw refuse.notAuthorized();
    return comment;
  }

  /** Throws unless a guest was given enough: the highest level counts, of those given on the object and on what it lies in. */
  private may(objects: readonly [Shareable, ...Shareable[]]): void {
    const folder = objects.at(-1) as Folder;
    if (this.needs === 'read' || this.role(folder.space.workspace) !== 4) return;
    const levels = objects
      .filter(({ guests }) => guests.has(this.user))
      .map((object) => LEVELS[this.world.people.sharing.level(object, this.user)]);
    if (Math.max(0, ...levels) < LEVELS[this.needs]) throw refuse.noAccess();
  }

  /** Guests work inside what they were given; they do not build places. */
  mayBuild(workspace: Workspace): void {
    if (this.role(workspace) === 4) throw refuse.noAccess();
  }
}
