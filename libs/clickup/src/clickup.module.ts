import { CONFIG, type Config, deriveKey, LOGGER, MASTER_KEY } from '#libs/core';
import { type Budget, type LedgerRows, MemoryBudget, SharedBudget } from '#libs/limits';
import { type BeforeApplicationShutdown, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { DirectoryCache } from './directory/index.js';
import { BegunCreations } from './sending/outcomes/begun-creations.js';
import { type UpstreamLog } from './sending/reachability.js';
import { ClickUpTransport } from './sending/transport.js';

/** Injection token of the upstream `Budget`: in memory here, shared by replicas where a database is. */
export const BUDGET = Symbol('BUDGET');
/** Injection token of the `LedgerRows` where replicas share the budget; need not be there. */
export const LEDGER_ROWS = Symbol('LEDGER_ROWS');

@Module({
  providers: [
    {
      provide: BUDGET,
      inject: [CONFIG, { token: LEDGER_ROWS, optional: true }],
      useFactory: ({ CLICKUP_RATE_LIMIT: limit }: Config, rows?: LedgerRows) =>
        rows ? new SharedBudget(randomUUID(), rows, { limit }) : new MemoryBudget({ limit }),
    },
    {
      provide: ClickUpTransport,
      inject: [CONFIG, BUDGET, LOGGER, { token: MASTER_KEY, optional: true }, { token: DataSource, optional: true }],
      useFactory: (config: Config, budget: Budget, log: UpstreamLog, masterKey?: Buffer, database?: DataSource) => {
        const shared = masterKey && database && new BegunCreations(database, deriveKey(masterKey, 'creations'));
        return new ClickUpTransport(config, budget, {}, log, shared);
      },
    },
    {
      provide: DirectoryCache,
      inject: [CONFIG],
      useFactory: ({ CACHE_BYTES }: Config) => new DirectoryCache(CACHE_BYTES),
    },
  ],
  exports: [BUDGET, ClickUpTransport, DirectoryCache],
})
export class ClickUpModule implements BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(
    private readonly transport: ClickUpTransport,
    @Inject(BUDGET) private readonly budget: Budget,
  ) {}

  /** As long as the database is there to be told. */
  async beforeApplicationShutdown(): Promise<void> {
    if (this.budget instanceof SharedBudget) await this.budget.close();
  }

  onApplicationShutdown(): Promise<void> {
    return this.transport.close();
  }
}
