import { type CustomField } from '../operations/index.js';
import { type DirectoryPart, type ObjectKind } from '../object-kind.js';

/** A person as ClickUp knows them. */
export interface Person {
  id: number;
  username: string;
  email: string;
  /** Where ClickUp says so. */
  role?: 'owner' | 'admin' | 'member' | 'guest';
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
  /** Their types, in the same order; `Directory.statuses` answers both, and reads what is not known. */
  statusTypes?: string[];
  children: Place[];
  parent?: Place;
}

/** One of them, as far as lists of them say. */
export interface NamedObject {
  kind: ObjectKind;
  id: string;
  name: string;
  /** What it hangs on, as a path: `Engineering / Backend`. */
  where?: string;
  /** What tells it apart from others of its kind: the e-mail address of a person, the type of a view, the options of a field, … */
  about?: string;
}

/** Objects, and why there may be more than these: `only the first 2000 Docs were read`. */
export type Objects = NamedObject[] & { incomplete?: string };

/** A status as a List offers it. */
export interface PlaceStatus {
  name: string;
  /** `open`, `custom`, `done`, `closed` (ClickUp's words). */
  type: string;
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
 * @throws AppError `invalid_parameters` with `details.candidates` when a ref is ambiguous, and when nothing has that name;
 * `clickup_not_found` when nothing has that id
 */
export interface Directory {
  me(): Promise<Me>;
  /** What `me` answers, where that is known already. */
  knownMe(): Me | undefined;
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
  /**
   * All objects of a kind, or as many as could be read. Cold: one request for most kinds, one per page of Docs and channels, one per
   * Space for tags, one per place for views. Warm: 0.
   * @param within narrows to a place and what lies in it (views), to what tasks there can have (tags, fields), to a Doc (pages) or a
   * goal (key results); pages and key results need it
   */
  objects(kind: ObjectKind, within?: Place | NamedObject): Promise<Objects>;
  /**
   * One object by id, ClickUp URL, or exact name without case and emoji. People are found by parts of a name, too.
   * @param only leaves out what is not meant: of templates, `about` says whether they are for a task, a list or a folder
   */
  object(
    kind: ObjectKind,
    ref: string,
    within?: Place | NamedObject,
    only?: (object: NamedObject) => boolean,
  ): Promise<NamedObject>;
  /** The statuses of a List, in order; of a Folder or Space, those that its Lists inherit. */
  statuses(place: Place): Promise<PlaceStatus[]>;
  /** Definitions of the Custom Fields that tasks in a place can have. */
  fields(place: Place): Promise<CustomField[]>;
  /** Forgets what a write of ours may have changed. Writes through the client of the same call need no such word. */
  invalidate(changed: DirectoryPart): void;
}
