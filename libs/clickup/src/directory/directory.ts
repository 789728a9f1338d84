/** A person as ClickUp knows them. */
export interface Person {
  id: number;
  username: string;
  email: string;
}

/** The owner of a credential. */
export interface Me extends Person {
  /** IANA zone of the person's ClickUp settings. */
  timezone: string;
  /** 0 = Sunday … 6 = Saturday. */
  weekStartDay: number;
}

export interface Workspace {
  id: string;
  name: string;
  members: Person[];
}

/**
 * A Space, Folder or List in the tree. `path` is `Space / Folder / List`. `children` of a Folder are complete. Those of a Space are
 * complete in `tree()`; elsewhere they are what had to be read to find the place.
 */
export interface Place {
  kind: 'space' | 'folder' | 'list';
  id: string;
  name: string;
  path: string;
  /** Of a List: how many open tasks ClickUp counts, where it says so. */
  taskCount?: number;
  /** Statuses a List offers, in order, where known. */
  statuses?: string[];
  children: Place[];
  parent?: Place;
}

/** How a task is named on the wire. */
export interface TaskAddress {
  task_id: string;
  /** Sent as query when the id is a custom one (`ENG-123`). */
  query: { custom_task_ids?: true; team_id?: string };
}

/**
 * Names → ids, for one credential in one Workspace; cached 5 minutes, never shared between credentials.
 * Every `ref` may be an id, a name, a path `A / B / C` or a ClickUp URL.
 * @throws AppError `invalid_parameters` with `details.candidates` when a ref is ambiguous, `clickup_not_found` when nothing matches
 */
export interface Directory {
  me(): Promise<Me>;
  workspaces(): Promise<Workspace[]>;
  /**
   * The Workspace this directory works in, or the one named.
   * @param argument the argument in which the caller could name one; the error message mentions it
   * @throws AppError `forbidden` for another Workspace than the one this directory is bound to
   */
  workspace(ref?: string, argument?: string): Promise<Workspace>;
  /** The Spaces of the Workspace with everything below them that is not archived. 1 + 2S requests cold (one more per Folder answered without its Lists), 0 warm. */
  tree(workspaceRef?: string): Promise<Place[]>;
  /**
   * A place; `kinds` narrows what may match. Cold: a path `Space / Folder / List` costs 2 requests, an id of one kind or a URL 1,
   * a bare name the whole tree. Warm: 0.
   */
  place(ref: string, kinds?: readonly Place['kind'][]): Promise<Place>;
  /** The canonical List id. Costs no request when the ref is a List URL or an id of nine digits or more; a shorter number may be a name, so it is looked up, and an id that exists wins. */
  listId(ref: string): Promise<string>;
  /**
   * Understands `abc123`, `CU-abc123`, `ENG-123`, `https://app.clickup.com/t/…`. Costs no request, but for a custom id perhaps that of
   * the Workspaces.
   */
  task(ref: string): Promise<TaskAddress>;
  /** `me`, an id, a name, an e-mail address or an unambiguous part of one. */
  person(ref: string | number): Promise<Person>;
  people(): Promise<Person[]>;
  /** Forgets what a write of ours may have changed. */
  invalidate(changed: 'tree' | 'people'): void;
}
