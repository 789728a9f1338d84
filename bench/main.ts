import { audit } from './audit.js';
import { blocking } from './blocking.js';
import { budget } from './budget.js';
import { fairness } from './fairness.js';
import { bulkheads } from './bulkheads.js';
import { intents } from './intents.js';
import { memory } from './memory.js';
import { overhead } from './overhead.js';
import { permissions } from './permissions.js';
import { profile } from './profile.js';
import { scale } from './scale.js';
import { session } from './session.js';
import { soak } from './soak.js';
import { stdio } from './stdio.js';
import { tokens } from './tokens.js';

/** Each benchmark prints its figures beside a target or a floor measured in the same run, and says whether they hold. */
const BENCHMARKS: Readonly<Record<string, () => Promise<boolean>>> = {
  audit,
  blocking,
  budget,
  bulkheads,
  fairness,
  intents,
  memory,
  overhead,
  permissions,
  profile,
  scale,
  session,
  soak,
  stdio,
  tokens,
};

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !(name in BENCHMARKS));
if (unknown !== undefined || wanted.length === 0) {
  console.error(`Usage: npm run bench -- <${Object.keys(BENCHMARKS).join(' | ')}>`);
  process.exit(64);
}
let held = true;
for (const name of wanted) held = (await BENCHMARKS[name]?.()) === true && held;
process.exit(held ? 0 : 1);
