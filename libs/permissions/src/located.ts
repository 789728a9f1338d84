import { type TargetKind } from '#libs/clickup';

/** A target with where it lies, as ClickUp says. */
export interface Located {
  kind: TargetKind;
  /** Canonical: never a custom id, a URL or a name. */
  id: string;
  /** As ClickUp says, where it says so; else the Space tells. */
  workspace?: string;
  space?: string;
  folder?: string;
  /** The Folders that its Folder lies in, where that was asked. */
  above?: readonly string[];
  /** Home List of a task; of anything else the List it hangs on. */
  list?: string;
  /** All Lists of a task, the home List among them. */
  lists?: readonly string[];
  /** Where something hangs that belongs to the Workspace as a whole: it tells which, and grants nothing. */
  hangs?: Omit<Located, 'kind' | 'id'>;
  /** Why it could not be located, in public words; then it is refused. */
  unresolved?: string;
  /** There is no such thing, as with the running timer when none runs: nothing is touched. */
  none?: true;
}

/** Where something lies, whatever it is. */
export type Where = Omit<Located, 'kind' | 'id' | 'unresolved'>;
