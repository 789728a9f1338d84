export * from './caller.js';
export { ConnectionsModule } from './connections.module.js';
export { Connections } from './connections.service.js';
export * from './tenant.js';
