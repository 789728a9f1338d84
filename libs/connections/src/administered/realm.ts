/** Who looks after a Workspace, for the audit. */
interface Actor {
  /** ClickUp user id; undefined for the operator. */
  person?: string | undefined;
  /** Their role. */
  kind: string;
}

/** Whose rows somebody looks after: of one Workspace, and there of one person where `personId` says so. What lies outside is not there. */
export interface Realm {
  workspaceId: string;
  personId?: string | undefined;
  by: Actor;
}
