import { type Credential } from '#libs/clickup';
import { type Policies } from '#libs/permissions';

/** The connection a caller works through; callers with the operator's or their own ClickUp credential have none. */
interface CallerConnection {
  readonly id: string;
  /** Workspace id. */
  readonly tenantId: string;
  /** ClickUp user id. */
  readonly personId: string;
}

/** The result of authentication: who calls, with what rights, and with which ClickUp credential. Requests with the same credential share it. */
export interface Caller {
  /** Kind of the gateway credential. */
  readonly kind: 'global_key' | 'client_credentials' | 'session' | 'api_key' | 'server_url' | 'jwt' | 'stdio';
  /** Pseudonym of the gateway credential: stable, not reversible, no secret. Binds cursors and confirmations; appears in logs. */
  readonly id: string;
  /**
   * Layers of policy, without the operator's own: libs/permissions adds that one. The first are of the Workspace, where it has any (`Bounds`);
   * then those of the grant.
   */
  readonly policies: Policies;
  /** OAuth scopes of the access token that was presented; undefined for other credentials. */
  readonly scopes?: readonly string[];
  /** The ClickUp credential; undefined when the operator has set none. */
  readonly credential?: Credential;
  /** The Workspace to work in, when the credential may reach several. */
  readonly workspaceId?: string;
  readonly connection?: CallerConnection;
  /** The OAuth client of a session. */
  readonly clientId?: string;
  /** Whose requests its own are counted with, where that is not `id`, which the client can vary. */
  readonly countsAs?: string;
  /** When its secret ends by itself, in milliseconds since 1970 by the clock of this process. */
  readonly endsAt?: number;
  /** Of a server URL: it counts only beside another credential of the same person. */
  readonly tokenRequired?: true;
}
