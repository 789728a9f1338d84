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
export { type Directories, DirectoryCache } from './directory-cache.js';
export { type AnswerCache, CredentialCache } from './cache.js';
