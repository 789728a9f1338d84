import { AUDIT, type AuditTrail } from '#libs/audit';
import { CONFIG, type Config, LOGGER } from '#libs/core';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';

/** So many events are removed by one statement, which has five seconds. */
const AT_A_TIME = 20_000;

/** Makes the months of the audit ahead, and drops those that retention is over for: at the start, and daily, on any replica. Daily the days of other months too. */
@Injectable()
export class AuditKeeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private stopped = false;

  constructor(
    private readonly database: DataSource,
    @Inject(AUDIT) private readonly trail: AuditTrail,
    @Inject(CONFIG) private readonly config: Pick<Config, 'AUDIT_RETENTION_DAYS'>,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Before the first request: after a long pause there is no month that its events could go to. */
  async onApplicationBootstrap(): Promise<void> {
    await this.keepMonths();
  }

  @Cron('41 2 * * *', { name: 'audit months', waitForCompletion: true })
  async daily(): Promise<void> {
    await this.keepMonths();
    await this.endDays();
  }

  private async keepMonths(): Promise<void> {
    try {
      const [kept] = await this.database.query<[{ made: number; dropped: number }]>(
        'SELECT * FROM keep_audit_months($1)',
        [this.config.AUDIT_RETENTION_DAYS],
      );
      if (kept.made + kept.dropped > 0) this.log.info(kept, 'months of the audit');
    } catch (error) {
      this.log.warn({ err: (error as Error).message }, 'could not make or drop months of the audit');
    }
  }

  private async endDays(): Promise<void> {
    let ended = 0;
    try {
      for (let some = AT_A_TIME; some > 0 && !this.stopped; ended += some)
        [{ some }] = await this.database.query<[{ some: number }]>('SELECT end_audit_days($1, $2) AS some', [
          this.config.AUDIT_RETENTION_DAYS,
          AT_A_TIME,
        ]);
    } catch (error) {
      this.log.warn({ err: (error as Error).message }, 'could not remove days of the audit: tried again tomorrow');
    }
    if (ended > 0) this.log.info({ events: ended }, 'removed days of the audit that retention is over for');
  }

  /** After the last call and the last job, before the database goes. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await this.trail.close();
  }
}
