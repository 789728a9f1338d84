import { Approvals, Readers } from '#libs/approvals';
import { Access } from '#libs/auth';
import { ClickUpModule } from '#libs/clickup';
import { ClickUpClients, Connections } from '#libs/connections';
import { CONFIG, type Config, LOGGER, MASTER_KEY, type Tracing, TRACING } from '#libs/core';
import { Jobs } from '#libs/jobs';
import { OPERATOR_POLICY, PermissionsModule, type Policy } from '#libs/permissions';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { type Logger } from 'pino';
import { CALL_PROVIDERS } from '../call-providers.js';
import { Confirmations } from '../confirmations/confirmations.js';
import { RequestKeys } from '../request-keys/request-keys.js';
import { MemoryApprovals } from './memory-approvals.js';
import { MemoryConfirmations } from './memory-confirmations.js';
import { MemoryRequestKeys } from './memory-request-keys.js';
import { MemoryReaders, NO_CONNECTIONS, NO_JOBS, NO_PAGES } from './stand-ins.js';

/** What stands in, for one process without a database, for each service that stores: the calls are the same. */
const IN_MEMORY: Provider[] = [
  { provide: Access, useValue: NO_PAGES },
  { provide: Approvals, useClass: MemoryApprovals },
  { provide: Confirmations, useClass: MemoryConfirmations },
  { provide: Connections, useValue: NO_CONNECTIONS },
  { provide: Jobs, useValue: NO_JOBS },
  { provide: Readers, useClass: MemoryReaders },
  { provide: RequestKeys, useClass: MemoryRequestKeys },
];

/** What is made before the container and handed to it. */
interface Foundation {
  config: Config;
  log: Logger;
  /** 32 bytes; what is sealed with it (cursors, confirmations) opens for this process. */
  key: Buffer;
  /** Bounds the caller. */
  operator: Policy;
  tracing: Tracing | undefined;
}

/** Everything that answers calls of one caller in one process, without database and without server. */
@Module({})
export class StdioModule {
  static on({ config, log, key, operator, tracing }: Foundation): DynamicModule {
    const foundation: Provider[] = [
      { provide: CONFIG, useValue: config },
      { provide: LOGGER, useValue: log },
      { provide: MASTER_KEY, useValue: key },
      { provide: OPERATOR_POLICY, useValue: operator },
      { provide: TRACING, useValue: tracing },
    ];
    return {
      module: StdioModule,
      global: true,
      imports: [ClickUpModule, PermissionsModule],
      providers: [...foundation, ...CALL_PROVIDERS, ClickUpClients, ...IN_MEMORY],
      exports: foundation,
    };
  }
}
