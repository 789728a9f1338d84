import { type Verb } from '#libs/core';

/** How an attempt failed, by what ClickUp may have done. */
export type FailureKind =
  /** No byte of the request left: nothing was done. */
  | 'not_sent'
  /** 429: ClickUp says that it did nothing. */
  | 'throttled'
  /** 5xx, reset or timeout after bytes had left: it may have been done. */
  | 'sent';

/** What comes next. */
type Action =
  /** Send again after a pause. */
  | 'repeat'
  /** Wait for budget, send again until the deadline. */
  | 'wait'
  /** Ask ClickUp what became of it; never send again. */
  | 'ask'
  /** Ask ClickUp what became of it; send again, once, only if nothing was done. */
  | 'ask_then_repeat';

export interface Rule {
  after: Readonly<Record<FailureKind, Action>>;
  /** A 404 for a repeated request means that the first one had worked. */
  goneIsDone?: true;
}

const rule = (sent: Action, more: Pick<Rule, 'goneIsDone'> = {}): Rule => ({
  after: { not_sent: 'repeat', throttled: 'wait', sent },
  ...more,
});

const READ = rule('repeat');
/** Sets a whole field: whether it was done can be seen, and a blind repetition could undo what somebody changed since. */
const SETS = rule('ask_then_repeat');
/** Twice the same effect is the same state. */
const SETS_STATE = rule('repeat');
const TAKES_AWAY = rule('repeat', { goneIsDone: true });
/** ClickUp has no idempotency keys: a repeated creation is a duplicate. */
const CREATES = rule('ask');
/** Depends on what is there (a running timer, the home List). */
const DEPENDS = rule('ask_then_repeat');

/** What may follow a failed attempt, by verb (SEC-D18). */
const RULES: Readonly<Record<Verb, Rule>> = {
  get: READ,
  list: READ,
  search: READ,
  update: SETS,
  delete: TAKES_AWAY,
  add: SETS_STATE,
  remove: TAKES_AWAY,
  create: CREATES,
  start: DEPENDS,
  stop: DEPENDS,
  move: DEPENDS,
  merge: DEPENDS,
};

export const ruleOf = (verb: Verb): Rule => RULES[verb];

/** Repetitions after the first attempt. */
export const MAX_RETRIES = 3;
const CAP_OVER_BASE = 16;

/** Full jitter: anything up to base × 2ⁿ, at most 16 × base (0.5 s to 8 s), so that callers who failed together do not return together. */
export function backoffMs(retry: number, baseMs: number, random: () => number): number {
  return random() * Math.min(baseMs * CAP_OVER_BASE, baseMs * 2 ** retry);
}
