/** Monotonic time and one-shot timers; tests bring their own. */
export interface Clock {
  /** Milliseconds from an arbitrary origin that never run backwards (fault 16: wall clocks jump). */
  now(): number;
  /** Runs `task` once in about `ms`. @returns a function that cancels it */
  after(ms: number, task: () => void): () => void;
}

export const monotonic: Clock = {
  now: () => performance.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
};
