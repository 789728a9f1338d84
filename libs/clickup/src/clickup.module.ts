import { CONFIG, type Config, deriveKey, LOGGER, MASTER_KEY } from '#libs/core';
import { type Budget, MemoryBudget } from '#libs/limits';
import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DirectoryCache } from './directory/index.js';
import { BegunCreations } from './sending/outcomes/begun-creations.js';
import { type UpstreamLog } from './sending/reachability.js';
import { ClickUpTransport } from './sending/transport.js';

/** Injection token of the upstream `Budget`: in memory here, shared by replicas where a database is. */
export const BUDGET = Symbol('BUDGET');

@Module({
  providers: [
    {
      provide: BUDGET,
      inject: [CONFIG],
      useFactory: ({ CLICKUP_RATE_LIMIT }: Config) => new MemoryBudget({ limit: CLICKUP_RATE_LIMIT }),
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
export class ClickUpModule implements OnApplicationShutdown {
  constructor(private readonly transport: ClickUpTransport) {}

  onApplicationShutdown(): Promise<void> {
    return this.transport.close();
  }
}
