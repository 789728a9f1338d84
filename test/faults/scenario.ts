import { quantile } from '../../bench/load.js';
import { type Call, type Ledger } from './load.js';

/** A measured number beside its target; without one it is told, and judged by nobody. */
export interface Figure {
  what: string;
  measured: number;
  /** What it consists of. */
  of?: string;
  unit: '' | 'ms' | 's' | 'MB' | '%' | '×';
  target?: readonly ['≤' | '≥', number];
}
export interface Outcome {
  figures: Figure[];
  /** What must never be: answers that are not true, a process that has ended, SQL in an answer. */
  wrong: string[];
}
/** One run of the harness, the proof of one fault or of some. */
export interface Scenario {
  /** What happens, as the title of the test and in the table. */
  title: string;
  /** A part of `npm test`. */
  short?: true;
  /** Why it cannot be run here; undefined where it can. */
  missing?(): string | undefined;
  run(): Promise<Outcome>;
}

export const held = ({ measured, target }: Figure): boolean =>
  !target || (target[0] === '≤' ? measured <= target[1] : measured >= target[1]);

/** The figures that every scenario with a load tells. */
export function counted({ calls, wrong }: Ledger): Figure[] {
  const times = (ended: Call['ended']) => calls.filter((call) => call.ended === ended).length;
  return [
    { what: 'calls', measured: calls.length, unit: '' },
    { what: 'not a success', measured: calls.length - times('success'), unit: '', of: reasons(calls) },
    { what: 'unknown', measured: times('unknown') + times('cut off'), unit: '' },
    {
      what: 'lost, doubled or denied',
      measured: wrong.filter((one) => /^(?:lost|doubled|denied|given)/.test(one)).length,
      unit: '',
      target: ['≤', 0],
    },
  ];
}

/** How late the event loop of any of these replicas was, at most. @param mostMs its target */
export const lateness = (replicas: readonly { lateMs: number }[], mostMs: number): Figure => ({
  what: 'event loop late, at most',
  measured: rounded(Math.max(...replicas.map(({ lateMs }) => lateMs))),
  unit: 'ms',
  target: ['≤', mostMs],
});

function reasons(calls: readonly Call[]): string {
  const counts = new Map<string, number>();
  for (const { ended, code } of calls)
    if (ended !== 'success') counts.set(code ?? ended, (counts.get(code ?? ended) ?? 0) + 1);
  return [...counts].map(([code, times]) => `${code} ${times}`).join(', ');
}

/** How long after this moment the last call was sent that failed for another reason than what it asked. Seconds; 0 when none did. */
export function recovery({ calls }: Ledger, from: number): number {
  const failed = calls.filter(({ ended, at }) => ended !== 'success' && at > from).map(({ at }) => at);
  return rounded((Math.max(from, ...failed) - from) / 1000);
}

/** Milliseconds. */
export const p = (calls: readonly Call[], q: number): number =>
  rounded(
    quantile(
      calls.map(({ at, until }) => until - at).sort((a, b) => a - b),
      q,
    ),
  );

export const share = (part: number, all: number): number => rounded((100 * part) / Math.max(1, all));
export const rounded = (value: number): number => Math.round(value * 100) / 100;
