import { type Folder, type List, type Space, type Task, type User } from './types.js';

/** What may be given to one person by itself. */
export type Shareable = Folder | List | Task;
/** With its number in the ACL of API v3. */
export const LEVELS = { read: 1, comment: 3, edit: 4, create: 5 } as const;
export type Level = keyof typeof LEVELS;

/** What was shared by hand, at which level, and what is hidden from everybody else. Who it was shared with stands in the `guests` of the object. */
export class Sharing {
  private readonly levels = new WeakMap<Shareable, Map<User, Level>>();
  private readonly hidden = new WeakSet<Shareable>();

  give(object: Shareable, user: User, level: Level): void {
    object.guests.add(user);
    const levels = this.levels.get(object) ?? new Map<User, Level>();
    this.levels.set(object, levels.set(user, level));
  }

  take(object: Shareable, user: User): void {
    object.guests.delete(user);
    this.levels.get(object)?.delete(user);
  }

  level(object: Shareable, user: User): Level {
    return this.levels.get(object)?.get(user) ?? 'create';
  }

  isPrivate(object: Shareable): boolean {
    return this.hidden.has(object);
  }

  setPrivate(object: Shareable, on: boolean): void {
    if (on) this.hidden.add(object);
    else this.hidden.delete(object);
  }
}

const foldersOf = (spaces: readonly Space[]) => spaces.flatMap((space) => [...space.folders, space.hidden]);
const has =
  (user: User) =>
  ({ guests }: Shareable) =>
    guests.has(user);

/** Everything in these Spaces that was given to one person by itself. */
export function sharedWith(user: User, spaces: readonly Space[]): { tasks: Task[]; lists: List[]; folders: Folder[] } {
  const folders = foldersOf(spaces);
  const lists = folders.flatMap((folder) => folder.lists);
  return {
    folders: folders.filter(has(user)),
    lists: lists.filter(has(user)),
    tasks: lists.flatMap(({ tasks }) => tasks.filter(has(user))),
  };
}
