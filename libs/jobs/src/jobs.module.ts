import { ConnectionsModule, Invalidations } from '#libs/connections';
import { LOGGER } from '#libs/core';
import { Module } from '@nestjs/common';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { Jobs } from './jobs.service.js';
import { Queue } from './queue.js';

@Module({
  imports: [ConnectionsModule],
  providers: [
    Jobs,
    {
      provide: Queue,
      inject: [DataSource, Invalidations, LOGGER],
      useFactory: (database: DataSource, invalidations: Invalidations, log: Logger) =>
        new Queue(database, invalidations, (error) =>
          log.warn({ err: error.message }, 'the queue of jobs could not do its upkeep'),
        ),
    },
  ],
  exports: [Jobs, Queue],
})
export class JobsModule {}
