export {
  type Directory,
  type Me,
  type NamedObject,
  type Objects,
  type Person,
  type Place,
  type PlaceStatus,
} from './directory.js';
export { type ObjectKind } from '../object-kind.js';
export { sureTaskId } from './refs.js';
export { DirectoryCache } from './directory-cache.js';
export { CredentialCache } from './cache.js';
