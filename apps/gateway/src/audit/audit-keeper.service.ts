import { AUDIT, type AuditTrail } from '#libs/audit';
import { CONFIG, type Config, LOGGER } from '#libs/core';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';

/** Makes the months of the audit ahead and drops those that retention is over for: at the start, and daily, on any replica. */
@Injectable()
export class AuditKeeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly database: DataSource,
    @Inject(AUDIT) private readonly trail: AuditTrail,
    @Inject(CONFIG) private readonly config: Pick<Config, 'AUDIT_RETENTION_DAYS'>,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Before the first request: after a long pause there is no month that its events could go to. */
  async onApplicationBootstrap(): Promise<void> {
    await this.daily();
  }

  @Cron('41 2 * * *', { name: 'audit months', waitForCompletion: true })
  async daily(): Promise<void> {
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

  /** After the last call and the last job, before the database goes. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.trail.close();
  }
}
