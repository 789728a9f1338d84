import { ConnectionsModule } from '#libs/connections';
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
      inject: [DataSource, LOGGER],
      useFactory: (database: DataSource, log: Logger) =>
        new Queue(database, (error) => log.warn({ err: error.message }, 'the queue of jobs could not do its upkeep')),
    },
  ],
  exports: [Jobs, Queue],
})
export class JobsModule {}
