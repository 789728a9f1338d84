import { Confirmations1763683200000 } from './1763683200000-confirmations.js';
import { Connections1763769600000 } from './1763769600000-connections.js';

/** In the order they run. Imported one by one: a glob would also find source maps and specs. */
export const MIGRATIONS = [Confirmations1763683200000, Connections1763769600000];
