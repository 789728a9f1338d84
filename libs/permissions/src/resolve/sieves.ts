import { type Doc, type Folder, type List, type Space, type Target, type Task, type TimeEntry } from '#libs/clickup';
import { type Located } from '../located.js';
import { type Where } from './where.js';

/** What a sieve knows of the caller. */
export interface View {
  path: Readonly<Record<string, string>>;
  shows: (where: Where) => boolean;
  /** Whether a Space or Folder is on the way to something that may be seen. */
  leadsOn: (where: Where) => boolean;
  locate: (targets: readonly Target[]) => Promise<Located[]>;
}

interface Sieve {
  /** Its path may name a place that is only on the way to one that may be seen. */
  leads?: true;
  sift(answer: never, view: View): unknown;
}

/** Who somebody is, and in which Workspaces: nothing works without it, and it names no place. */
export const WITHOUT_PLACE: ReadonlySet<string> = new Set(['GetAuthorizedUser', 'GetAuthorizedTeams']);

const folderOf = ({ folder }: Pick<Task, 'folder'>) => (folder && !folder.hidden ? folder.id : undefined);
const whereOf = (task: Task): Where => ({ space: task.space?.id, folder: folderOf(task), list: task.list?.id });

/** A task without the names and ids of others, which may lie anywhere. */
const alone = ({ linked_tasks: _, dependencies: __, locations, ...task }: Task, { shows }: View) => ({
  ...task,
  ...(locations && { locations: locations.filter(({ id }) => shows({ list: id })) }),
});
const tasksOf = (tasks: Task[], view: View) => tasks.filter((task) => view.shows(whereOf(task))).map((task) => alone(task, view));

const listsIn = (lists: List[] | undefined, space: string | undefined, folder: string | undefined, { shows }: View) => lists?.filter(({ id }) => shows({ space, folder, list: id }));

function folderIn(folder: Folder, space: string | undefined, view: View): Folder[] {
  const where = { space: folder.space?.id ?? space, folder: folder.id };
  if (view.shows(where)) return [folder];
  if (!view.leadsOn(where)) return [];
  // What it counts would tell of what is hidden in it.
  const { task_count: _, lists, ...rest } = folder as Folder & { task_count?: unknown };
  return [{ ...rest, lists: listsIn(lists, where.space, folder.id, view) } as Folder];
}

function ofEntry({ task_location: at }: TimeEntry): Where {
  const id = (value: string | number | null | undefined) => (value === null || value === undefined ? undefined : String(value));
  return { space: id(at?.space_id), folder: id(at?.folder_id), list: id(at?.list_id) };
}

const KIND_OF_PARENT: Readonly<Record<number, Target['kind']>> = { 4: 'space', 5: 'folder', 6: 'list' };

async function docsOf(docs: Doc[], { shows, locate }: View): Promise<Doc[]> {
  const inPlaces = docs.filter(({ parent }) => KIND_OF_PARENT[parent.type] !== undefined);
  const places = await locate(inPlaces.map(({ parent }) => ({ kind: KIND_OF_PARENT[parent.type] ?? 'workspace', id: parent.id })));
  return inPlaces.filter((_, index) => shows(places[index] ?? {}));
}

const PAGE_SIZE = 100;

/**
 * How an answer about many places loses what may not be seen, by operation. An operation without a row is shown whole when everything it
 * names lies in scope, and refused when it names no place.
 */
export const SIEVES: Readonly<Record<string, Sieve>> = {
  GetSpaces: { leads: true, sift: ({ spaces }: { spaces: Space[] }, { shows, leadsOn }) => ({ spaces: spaces.filter(({ id }) => shows({ space: id }) || leadsOn({ space: id })) }) },
  GetFolders: { leads: true, sift: ({ folders }: { folders: Folder[] }, view) => ({ folders: folders.flatMap((folder) => folderIn(folder, view.path.space_id, view)) }) },
  GetFolderlessLists: { leads: true, sift: ({ lists }: { lists: List[] }, view) => ({ lists: listsIn(lists, view.path.space_id, undefined, view) }) },
  GetLists: { leads: true, sift: ({ lists }: { lists: List[] }, view) => ({ lists: lists.filter(({ id, space }) => view.shows({ space: space?.id, folder: view.path.folder_id, list: id })) }) },
  GetTask: { sift: (task: Task, view) => alone(task, view) },
  GetTasks: { sift: ({ tasks, ...rest }: { tasks: Task[] }, view) => ({ ...rest, tasks: tasksOf(tasks, view) }) },
  GetViewTasks: { sift: ({ tasks, ...rest }: { tasks: Task[] }, view) => ({ ...rest, tasks: tasksOf(tasks, view) }) },
  GetFilteredTeamTasks: { sift: ({ tasks, ...rest }: { tasks: Task[] }, view) => ({ ...rest, tasks: tasksOf(tasks, view), last_page: tasks.length < PAGE_SIZE }) },
  Gettimeentrieswithinadaterange: { sift: ({ data }: { data: TimeEntry[] }, { shows }) => ({ data: data.filter((entry) => shows(ofEntry(entry))) }) },
  Getrunningtimeentry: { sift: ({ data }: { data: TimeEntry | null }, { shows }) => ({ data: data && shows(ofEntry(data)) ? data : null }) },
  searchDocsPublic: { sift: async ({ docs, ...rest }: { docs: Doc[] }, view) => ({ ...rest, docs: await docsOf(docs, view) }) },
};
