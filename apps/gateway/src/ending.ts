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

  constructor(
    private readonly config: Pick<Config, 'SHUTDOWN_DRAIN_SECONDS'>,
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

  bySignal(): void {
    this.end();
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

  private end(): void {
    if (!this.gateway) return this.exit(1);
    this.gateway.close().then(
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
