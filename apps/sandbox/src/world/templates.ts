import { type Workspace } from './types.js';

export interface TaskTemplate {
  name: string;
  markdown: string;
  /** 1 urgent … 4 low. */
  priority: number | null;
  tags: readonly string[];
  /** Milliseconds. */
  estimate: number | null;
  taskType: number;
  /** Index into the statuses of the List it goes to. */
  status: number;
  subtasks: readonly string[];
  /** Days after it is used. */
  due: number | null;
}

export interface ListTemplate {
  name: string;
  content: string;
  tasks: readonly TaskTemplate[];
}

export interface FolderTemplate {
  name: string;
  lists: readonly ListTemplate[];
}

/** By id, which begins with `t-`. */
interface Library {
  tasks: ReadonlyMap<string, TaskTemplate>;
  lists: ReadonlyMap<string, ListTemplate>;
  folders: ReadonlyMap<string, FolderTemplate>;
}

const EMPTY: Library = { tasks: new Map(), lists: new Map(), folders: new Map() };

/** What every Workspace keeps for reuse. */
export class Templates {
  private readonly libraries = new Map<Workspace, Library>();

  set(workspace: Workspace, library: Library): void {
    this.libraries.set(workspace, library);
  }

  of(workspace: Workspace): Library {
    return this.libraries.get(workspace) ?? EMPTY;
  }
}
