import { type ClickUpClient, type Directory, type Me, type Operation } from '#libs/clickup';
import { type Risk, type Sealer, type Verb } from '#libs/core';
import { type Decision } from '#libs/permissions';
import { type z } from 'zod';
import { type Schema } from './schema.js';

/** What was read before, kept for this caller alone: under its credential and under what it may see of it. */
export interface Kept {
  /** The kept value, or a fresh one, which is then kept for `ttlMs`. */
  read<T>(key: string, ttlMs: number, load: () => Promise<T>): Promise<T>;
  /** What is kept right now. */
  peek<T>(key: string): T | undefined;
  /** Keeps what is no plain value, such as an index, with the memory that it takes. */
  keep(key: string, ttlMs: number, value: unknown, bytes: number): void;
  /** How many bytes one such value may take. */
  readonly room: number;
  /** Forgets everything under keys that begin so. */
  forget(prefix: string): void;
}

/** One item of a call that was made under a `request_key`. */
export interface LedgerEntry {
  /** Of what was asked for: the same key for something else is a mistake. */
  digest: string;
  /** Since it was sent. */
  ageMs: number;
  made?: { id: string; ref: string };
  /** Whether a call is still at work on it. */
  busy?: boolean;
}

/** What this caller's calls under a `request_key` have begun, for a day: a call that was interrupted goes on when it is repeated. */
export interface Ledger {
  read(key: string): Promise<ReadonlyMap<number, LedgerEntry>>;
  /** Notes that an item is about to be sent; false when another call has noted it. */
  begin(key: string, item: number, digest: string): Promise<boolean>;
  made(key: string, item: number, object: { id: string; ref: string }): Promise<void>;
  /** Nobody knows what became of it. */
  unknown(key: string, item: number): Promise<void>;
  /** It was certainly not made, so it may be sent again. */
  forget(key: string, item: number): Promise<void>;
  /** Once the caller has heard what became of every item, calls under this key begin anew; a caller that never hears may repeat the call. */
  close(key: string): void;
}

/** A call that goes on without its caller, as that caller sees it. */
export interface SeenJob {
  id: string;
  tool: string;
  state: 'working' | 'completed' | 'failed' | 'cancelled';
  done: number;
  total: number;
  createdAt: Date;
  updatedAt: Date;
  /** When it is forgotten. */
  expiresAt: Date;
  /** What its tool answers, once it has ended. */
  answer?: Record<string, unknown>;
}

/** The jobs of this caller. */
interface OwnJobs {
  of(id: string): Promise<SeenJob | undefined>;
  /** Begins nothing more of it; false when it has ended, or is not there. */
  cancel(id: string): Promise<boolean>;
}

/** A file that was fetched. */
export interface Download {
  bytes: Buffer;
  /** `type/subtype`, where the server said it. */
  type: string | undefined;
}

/** A tool as a caller is granted it. */
export interface Offered {
  tool: Tool;
  /** Its input schema without arguments and values that are not granted. */
  schema: Schema;
}

/**
 * The objects that a call by filter is about, found once: for each its id, and the ids of what goes along with it. Whoever confirms such a
 * call confirms these, and a job goes on with these: what comes to match later is not among them.
 */
export type Selection = readonly (readonly string[])[];

/** What a handler works with; made for one call. */
export interface ToolContext {
  clickup: ClickUpClient;
  directory: Directory;
  me: Me;
  /** IANA zone of the person; dates and words are theirs. */
  zone: string;
  /** Unix milliseconds at the start of the call. */
  now: number;
  /** Opaque positions in lists, bound to caller and tool. */
  cursors: Sealer;
  cache: Kept;
  /** Fetches a file from a public https address that the caller chose. */
  download: (url: string) => Promise<Download>;
  /** A small picture from ClickUp's own file servers; undefined where it cannot be had, which is no error. */
  picture: (url: string) => Promise<{ data: string; mimeType: string } | undefined>;
  /** Shows something beside the text of the result. */
  show: (content: Content) => void;
  /** Whether tasks may be kept in an index, which finds them by their words. */
  taskIndex: boolean;
  ledger: Ledger;
  jobs: OwnJobs;
  /** How many milliseconds are left in which something new may be begun. */
  msLeft(): number;
  /**
   * Leaves so many objects of this call for later: they go on as a job where the caller may have one.
   * @param selection of a call by filter: all of its objects
   */
  leave(objects: number, selection?: Selection): void;
  /** Of a call by filter that was confirmed, or that goes on: its objects. */
  selection?: Selection;
  /** How many requests ClickUp takes in a minute under this token, as far as is known. */
  requestsPerMinute(): number;
  /** Whether this is a part of a job, so that what earlier parts have made is of the same call. */
  inJob: boolean;
  /** A person decides about this call: its preview is wanted where nothing would be lost, too. */
  forPerson?: boolean;
  /** Every tool that the caller is offered, listed or not; the same list for callers who are offered the same. */
  tools: readonly Offered[];
  /** Whether the policy allows an operation on any object at all. On which objects it does is judged when it is sent. */
  permits(operation: Operation): Decision;
  /** Tells the client how far a long call is; cheap, may be ignored. */
  progress(done: number, total: number | undefined, message: string): void;
}

/** What a destructive or large call would do; shown instead of doing it until the caller confirms. */
export interface Preview {
  /** One sentence: what would happen. */
  summary: string;
  /** Current values of what would change. */
  current: Record<string, unknown>;
  /** Identifies the state that was seen (`date_updated`, …): if it differs at confirmation, a new preview is given. */
  state: string;
  /** Of a call by filter: what it has found. The confirmed call gets exactly this as its `selection`. */
  selection?: Selection;
}

/** What a result shows beside its text (MCP ContentBlock): a file to open, or a picture to see. */
export type Content =
  | { type: 'resource_link'; uri: string; name: string; mimeType?: string }
  /** `data` in Base64. */
  | { type: 'image'; data: string; mimeType: string };

/** An operation that has to be granted; of several in a list, one of them. */
export type Need = Operation | readonly Operation[];

export interface ToolOf<I extends z.ZodObject, O extends z.ZodObject> {
  name: string;
  title: string;
  /** For the model: what it does and what its arguments mean. Short. */
  description: string;
  toolset: string;
  verb: Verb;
  risk: Risk;
  /** Works through many objects: its requests yield to interactive calls under the same ClickUp token. */
  bulk?: boolean;
  /** Where there is billing, for people on the premium tier only. It is listed for everybody. */
  premium?: true;
  /**
   * The operations that it is there for, every write that it sends among them. When all tools that cover an operation are disabled, the
   * long-tail tools do not send it either (contract item 23).
   */
  covers: readonly Operation[];
  /**
   * False for a job tool: it is a full tool, but tools/list does not name it, so that the list stays small. search_operations finds it
   * and the long-tail tools call it by its name.
   */
  listed?: false;
  /**
   * What only some arguments send, or single values of them: operations by `add_tags`, `include=comments` or `tasks.tags`. Where a policy
   * does not grant what one needs, the argument or the value does not exist: neither in the schema nor in a call.
   */
  needs?: Readonly<Record<string, readonly Need[]>>;
  /** Of a tool that is made from a row: the only operation that it is. */
  operation?: Operation;
  /** False where a repetition does more than the verb alone would say. */
  idempotent?: false;
  input: I;
  output: O;
  /** Says what a call would do, or undefined when it needs no confirmation. */
  preview?(args: z.output<I>, context: ToolContext): Promise<Preview | undefined>;
  /** Whether this call was confirmed before, and interrupted: then it goes on under the same confirmation. */
  goesOn?(args: z.output<I>, context: ToolContext): Promise<boolean>;
  /** Of a tool on many objects: how many a call is about. It may leave some of them for later, to be called with the same arguments again. */
  objects?(args: z.output<I>): number;
  /** Returns the output value and nothing else; throws AppError. */
  handler(args: z.output<I>, context: ToolContext): Promise<z.input<O>>;
  /** First line of the text, where the output alone does not say what happened. */
  headline?(output: z.input<O>): string;
  /** The whole text instead of the rendered one, where the output is somebody else's JSON. */
  text?(output: z.input<O>): string;
}

/** Any tool. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Tool = ToolOf<any, any>;

/** Declares a tool; the file that declares it is the whole feature. */
export function defineTool<I extends z.ZodObject, O extends z.ZodObject>(
  tool: Omit<ToolOf<I, O>, 'risk'> & { risk?: Risk },
): ToolOf<I, O> {
  return { risk: 'normal', ...tool };
}
