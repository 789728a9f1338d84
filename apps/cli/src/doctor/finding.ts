/** What a check of `doctor` has found. */
export interface Finding {
  what: 'configuration' | 'database' | 'tables' | 'login' | 'master key' | 'clock' | 'ClickUp' | 'public URL' | 'check';
  words: string;
  /** What to do; absent where all is well. */
  fix?: string;
}

/** Clocks may be so far apart: tokens and signatures live for minutes. */
const TOLERANCE_SECONDS = 30;

/** Compares this machine's clock with another one. */
export function clockFinding(whose: string, theirs: Date): Finding {
  const seconds = Math.round((Date.now() - theirs.getTime()) / 1000);
  if (Math.abs(seconds) <= TOLERANCE_SECONDS) return { what: 'clock', words: `agrees with that of ${whose}` };
  return {
    what: 'clock',
    words: `${Math.abs(seconds)} seconds ${seconds > 0 ? 'ahead of' : 'behind'} that of ${whose}`,
    fix: 'Let both be set by NTP: links, codes and tokens expire too early or too late',
  };
}
