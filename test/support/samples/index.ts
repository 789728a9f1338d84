import { chat } from './chat.js';
import { core } from './core.js';
import { goals } from './goals.js';
import { relations } from './relations.js';
import { fields } from './fields.js';
import { docs } from './docs.js';
import { people } from './people.js';
import { type Samples } from './sample.js';
import { views } from './views.js';

export { prepare } from './prepare.js';
export { WRONG_IN_THE_DOCUMENTS } from './wrong-in-the-documents.js';
export { type Arguments, type Ids, NOW, SPRINT_42 } from './sample.js';

/** One successful call of every operation, by domain. */
export const SAMPLES: Samples = {
  ...core,
  ...goals,
  ...views,
  ...relations,
  ...fields,
  ...docs,
  ...people,
  ...chat,
};
