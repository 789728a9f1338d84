import { type ReadVerb, type Risk, type Verb } from '#libs/core';
import { type z } from 'zod';
import { type Others } from './sending/creations.js';

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
  /** Of a task named by its custom id (`ENG-123`): the Workspace in which it is one. */
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
export type PathNames<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathNames<Rest>
  : never;
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
  /** Typed query; an array `x` is sent as repeated `x[]=`, unless `csv` names it, then as `x=a,b`, or `repeated`, then as `x=a&x=b`. */
  query?: Q;
  csv?: readonly string[];
  repeated?: readonly string[];
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
  /** Of a creation: what its work is recognised by before an answer names it (place and name). Two of the same trace can be mistaken for each other. */
  trace?: (call: { path: PathValues<P>; body: B extends z.ZodType ? z.output<B> : undefined }) => string;
  /** Of a write: whether the subtasks of the tasks that it touches go along with them, wherever they lie: then they are touched, too. */
  takesSubtasks?: (call: {
    path: PathValues<P>;
    query: z.output<Q>;
    body: B extends z.ZodType ? z.output<B> : undefined;
  }) => boolean;
  /** Of a write that is neither `move`, `merge` nor `delete`: what it touches can lie elsewhere afterwards, so what is kept of that is forgotten. */
  relocates?: true;
  /**
   * Of a write: it reaches beyond the places that it names, so nobody may do it who may write in some places only. Admin operations and
   * those that name no place are such without saying it.
   */
  workspaceWide?: true;
  /** Of a write: what the directory keeps of Spaces, Folders and Lists, or of people, is not true afterwards and is read anew. */
  changesDirectory?: 'tree' | 'people';
  /**
   * Of a read that names no place, why it is answered also where only some places may be read: every object in its answer says where it
   * lies, so that the others can be left out (`placed`), or it says nothing of any place (`placeless`).
   */
  ofWorkspace?: 'placed' | 'placeless';
  /** Of a read that lists Spaces, Folders or Lists: its path may name a place that is only on the way to one that may be read. */
  showsTheWay?: true;
  /** Of a read: which parameters of its query ask for places (or a task), and of which kind. */
  placeFilters?: { readonly [Name in keyof z.output<Q>]?: PlaceKind };
  /**
   * Of a read of tasks by pages: whether they can lie elsewhere than in what the path names: no (`path`), only in what its
   * `placeFilters` ask for (`filters`), or `anywhere`. Where tasks are left out of a page it is filled anew: a short one would tell how many are hidden.
   */
  tasksFrom?: (call: { query: z.output<Q> }) => 'path' | 'filters' | 'anywhere';
  /** Asks ClickUp what became of a request whose outcome is unknown; see `Recover`. */
  recover?: Recover<P, Q, B, R>;
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

/** The verbs after which what was touched lies elsewhere, whatever the operation. */
export const RELOCATING = ['move', 'merge', 'delete'] as const satisfies readonly Verb[];

type Never<Names extends keyof Operation> = { [Name in Names]?: never };
/** A column about reads means nothing in the row of a write, and the other way round: there it does not compile. */
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
>(row: Omit<OperationOf<P, Q, B, R>, 'risk'> & { risk?: Risk } & ColumnsByVerb): OperationOf<P, Q, B, R> {
  return { risk: row.verb === 'delete' ? 'destructive' : 'normal', ...row };
}
