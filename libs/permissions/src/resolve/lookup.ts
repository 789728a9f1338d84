import {
  type CallOperation,
  GetFolder,
  GetFolders,
  GetList,
  GetTask,
  type JudgedCall,
  type Parent,
  type Task,
} from '#libs/clickup';
import { type Where } from '../located.js';
import { type LocationCache } from './location-cache.js';
import { placeOfFolder, placeOfList, placeOfTask, same, Unresolved } from './where.js';

/** What is kept of a task: its real id, because it may have been asked for by a custom one, and where it lies. */
export interface TaskPlace {
  id: string;
  where: Where;
}

/** The parts of a call that say where its objects may be found. */
export type Asked = Pick<JudgedCall, 'read' | 'path' | 'body' | 'parent'>;

/** Looks up Lists, Folders and tasks, from which the place of every other kind is told. */
export class Lookup {
  readonly call: CallOperation;
  readonly path: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly parent: Parent;

  constructor(
    { read, path, body, parent = {} }: Asked,
    readonly cache: LocationCache,
    /** The only Workspace of the caller, if there is one: objects that ClickUp cannot look up by id are searched in its lists. */
    readonly home?: string,
  ) {
    this.call = read.call;
    this.path = path;
    this.body = body;
    this.parent = parent;
  }

  /** The Workspace in the path, if there is one: what is looked up in it need not lie there. */
  get workspace(): string | undefined {
    return this.path.team_id ?? this.path.team_Id ?? this.path.workspace_id;
  }

  list(id: string): Promise<Where> {
    return this.cache.read(`list/${id}`, async () => {
      const list = await this.call(GetList, { path: { list_id: id } });
      same(id, list.id);
      return placeOfList(list);
    });
  }

  folder(id: string): Promise<Where> {
    return this.cache.read(`folder/${id}`, async () => {
      const folder = await this.call(GetFolder, { path: { folder_id: id } });
      same(id, folder.id);
      return placeOfFolder(folder);
    });
  }

  /** Of each subfolder of a Space, the Folder it lies in. */
  parents(space_id: string): Promise<Readonly<Record<string, string>>> {
    return this.cache.read(`parents/${space_id}`, async () => {
      const { folders } = await this.call(GetFolders, { path: { space_id } });
      return Object.fromEntries(folders.flatMap(({ id, parent_folder: parent }) => (parent ? [[id, parent]] : [])));
    });
  }

  task(id: string): Promise<TaskPlace> {
    return this.cache.read(`task/${id}`, async () => {
      const task = await this.call(GetTask, { path: { task_id: id } });
      same(id, task.id);
      return { id, where: placeOfTask(task) };
    });
  }

  /** @param workspace in which the id is a custom one */
  customTask(id: string, workspace: string): Promise<TaskPlace> {
    return this.cache.read(`custom/${workspace}/${id.toUpperCase()}`, async () => {
      const task = await this.call(GetTask, {
        path: { task_id: id },
        query: { custom_task_ids: true, team_id: workspace },
      });
      return this.learn(task);
    });
  }

  /** The whole task, with what hangs on it. */
  async wholeTask(id: string): Promise<Task> {
    const task = await this.call(GetTask, { path: { task_id: id } });
    same(id, task.id);
    this.learn(task);
    return task;
  }

  /** Remembers where a task lies, from an answer that says so. */
  learn(task: Pick<Task, 'id' | 'space' | 'folder' | 'list' | 'locations'>): TaskPlace {
    const place = { id: task.id, where: placeOfTask(task) };
    this.cache.put(`task/${task.id}`, place);
    return place;
  }

  /** Where the parent of a view or a Doc lies, by ClickUp's numbers for kinds: 4 Space, 5 Folder, 6 List, 7 and 12 the Workspace, whose id it then is. */
  parentPlace({ id, type }: { id: string; type: number }): Promise<Where> {
    if (type === 4) return Promise.resolve({ space: id });
    if (type === 5) return this.folder(id);
    if (type === 6) return this.list(id);
    if (type === 7 || type === 12) return Promise.resolve({ workspace: id });
    throw new Unresolved('it lies in something that is no Space, Folder or List');
  }
}
