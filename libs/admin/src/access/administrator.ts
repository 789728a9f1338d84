import { type Credential } from '#libs/clickup';
import { type Role } from '#libs/web';

/** A Workspace, and what somebody is in it. */
export interface Standing {
  workspaceId: string;
  /** As ClickUp has it; undefined where nobody has asked ClickUp. */
  name?: string;
  role: Role;
}

/** Who asks to administer: the operator, a person with a credential of their own, or somebody whom the identity provider knows. */
export interface Administrator {
  readonly kind: 'operator' | 'person' | 'sso';
  /** Pseudonym for audit and logs: stable, not reversible. */
  readonly id: string;
  /** ClickUp user id; undefined = nobody who owns anything here. */
  readonly personId?: string;
  /** Who that is in the audit, where it is nobody of ClickUp. */
  readonly actor?: string;
  /** The grant that was presented; undefined = a browser session, or the operator's token. */
  readonly grantId?: string;
  /** The person's own ClickUp credential, for what they see there themselves. */
  readonly credential?: Credential;
  /** It has a role in every Workspace, and in those that nobody has connected yet. */
  readonly everywhere?: Role;
  /** Why it may change nothing, whatever its role. */
  readonly readsOnly?: string;
  /** The one Workspace that its credential is for. */
  readonly home?: string;
  /**
   * What it is in a Workspace, as ClickUp has said within the last five minutes; undefined = nothing.
   * @throws AppError when ClickUp does not answer: then nobody is let in
   */
  roleIn(workspaceId: string): Promise<Role | undefined>;
  /** Every Workspace where it is something. @throws AppError as {@link roleIn} */
  standings(): Promise<Standing[]>;
}
