import { type Doc, type Folder, GetFilteredTeamTasks, GetTasks, GetViewTasks, type JudgedCall, type List, type Operation, type Space, type Target, type Task, type TimeEntry } from '#libs/clickup';
import { type Located } from '../located.js';
import { filteredPlaces } from './place-filters.js';
import { isLast, pageOfShown, type TaskPage } from './task-pages.js';
import { type Where } from './where.js';

/** What a sieve knows of the caller. */
export interface View {
  call: Pick<JudgedCall, 'path' | 'query' | 'read'>;
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

type Placed = Partial<Pick<Task, 'space' | 'folder' | 'list'>>;
const folderOf = ({ folder }: Pick<Placed, 'folder'>) => (folder && !folder.hidden ? folder.id : undefined);
const whereOf = (task: Placed): Where => ({ space: task.space?.id, folder: folderOf(task), list: task.list?.id });

/** Custom Fields whose values are other tasks, or are counted from them. */
const OF_OTHERS: ReadonlySet<string> = new Set(['tasks', 'list_relationship', 'rollup']);

/** A task without the names and ids of others, which may lie anywhere. */
const alone = ({ linked_tasks: _, dependencies: __, locations, custom_fields, subtasks, ...task }: Task, { shows }: View) => ({
  ...task,
  // One that does not say where it lies lies where its parent does.
  ...(subtasks && { subtasks: subtasks.filter((subtask) => !subtask.list || shows(whereOf(subtask))) }),
  ...(locations && { locations: locations.filter(({ id }) => shows({ list: id })) }),
  ...(custom_fields && { custom_fields: custom_fields.map((field) => (OF_OTHERS.has(field.type) ? { ...field, value: undefined } : field)) }),
});
const tasksOf = (tasks: Task[], view: View) => tasks.filter((task) => view.shows(whereOf(task))).map((task) => alone(task, view));

/** A page that loses nothing stays as it is; whether one can, the way it was asked for tells. */
async function taskPage(operation: Operation, answer: TaskPage, view: View, loses: boolean): Promise<TaskPage> {
  const { path, query, read } = view.call;
  if (!loses) return { ...answer, tasks: tasksOf(answer.tasks, view), last_page: isLast(answer) };
  const wanted = Number(query.page ?? 0);
  const pages = (page: number) => (page === wanted ? Promise.resolve(answer) : (read.call(operation, { path, query: { ...query, page } }) as Promise<TaskPage>));
  return pageOfShown(wanted, pages, (tasks) => tasksOf(tasks, view));
}

/** Whether every place that was asked for may be seen as a whole. */
async function isInside(view: View): Promise<boolean> {
  const asked = filteredPlaces(view.call.query);
  const unknown = asked.filter(({ kind, id }) => !view.shows({ [kind]: id }));
  return asked.length > 0 && (await view.locate(unknown)).every((place) => view.shows(place));
}

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

/**
 * How an answer about many places loses what may not be seen, by operation. An operation without a row is shown whole when everything it
 * names lies in scope, and refused when it names no place.
 */
export const SIEVES: Readonly<Record<string, Sieve>> = {
  GetSpaces: { leads: true, sift: ({ spaces }: { spaces: Space[] }, { shows, leadsOn }) => ({ spaces: spaces.filter(({ id }) => shows({ space: id }) || leadsOn({ space: id })) }) },
  GetFolders: { leads: true, sift: ({ folders }: { folders: Folder[] }, view) => ({ folders: folders.flatMap((folder) => folderIn(folder, view.call.path.space_id, view)) }) },
  GetFolderlessLists: { leads: true, sift: ({ lists }: { lists: List[] }, view) => ({ lists: listsIn(lists, view.call.path.space_id, undefined, view) }) },
  GetLists: { leads: true, sift: ({ lists }: { lists: List[] }, view) => ({ lists: lists.filter(({ id, space }) => view.shows({ space: space?.id, folder: view.call.path.folder_id, list: id })) }) },
  GetTask: { sift: (task: Task, view) => alone(task, view) },
  // Tasks that have their home elsewhere come only when asked for.
  GetTasks: { sift: (page: TaskPage, view) => taskPage(GetTasks, page, view, view.call.query.include_timl === true) },
  GetViewTasks: { sift: (page: TaskPage, view) => taskPage(GetViewTasks, page, view, true) },
  GetFilteredTeamTasks: { sift: async (page: TaskPage, view) => taskPage(GetFilteredTeamTasks, page, view, !(await isInside(view))) },
  Gettimeentrieswithinadaterange: { sift: ({ data }: { data: TimeEntry[] }, { shows }) => ({ data: data.filter((entry) => shows(ofEntry(entry))) }) },
  Getrunningtimeentry: { sift: ({ data }: { data: TimeEntry | null }, { shows }) => ({ data: data && shows(ofEntry(data)) ? data : null }) },
  searchDocsPublic: { sift: async ({ docs, ...rest }: { docs: Doc[] }, view) => ({ ...rest, docs: await docsOf(docs, view) }) },
};
