import {
  GetAuthorizedTeams,
  GetAuthorizedUser,
  GetFilteredTeamTasks,
  GetFolderlessLists,
  GetFolders,
  GetLists,
  Getrunningtimeentry,
  GetSpaces,
  GetTasks,
  Gettimeentrieswithinadaterange,
  GetViewTasks,
  type Operation,
  searchDocsPublic,
} from '#libs/clickup';

/** Who somebody is, and in which Workspaces: nothing works without it, and it names no place. */
export const WITHOUT_PLACE: ReadonlySet<Operation> = new Set<Operation>([GetAuthorizedUser, GetAuthorizedTeams]);

/** Reads that show the tree: their path may name a place that is only on the way to one that may be seen. */
export const LEADING: ReadonlySet<Operation> = new Set<Operation>([
  GetSpaces,
  GetFolders,
  GetFolderlessLists,
  GetLists,
]);

/** Reads of the whole Workspace of whose answers every object says where it lies, so that the others can be left out. */
export const LIMITED: ReadonlySet<Operation> = new Set<Operation>([
  GetSpaces,
  GetFilteredTeamTasks,
  Gettimeentrieswithinadaterange,
  Getrunningtimeentry,
  searchDocsPublic,
]);

/** Reads of tasks by pages, and whether a page can lose some of them: whether it does would tell how many there are. */
export const PAGED: ReadonlyMap<
  Operation,
  (query: Readonly<Record<string, unknown>>, isInside: () => Promise<boolean>) => boolean | Promise<boolean>
> = new Map<
  Operation,
  (query: Readonly<Record<string, unknown>>, isInside: () => Promise<boolean>) => boolean | Promise<boolean>
>([
  // Tasks that have their home elsewhere come only when asked for.
  [GetTasks, ({ include_timl }) => include_timl === true],
  [GetViewTasks, () => true],
  [GetFilteredTeamTasks, async (_, isInside) => !(await isInside())],
]);
