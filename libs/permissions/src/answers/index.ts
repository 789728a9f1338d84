export { questionsIn, shownOf } from './projection.js';
export { type Questions, type View } from './rule.js';
