import { type Folder, type List, type Task } from '#libs/clickup';
import { type Where } from '../located.js';

/** Thrown inside the resolver only: the sentence becomes `Located.unresolved`. */
export class Unresolved extends Error {}

/** The `unresolved` of an object that is not there, or not visible to this credential. */
export const NOT_SHOWN = 'ClickUp does not show it';

/** @throws Unresolved when ClickUp answers with another id than was asked for: the place of one object must not decide about another */
export function same(asked: string, answered: unknown): void {
  if (String(answered) !== asked) throw new Unresolved('ClickUp knows it by another id');
}

export function placeOfTask({
  team_id: workspace,
  space,
  folder,
  list,
  locations = [],
}: Pick<Task, 'team_id' | 'space' | 'folder' | 'list' | 'locations'>): Where {
  if (!space?.id || !list?.id) throw new Unresolved('ClickUp does not say in which List it lies');
  return {
    workspace,
    space: space.id,
    folder: folderId(folder),
    list: list.id,
    lists: [...new Set([list.id, ...locations.map(({ id }) => id)])],
  };
}

export function placeOfList({ id, space, folder }: List): Where {
  if (!space?.id) throw new Unresolved('ClickUp does not say in which Space it lies');
  return { space: space.id, folder: folderId(folder), list: id };
}

export function placeOfFolder({ id, space }: Folder): Where {
  if (!space?.id) throw new Unresolved('ClickUp does not say in which Space it lies');
  return { space: space.id, folder: id };
}

/** Lists without a Folder have a hidden one in ClickUp's answers; it is no place that could be granted. */
const folderId = (folder: { id: string; hidden?: boolean | undefined } | undefined) =>
  folder && !folder.hidden ? folder.id : undefined;
