import { type ClickUpClient, type Directory, type Me, type Operation } from '#libs/clickup';
import { type Risk, type Sealer, type Verb } from '#libs/core';
import { type Decision } from '#libs/permissions';
import { type z } from 'zod';

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
}

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
  /**
   * The operations that it is there for, every write that it sends among them. When all tools that cover an operation are disabled, the
   * long-tail tools do not send it either (contract item 23).
   */
  covers: readonly Operation[];
  /** False where a repetition does more than the verb alone would say. */
  idempotent?: false;
  input: I;
  output: O;
  /** Says what a call would do, or undefined when it needs no confirmation. */
  preview?(args: z.output<I>, context: ToolContext): Promise<Preview | undefined>;
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
