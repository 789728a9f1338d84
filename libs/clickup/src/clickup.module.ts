import { CONFIG, type Config, LOGGER } from '#libs/core';
import { type Budget, MemoryBudget } from '#libs/limits';
import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { DirectoryCache } from './directory/index.js';
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
      inject: [CONFIG, BUDGET, LOGGER],
      useFactory: (config: Config, budget: Budget, log: UpstreamLog) => new ClickUpTransport(config, budget, {}, log),
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
