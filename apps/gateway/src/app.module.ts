import { ADMIN_ENTITIES, AdminModule } from '#libs/admin';
import { APPROVAL_ENTITIES } from '#libs/approvals';
import { AUTH_ENTITIES, AuthModule, INBOUND_ROWS } from '#libs/auth';
import { BILLING, BILLING_ENTITIES, BillingModule, billingSettings, SubscribedTiers } from '#libs/billing';
import { BegunCreation, ClickUpModule, LEDGER_ROWS } from '#libs/clickup';
import {
  CONNECTION_ENTITIES,
  ConnectionsModule,
  FILED_POLICIES,
  type FiledPolicies,
  Invalidations,
  type Vault,
  VAULT,
} from '#libs/connections';
import { CONFIG, type Config, LOGGER, MASTER_KEY, type Tracing, TRACING } from '#libs/core';
import { Job } from '#libs/jobs';
import { PERSON_TIERS } from '#libs/limits';
import { Confirmation, McpModule, RequestedItem, STREAM_ENTITIES } from '#libs/mcp';
import { OPERATOR_POLICY, PermissionsModule, type Policy } from '#libs/permissions';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { TypeOrmModule } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { AUDIT_ENTITIES, AUDIT_PROVIDER, AuditKeeper, AuditPusher } from './audit/index.js';
import { BudgetRecovery } from './budget/budget-recovery.service.js';
import { UpstreamBudget } from './budget/upstream-budget.entity.js';
import { UpstreamLedgers } from './budget/upstream-ledgers.js';
import { DatabaseProbe } from './database/probe.service.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { Metrics } from './metrics/metrics.service.js';
import { InboundCount } from './inbound/inbound-count.entity.js';
import { InboundCounts } from './inbound/inbound-counts.js';
import { Reaper } from './reaper/reaper.service.js';
import { TenantExpiry } from './reaper/tenant-expiry.entity.js';
import { Lifecycle } from './lifecycle.js';

/** What is made before the container and handed to it. */
export interface Foundation {
  config: Config;
  log: Logger;
  /** Undefined = UNCONFIGURED. */
  masterKey: Buffer | undefined;
  /** Undefined = UNCONFIGURED. */
  vault: Vault | undefined;
  /** Bounds every caller. */
  operator: Policy;
  /** Of POLICY_FILE. */
  filed: FiledPolicies;
  database: DataSourceOptions;
  /** Undefined = off. */
  tracing: Tracing | undefined;
}

export const ENTITIES = [
  ...AUDIT_ENTITIES,
  ...ADMIN_ENTITIES,
  ...APPROVAL_ENTITIES,
  ...AUTH_ENTITIES,
  BegunCreation,
  ...BILLING_ENTITIES,
  ...CONNECTION_ENTITIES,
  Confirmation,
  InboundCount,
  Job,
  RequestedItem,
  ...STREAM_ENTITIES,
  TenantExpiry,
  UpstreamBudget,
];

@Module({})
export class AppModule {
  static on(
    { config, log, masterKey, vault, operator, filed, database, tracing }: Foundation,
    extras: Provider[] = [],
  ): DynamicModule {
    const billing = billingSettings(config);
    const foundation: Provider[] = [
      { provide: CONFIG, useValue: config },
      { provide: LOGGER, useValue: log },
      { provide: MASTER_KEY, useValue: masterKey },
      { provide: VAULT, useValue: vault },
      { provide: OPERATOR_POLICY, useValue: operator },
      { provide: FILED_POLICIES, useValue: filed },
      { provide: TRACING, useValue: tracing },
      {
        provide: LEDGER_ROWS,
        inject: [DataSource],
        useFactory: (database: DataSource) => new UpstreamLedgers(database),
      },
      {
        provide: INBOUND_ROWS,
        inject: [DataSource],
        useFactory: (database: DataSource) => new InboundCounts(database),
      },
      AUDIT_PROVIDER,
      ...(billing
        ? [
            { provide: BILLING, useValue: billing },
            {
              provide: PERSON_TIERS,
              inject: [DataSource, Invalidations],
              useFactory: (database: DataSource, invalidations: Invalidations) =>
                new SubscribedTiers(database, invalidations),
            },
          ]
        : []),
      ...extras,
    ];
    return {
      module: AppModule,
      global: true,
      imports: [
        TypeOrmModule.forRoot(database),
        AdminModule,
        AuthModule,
        ClickUpModule,
        ConnectionsModule,
        PermissionsModule,
        McpModule,
        ...(billing ? [BillingModule] : []),
        ScheduleModule.forRoot(),
      ],
      controllers: [HealthController, MetricsController],
      providers: [...foundation, AuditKeeper, AuditPusher, BudgetRecovery, DatabaseProbe, Lifecycle, Metrics, Reaper],
      exports: foundation,
    };
  }
}
