import { CLICKUP } from './clickup.js';
import { CLOCKS } from './clocks.js';
import { DATABASE } from './database.js';
import { ENDINGS } from './endings.js';
import { PROCESS } from './process.js';
import { REHEARSAL } from './rehearsal.js';

/** Every run of the harness, by name. */
export const SCENARIOS = { ...DATABASE, ...ENDINGS, ...CLOCKS, ...CLICKUP, ...PROCESS, ...REHEARSAL };
