import { AppError, type LeavingSignal } from '#libs/core';
import { type Clock } from '#libs/limits';

interface Patience {
  /** `Clock.now()` milliseconds until which it waits. */
  until: number;
  signal: LeavingSignal | undefined;
}

/** One request that waits for its turn. It ends exactly once: it is let in, its time is up, or its caller leaves. */
export class Waiter<T> {
  /** What it was let in with; undefined when its time was up. @throws AppError `cancelled` */
  readonly outcome: Promise<T | undefined>;
  private resolve!: (value: T | undefined) => void;
  private reject!: (error: AppError) => void;
  private readonly signal: LeavingSignal | undefined;
  private readonly disarm: () => void;

  /** @param leave takes it out of where it waits; called when it ends in another way than by `grant` */
  constructor(
    clock: Clock,
    { until, signal }: Patience,
    private readonly leave: (waiter: Waiter<T>) => void = () => undefined,
  ) {
    this.outcome = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.signal = signal;
    signal?.addEventListener('abort', this);
    this.disarm = clock.after(Math.max(0, until - clock.now()), () => this.end(() => this.resolve(undefined)));
  }

  grant(value: T): void {
    this.settle();
    this.resolve(value);
  }

  /** The signal fired. */
  handleEvent(): void {
    this.end(() => this.reject(new AppError('cancelled')));
  }

  private end(tell: () => void): void {
    this.settle();
    this.leave(this);
    tell();
  }

  private settle(): void {
    this.disarm();
    this.signal?.removeEventListener('abort', this);
  }
}
