import { type Config } from '#libs/core';
import { type Logger } from 'pino';
import { type Gateway } from './gateway.js';
import { withoutWords } from './logging.js';

/** At most so many failures are logged, because a timer may fail each time it runs. */
const MAX_TOLD = 10;

/**
 * How the process ends: by a signal, or because something failed and no code caught it. Such a failure may have left anything in a wrong
 * state, so the process must end and a supervisor start another. The calls that are running are answered first, because they had nothing
 * to do with it.
 */
export class Ending {
  private failures = 0;
  private latest: NodeJS.Timeout | undefined;
  private gateway: Pick<Gateway, 'close'> | undefined;
  private signals = 0;
  private delays = false;

  constructor(
    private readonly config: Pick<Config, 'NODE_ENV' | 'SHUTDOWN_DELAY_SECONDS' | 'SHUTDOWN_DRAIN_SECONDS'>,
    private readonly log: Logger,
  ) {}

  /** Makes Node report uncaught failures here. */
  watch(): void {
    process.on('uncaughtException', (thrown, origin) => this.failed(thrown, origin));
  }

  /** From now on the end waits until this gateway has answered what it is working on. */
  drains(gateway: Pick<Gateway, 'close'>): void {
    this.gateway = gateway;
  }

  /**
   * SIGTERM comes from a supervisor, which may have a balancer: in production it is given time to notice. SIGINT comes from a person at a
   * terminal, who is not made to wait. Each further signal takes the next step at once: it ends the delay, then the process.
   */
  bySignal(signal: NodeJS.Signals, number: number): void {
    this.signals += 1;
    if (this.signals > 1 && !this.delays) return process.exit(128 + number);
    const waits = signal === 'SIGTERM' && this.signals === 1 && !this.failures;
    const seconds = waits && this.config.NODE_ENV === 'production' ? this.config.SHUTDOWN_DELAY_SECONDS : 0;
    this.delays = seconds > 0;
    this.end(seconds * 1000);
  }

  private failed(thrown: unknown, origin: string): void {
    this.failures += 1;
    // What was being worked on may be in the message: only kind and place of the failure are told.
    if (this.failures <= MAX_TOLD)
      this.log.fatal(
        { origin, failure: withoutWords(thrown) },
        'something failed that nobody caught: what runs is answered, then the process ends',
      );
    if (this.latest) return;
    this.latest = setTimeout(() => this.exit(1), this.config.SHUTDOWN_DRAIN_SECONDS * 1000);
    this.end();
  }

  private end(delayMs = 0): void {
    if (!this.gateway) return this.exit(1);
    this.gateway.close(delayMs).then(
      () => this.exit(this.failures ? 1 : 0),
      (error: unknown) => {
        this.log.fatal({ failure: withoutWords(error) }, 'could not stop in order');
        this.exit(1);
      },
    );
  }

  /** Ends the process when its last lines are written, or nobody takes them. */
  private exit(status: number): void {
    this.log.flush(() => process.exit(status));
  }
}
