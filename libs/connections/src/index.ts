import { AccessGrant } from './access-grant.entity.js';
import { Connection } from './connection.entity.js';
import { PersonRow } from './person.entity.js';
import { Tenant } from './tenant.entity.js';
import { VaultKey } from './vault/vault-key.entity.js';

export * from './access-grant.entity.js';
export * from './caller.js';
export * from './connections.service.js';
export * from './connection.entity.js';
export { ConnectionsModule } from './connections.module.js';
export { ClickUpClients } from './clickup-clients.service.js';
export { type OwnGrant } from './grant-rows.js';
export { Grants } from './grants.service.js';
export { Invalidations } from './invalidations.service.js';
export * from './invalidations.service.js';
export { Tenant } from './tenant.entity.js';
export * from './tenant.js';
export { unlock, unlockKnown, type Unlocked } from './vault/keyring.js';
export { rewrap, type Rewrapped } from './vault/rewrap.js';
export { replaceSealed, SEALED_COLUMNS, type SealedValue } from './vault/sealed-columns.js';
export * from './vault/vault.js';

export const CONNECTION_ENTITIES = [AccessGrant, Connection, PersonRow, Tenant, VaultKey];
