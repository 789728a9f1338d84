export * from './client.js';
export * from './credential.js';
export type * from './directory/directory.js';
export * from './operation.js';
