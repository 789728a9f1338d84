export * from './located.js';
export { PermissionsModule } from './permissions.module.js';
export { Permissions } from './permissions.service.js';
export * from './policy.js';
export * from './resolve/index.js';
