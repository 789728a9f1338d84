import { type Approve, type Risk, type Verb } from '#libs/core';

/** Ids of places; a place includes everything below it. An empty list = nothing. */
export interface Places {
  readonly spaces: readonly string[];
  readonly folders: readonly string[];
  readonly lists: readonly string[];
}

/** Whose word a layer is. A kill switch is no policy that anybody wrote, but what it takes away is taken away as by one. */
type LayerName = 'operator' | 'workspace' | 'kill switch' | 'person' | 'grant' | 'token';

/** One layer of what was granted, as plain data. A field that is absent limits nothing. */
export interface Policy {
  /** Named in refusals; it decides nothing about what may be done. Not stored: where a layer comes from says whose it is. */
  readonly layer?: LayerName;
  readonly mode: 'read' | 'selective' | 'write';
  /** Where `selective` may write; absent = nowhere. */
  readonly write?: Places;
  /** Where it may read, and so write; absent = everywhere. */
  readonly read?: Places;
  /** Which verbs it may use; `list` includes `search` (contract item 20). */
  readonly methods?: readonly Verb[];
  /** Toolsets of operations and tools: only these. The tools of the long tail belong to every toolset. */
  readonly toolsets?: readonly string[];
  readonly disabledToolsets?: readonly string[];
  /** Names of tools: only these. */
  readonly enabledTools?: readonly string[];
  /** Names of tools: not these. */
  readonly disabledTools?: readonly string[];
  /** operationIds: not these. Derived from the two above by what the tools cover (contract item 23). */
  readonly disabledOperations?: ReadonlySet<string>;
  /** Risks above `normal` that it may take; absent = all that the mode allows. */
  readonly risks?: readonly Risk[];
  /**
   * Which tools tools/list names: `core`, the few that daily work needs, or `full`, those and one per operation. It decides nothing about
   * what may be done. The smaller of what the layers say holds; where none says anything, `core`.
   */
  readonly profile?: 'core' | 'full';
  /** `off`: ClickUp's rate limit is told at once instead of waited for (contract item 26). It decides nothing about what may be done. */
  readonly upstreamRetry?: 'off';
  /** Whether destructive and large calls are shown first: `always` in any layer wins. */
  readonly confirm?: 'always' | 'never';
  /**
   * Of a Workspace: through which clients it may be used, by their OAuth `client_id`s or by kinds of credentials; absent = through all. Judged
   * where the caller is known, see `Bounds` in libs/connections.
   */
  readonly clients?: readonly string[];
  /** Which changes wait until a person has approved them, behind that person's own login: the strictest of what the layers say holds. */
  readonly approve?: Approve;
}

/** The layers that hold for a caller, the operator's first. A call must pass each of them: a layer can only narrow. */
export type Policies = readonly Policy[];

export type Decision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reason: string; readonly layer?: LayerName | undefined };

/** What is asked: an operation, as far as a policy looks at it. */
export interface Question {
  readonly verb: Verb;
  readonly risk: Risk;
  readonly toolset: string;
  /** operationId. */
  readonly operation?: string;
  /** It cannot be granted by naming places, see `isWorkspaceWide`. */
  readonly workspaceWide?: boolean;
}
