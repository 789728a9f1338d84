import { type TargetKind } from '#libs/clickup';

/** A target, and where it lies according to ClickUp. */
export interface Located {
  kind: TargetKind;
  /** Canonical: never a custom id, a URL or a name. */
  id: string;
  /** Known where ClickUp's answer tells it; otherwise the Space tells the Workspace. */
  workspace?: string;
  space?: string;
  folder?: string;
  /** The Folders that its Folder lies in, where that was asked. */
  above?: readonly string[];
  /** Home List of a task; of anything else the List it hangs on. */
  list?: string;
  /** All Lists of a task, the home List among them. */
  lists?: readonly string[];
  /**
   * Of something that belongs to the Workspace as a whole, like a chat view: the place that it is attached to. It only tells the
   * Workspace: a right on that place gives no right on the object.
   */
  hangs?: Omit<Located, 'kind' | 'id'>;
  /** Why it could not be located, in public words; then it is refused. */
  unresolved?: string;
  /** It does not exist at the moment (the running timer, when none runs), so nothing is touched. */
  none?: true;
}

/** Where an object of any kind lies. */
export type Where = Omit<Located, 'kind' | 'id' | 'unresolved'>;
