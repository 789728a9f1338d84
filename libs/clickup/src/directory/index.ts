export type * from './directory.js';
export { DirectoryCache } from './directory-cache.js';
export { CredentialCache } from './cache.js';
