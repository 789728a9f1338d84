import { AccessGrant } from './access-grant.entity.js';
import { Connection } from './connection.entity.js';
import { KillSwitchRow } from './kill-switches/kill-switch.entity.js';
import { PersonRow } from './person.entity.js';
import { Tenant } from './tenant.entity.js';
import { VaultKey } from './vault/vault-key.entity.js';
import { WorkspacePolicy } from './workspace-policies/workspace-policy.entity.js';

export { admitsPerson, admitsWorkspace, notAdmitted } from './admission.js';
export {
  type AdministeredConnection,
  AdministeredConnections,
} from './administered/administered-connections.service.js';
export { AdministeredClients } from './administered/administered-clients.service.js';
export { CredentialChecks } from './administered/credential-checks.service.js';
export { type AdministeredGrant, AdministeredGrants } from './administered/administered-grants.service.js';
export { AdministeredPeople, type AdministeredPerson } from './administered/administered-people.service.js';
export { type Realm } from './administered/realm.js';
export { type GrantKind } from './access-grant.entity.js';
export { Bounds } from './bounds/bounds.service.js';
export { letsIn } from './bounds/lets-in.js';
export { type Caller } from './caller.js';
export { type Changer } from './administered/changer.js';
export { ClickUpClients } from './clickup-clients.service.js';
export { ConnectionsModule } from './connections.module.js';
export { Connections, type NewConnection, newGrantId, newSecret } from './connections.service.js';
export { type OwnGrant } from './grant-rows.js';
export { Grants } from './grants.service.js';
export {
  announce,
  announceLetter,
  type Invalidated,
  type InvalidatedCache,
  Invalidations,
  type Letterbox,
  LISTENERS,
} from './invalidations.service.js';
export { SWITCH_REASONS, SWITCHED, type Switched, type SwitchReason } from './kill-switches/kill-switch.entity.js';
export { isOfClient } from './kill-switches/of-client.js';
export { type KillSwitch, KillSwitches, type NewSwitch } from './kill-switches/kill-switches.service.js';
export { JwtGrants, type JwtTurn } from './jwt-grants.service.js';
export { allConnections, allGrants, revokeGrants } from './oversight.js';
export { PersonGrants } from './person-grants.service.js';
export { personPseudonyms } from './person-pseudonym.js';
export { type Maker, SERVER_URL_NAME, type ServerUrl, ServerUrls } from './server-urls.service.js';
export * from './tenant.js';
export { unlock, unlockKnown, type Unlocked } from './vault/keyring.js';
export { SEALED_COLUMNS } from './vault/sealed-columns.js';
export { rewrap, type Rewrapped } from './vault/rewrap.js';
export { type EncryptionContext, openedVault, Vault, VAULT, vaultOf } from './vault/vault.js';

export {
  FILED_POLICIES,
  type FiledPolicies,
  type StoredPolicy,
  WorkspacePolicies,
} from './workspace-policies/workspace-policies.service.js';

export const CONNECTION_ENTITIES = [
  AccessGrant,
  Connection,
  KillSwitchRow,
  PersonRow,
  Tenant,
  VaultKey,
  WorkspacePolicy,
];
