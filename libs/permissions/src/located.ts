import { type Target, type TargetKind } from '#libs/clickup';

/** A target with where it lies, as ClickUp says. */
export interface Located {
  kind: TargetKind;
  /** Canonical: never a custom id, a URL or a name. */
  id: string;
  workspace?: string;
  space?: string;
  folder?: string;
  /** Home List of a task; of anything else the List it hangs on. */
  list?: string;
  /** All Lists of a task, the home List among them. */
  lists?: readonly string[];
  /** Why it could not be located, in public words; then it is refused. */
  unresolved?: string;
}

/** Says where targets lie, in their order, by ClickUp's own answers; what cannot be located comes back `unresolved`. */
export type Resolve = (targets: readonly Target[]) => Promise<Located[]>;
