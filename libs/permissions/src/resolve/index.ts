export { ReadScope } from './read-scope.js';
export { Resolver, type Whereabouts } from './resolver.js';
