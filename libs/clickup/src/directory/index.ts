export type * from './directory.js';
export { DirectoryCache } from './directory-cache.js';
