import { type Parent } from '#libs/clickup';
import { AppError } from '#libs/core';
import { type ToolContext } from '../tool/tool.js';

/** What a person recognises an object by, and how much hangs below it. */
type Facts = Readonly<Record<string, string | number | undefined>>;

/** An object as it is now: what is shown of it, and all that ClickUp answers, by which a change is noticed. */
export interface Seen {
  facts: Facts;
  state: unknown;
  /** What of it is shown after a write, where the rest is what hangs below it. */
  itself?: unknown;
}

/** The call around the object: some are found only by what else it names. */
export interface Around {
  call: ToolContext['clickup']['call'];
  /** The Workspace that the call names, else all that the credential reaches. */
  workspaces: () => Promise<string[]>;
  path: Readonly<Record<string, string>>;
  parent: Parent;
}

/** undefined: ClickUp shows no such object by what the call names. */
export type Reader = (id: string, around: Around) => Promise<Seen | undefined>;

/** The object does not lie in the parent that was named. The call is refused, because the preview would not show what is changed. */
export const notThere = (why: string) =>
  new AppError('invalid_parameters', `parent: ${why}.`, { details: { parameter: 'parent' } });
