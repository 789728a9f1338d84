import { type ReadVerb, type Risk, type Verb } from '#libs/core';
import { type z } from 'zod';
import { type DirectoryPart } from './object-kind.js';

/** The kinds of ClickUp object a request can touch. */
export type TargetKind =
  | 'workspace'
  | 'space'
  | 'folder'
  | 'list'
  | 'task'
  | 'comment'
  | 'checklist'
  | 'time_entry'
  | 'view'
  | 'doc'
  | 'page'
  | 'goal'
  | 'key_result'
  | 'webhook'
  | 'user'
  | 'guest'
  | 'group'
  | 'channel'
  | 'message'
  | 'field'
  | 'tag'
  | 'template'
  | 'attachment';

/** What a read can be asked to look in. */
export type PlaceKind = Extract<TargetKind, 'space' | 'folder' | 'list' | 'task'>;

/** One object that a request touches. Permission is judged on these, never on what the caller claims (SEC-D15). */
export interface Target {
  kind: TargetKind;
  id: string;
  /** Of a task named by its custom id (`ENG-123`): the Workspace that this custom id belongs to. */
  custom?: string;
}

/**
 * Where an object lies that ClickUp does not look up by id: a checklist or a comment on a task, a comment on a List or in a chat view,
 * or (`comment`) a reply in a thread. Said by the caller, verified by reading.
 */
export interface Parent {
  task?: string;
  list?: string;
  view?: string;
  comment?: string;
}

/** Names of the `{parameters}` in a path template. */
type PathNames<P extends string> = P extends `${string}{${infer Name}}${infer Rest}` ? Name | PathNames<Rest> : never;
export type PathValues<P extends string> = { [Name in PathNames<P>]: string };

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';

/** A row of the operation table, with its types. */
export interface OperationOf<
  P extends string,
  Q extends z.ZodObject,
  B extends z.ZodType | undefined,
  R extends z.ZodType,
> {
  /** ClickUp's operationId, to the letter. */
  id: string;
  method: Method;
  /** The path on the wire, from the host on: `/api/v2/list/{list_id}/task`. */
  path: P;
  verb: Verb;
  risk: Risk;
  toolset: string;
  /** What it does, in our own plain words. */
  summary: string;
  /** The page that describes it, where ClickUp's OpenAPI documents leave it out. */
  documentedAt?: string;
  /** Typed query; an array `x` is sent as repeated `x[]=`, unless `csv` names it, then as `x=a,b`, or `repeated`, then as `x=a&x=b`. */
  query?: Q;
  csv?: readonly string[];
  repeated?: readonly string[];
  /** Of a read by pages: how many items ClickUp puts into one, or, where the query has `limit`, the most that may be asked for. A page with fewer is the last. */
  pageSize?: number;
  body?: B;
  /** The body goes as multipart/form-data: arrays of `FilePart` as files, texts as fields. */
  multipart?: true;
  /** Our strict view of the answer: the type for tools and the oracle for the sandbox. The gateway checks no more than its outline (`outlineOf`): ids, names and lists. */
  response: R;
  /** What the request touches beside the objects its path names (those are derived, see `targetsOf`). */
  targets?: (call: {
    path: PathValues<P>;
    query: z.output<Q>;
    body: B extends z.ZodType ? z.output<B> : undefined;
  }) => Target[];
  /**
   * Of a creation: what the new object is recognised by as long as no answer has told its id, such as its place and name. Creations with
   * the same trace can be mistaken for each other.
   */
  trace?: (call: { path: PathValues<P>; body: B extends z.ZodType ? z.output<B> : undefined }) => string;
  /** Of a write: whether it changes the subtasks of the tasks that it touches as well, wherever these lie. They are judged then, too. */
  takesSubtasks?: (call: {
    path: PathValues<P>;
    query: z.output<Q>;
    body: B extends z.ZodType ? z.output<B> : undefined;
  }) => boolean;
  /**
   * Of a write that is neither `move`, `merge` nor `delete`: the objects that it touches may lie elsewhere afterwards, so what is cached
   * of their places is forgotten.
   */
  relocates?: true;
  /**
   * Of a write: it has effects beyond the places that it names, so it is refused to callers who may write in some places only. Admin
   * operations and those that name no place are refused to them without this mark.
   */
  workspaceWide?: true;
  /**
   * Of a write: the part of the cached directory that it puts out of date, and that is then read anew: Spaces, Folders and Lists
   * (`tree`), `people`, or the objects of a kind.
   */
  changesDirectory?: DirectoryPart | readonly DirectoryPart[];
  /**
   * Of a read that names no place: why callers who may read some places only are answered, too. Either every object in the answer says
   * where it lies, so that those outside can be left out (`placed`), or the answer tells nothing of any place (`placeless`).
   */
  ofWorkspace?: 'placed' | 'placeless';
  /**
   * Of a read that lists Spaces, Folders or Lists: it is answered even for a Space or Folder that may not be read itself, if that leads
   * to a place that may be read.
   */
  showsTheWay?: true;
  /** Of a read: which parameters of its query ask for places (or a task), and of which kind. */
  placeFilters?: { readonly [Name in keyof z.output<Q>]?: PlaceKind };
  /**
   * Of a read of tasks by pages: where the tasks in its answer can lie: only in what the path names (`path`), only in what its
   * `placeFilters` ask for (`filters`), or `anywhere`. A page from which tasks were left out is filled up from later pages, because a
   * short page would tell how many are hidden.
   */
  tasksFrom?: (call: { query: z.output<Q> }) => 'path' | 'filters' | 'anywhere';
  /** Asks ClickUp what became of a request whose outcome is unknown; see `Recover`. */
  recover?: Recover<P, Q, B, R>;
}

/** What a recovery must know of other creations, so that none is handed the work of another. */
export interface Others {
  /**
   * Has to be asked after ClickUp was asked for the objects: only then is every request known that may have made one of them.
   * `owned`: those that a caller was already given as the answer to a creation. `contenders`: how many requests, this one included, made
   * or may have made objects of this trace; undefined when that is not known, when another is still under way, or when they did not all
   * ask for the same.
   */
  about(ids: readonly string[]): Promise<{ owned: ReadonlySet<string>; contenders: number | undefined }>;
  /** Claims this object, so that no other request is given it. @returns false when another has claimed it meanwhile */
  claim(id: string): Promise<boolean>;
}

/**
 * What became of a request that was sent but not answered: its answer, `'not_done'` (safe to repeat), or `'unknown'`.
 * `sentAt` is the time at ClickUp (Unix ms); `others` tells what belongs to other creations.
 */
export type Recover<P extends string, Q extends z.ZodObject, B extends z.ZodType | undefined, R extends z.ZodType> = (
  call: {
    path: PathValues<P>;
    query: z.output<Q>;
    body: B extends z.ZodType ? z.output<B> : undefined;
    sentAt: number;
    others: Others;
  },
  read: CallOperation,
) => Promise<z.output<R> | 'not_done' | 'unknown'>;

/** Any row. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Operation = OperationOf<any, any, any, any>;

export type AnswerOf<O extends Operation> = z.output<O['response']>;
type QueryInput<O extends Operation> = O extends { query?: infer Q }
  ? Q extends z.ZodObject
    ? z.input<Q>
    : Record<string, never>
  : never;
type BodyInput<O extends Operation> = O extends { body?: infer B }
  ? B extends z.ZodType
    ? z.input<B>
    : undefined
  : never;
type PathOf<O extends Operation> = O extends { path: infer P extends string } ? P : never;

/** Arguments of one call; `path` is required exactly when the template has parameters. */
export type ArgumentsOf<O extends Operation> = (PathNames<PathOf<O>> extends never
  ? { path?: undefined }
  : { path: PathValues<PathOf<O>> }) & {
  query?: QueryInput<O>;
  body?: BodyInput<O>;
  parent?: Parent;
};

/** Calls one operation: what tools, the directory and `recover` get. */
export type CallOperation = <O extends Operation>(operation: O, args: ArgumentsOf<O>) => Promise<AnswerOf<O>>;

/** Verbs after which the touched objects always lie elsewhere, or nowhere. */
export const RELOCATING = ['move', 'merge', 'delete'] as const satisfies readonly Verb[];

type Never<Names extends keyof Operation> = { [Name in Names]?: never };
/** Columns about reads have no meaning in the row of a write, and the other way round, so such a row does not compile. */
type ColumnsOfReads = 'ofWorkspace' | 'showsTheWay' | 'placeFilters' | 'tasksFrom';
type ColumnsOfWrites = 'takesSubtasks' | 'relocates' | 'workspaceWide' | 'changesDirectory' | 'trace' | 'recover';
type ColumnsByVerb =
  | ({ verb: ReadVerb } & Never<ColumnsOfWrites>)
  | ({ verb: (typeof RELOCATING)[number] } & Never<ColumnsOfReads | 'relocates'>)
  | ({ verb: Exclude<Verb, ReadVerb | (typeof RELOCATING)[number]> } & Never<ColumnsOfReads>);

/** Declares a row; `risk` defaults to `normal`, except that deleting is `destructive`. */
export function operation<
  const P extends string,
  R extends z.ZodType,
  Q extends z.ZodObject = z.ZodObject<Record<never, never>>,
  B extends z.ZodType | undefined = undefined,
  const N extends number | undefined = undefined,
>(
  row: Omit<OperationOf<P, Q, B, R>, 'risk' | 'pageSize'> & { risk?: Risk; pageSize?: N } & ColumnsByVerb,
): OperationOf<P, Q, B, R> & { pageSize: N } {
  // A row without a size has `undefined` here, which TypeScript does not see of a property that may be missing.
  return { risk: row.verb === 'delete' ? 'destructive' : 'normal', ...row, pageSize: row.pageSize as N };
}
