import { type Credential } from '#libs/clickup';
import { type Policy } from '#libs/permissions';

/** Who calls, with what rights, and with which ClickUp credential: the result of authentication, made anew for each request. */
export interface Caller {
  /** Kind of the gateway credential. */
  readonly kind: 'global_key' | 'stdio';
  /** Pseudonym of the gateway credential: stable, not reversible. Binds cursors and confirmations; appears in logs. */
  readonly id: string;
  readonly policy: Policy;
  /** The ClickUp credential; undefined when the operator has set none. */
  readonly credential?: Credential;
  /** The Workspace to work in, when the credential may reach several. */
  readonly workspaceId?: string;
}
