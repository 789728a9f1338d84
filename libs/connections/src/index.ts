import { AccessGrant } from './access-grant.entity.js';
import { Connection } from './connection.entity.js';
import { PersonRow } from './person.entity.js';
import { Tenant } from './tenant.entity.js';
import { VaultKey } from './vault/vault-key.entity.js';

export * from './access-grant.entity.js';
export * from './caller.js';
export * from './connection-store.service.js';
export * from './connection.entity.js';
export { ConnectionsModule } from './connections.module.js';
export { Connections } from './connections.service.js';
export { type OwnGrant } from './grant-rows.js';
export { Grants } from './grants.service.js';
export * from './invalidations.service.js';
export * from './tenant.js';
export * from './vault/vault.js';

export const CONNECTION_ENTITIES = [AccessGrant, Connection, PersonRow, Tenant, VaultKey];
