import { type SCENARIOS } from './scenarios/index.js';

/** Where a fault is brought about. */
export type Proof =
  /** A test that `npm test` runs, by the beginning of its title, as it is written in the source. */
  | { spec: string; title: string }
  /** A run of the harness, by `npm run faults`. */
  | { scenario: keyof typeof SCENARIOS }
  /** `npm run bench -- <name>`. */
  | { bench: string }
  /** What the fault is about is not built yet: which part brings it, and the proof with it. */
  | { later: string }
  /** Nothing brings it about, and why. */
  | { open: string };

/** One row of the fault catalogue. */
export interface Fault {
  n: number;
  fault: string;
  expected: string;
  /** What is to be measured. */
  figure: string;
  proofs: readonly Proof[];
}

const row = (n: number, fault: string, expected: string, figure: string, ...proofs: Proof[]): Fault => ({
  n,
  fault,
  expected,
  figure,
  proofs,
});
const e2e = (file: string, title: string): Proof => ({ spec: `test/e2e/${file}.e2e-spec.ts`, title });
const unit = (file: string, title: string): Proof => ({ spec: `${file}.spec.ts`, title });
const inHarness = (scenario: keyof typeof SCENARIOS): Proof => ({ scenario });
const bench = (name: string): Proof => ({ bench: name });
const later = (part: string): Proof => ({ later: part });
const open = (why: string): Proof => ({ open: why });

const TRIALS = e2e('outcomes', 'what callers were told is what is there (FAULTS_SEED=%d)');
const RETRIES = 'libs/clickup/src/sending/transport.retries';
const TRANSPORT = 'libs/clickup/src/sending/transport';
const MIGRATE = 'apps/gateway/src/database/migrate';
const MEMORY_BUDGET = 'libs/limits/src/upstream/memory-budget';

/** Every fault that the gateway is to survive, in the order of its numbers, and where it is proven. */
export const CATALOGUE: readonly Fault[] = [
  row(
    1,
    'database down at start',
    'alive, not ready, goes on by itself',
    'ready < 3 s after it is back',
    e2e('start', 'without its database it is alive, says what is missing, and goes on by itself'),
    unit(MIGRATE, 'waits for a server that is not there yet'),
  ),
  row(
    2,
    'database dies in mid-request',
    'who is remembered goes on, others 503 with Retry-After; never SQL',
    '0 lost, recovery < 5 s',
    inHarness('database-killed'),
    e2e('revocation', 'while the database is away a cached caller goes on, and every other is told to try again'),
  ),
  row(
    3,
    'failover to a new primary',
    'broken connections are dropped, read-only is a failover',
    '0 failures after 10 s',
    inHarness('failover'),
  ),
  row(
    4,
    'the answer to COMMIT is lost',
    'never two grants',
    '0 double grants',
    e2e('lost-answers', '%s: %s: one session of one approval, one key of one form, no code good twice'),
  ),
  row(
    5,
    'pool exhaustion',
    'waits at most 2 s, then 503; none held during an upstream call',
    'p99 < 2 s',
    inHarness('pool-exhausted'),
    e2e('hard-times', '500 callers that are not cached, with ten connections to the database'),
    e2e('hard-times', 'no connection to the database is held while a call waits for ClickUp'),
  ),
  row(
    6,
    'slow database',
    'statements end, load is shed',
    'event loop ≤ 100 ms late',
    inHarness('slow-database'),
    unit('apps/gateway/src/database/login', 'ends a statement after 5 seconds, and gives each connection that limit'),
  ),
  row(7, 'disk full in PostgreSQL', 'writes 503, reads go on', '0 partial rows', inHarness('disk-full')),
  row(8, 'disk full for logs', 'the service goes on', '0 failed calls', inHarness('log-disk-full')),
  row(
    9,
    'embedded database killed in a write',
    'opens again, acknowledged grants are there',
    '0 lost',
    unit(
      'apps/gateway/src/database/embedded/embedded',
      'loses no acknowledged row when server, children and writer are killed at any moment',
    ),
  ),
  row(
    10,
    'kill -9 at each write point',
    'no code good twice, no grant without its connection, jobs go on',
    '0 violations',
    e2e('kill', 'killed anywhere: one session of one approval, one key of one form'),
    e2e('kill-bulk', 'killed at any write of a call that makes many tasks'),
    e2e('jobs-kill-points', '%s, killed at write %d, %s: each object once'),
  ),
  row(
    11,
    'kill -9 of a replica under load',
    'calls under way fail, the other replica goes on',
    '0 lost, recovery < 1 s',
    inHarness('replica-killed'),
    TRIALS,
  ),
  row(
    12,
    'two replicas redeem one code',
    'one winner',
    'all rounds',
    e2e('oauth-refresh', 'fault 12: one code at two replicas: one winner'),
    e2e('oauth-token', 'fault 12: 200 parallel redemptions have one winner, and the losers end nothing'),
  ),
  row(
    13,
    'two replicas rotate one refresh token; revoked at once',
    'one live branch; none after revoke',
    '0 live after revoke',
    e2e('oauth-refresh', 'fault 13: one refresh token at two replicas at once'),
    e2e('oauth-refresh', 'SEC-113, fault 13: revoked while a refresh is in flight'),
  ),
  row(
    14,
    'two replicas: rate limit and logout seen by both',
    'effective on both',
    'logout < 1 s',
    e2e('revocation', 'a replica that could not listen for a while empties its caches when it can again'),
    e2e('sessions', 'narrows and widens a key, on each replica with the next call'),
    e2e('inbound-limits', 'two replicas count together, with an error of 5 % at most'),
    e2e(
      'jwt-sessions',
      '/auth/logout ends one session on every replica, deletes its connection at once, and may be repeated',
    ),
  ),
  row(
    15,
    'clock of a replica five minutes off',
    'expiry by the clock of the database',
    '0 early or late > 60 s',
    inHarness('clock-skew'),
    e2e('hard-times', 'with the clock of this machine %s the database says what has expired'),
  ),
  row(
    16,
    'clock jumps back',
    'time is measured by a clock that never does',
    'no stall > 1 window',
    inHarness('clock-back'),
    unit('libs/limits/src/clock', 'a wall clock that is put back changes nothing'),
  ),
  row(
    17,
    '429 with a reset in 40 s',
    'that token waits, others go on, progress is told',
    '0 extra 429',
    e2e('upstream-budget', '429 is absorbed within the time of the call'),
    e2e('upstream-budget', '%s hears by progress that its call waits, and where it stands'),
    unit('libs/limits/src/upstream/shared-budget', 'after a 429 nothing leaves that was dealt before'),
  ),
  row(
    18,
    '429 with odd headers',
    'clamped to 1 to 90 s',
    'wait ≤ 90 s',
    unit('libs/clickup/src/sending/rate-limit', 'no header makes anything but whole numbers within bounds'),
    TRIALS,
  ),
  row(
    19,
    'the real limit is another one',
    'learned from the headers',
    '429 rate < 1 %',
    unit(MEMORY_BUDGET, 'a learned limit below the configured one is obeyed, one above is not'),
    unit(MEMORY_BUDGET, 'what other programs used of the token is missing until the reset'),
  ),
  row(
    20,
    '429 storm',
    'queues are bounded, callers are told',
    '0 lost, memory bounded',
    inHarness('throttle-storm'),
    unit(MEMORY_BUDGET, 'of all tokens together is bounded too, so that memory is'),
  ),
  row(
    21,
    '500, 502, 503, 504 in 30 % of answers',
    'reads are repeated, creations never',
    '0 doubled, reads > 97 %',
    inHarness('server-errors'),
    TRIALS,
    unit(RETRIES, 'create is never sent twice'),
  ),
  row(
    22,
    'timeout after the task was made',
    'unknown_outcome, or found again',
    '0 doubled',
    e2e('lost-creations', 'whichever answers are lost of many creations, with one name or several'),
    TRIALS,
  ),
  row(
    23,
    'refused, unknown host, TLS failure: nothing sent',
    'any method is repeated',
    '0 lost',
    unit(RETRIES, '%s: connection refused is tried four times, then says that nothing was done'),
    unit(RETRIES, 'an unknown host'),
  ),
  row(
    24,
    'reset after the request was sent',
    'creations unknown, reads repeated',
    '0 doubled',
    TRIALS,
    unit(RETRIES, '%s is repeated up to three times'),
  ),
  row(
    25,
    'keep-alive race',
    'creations on a connection that is not idle, or unknown',
    '0 doubled',
    unit(RETRIES, 'a server that closes idle connections in the worst moment never sees a creation twice'),
    unit('libs/clickup/src/sending/pools', 'no write goes over a connection that had nothing to do for four seconds'),
    TRIALS,
  ),
  row(
    26,
    'truncated JSON, wrong length',
    'an error, no part of it as truth',
    '0 crashes',
    TRIALS,
    e2e('spoilt-answers', 'a change that is answered with %s is told as done only when the task shows it'),
  ),
  row(
    27,
    'HTML instead of JSON',
    'never shown to the model',
    '0 leaked',
    unit('libs/clickup/src/sending/upstream-errors', 'only 200 harmless characters remain'),
    TRIALS,
  ),
  row(
    28,
    'slow or endless answers',
    'timeout and cap',
    'socket freed',
    unit(TRANSPORT, 'that are too large (declared: %s) are not read on'),
    unit(TRANSPORT, 'the deadline of the call ends a read'),
    TRIALS,
  ),
  row(
    29,
    '204 with a body, empty 200, broken gzip, BOM',
    'an error or a tolerant reading',
    '0 unhandled',
    e2e('spoilt-answers', 'a comment that is answered with %s was added once, or is told as unknown'),
    TRIALS,
  ),
  row(
    30,
    'the key was revoked (401)',
    'connection needs_reauth, no loop',
    '≤ 2 upstream calls',
    e2e('hard-times', 'a key that ClickUp refuses while many calls are under way'),
  ),
  row(
    31,
    '403, 404',
    'mapped, not repeated',
    '1 call',
    unit('libs/clickup/src/sending/upstream-errors', 'the error code and the ids that were asked for are known'),
    unit(RETRIES, 'a later 404 is no success for what was never sent twice'),
  ),
  row(
    32,
    'upstream dead',
    'circuit opens, one probe, quick answers',
    'recovery < 10 s',
    inHarness('clickup-dead'),
    e2e('bulkheads', 'of a long outage those who come later are told at once, and when to come again'),
  ),
  row(
    33,
    'client leaves in mid-read',
    'upstream is aborted',
    'at once',
    e2e('cancellation', 'a read that was sent is ended (MCP-T7)'),
  ),
  row(
    34,
    'client leaves in mid-write',
    'the write goes on, is told to the audit, not repeated',
    '0 doubled',
    e2e('cancellation', 'a write that was sent is not ended: its answer is awaited, and nothing is sent again'),
  ),
  row(
    35,
    'a queued call is cancelled',
    'it never leaves',
    '0 upstream calls',
    e2e('cancellation', 'a call that queues never leaves'),
  ),
  row(
    36,
    'notifications/cancelled for another id',
    'ignored',
    '–',
    e2e(
      'cancellation',
      'notifications/cancelled ends nobody’s call, neither of another client with the same key nor a finished one',
    ),
  ),
  row(
    37,
    'SIGTERM with calls, streams and a queue',
    'not ready at once, runs out, streams end with a result',
    '0 lost, exit < 30 s',
    inHarness('sigterm'),
    e2e('lifecycle', 'SIGTERM: ready says no, running calls finish, subscriptions end with a result'),
    e2e('sse', 'at a stop: what is under way is answered, the reason is said, and nothing more is taken'),
    e2e(
      'websocket',
      'shutdown: what is under way is answered, what comes then is told that it was not begun, and it closes with 1001',
    ),
  ),
  row(
    38,
    'rolling deploy',
    'sessions and codes survive',
    '0 failed',
    inHarness('rolling'),
    inHarness('rehearsal-single'),
    inHarness('rehearsal-ha'),
    e2e('oauth-refresh', 'a restart between any two steps loses nothing that was begun'),
  ),
  row(
    39,
    'migrations started by two replicas',
    'one migrates, the other waits',
    'both ready',
    unit(MIGRATE, 'runs every migration once when several processes start together, and all end ready'),
    e2e('pooler', 'no lock of a migration stays behind on a connection of the pooler'),
  ),
  row(
    40,
    'killed in the middle of a migration',
    'no half state',
    'completes later',
    unit(MIGRATE, 'leaves nothing half done when a migration fails or its connection is cut, and completes later'),
  ),
  row(
    41,
    'migration of a table with 10 million rows',
    'no long lock',
    'p99 < 1 s',
    open('no migration changes a table of that size yet; one that does brings its own proof'),
  ),
  row(42, '1,000 idle sessions', 'flat', '≤ 20 kB each', bench('memory')),
  row(43, '1,000 active sessions in 512 MB', 'shed before memory is out', '0 kills', inHarness('crowded-process')),
  row(44, 'soak', 'no growth', 'slope', bench('soak')),
  row(
    45,
    '10,000 tasks in pages',
    'cursor, partial answers marked',
    '0 missing, 0 double',
    unit('libs/tools/src/tasks/find-tasks', 'without an index ten pages are looked through, and the cursor goes on'),
    unit('libs/tools/src/find/index-for', 'a failure after the first page leaves what was read'),
    e2e('recall', 'are found by their name in 95 of 100 cases'),
  ),
  row(
    46,
    'a page repeats, or never ends',
    'it ends',
    '–',
    unit('libs/tools/src/tasks/find-tasks', 'a page that never ends does not either'),
    unit('libs/tools/src/comments/list-comments', 'a comment that ClickUp repeats for ever ends the list'),
  ),
  row(
    47,
    'one tenant queues thousands',
    'others are unaffected',
    'p99 ≤ 1.2×',
    inHarness('fairness'),
    bench('fairness'),
  ),
  row(
    48,
    'two people share one token',
    'one budget, equal shares',
    'ratio ≤ 1.2',
    unit(MEMORY_BUDGET, 'persons who share a token get equal shares'),
    unit('libs/limits/src/upstream/fair-queue', 'persons take turns, whoever queued how much first'),
    bench('fairness'),
  ),
  row(
    49,
    'one token used by two replicas',
    'one budget',
    '0 × 429',
    e2e(
      'shared-budget',
      'two replicas want twice what ClickUp allows: all of it is used, nothing is refused by ClickUp',
    ),
    bench('budget'),
  ),
  row(
    50,
    'interactive behind bulk',
    'interactive first, bulk ≥ 20 %',
    'p95 < 3 s',
    inHarness('behind-bulk'),
    unit('libs/limits/src/upstream/fair-queue', 'interactive goes first, and bulk gets every fifth turn'),
  ),
  row(
    51,
    'event loop blocked',
    'large answers in steps',
    '≤ 250 ms late',
    inHarness('large-answers'),
    unit('libs/clickup/src/sending/bulkheads/json-in-steps', 'a page of many tasks takes many steps'),
  ),
  row(
    52,
    'burst of Stripe webhooks',
    '200 only after the insert',
    '0 lost',
    e2e('billing', 'Fault 52: a burst of 1,000 messages, the database slow'),
  ),
  row(
    53,
    'audit sink fails',
    'security events fail closed, reads go on',
    'both ways',
    e2e('audit', 'while the database is away, reads go on; AUDIT_WRITES=%s: %s'),
  ),
  row(
    54,
    'MASTER_KEY lost at restart',
    'UNCONFIGURED',
    '0 rows changed',
    e2e('vault', 'with the key lost in production: UNCONFIGURED, alive, not ready'),
  ),
  row(
    55,
    'the address of ClickUp changes, IPv6 is broken',
    'the new address is used',
    '≤ 60 s',
    open(
      'needs a name server of its own; connections are given up after four idle seconds for writes, and Node asks for the name with each new one',
    ),
  ),
  row(
    56,
    'restore of an old backup',
    'refresh tokens that were used since look replayed',
    'drill < 15 min',
    e2e('backup', 'is dumped while the gateway runs, and made anew, so that nothing of a newer version stays behind'),
    later('a start that ends all families of refresh tokens after a restore'),
  ),
];
