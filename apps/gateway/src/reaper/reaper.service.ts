import { inTransaction, withTenant } from '#libs/connections';
import { CONFIG, type Config, LOGGER } from '#libs/core';
import { Inject, Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { type Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import { forgetUnused, tellClosedDays } from '../audit/index.js';
import { allowStatements } from '../database/watched-client.js';
import { DUE, REMOVALS } from './removals.js';

/** The number of the advisory lock: any that nothing else uses. */
const LOCK = 0x72656170;
/** More than the 5 s that a statement of a request gets: after a flood there is a lot to remove. */
const STATEMENT_TIMEOUT_MS = 60_000;

/** Removes rows that are no longer needed every hour, on one replica at a time. */
@Injectable()
export class Reaper {
  constructor(
    private readonly database: DataSource,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(CONFIG) private readonly config: Pick<Config, 'AUDIT_RETENTION_DAYS'>,
  ) {}

  @Cron('17 * * * *', { name: 'reaper', waitForCompletion: true })
  async hourly(): Promise<void> {
    this.log.info({ removed: await this.run() }, 'removed what has expired');
  }

  /** @returns how many rows each removal has removed. One that another replica is doing just now, or that failed, is left out; a failure is logged and tried again in an hour */
  async run(): Promise<Record<string, number>> {
    const removed: Record<string, number> = {};
    await this.attempt(() => inTransaction(this.database, (manager) => reap(manager, 'global', removed)));
    // A tenant in which somebody is connecting just now must not hold up all others.
    await this.attempt(async () => {
      for (const { id } of await this.due())
        await this.attempt(() =>
          withTenant(this.database, id, async (manager) => {
            await reap(manager, 'tenant', removed);
            await tellClosedDays(manager, this.log);
            await forgetUnused(manager, this.config.AUDIT_RETENTION_DAYS);
          }),
        );
    });
    return removed;
  }

  /** None while another replica is at it. */
  private due(): Promise<{ id: string }[]> {
    return inTransaction(this.database, async (manager) => ((await alone(manager)) ? manager.query(DUE) : []));
  }

  /** A failed removal is logged here and stops no other. */
  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.log.warn({ err: (error as Error).message }, 'could not remove what has expired');
    }
  }
}

async function reap(
  manager: EntityManager,
  wanted: (typeof REMOVALS)[number]['scope'],
  removed: Record<string, number>,
): Promise<void> {
  if (!(await alone(manager))) return;
  for (const { name, scope, statement } of REMOVALS) {
    if (scope !== wanted) continue;
    const [, count] = await manager.query<[unknown, number]>(statement);
    removed[name] = (removed[name] ?? 0) + count;
  }
}

/** Whether no other replica is at it, until the end of the transaction, whose statements get more time. */
async function alone(manager: EntityManager): Promise<boolean> {
  const [lock] = await manager.query<{ taken: boolean }[]>('SELECT pg_try_advisory_xact_lock($1) AS taken', [LOCK]);
  if (!lock?.taken) return false;
  await allowStatements(manager, STATEMENT_TIMEOUT_MS);
  return true;
}
