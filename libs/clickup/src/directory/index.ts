export {
  type Directory,
  type Me,
  type NamedObject,
  type ObjectKind,
  type Person,
  type Place,
  type PlaceStatus,
} from './directory.js';
export { DirectoryCache } from './directory-cache.js';
export { CredentialCache } from './cache.js';
