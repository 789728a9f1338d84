import { core } from './core.js';
import { type Samples } from './sample.js';

export { prepare } from './prepare.js';
export { WRONG_IN_THE_DOCUMENTS } from './wrong-in-the-documents.js';
export { type Arguments, type Ids, NOW, SPRINT_42 } from './sample.js';

/** One successful call of every operation, by domain. */
export const SAMPLES: Samples = {
  ...core,
};
