import { Allowance, ASSUMED_LIMIT, reserve, type SavedAllowance } from './allowance.js';
import { type BudgetFeedback } from './budget.js';

/** Without news for so long a replica counts as gone, and what it holds is free again. Server milliseconds. */
const LEASE_MS = 8_000;
/** How long a replica may use what it holds, from before it asked: ends before the lease, whatever the answer's way took. */
export const VALID_MS = 6_000;
/** A replica that was just served lets the others go first for so long. */
const YIELD_MS = 30;
/** When to ask again while others have all requests under way that one token may have. */
const CROWDED_MS = 100;
/** How long nobody looks whether others have given something back. */
const LOOK_AGAIN_MS = 500;
/** How far ahead permits are dealt, where they become free one by one. */
const HORIZON_MS = { alone: 5_000, shared: 500 };
/** After so long what cannot be divided equally goes to the next. */
const ROUND_MS = 1_000;
const MINUTE_MS = 60_000;
/** For so long after its last turn a replica may send a first request when the database goes away; no other gets its place within a minute more. */
export const PROBE_MS = 600_000;
/** After the database was away, every replica first tells what it has sent meanwhile. */
const SETTLE_MS = 2_000;
/** Coarse enough for a short row, fine enough to lose a thousandth of a minute. */
const GRAIN_MS = 50;
/** A small handful may be a twentieth of a minute's budget, a large one a hundredth: what sends fast would come for the next one at once. */
const SMALL = { part: 1 / 20, most: 50 };
const LARGE = { part: 1 / 100, most: 200 };
const SMALLEST_HANDFUL = 2;

/** What one replica holds of the budget of one token. */
interface Holder {
  /** Requests that it may send or has under way. */
  permits: number;
  /** How many of them may be under way at once. */
  slots: number;
  /** How many more it wanted when it asked last. */
  wants: number;
  /** Server milliseconds. */
  until: number;
}

/** The budget of one ClickUp token, as all replicas share it. Times are milliseconds of the database's clock. */
export interface LedgerRow {
  allowance: SavedAllowance;
  holders: Record<string, Holder>;
  settleUntil?: number;
  /** Replicas that may send one request when the database goes away, and until when. Not more than the reserve has room for. */
  probers?: Record<string, number>;
}

/** A request that is over. */
interface Use {
  /** Milliseconds since its answer came, or since it failed. */
  ago: number;
  feedback?: BudgetFeedback;
}

/** What a replica tells, and asks for. */
export interface Turn {
  replica: string;
  /** Requests that are over since its last turn, oldest first. */
  uses: readonly Use[];
  /** Requests under way, and permits that it goes on holding. */
  inFlight: number;
  keeps: number;
  /** Requests that wait for a permit. */
  wants: number;
  /** Whether only bulk work waits, which is spread over the rest of the window. */
  spread: boolean;
  /** The database was away, and other replicas may have sent on their own account meanwhile. */
  wasAway: boolean;
}

/** What a replica gets. */
export interface Dealt {
  /** Milliseconds until each may be used, ascending. */
  permits: readonly number[];
  slots: number;
  /** Milliseconds until it is worth asking again; 0 = at once. */
  retryInMs: number;
  /** Other replicas that hold something, or wait. */
  sharers: number;
  /** Should the database go away within `PROBE_MS`, one request may be sent to hear from ClickUp what is left. */
  mayProbe: boolean;
}

interface LedgerRules {
  /** The operator's own ceiling. */
  limit?: number;
  /** Requests under way at once, of all replicas. */
  maxInFlight: number;
  random: () => number;
}

/** The allowance in a row: to ask it, not to change it. */
export const allowanceOf = (row: LedgerRow | undefined, { limit, random }: LedgerRules): Allowance => {
  const allowance = new Allowance(limit, random, row?.allowance, GRAIN_MS);
  allowance.outstanding = total(Object.values(row?.holders ?? {}), ({ permits }) => permits);
  return allowance;
};

/**
 * One replica's turn at the ledger: books what it has sent, takes back what it does not keep, and deals out what may be sent now. Pure but for
 * `random`: the caller writes the row if nobody else has written it meanwhile.
 * @param now milliseconds of the database's clock, read with the row
 */
export function takeTurn(
  before: LedgerRow | undefined,
  now: number,
  turn: Turn,
  rules: LedgerRules,
): { row: LedgerRow; dealt: Dealt } {
  const holders: Record<string, Holder> = { ...before?.holders };
  const allowance = allowanceOf(before, rules);
  let lapsed = false;
  for (const [replica, { permits, until }] of Object.entries(holders)) {
    if (until > now) continue;
    // It may have sent them as late as this: they count for a whole minute from then.
    for (let i = 0; i < permits; i += 1) allowance.counted(Math.min(now, until - LEASE_MS + VALID_MS));
    delete holders[replica];
    // One that only waited has nothing that it could have sent.
    lapsed ||= permits > 0;
  }
  const own = holders[turn.replica];
  delete holders[turn.replica];
  const others = Object.values(holders);
  const outstanding = () => total(others, ({ permits }) => permits) + kept;
  let kept = turn.keeps;
  for (const { ago } of turn.uses) allowance.counted(now - ago);
  allowance.giveBack(Math.max(0, (own?.permits ?? 0) - turn.uses.length - turn.keeps));
  allowance.outstanding = outstanding();
  for (const { ago, feedback } of turn.uses) if (feedback) allowance.learn(now - ago, feedback, allowance.outstanding);

  // Whoever lost its lease while it lives was cut off, and may have sent more than it was dealt.
  const settleUntil = turn.wasAway || lapsed ? now + SETTLE_MS : (before?.settleUntil ?? 0);
  const slots = slotsFor(turn.replica, now, holders, rules.maxInFlight);
  const waiting = others.filter(({ wants }) => wants > 0).length;
  const handful = handfulOf(allowance, waiting);
  const held = turn.keeps - turn.inFlight;
  const wanted = slots > 0 && turn.wants > 0 ? Math.min(Math.max(turn.wants, handful) - held, handful) : 0;
  const permits: number[] = [];
  if (wanted > 0 && now >= settleUntil) {
    // A copy, because looking ahead forgets what will be over by then.
    const ahead = new Allowance(rules.limit, rules.random, allowance.save(), GRAIN_MS);
    ahead.outstanding = allowance.outstanding;
    const horizon = now + (turn.spread ? 0 : waiting > 0 ? HORIZON_MS.shared : HORIZON_MS.alone);
    for (let at = ahead.readyAt(now, turn.spread); permits.length < wanted && at <= horizon;) {
      ahead.promise(at);
      ahead.outstanding += 1;
      allowance.promise(at);
      permits.push(at - now);
      at = ahead.readyAt(at, turn.spread);
    }
  }
  kept += permits.length;
  allowance.outstanding = outstanding();
  const missing = turn.wants - permits.length;
  holders[turn.replica] = {
    permits: kept,
    slots: Math.max(slots, turn.inFlight),
    wants: Math.max(0, missing),
    until: now + LEASE_MS,
  };
  if (kept === 0 && missing <= 0) delete holders[turn.replica];
  const probers = Object.fromEntries(Object.entries(before?.probers ?? {}).filter(([, until]) => until > now));
  if (turn.replica in probers || Object.keys(probers).length < reserve(allowance.limit))
    probers[turn.replica] = now + PROBE_MS + MINUTE_MS;
  const ready = Math.max(settleUntil, allowance.readyAt(now, turn.spread)) - now;
  const polite = permits.length > 0 && waiting > 0 ? YIELD_MS : 0;
  // What is held may come back at any time.
  const until = others.some(({ permits: theirs }) => theirs > 0) ? Math.min(ready, LOOK_AGAIN_MS) : ready;
  const retryInMs = slots > 0 ? Math.max(0, until) + polite : CROWDED_MS;
  return {
    row: { allowance: allowance.save(), holders, probers, ...(settleUntil > now && { settleUntil }) },
    dealt: { permits, slots, retryInMs, sharers: others.length, mayProbe: turn.replica in probers },
  };
}

/**
 * How many requests this replica may have under way: what the others leave of the maximum, where each of them that needs it gets an equal
 * part; what cannot be divided goes around. One that had more has to come down to its part before the others can use it.
 */
function slotsFor(replica: string, now: number, others: Readonly<Record<string, Holder>>, maxInFlight: number): number {
  const all = Object.values(others);
  const ids = [...Object.keys(others), replica].sort();
  const equal = Math.max(1, Math.floor(maxInFlight / ids.length));
  const rest = Math.max(0, maxInFlight - equal * ids.length);
  const turnOfRest = ids[Math.floor(now / ROUND_MS) % ids.length] === replica;
  const busy = total(all, ({ slots, permits }) => Math.min(slots, permits));
  const needed = total(all, ({ permits, wants }) => Math.min(equal, permits + wants));
  const crowded = all.every(({ permits, wants }) => permits + wants > equal) && all.length > 0;
  const part = maxInFlight - needed - (crowded && !turnOfRest ? rest : 0);
  return Math.max(0, Math.min(maxInFlight - busy, part));
}

/** Permits that a replica may hold at once: enough that it need not come for each, too few to keep others waiting. */
function handfulOf(allowance: Allowance, waiting: number): number {
  const usable = allowance.told ? allowance.usable : Math.min(allowance.usable, ASSUMED_LIMIT);
  const [small, large] = [SMALL, LARGE].map(({ part, most }) =>
    Math.min(most, Math.ceil((usable * part) / (waiting + 1))),
  );
  return Math.max(waiting > 0 ? 1 : SMALLEST_HANDFUL, small!, large!);
}

const total = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0);
