import { type Fault } from '../../apps/sandbox/src/index.js';
import { type Dice } from '../support/random-world.js';

/** What may go wrong between the gateway and ClickUp, each as one random instance. How often is drawn for all alike. */
const KINDS: readonly ((dice: Dice) => Fault)[] = [
  (dice) => ({ kind: 'status', status: dice.pick([500, 502, 503, 504]), done: dice.chance(0.5) }),
  (dice) => ({ kind: 'throttle', reset: dice.pick(['missing', 'past', 'zero', 'text'] as const), times: 3 }),
  (dice) => ({ kind: 'html', status: dice.pick([200, 502]), done: dice.chance(0.5) }),
  (dice) => ({ kind: 'hang', done: dice.chance(0.5) }),
  () => ({ kind: 'reset_before' }),
  () => ({ kind: 'reset_after' }),
  (dice) => ({ kind: 'close', done: dice.chance(0.5) }),
  (dice) => ({ kind: 'close_on_reuse', reset: dice.chance(0.5) }),
  (dice) => ({ kind: 'truncate', declared: dice.chance(0.5) }),
  (dice) => ({ kind: 'wrong_length', by: dice.pick([-1, 1, 100]) }),
  () => ({ kind: 'drip', bytes: 100, everyMs: 5 }),
  () => ({ kind: 'huge', bytes: 200_000 }),
  (dice) => ({ kind: 'compressed', flaw: dice.pick(['broken', 'cut', 'unannounced', 'not_compressed'] as const) }),
  (dice) => ({
    kind: 'shape',
    shape: dice.pick([
      'empty',
      'no_content',
      'null',
      'array',
      'error',
      'missing_id',
      'null_id',
      'not_json',
      'bom',
    ] as const),
  }),
  (dice) => ({ kind: 'slow', ms: dice.pick([100, 600, 2_500]), done: dice.chance(0.5) }),
];

/** A few faults at once, most of them about writes only: reads are repeated and would hide what follows. */
export const weather = (dice: Dice): Fault[] =>
  Array.from({ length: dice.below(3) + 2 }, () => ({
    ...dice.pick(KINDS)(dice),
    operation: dice.pick(['POST /*', 'POST /*', 'PUT /*', 'DELETE /*', '* /*']),
    rate: dice.pick([0.05, 0.1, 0.3]),
  }));
