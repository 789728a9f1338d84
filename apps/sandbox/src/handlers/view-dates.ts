const DAY = 86_400_000;

/** Milliseconds from `from` on, before `to`. */
export interface Span {
  from: number;
  to: number;
}

const dayOf = (ms: number) => Math.floor(ms / DAY) * DAY;
const monthOf = (ms: number, shift: number) =>
  Date.UTC(new Date(ms).getUTCFullYear(), new Date(ms).getUTCMonth() + shift);
/** The Monday of its week. */
const weekOf = (ms: number) => dayOf(ms) - ((new Date(ms).getUTCDay() + 6) % 7) * DAY;
const days = (today: number, from: number, to: number): Span => ({ from: today + from * DAY, to: today + to * DAY });

/** The words that filters of views have for dates, in UTC. */
const WORDS: Readonly<Record<string, (now: number) => Span>> = {
  today: (now) => days(dayOf(now), 0, 1),
  yesterday: (now) => days(dayOf(now), -1, 0),
  tomorrow: (now) => days(dayOf(now), 1, 2),
  next7: (now) => days(dayOf(now), 0, 8),
  last7: (now) => days(dayOf(now), -7, 1),
  earlier: (now) => ({ from: -Infinity, to: dayOf(now) }),
  overdue: (now) => ({ from: -Infinity, to: now }),
  thisweek: (now) => days(weekOf(now), 0, 7),
  thismonth: (now) => ({ from: monthOf(now, 0), to: monthOf(now, 1) }),
  lastmonth: (now) => ({ from: monthOf(now, -1), to: monthOf(now, 0) }),
};

/** What one value of a filter covers: a word like `overdue`, or a moment in milliseconds. Undefined for anything else. */
export function spanOf(value: unknown, now: number): Span | undefined {
  const word = typeof value === 'object' && value !== null ? (value as { op?: unknown }).op : value;
  if (typeof word === 'string' && Object.hasOwn(WORDS, word)) return WORDS[word]?.(now);
  const ms = typeof word === 'string' && word !== '' ? Number(word) : word;
  return typeof ms === 'number' && Number.isFinite(ms) ? { from: ms, to: ms + 1 } : undefined;
}
