import { type Folder, type List, type Space, type Task, type Workspace } from '../world/types.js';

/** Where something happened, from the narrowest place to the widest. */
export interface At {
  workspace: Workspace;
  space?: Space;
  folder?: Folder;
  list?: List;
  task?: Task;
}

/** Something that webhooks tell about. */
export interface Event {
  name: string;
  at: At;
  /** What the payload names it by: `task_id`, `list_id`, … */
  ids: Readonly<Record<string, string>>;
  history?: readonly object[];
}

export const atSpace = (space: Space): At => ({ workspace: space.workspace, space });
export const atFolder = (folder: Folder): At => ({ ...atSpace(folder.space), folder });
export const atList = (list: List): At => ({ ...atFolder(list.folder), list });
export const atTask = (task: Task): At => ({ ...atList(task.list), task });
