export { type Directory, type Me, type Person, type Place } from './directory.js';
export { DirectoryCache } from './directory-cache.js';
export { CredentialCache } from './cache.js';
